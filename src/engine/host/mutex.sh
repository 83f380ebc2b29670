# shellcheck shell=sh
# The mutex of a host's attachments, held while one of them finds out who lives.

# flock where there is one, else a file that names its owner.
lock_mutex() {
	[ -d "$top" ] || mkdir -p "$top"
	proc_stat $$
	lm_start=$pstart
	exec 9>>"$top/attach.lock"
	read -r up _ </proc/uptime
	lm_end=$((${up%.*} + 25))
	while ! take_mutex; do
		read -r up _ </proc/uptime
		[ "${up%.*}" -lt "$lm_end" ] || refuse "another attachment holds $top/attach.lock for 25 s"
		sleep 0.2 || sleep 1
	done
}

take_mutex() {
	if command -v flock >/dev/null; then
		# An old BusyBox cannot wait with a limit.
		flock -w 25 9 || flock -n 9
		return
	fi
	set -C
	if printf '%s %s %s\n' $$ "$lm_start" "$boot_id" >"$top/attach.own"; then
		set +C
		return 0
	fi
	set +C
	read -r tm_pid tm_start tm_boot <"$top/attach.own" || return 1
	[ "$tm_boot" = "$boot_id" ] && is_alive "$tm_pid" "$tm_start" && return 1
	# Its owner is gone. Whoever renames it first may try; the others find the new owner.
	mv "$top/attach.own" "$top/attach.own.$$" && rm -f "$top/attach.own.$$"
	return 1
}

unlock_mutex() {
	command -v flock >/dev/null || rm -f "$top/attach.own"
	exec 9>&-
}
