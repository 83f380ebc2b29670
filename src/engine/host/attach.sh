# shellcheck shell=sh
# The attachment: the shell at the host's end of kwiz's one channel, and the last part of the bootstrap. It takes the
# host's lock, finds or starts the supervisor, says hello, forks the writer and then reads kwiz's frames.

# refuse TEXT: ends the attachment before there is a writer.
refuse() {
	printf 'bad %.200s\n' "$1"
	drop_bootstrap
	exit 1
}

attach() {
	umask 077
	export LC_ALL=C
	exec 2>/dev/null
	find_places
	read_boot
	lock_mutex
	check_lock
	make_places
	exec 5<>"$V/att.$epoch"
	end_older
	find_supervisor
	unlock_mutex
	control_length=0
	[ ! -s "$control" ] || control_length=$(stat -c %s "$control" || wc -c <"$control")
	printf 'hello 1 %s %s %s %s %s %s\n' "$epoch" "$boot_id" "$boot_start" "$found" "$uid" "$control_length"
	read_start
	exec 3<>"$V/req"
	{ write_all "$from"; } </dev/null 4>&1 3>&- &
	writer=$!
	# Not before: a signal in the moment after the fork would be lost on the writer.
	trap end_attachment HUP TERM
	exec >/dev/null
	proc_stat "$writer"
	printf '%s %s %s %s %s\n' "$boot_id" $$ "$lm_start" "$writer" "$pstart" >"$V/att.pid"
	[ "$found" = new ] || printf '%s audit\n' "$epoch" >&3
	read_frames
	end_attachment
}
