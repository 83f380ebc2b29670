# shellcheck shell=sh
# The attachment's reader: takes kwiz's frames from stdin, stores files, hands requests to the supervisor (descriptor 3)
# and asks the writer (descriptor 5) for whatever has to be said.

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
	# Collects it if it was our child: a zombie can be signalled.
	jobs
	kill -0 "$sl_pid" || revive
	printf '%s %s\n' "$epoch" "$1" >&3
}

revive() {
	lock_mutex
	if ! holds_lock; then
		tell 'b another run has taken this host over'
		end_attachment
	fi
	find_supervisor
	unlock_mutex
	wait_for_supervisor && return 0
	tell "b the supervisor does not start: $(tail -n 1 "$V/sup.err")"
	end_attachment
}

read_frames() {
	dropped='' put_file=''
	while IFS= read -r rf_line; do
		[ -z "$put_file" ] || settle_put
		set -f
		# shellcheck disable=SC2086
		set -- $rf_line
		set +f
		case ${1-}:$# in
		run:8) frame_run "$@" ;;
		put:3) frame_put "$2" "$3" || return ;;
		text:3) frame_text "$2" "$3" || return ;;
		audit:1)
			# A number may be somebody else's by now; looked at closely here, not at each request.
			supervisor_lives || revive
			ask audit
			;;
		secret:2) { is_name "$2" && tell "s $2"; } || bad ;;
		drop:2) { is_id "$2" && frame_drop "$2"; } || bad ;;
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
	rb_text=$(printf '%.150s' "$rf_line" | tr -c ' -~' '?')
	tell "b frame: $rb_text"
}

# frame_run run ID MODE SCRIPT CHECK VARS TIMEOUT BECOME
frame_run() {
	if ! is_run "$@"; then
		bad
		return
	fi
	ask "run $2 $3 $4 $5 $6 $7 $8"
	tell "r $2"
}

is_run() {
	is_id "$2" && is_id "$7" && [ "$7" -ge 1 ] && [ "$7" -le 31536000 ] || return 1
	case $3:$4:$5:$8 in
	step:-:* | check:*:-:*) return 1 ;;
	step:*:root | step:*:self | check:*:root | check:*:self) ;;
	*) return 1 ;;
	esac
	for ir_name in "$4" "$5" "$6"; do
		[ "$ir_name" = - ] || is_name "$ir_name" || return 1
	done
}

# frame_put NAME LENGTH: reads the bytes into a file that the last line of `incoming` names, for the next attachment to
# remove. Only the next frame shows that they were all there. (Lines are appended: to cut a file back makes ext4 write it
# out at once.) Fails if the frames are out of step.
frame_put() {
	if ! is_name "$1" || ! is_id "$2"; then
		bad
		return 1
	fi
	fp_dir=$V/in
	case $1 in
	*.secret.*)
		if [ "$secrets" = - ]; then
			tell "b put $1: no folder in memory (tmpfs) for secrets on this host"
			read_bytes "$2" /dev/null
			return
		fi
		fp_dir=$secrets/in
		;;
	esac
	put_name=$fp_dir/$1
	# What exists may be in use: a new version comes in beside it.
	put_file=$put_name
	[ ! -e "$put_file" ] || put_file=$fp_dir/.$1.new
	printf '%s\n' "$put_file" >>"$V/incoming"
	read_bytes "$2" "$put_file"
	fp_status=$?
	if [ "$fp_status" -gt 0 ]; then
		rm -f "$put_file"
		put_file=
		ask "full $fp_dir"
		tell "b put $1: no room in $fp_dir"
		return $((fp_status - 1))
	fi
}

# frame_text NAME LINES: a small file of bytes that every shell can hold, read by the shell itself, which costs no process.
# Fails if the frames are out of step.
frame_text() {
	if ! is_id "$2"; then
		bad
		return 1
	fi
	ft_left=$2
	ft_text=
	while [ "$ft_left" -gt 0 ]; do
		IFS= read -r ft_line || return 1
		ft_text=$ft_text$ft_line$newline
		ft_left=$((ft_left - 1))
	done
	case $1 in
	*.secret.*) ft_left= ;;
	esac
	if ! is_name "$1" || [ -z "$ft_left" ]; then
		bad
		return 0
	fi
	put_name=$V/in/$1
	put_file=$put_name
	[ ! -e "$put_file" ] || put_file=$V/in/.$1.new
	if printf '%s' "$ft_text" >"$put_file"; then
		place_put
		return 0
	fi
	rm -f "$put_file"
	put_file=
	ask "full $V/in"
	tell "b put $1: no room in $V/in"
}

settle_put() {
	echo whole >>"$V/incoming"
	place_put
}

# place_put: the file is whole.
place_put() {
	[ "$put_file" = "$put_name" ] || mv -f "$put_file" "$put_name"
	[ "$put_name" != "$V/in/common.vars" ] || ask vars
	put_file=
}

# read_bytes LENGTH FILE: exactly so many from stdin. 1: there was no room, but they were read; 2: out of step.
read_bytes() {
	if [ "$1" -eq 0 ]; then
		true >"$2" || return 1
	elif [ "$1" -le 1048576 ]; then
		dd bs="$1" count=1 iflag=fullblock of="$2" && return 0
		[ ! -e "$2" ] || return 1
		# A dd without the flag has read nothing.
		dd bs=1 count="$1" of="$2" || return 2
	else
		{
			dd bs=1048576 count=$(($1 / 1048576)) iflag=fullblock &&
				{ [ $(($1 % 1048576)) -eq 0 ] || dd bs=$(($1 % 1048576)) count=1 iflag=fullblock; }
		} >"$2" || return 2
	fi
}

# kwiz has all of ID. Secrets go at once, the rest when there is enough to be worth a process.
frame_drop() {
	if [ "$secrets" != - ]; then
		for fd_file in "$secrets/in/$1.secret."*; do
			[ ! -e "$fd_file" ] || rm -f "$fd_file"
		done
	fi
	: >"$V/$1.had"
	dropped="$dropped $1"
	[ ${#dropped} -le 200 ] || sweep
	return 0
}

sweep() {
	[ -n "$dropped" ] || return 0
	set --
	for sw_id in $dropped; do set -- "$@" "$V/in/$sw_id."* "$V/$sw_id.late" "$V/$sw_id.reboot"; done
	rm -f "$@"
	dropped=
}

end_attachment() {
	sweep
	[ -z "${put_file:-}" ] || rm -f "$put_file"
	kill -KILL "$writer"
	rm -f "$V/att.$epoch" "$V/tick.$epoch" "$V/nap.$epoch"
	# A wrapper's last poke, that made a file of its FIFO while quit removed them, has kept the folder.
	if [ -d "$V" ] && [ ! -e "$V/boot" ]; then
		lock_mutex
		rmdir "$V" "${V%/*}" "${D%/*}"
	fi
	exit 0
}
