# shellcheck shell=sh
# The attachment: the shell at the host's end of kwiz's one channel, and the last part of the bootstrap. It takes the
# host's lock, finds or starts the supervisor, says hello, forks the writer and then reads kwiz's frames.

# refuse TEXT: ends the attachment before there is a writer.
refuse() {
	printf 'bad %.200s\n' "$1"
	exit 1
}

attach() {
	umask 077
	export LC_ALL=C
	find_places
	read_boot
	set_clock
	lock_mutex
	check_lock
	make_places
	next_epoch
	end_older
	find_supervisor
	unlock_mutex
	control_length=$(stat -c %s "$control" 2>/dev/null || wc -c <"$control")
	printf 'hello 1 %s %s %s %s %s %s\n' "$epoch" "$boot_id" "$boot_start" "$found" "$uid" "$control_length"
	read_start
	trap : HUP PIPE
	exec 3<>"$V/req"
	{ write_all "$from"; } </dev/null 4>&1 3>&- &
	writer=$!
	exec >/dev/null
	proc_stat "$writer"
	printf '%s %s %s %s %s\n' "$boot_id" $$ "$my_start" "$writer" "$pstart" >"$V/att.pid"
	[ "$found" = new ] || printf '%s audit\n' "$epoch" >&3
	read_frames
	end_attachment
}

make_places() {
	for mp_dir in "${D%/*}" "${V%/*}"; do
		[ ! -L "$mp_dir" ] || refuse "$mp_dir is a symbolic link"
	done
	mkdir -p "$D/work" "$V/in" || refuse "cannot make $D and $V"
	[ -O "$D" ] && [ -O "$V" ] && [ ! -L "$D" ] && [ ! -L "$V" ] || refuse "$D or $V belongs to somebody else"
	# A reboot leaves V behind where it is no tmpfs.
	mp_boot=
	{ read -r mp_boot <"$V/boot"; } 2>/dev/null
	if [ "$mp_boot" != "$boot_id $boot_start" ]; then
		[ -z "$mp_boot" ] || rm -rf "$V"
		find_secrets
		mkdir -p "$V/in" && mkfifo "$V/req" || refuse "cannot make $V"
		printf '%s\n' "$secrets" >"$V/secrets"
		mend_control
		printf '%s %s\n' "$boot_id" "$boot_start" >"$V/boot" || refuse "no room in $V"
	fi
	# A put that was cut off.
	if [ -s "$V/incoming" ] && read -r mp_torn <"$V/incoming"; then rm -f "$mp_torn" "$V/incoming"; fi
	read -r secrets <"$V/secrets"
	mv -f "$0" "$V/kwiz.sh" || refuse "cannot write $V/kwiz.sh"
	printf '%s %s %s\n' "${SUDO_UID:-}" "${SUDO_GID:-}" "${SUDO_USER:-}" >"$V/self"
}

# Sets secrets: a folder in memory, or - if this host has none for us. logind removes XDG_RUNTIME_DIR with the last
# session, so nothing else is there.
find_secrets() {
	secrets=$V
	if [ "$uid" != 0 ]; then
		secrets=-
		[ -n "${XDG_RUNTIME_DIR:-}" ] && [ -d "$XDG_RUNTIME_DIR" ] && [ -O "$XDG_RUNTIME_DIR" ] &&
			secrets=$XDG_RUNTIME_DIR/kwiz/$RUN/$HOST
	fi
	[ "$secrets" = - ] || mkdir -p "$secrets/in" "$secrets/secret" || secrets=-
	case $(stat -f -c %T "$secrets" 2>/dev/null) in
	tmpfs | ramfs) ;;
	*) secrets=- ;;
	esac
}

# mend_control: makes D/control, or cuts off what a power loss tore, and finds out how it is synced.
mend_control() {
	if [ -e "$control" ]; then
		mc_good=0
		while IFS= read -r mc_line <&8; do
			case $mc_line in
			'accepted '* | 'start '* | 'end '* | 'interrupted '* | 'truncated '* | 'leftover '* | 'full '*)
				read -r _ mc_good </proc/self/fdinfo/8
				;;
			esac
		done 8<"$control"
		dd if=/dev/null of="$control" bs=1 seek="$mc_good" count=0 2>/dev/null
	else
		true >"$control" || refuse "no room in $D"
		dd if=/dev/zero of="$D/reserve" bs=65536 count=1 2>/dev/null || refuse "no room in $D"
	fi
	# With the attribute S every write to the file is a synced one, which spares a process a record.
	case $(stat -f -c %T "$D" 2>/dev/null) in
	ext2/ext3 | ext* | xfs | btrfs | overlay*)
		if chattr +S "$control" 2>/dev/null; then
			case $(lsattr "$control" 2>/dev/null) in
			*S*' '*) true >"$V/synced" ;;
			esac
		fi
		;;
	tmpfs | ramfs) true >"$V/synced" ;;
	esac
	dd if=/dev/null of="$control" conv=notrunc,fsync 2>/dev/null
}

next_epoch() {
	epoch=0
	{ read -r epoch <"$V/epoch"; } 2>/dev/null
	epoch=$((epoch + 1))
	mkfifo "$V/att.$epoch" || refuse "cannot make $V/att.$epoch"
	exec 5<>"$V/att.$epoch"
	printf '%s\n' "$epoch" >"$V/epoch.new" && mv -f "$V/epoch.new" "$V/epoch" || refuse "no room in $V"
	proc_stat $$
	my_start=$pstart
}

# end_older: the processes of an attachment whose link may hang for hours: its reader, its writer, and their children.
end_older() {
	{ read -r eo_boot eo_reader eo_start eo_writer eo_begun <"$V/att.pid"; } 2>/dev/null || return 0
	rm -f "$V/att.pid" "$V/att.$((epoch - 1))"
	[ "$eo_boot" = "$boot_id" ] || return 0
	is_alive "$eo_reader" "$eo_start" || eo_reader=
	is_alive "$eo_writer" "$eo_begun" || eo_writer=
	[ -n "$eo_reader$eo_writer" ] || return 0
	eo_children=
	for eo_dir in /proc/[0-9]*; do
		proc_stat "${eo_dir#/proc/}" || continue
		case $pparent in
		"$eo_reader" | "$eo_writer") eo_children="$eo_children ${eo_dir#/proc/}" ;;
		esac
	done
	# shellcheck disable=SC2086
	kill -KILL $eo_reader $eo_writer $eo_children 2>/dev/null
}

find_supervisor() {
	found=found
	supervisor_lives && return 0
	found=new
	start_supervisor
}

supervisor_lives() {
	{ read -r sl_pid sl_start sl_boot _ <"$V/sup"; } 2>/dev/null || return 1
	[ "$sl_boot" = "$boot_id" ] && is_alive "$sl_pid" "$sl_start"
}

start_supervisor() {
	rm -f "$V/sup"
	sv_path=$PATH sv_home=${HOME:-/}
	[ "$uid" != 0 ] || sv_home=/root
	if [ "$uid" = 0 ] && [ -d /run/systemd/system ] && command -v systemd-run >/dev/null; then
		sv_unit=kwiz-$RUN-$(printf '%.100s' "$HOST")-$epoch
		if start_by_systemd -p OOMPolicy=continue -p TasksMax=infinity --collect || start_by_systemd; then
			wait_for_supervisor && return 0
		fi
		poke 'n systemd-run did not start the supervisor; started with setsid, which logind may end'
	fi
	setsid env -i PATH="$sv_path" HOME="$sv_home" LC_ALL=C sh "$V/kwiz.sh" supervise \
		</dev/null >/dev/null 2>"$V/sup.err" 3>&- 5>&- 9>&- &
	wait_for_supervisor || refuse "the supervisor did not start: $(tail -n 1 "$V/sup.err" 2>/dev/null)"
}

# With a limit: a dead bus answers never. The manager of an old systemd knows fewer settings.
start_by_systemd() {
	systemd-run --quiet --unit="$sv_unit" -p KillMode=process -p SendSIGKILL=no \
		--setenv=PATH="$sv_path" --setenv=HOME="$sv_home" --setenv=LC_ALL=C "$@" \
		"$(command -v sh)" "$V/kwiz.sh" supervise </dev/null >/dev/null 2>"$V/sup.err" 3>&- 5>&- 9>&- &
	ss_run=$! ss_turn=0
	while proc_stat "$ss_run" && [ "$pstate" != Z ]; do
		[ "$ss_turn" -lt 200 ] || kill -KILL "$ss_run"
		sleep 0.05
		ss_turn=$((ss_turn + 1))
	done
	wait "$ss_run"
}

# The supervisor notes itself when it is ready; 10 s is the limit.
wait_for_supervisor() {
	wf_turn=0
	until supervisor_lives; do
		[ "$wf_turn" -lt 500 ] || return 1
		sleep 0.02 2>/dev/null || { sleep 1; wf_turn=$((wf_turn + 49)); }
		wf_turn=$((wf_turn + 1))
	done
}

# read_start: `from`, `follow` ..., `go`. Sets from and follows.
read_start() {
	from=0 follows=
	while IFS= read -r rs_line; do
		# shellcheck disable=SC2086
		set -- $rs_line
		case ${1-}:$# in
		from:2)
			is_id "$2" || refuse "frame: $rs_line"
			from=$2
			;;
		follow:4)
			is_id "$2" && is_id "$3" && is_id "$4" || refuse "frame: $rs_line"
			follows="$follows $2:$3:$4"
			;;
		go:1)
			if [ "$from" -gt "$control_length" ] || [ "${SEEN_BOOT:-$boot_id $boot_start}" != "$boot_id $boot_start" ]; then
				from=0
			fi
			return
			;;
		*) refuse "frame: $rs_line" ;;
		esac
	done
	exit 0
}

tell() {
	printf '%s\n' "$1" >&5
}

# ask LINE: to the supervisor, which is started anew if it was killed.
ask() {
	if ! kill -0 "$sl_pid" 2>/dev/null; then
		lock_mutex
		find_supervisor
		unlock_mutex
	fi
	printf '%s %s\n' "$epoch" "$1" >&3
}

read_frames() {
	dropped=
	while IFS= read -r rf_line; do
		set -f
		# shellcheck disable=SC2086
		set -- $rf_line
		set +f
		case ${1-}:$# in
		run:8) frame_run "$@" ;;
		put:3) frame_put "$2" "$3" || return ;;
		audit:1) ask audit ;;
		secret:2) if is_name "$2"; then tell "s $2"; else bad; fi ;;
		drop:2) if is_id "$2"; then frame_drop "$2"; else bad; fi ;;
		quit:2)
			case $2 in
			keep | clear)
				ask audit
				tell "Q $2"
				;;
			*) bad ;;
			esac
			;;
		*) bad ;;
		esac
	done
}

bad() {
	rb_text=$(printf '%.150s' "$rf_line" | tr -c '[:print:]' '?')
	tell "b frame: $rb_text"
}

# frame_run run ID MODE SCRIPT CHECK VARS TIMEOUT BECOME
frame_run() {
	is_id "$2" && is_id "$7" && [ "$7" -ge 1 ] && [ "$7" -le 31536000 ] || { bad; return; }
	case $3:$4:$5 in
	step:-:* | check:*:- | step::* ) bad; return ;;
	step:* | check:*) ;;
	*) bad; return ;;
	esac
	for fr_name in "$4" "$5" "$6"; do
		[ "$fr_name" = - ] || is_name "$fr_name" || { bad; return; }
	done
	case $8 in root | self) ;; *) bad; return ;; esac
	ask "run $2 $3 $4 $5 $6 $7 $8"
	tell r
}

# frame_put NAME LENGTH: `incoming` names a file that is not whole; the next attachment removes it. A file that exists
# may be in use, so a new version of it comes in beside and is renamed. Fails if the frames are out of step.
frame_put() {
	if ! is_name "$1" || ! is_id "$2"; then
		bad
		return 1
	fi
	case $1 in
	*.secret.*) fp_dir=$secrets/in ;;
	*) fp_dir=$V/in ;;
	esac
	if [ "$fp_dir" = -/in ]; then
		read_bytes "$2" /dev/null || return 1
		tell "b put $1: no folder in memory (tmpfs) for secrets on this host"
		return 0
	fi
	fp_file=$fp_dir/$1
	[ ! -e "$fp_file" ] || fp_file=$fp_dir/.$1.new
	printf '%s\n' "$fp_file" >"$V/incoming"
	if ! read_bytes "$2" "$fp_file"; then
		rm -f "$fp_file"
		tell "b put $1: no room in $V"
		return 1
	fi
	true >"$V/incoming"
	[ "$fp_file" = "$fp_dir/$1" ] || mv -f "$fp_file" "$fp_dir/$1"
	[ "$1" != common.vars ] || ask vars
}

# read_bytes LENGTH FILE: exactly so many from stdin.
read_bytes() {
	if [ "$1" -eq 0 ]; then
		true >"$2"
	elif [ "$1" -le 1048576 ]; then
		dd bs="$1" count=1 iflag=fullblock of="$2" 2>/dev/null
	else
		dd bs=65536 count="$1" iflag=fullblock,count_bytes of="$2" 2>/dev/null
	fi
}

# kwiz has all of ID. Secrets go at once, the rest when there is enough to be worth a process.
frame_drop() {
	if [ "$secrets" != - ]; then
		for fd_file in "$secrets/in/$1.secret."*; do
			[ ! -e "$fd_file" ] || rm -f "$fd_file"
		done
	fi
	dropped="$dropped $V/in/$1.* $V/$1.fin $V/$1.late $V/$1.run.*"
	[ ${#dropped} -le 4000 ] || sweep
}

sweep() {
	# shellcheck disable=SC2086
	[ -z "$dropped" ] || rm -f $dropped
	dropped=
}

end_attachment() {
	sweep
	kill "$writer" 2>/dev/null
	rm -f "$V/att.$epoch"
	exit 0
}

# Short: held while an attachment finds out who lives. flock where there is one, else a file that names its owner.
lock_mutex() {
	lm_turn=0
	exec 9>>"$top/attach.lock"
	while ! take_mutex; do
		[ "$lm_turn" -lt 50 ] || refuse "another attachment holds $top/attach.lock for 10 s"
		sleep 0.2 2>/dev/null || { sleep 1; lm_turn=$((lm_turn + 4)); }
		lm_turn=$((lm_turn + 1))
	done
}

take_mutex() {
	if command -v flock >/dev/null; then
		flock -n 9
		return
	fi
	set -C
	if { printf '%s %s\n' $$ "$boot_id" >"$top/attach.own"; } 2>/dev/null; then
		set +C
		return 0
	fi
	set +C
	{ read -r tm_pid tm_boot <"$top/attach.own"; } 2>/dev/null || return 1
	[ "$tm_boot" = "$boot_id" ] && kill -0 "$tm_pid" 2>/dev/null && return 1
	# Its owner is gone. Whoever renames it first may try; the others find the new owner.
	mv "$top/attach.own" "$top/attach.own.$$" 2>/dev/null && rm -f "$top/attach.own.$$"
	return 1
}

unlock_mutex() {
	command -v flock >/dev/null || rm -f "$top/attach.own"
	exec 9>&-
}
