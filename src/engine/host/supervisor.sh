# shellcheck shell=sh
# The supervisor: one detached shell per host and run. It takes requests from V/req, forks a wrapper for each, and
# writes `interrupted` for what died. It holds no state that its successor could not find in D and V.
#
# open: what is not over, as far as it has been read: `ID:PID:START`, START being `-` before there is a start record.

supervise() {
	find_places
	read_boot
	set_clock
	umask 077
	cd "$D" || exit 1
	trap : HUP
	read -r secrets <"$V/secrets"
	proc_stat $$
	my_start=$pstart
	exec 4<>"$V/req" 6<"$control"
	ticking='' leaving='' open='' common_names='' common_why=''
	choose_guard
	load_common
	remember_all
	supervisor_is_noted || printf '%s %s %s %s\n' $$ "$my_start" "$boot_id" "$boot_start" >"$V/sup"
	echo ready >>"$V/sup"
	exec 2>/dev/null
	audit
	while :; do
		if read -r sv_epoch sv_verb sv_rest <&4; then handle; fi
		tick
	done
}

# Whoever started us may have noted us already.
supervisor_is_noted() {
	[ -e "$V/sup" ] && read -r sn_pid sn_start _ <"$V/sup" && [ "$sn_pid" = $$ ] && [ "$sn_start" = "$my_start" ]
}

# guard: `timeout` where it leads and signals a process group of its own (GNU); else setsid and a watchdog.
choose_guard() {
	guard=setsid
	case $(timeout --version 2>/dev/null) in
	*GNU*) guard=timeout ;;
	esac
}

# Wakes this loop every 5 s while something runs, by one sleeper at a time.
tick() {
	[ -z "$ticking" ] && [ -n "$open" ] || return 0
	{
		trap 'kill "$nap"; exit' TERM
		sleep 5 &
		nap=$!
		wait "$nap" || exit
		[ -p "$V/req" ] && printf -- '- tick\n' 1<>"$V/req"
	} 4>&- 6>&- &
	ticking=$!
}

handle() {
	if [ "$sv_verb" = tick ]; then
		ticking=
		[ -p "$V/req" ] || exit 0
		audit
		# What kwiz had given up on is over: nobody else would release the host. Its log stays, as kwiz has not seen the end of it.
		[ -z "$open" ] && [ -n "$leaving" ] && quit keep
		return
	fi
	read -r sv_current <"$V/epoch"
	[ "$sv_epoch" = "$sv_current" ] || return 0
	case $sv_verb in
	run)
		# shellcheck disable=SC2086
		accept $sv_rest
		;;
	audit)
		leaving=
		set_clock
		audit
		;;
	vars) load_common ;;
	full) note_full "$sv_rest" ;;
	quit) quit "$sv_rest" ;;
	esac
}

# The variables that count for every request are read once, not once a step.
load_common() {
	for lc_name in $common_names; do unset "$lc_name"; done
	common_names='' common_why=''
	[ -e "$V/in/common.vars" ] || return 0
	read_vars "$V/in/common.vars" || common_why=$vars_why
	common_names=$vars_names
}

# accept ID MODE SCRIPT CHECK VARS TIMEOUT BECOME: starts a wrapper, unless there was one. A wrapper owns its request by
# an exclusive file, so nothing runs twice even if this is wrong about one that is just starting.
accept() {
	ac_known=
	case "$open " in
	*" $1:"*) ac_known=1 ;;
	esac
	if [ -n "$ac_known" ] || [ -e "$V/$1.acc" ]; then
		read_control
		find_entry "$1"
		# Running, over or aborted: the records say so.
		if [ "$entry_start" != - ]; then
			poke e
			return
		fi
		if accepted_lives "$1" "$entry_pid"; then
			time_now
			record "accepted $1 $now"
			poke e
			return
		fi
		read_control
		find_entry "$1"
		[ "$entry_start" = - ] || return 0
		forget "$1"
	fi
	run_request "$@" 4>&- 6>&- &
	open="$open $1:$!:-"
	# What is over is struck off before the list gets long.
	[ ${#open} -lt 300 ] || read_control
	# Collects what has ended, so that no zombies pile up.
	jobs
}

# note_full FOLDER
note_full() {
	give_up_reserve "$1"
	nf_mount=$was_full
	time_now
	record "full $nf_mount $now"
	was_full=$nf_mount
	poke e
}

# find_entry ID: sets entry_pid and entry_start (empty: not open).
find_entry() {
	entry_pid='' entry_start=''
	for fe_entry in $open; do
		if [ "${fe_entry%%:*}" = "$1" ]; then
			entry_start=${fe_entry##*:}
			entry_pid=${fe_entry#*:}
			entry_pid=${entry_pid%:*}
		fi
	done
}

close_entry() {
	ce_open=
	for ce_entry in $open; do
		[ "${ce_entry%%:*}" = "$1" ] || ce_open="$ce_open $ce_entry"
	done
	open=$ce_open
}

reopen_entry() {
	close_entry "$1"
	open="$open $1:0:0"
}

# read_control: takes in what was written since the last time. Several wrappers write, each line in one piece.
read_control() {
	while IFS= read -r rc_line <&6; do
		# shellcheck disable=SC2086
		set -- $rc_line
		case ${1-}:$# in
		start:7)
			close_entry "$2"
			open="$open $2:$3:$4"
			[ "$5:$6" = "$boot_id:$boot_start" ] || open="$open.boot"
			;;
		end:7 | interrupted:4) close_entry "$2" ;;
		*) continue ;;
		esac
		[ -z "$remembering" ] || seen="$seen$2 "
	done
}

# A new supervisor: what its predecessors did. An ID that has a record is never accepted again.
remember_all() {
	seen=' ' remembering=1
	read_control
	remembering=
	for ra_id in $seen; do
		[ -e "$V/$ra_id.acc" ] || printf 'over\n' >"$V/$ra_id.acc"
	done
	for ra_file in "$V"/*.acc; do
		ra_id=${ra_file##*/}
		ra_id=${ra_id%.acc}
		is_id "$ra_id" || continue
		case $seen in
		*" $ra_id "*) ;;
		*) open="$open $ra_id:0:-" ;;
		esac
	done
	seen=
}

# accepted_lives ID PID: a request without a start record has a wrapper that may still write one.
accepted_lives() {
	if read_claim "$1"; then
		is_alive "$wrapper" "$wrapper_start"
	elif [ -e "$V/$1.acc" ] && ! [ -e "$V/$1.empty" ]; then
		# Perhaps just being written. Not if it is still empty when it is looked at again.
		true >"$V/$1.empty"
	else
		[ "$2" -gt 0 ] && proc_stat "$2" && [ "$pparent" = $$ ] && [ "$pstate" != Z ]
	fi
}

# forget ID: it never started and its wrapper is dead; kwiz may send it again.
forget() {
	rm -f "$V/$1.acc" "$V/$1.empty"
	close_entry "$1"
}

# audit: what started and is no longer alive gets its `interrupted`; what never started is forgotten; logs are capped.
audit() {
	# So that what has ended is no zombie below.
	jobs
	read_control
	au_live=''
	for au_entry in $open; do
		au_id=${au_entry%%:*}
		find_entry "$au_id"
		case $entry_start in
		'') ;;
		ending)
			kill -0 "$entry_pid" && continue
			read_control
			find_entry "$au_id"
			# No room for the record: again next time.
			[ "$entry_start" != ending ] || reopen_entry "$au_id"
			;;
		-)
			accepted_lives "$au_id" "$entry_pid" && continue
			read_control
			find_entry "$au_id"
			[ "$entry_start" != - ] || forget "$au_id"
			;;
		*)
			if is_alive "$entry_pid" "$entry_start"; then
				au_live="$au_live $au_id.log"
				continue
			fi
			# It may have written its end and gone between our look at the records and at the process.
			read_control
			find_entry "$au_id"
			[ -z "$entry_start" ] || interrupt "$au_id" "$entry_start"
			;;
		esac
	done
	[ -z "$au_live" ] || cap_logs
	[ -e "$D/reserve" ] || make_reserve
}

# interrupt ID START: ends what is left of a step whose wrapper died, then says so. In the background: it may take 10 s.
interrupt() {
	close_entry "$1"
	{
		in_why=killed
		case $2 in
		*.boot) in_why=boot ;;
		*)
			read_claim "$1"
			is_step_group "$1" "$group" || group=0
			end_step "$1" "$group"
			;;
		esac
		time_now
		record "interrupted $1 $in_why $now"
		poke e
	} 4>&- 6>&- &
	open="$open $1:$!:ending"
}

# Logs beyond the limit are cut back; they are opened for appending, so writers go on at the new end.
cap_logs() {
	# shellcheck disable=SC2086
	stat -c '%s %n' $au_live | while read -r cl_size cl_file; do
		[ "$cl_size" -gt "$LOG_LIMIT" ] || continue
		cl_id=${cl_file%.log}
		dd if=/dev/null of="$D/$cl_file" bs=1 seek="$LOG_LIMIT" count=0
		[ ! -e "$V/$cl_id.cut" ] || continue
		true >"$V/$cl_id.cut"
		time_now
		record "truncated $cl_id $LOG_LIMIT $now"
		poke e
	done
}

make_reserve() {
	dd if=/dev/zero of="$D/reserve" bs=65536 count=1 || rm -f "$D/reserve"
}

# quit keep|clear: the run is over on this host.
quit() {
	audit
	if [ -n "$open" ]; then
		qu_ids=
		for qu_entry in $open; do qu_ids="$qu_ids ${qu_entry%%:*}"; done
		poke "b quit: still running:$qu_ids"
		leaving=1
		return
	fi
	# Opened before it goes, so that the attachment still hears of it.
	read -r qu_epoch <"$V/epoch" && exec 7<>"$V/att.$qu_epoch"
	# Held to the end: other hosts of this run may be this machine, and share the lock file and the run's folder.
	lock_mutex
	leave_lock
	rm -rf "$V"
	[ -z "$ticking" ] || kill "$ticking"
	if [ "$secrets" != - ] && [ "$secrets" != "$V" ]; then
		rm -rf "$secrets"
		rmdir "${secrets%/*}"
	fi
	if [ "$1" = clear ]; then
		cd / && rm -rf "$D"
	fi
	rmdir "${V%/*}" "${D%/*}"
	printf 'q\n' >&7
	exit 0
}
