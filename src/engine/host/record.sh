# shellcheck shell=sh
# Writing control records, and waking whoever passes them on.

# append LINES: to the control records, synced. One write, so records of several wrappers do not mix.
append() {
	printf '%s\n' "$1" >>"$control" || return 1
	[ -e "$V/synced" ] || dd if=/dev/null of="$control" conv=notrunc,fsync
}

# record LINES: like append; when there is no room the reserve is given up, and as somebody else may take it this is
# tried for 2 s. Sets was_full to the mount then.
record() {
	was_full=
	append "$1" && return 0
	give_up_reserve "$D"
	re_turn=0
	while [ "$re_turn" -lt 20 ]; do
		time_now
		# A torn line may precede: the newline ends it, and readers skip what is no record.
		append "${newline}full $was_full $now$newline$1" && return 0
		sleep 0.1 || {
			sleep 1
			re_turn=$((re_turn + 9))
		}
		re_turn=$((re_turn + 1))
	done
	return 1
}

# give_up_reserve FOLDER: there is no room in it. Sets was_full to its mount.
give_up_reserve() {
	rm -f "$D/reserve"
	was_full=$(df -P "$1" | {
		read -r _
		read -r _ _ _ _ _ gu_mount
		printf '%s' "$gu_mount"
	})
	case $was_full in
	'' | *[!A-Za-z0-9_./-]*) was_full=$1 ;;
	esac
}

# poke LINE: wakes the writer of the newest attachment. `1<>` neither blocks nor fails when nobody reads.
poke() {
	read -r pk_epoch <"$V/epoch" || return 0
	[ ! -p "$V/att.$pk_epoch" ] || printf '%s\n' "$1" 1<>"$V/att.$pk_epoch"
}
