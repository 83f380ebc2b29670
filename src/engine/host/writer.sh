# shellcheck shell=sh
# The attachment's writer: the one process that writes to kwiz. It waits on the FIFO V/att.EPOCH (descriptor 5) for
# pokes, passes on control records at once and logs in pieces. Descriptor 4 is the way to kwiz, 6 the control records.
#
# streams: ids whose output is being passed on. For each: log_ID and rec_ID (bytes passed on), loglim_ID and reclim_ID
# (length of the stream once it is known, - before). Ids are digits, so the evals below only ever see digits.

# write_all FROM: the writer's life. follow_ID_LOG_REC lines are in $follows.
write_all() {
	cd "$D" || exit 1
	exec 6<"$control"
	offset=0 skip_to=$1 streams='' partial='' tick_asked='' expected='' expect_ticks=0
	for wa_follow in $follows; do
		wa_id=${wa_follow%%:*} wa_rest=${wa_follow#*:}
		open_stream "$wa_id" "${wa_rest%:*}" "${wa_rest#*:}"
	done
	if [ -z "$streams" ] && [ "$skip_to" -gt 0 ]; then
		# Nobody needs what lies before: skipped in one read. With streams it is read for their lengths.
		dd bs="$skip_to" count=1 of=/dev/null <&6
		offset=$skip_to
	fi
	choose_tick
	pass_control
	pump_on
	while :; do
		wait_event
		case $event in
		e) pass_control ;;
		r*)
			# A request went in: nobody pokes at its start, so look again soon, for 10 s.
			expected="$expected ${event#r } "
			expect_ticks=125
			pass_control
			;;
		t)
			tick_asked=
			[ "$expect_ticks" -eq 0 ] || expect_ticks=$((expect_ticks - 1))
			pass_control
			pump_on
			;;
		b*) printf 'bad %.200s\n' "${event#b }" >&4 ;;
		n*) printf 'noise %.200s\n' "${event#n }" >&4 ;;
		s*) send_secret "${event#s }" ;;
		Q*)
			# quit: nothing goes before all that is known has been passed on.
			pass_control
			finish_streams
			printf '%s quit %s\n' "$epoch" "${event#Q }" 1<>"$V/req"
			;;
		q)
			pass_control
			printf 'bye\n' >&4
			# The reader, who waits for kwiz to hang up, need not.
			kill -TERM $$
			exit 0
			;;
		esac
		finish_streams
	done
}

# How to wake up after 80 ms: a helper sleeps and pokes, one poke at a time; in bash where there is one, as a sleep process each
# time costs more than all else. Not by `read -t` of the pokes themselves: a shell that is not run for a while in the middle of
# a line meets its limit there and loses what it has read. The helper holds only the reading end of its FIFO, so it ends with the
# writer, however that dies.
choose_tick() {
	exec 7<>"$V/tick.$epoch"
	{
		exec <"$V/tick.$epoch" 7>&-
		# shellcheck disable=SC2016
		! command -v bash || exec bash -c 'exec 8<>"$1"; while read -r _; do read -r -t "$2" _ <&8; echo t >&5; done' \
			tick "$V/nap.$epoch" 0.08
		while read -r _; do
			sleep 0.08 || sleep 1
			echo t >&5
		done
	} >/dev/null 4>&- 6>&- &
}

# Sets event. Ticks only while there may be something to see.
wait_event() {
	event=
	if [ -z "$tick_asked" ] && { [ -n "$streams" ] || { [ -n "$expected" ] && [ "$expect_ticks" -gt 0 ]; }; }; then
		tick_asked=1
		printf 'g\n' >&7
	fi
	read -r event <&5
}

open_stream() {
	case " $streams " in
	*" $1 "*) return ;;
	esac
	streams="$streams $1"
	eval "log_$1=$2 rec_$1=$3 loglim_$1=- reclim_$1=-"
}

close_stream() {
	cs_left=
	for cs_id in $streams; do
		[ "$cs_id" = "$1" ] || cs_left="$cs_left $cs_id"
	done
	streams=${cs_left# }
}

# pass_control: forwards the control records written since. A line that is no record (torn by a full disk) is skipped.
pass_control() {
	while :; do
		if IFS= read -r pc_line <&6; then
			pc_line=$partial$pc_line partial=
		else
			partial=$partial$pc_line
			return
		fi
		# shellcheck disable=SC2086
		set -- $pc_line
		case ${1-}:$# in
		accepted:3 | start:7 | end:7 | interrupted:4 | truncated:4 | leftover:4 | full:3)
			[ "$offset" -lt "$skip_to" ] || printf '@%s %s\n' "$offset" "$pc_line" >&4
			;;
		esac
		case ${1-}:$# in
		start:7)
			strike_expected "$2"
			[ "$offset" -lt "$skip_to" ] || open_stream "$2" 0 0
			;;
		end:7)
			strike_expected "$2"
			case " $streams " in
			*" $2 "*) eval "loglim_$2=$5 reclim_$2=$6" ;;
			esac
			;;
		interrupted:4)
			case " $streams " in
			*" $2 "*) measure_dead "$2" ;;
			esac
			;;
		esac
		offset=$((offset + ${#pc_line} + 1))
	done
}

strike_expected() {
	case $expected in
	*" $1 "*) expected=${expected%%" $1 "*}${expected#*" $1 "} ;;
	esac
}

# measure_dead ID: an interrupted step's streams are passed on as far as they go.
measure_dead() {
	md_log=$(stat -c %s "$1.log" || echo 0)
	md_rec=$(stat -c %s "$1.rec" || echo 0)
	[ "$md_log" -le "$LOG_LIMIT" ] || md_log=$LOG_LIMIT
	[ "$md_rec" -le "$REC_LIMIT" ] || md_rec=$REC_LIMIT
	eval "loglim_$1=$md_log reclim_$1=$md_rec"
}

# pump_on: as long as there is more than a piece of something; control records go between, and other events after 32 MiB.
pump_on() {
	for po_round in 1 2 3 4 5 6 7 8; do
		[ "$po_round" = 1 ] || pass_control
		su_more=
		pump
		[ -n "$su_more" ] || return 0
	done
}

# pump: passes on what running steps have written since. One fork tells the sizes of all their files.
pump() {
	pu_files='' pu_known=
	for pu_id in $streams; do
		eval "pu_known=\$loglim_$pu_id"
		[ "$pu_known" = - ] || continue
		# With a log always its records, which may come to be between this look and the next: see below.
		if [ -s "$pu_id.log" ]; then
			pu_files="$pu_files $pu_id.log $pu_id.rec"
		elif [ -s "$pu_id.rec" ]; then
			pu_files="$pu_files $pu_id.rec"
		fi
	done
	[ -n "$pu_files" ] || return 0
	final=
	# Logs are measured before records and sent after them: when kwiz sees what a step printed after `kwiz_secret`, it knows that
	# there is a secret, and waits for it before it shows anything.
	# shellcheck disable=SC2046,SC2086
	set -- $(stat -c '%s %n' $pu_files)
	pump_kind rec "$@"
	pump_kind log "$@"
}

# pump_kind KIND {SIZE NAME}...
pump_kind() {
	pu_wanted=$1
	shift
	while [ $# -ge 2 ]; do
		pu_size=$1 pu_id=${2%.*} pu_kind=${2##*.}
		shift 2
		[ "$pu_kind" = "$pu_wanted" ] || continue
		# The wrapper is measuring: its `end` tells the lengths.
		read_claim "$pu_id" && [ -n "$fin" ] && continue
		case $pu_kind in
		log) [ "$pu_size" -le "$LOG_LIMIT" ] || pu_size=$LOG_LIMIT ;;
		rec) [ "$pu_size" -le "$REC_LIMIT" ] || pu_size=$REC_LIMIT ;;
		esac
		send_up_to "$pu_kind" "$pu_id" "$pu_size" 4194304
	done
}

# finish_streams: what is left of streams whose length is known, in pieces, control records between them.
finish_streams() {
	while :; do
		fs_more='' fs_log='' fs_rec='' fs_done=
		for fs_id in $streams; do
			eval "fs_log=\$loglim_$fs_id fs_rec=\$reclim_$fs_id"
			[ "$fs_log" != - ] || continue
			# Records first: results are wanted sooner than output.
			final=1
			send_up_to rec "$fs_id" "$fs_rec" 262144
			send_up_to log "$fs_id" "$fs_log" 4194304
			eval "fs_done=\$((log_$fs_id >= fs_log && rec_$fs_id >= fs_rec))"
			if [ "$fs_done" = 1 ]; then close_stream "$fs_id"; else fs_more=1; fi
		done
		[ -n "$fs_more" ] || return 0
		pass_control
	done
}

# send_up_to KIND ID SIZE CAP: one piece of a stream, at most CAP bytes, so that it stands at SIZE at most.
send_up_to() {
	su_from=
	eval "su_from=\$${1}_$2"
	[ "$su_from" -lt "$3" ] || return 0
	su_length=$(($3 - su_from))
	if [ "$su_length" -gt "$4" ]; then
		su_length=$4
		su_more=1
	fi
	send_piece "$1" "$2" "$su_from" "$su_length"
	eval "${1}_$2=$((su_from + su_length))"
}

# send_piece KIND ID OFFSET LENGTH. A whole stream that is small is read by the shell itself, which saves a fork; a shell
# drops NUL bytes, which shows in the descriptor's position.
send_piece() {
	sp_file=$2.$1
	if [ -n "$final" ] && [ "$3" -eq 0 ] && [ "$4" -le 512 ] && read_small "$sp_file" "$4"; then
		printf '%s %s 0 %s\n%s' "$1" "$2" "$4" "$small" >&4
		return
	fi
	printf '%s %s %s %s\n' "$1" "$2" "$3" "$4" >&4
	if sp_said=$(dd if="$sp_file" bs=262144 skip="$3" count="$4" iflag=skip_bytes,count_bytes 2>&1 >&4); then
		case $sp_said in
		*"$newline$4 byte"*) return ;;
		*' byte'*) ;;
		*) return ;; # a dd that does not tell
		esac
	fi
	case $sp_said in
	*' byte'*)
		# The step cut its own log back (`>/dev/stderr` does): what was promised is made up with NULs.
		sp_said=${sp_said%% byte*}
		sp_said=${sp_said##*"$newline"}
		is_id "$sp_said" && [ "$sp_said" -lt "$4" ] || sp_said=0
		dd if=/dev/zero bs=$(($4 - sp_said)) count=1 >&4
		;;
	*)
		# A dd without these flags (old BusyBox), or no file.
		{
			tail -c "+$(($3 + 1))" "$sp_file"
			cat /dev/zero
		} | head -c "$4" >&4
		;;
	esac
}

# read_small FILE LENGTH: sets small to the first LENGTH bytes; fails if the shell cannot hold them.
read_small() {
	small='' sm_line=''
	{
		while [ ${#small} -lt "$2" ] && IFS= read -r sm_line <&8; do
			small=$small$sm_line$newline
			sm_line=
		done
		small=$small$sm_line
		read -r _ sm_position </proc/self/fdinfo/8 || return 1
	} 8<"$1"
	[ ${#small} -eq "$sm_position" ] || return 1
	while [ ${#small} -gt "$2" ]; do
		[ ${#small} -le $(($2 + 4)) ] || return 1
		small=${small%?}
	done
	[ ${#small} -eq "$2" ]
}

send_secret() {
	if [ "$secrets" != - ] && [ -f "$secrets/secret/$1" ] && ss_size=$(stat -c %s "$secrets/secret/$1"); then
		printf 'secret %s %s\n' "$1" "$ss_size" >&4
		cat "$secrets/secret/$1" >&4
	else
		printf 'secret %s -\n' "$1" >&4
	fi
}
