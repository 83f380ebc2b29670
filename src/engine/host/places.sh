# shellcheck shell=sh
# The folders of a run on this host, and making them ready. Whoever includes this defines refuse TEXT, which ends the program.

# drop_bootstrap: nobody will use it any more; each would stay until the next reboot.
drop_bootstrap() {
	case $0 in */boot.*) rm -f "$0" ;; esac
}

# make_places: D and V, and this attachment's epoch with its FIFO. Sets epoch and secrets.
make_places() {
	for mp_dir in "${D%/*}" "${V%/*}"; do
		[ ! -L "$mp_dir" ] || refuse "$mp_dir is a symbolic link"
	done
	# A reboot leaves V behind where it is no tmpfs.
	mp_boot=
	[ ! -e "$V/boot" ] || read -r mp_boot <"$V/boot"
	if [ "$mp_boot" != "$boot_id $boot_start" ]; then
		make_volatile
	else
		read -r secrets <"$V/secrets"
		read -r epoch <"$V/epoch"
		rm -f "$V/att.$epoch" "$V/tick.$epoch" "$V/nap.$epoch"
		epoch=$((epoch + 1))
		mkfifo "$V/att.$epoch" "$V/tick.$epoch" "$V/nap.$epoch" && printf '%s\n' "$epoch" >"$V/epoch.new" && mv -f "$V/epoch.new" "$V/epoch" ||
			refuse "no room in $V"
	fi
	[ -O "$D" ] && [ -O "$V" ] && [ ! -L "$D" ] && [ ! -L "$V" ] || refuse "$D or $V belongs to somebody else"
	# A put that was cut off.
	if [ -s "$V/incoming" ]; then
		mp_torn=$(tail -n 1 "$V/incoming")
		[ "$mp_torn" = whole ] || rm -f "$mp_torn"
		rm -f "$V/incoming"
	fi
	mv -f "$0" "$V/kwiz.sh" || refuse "cannot write $V/kwiz.sh"
	printf '%s %s %s\n' "${SUDO_UID:-}" "${SUDO_GID:-}" "${SUDO_USER:-}" >"$V/self"
}

# make_volatile: the first attachment of a boot.
make_volatile() {
	[ ! -e "$V" ] || rm -rf "$V"
	epoch=1 secrets=$V
	[ "$uid" = 0 ] || find_runtime
	if [ "$secrets" = - ]; then
		mkdir -p "$D/work" "$V/in"
	else
		mkdir -p "$D/work" "$V/in" "$secrets/in" "$secrets/secret"
	fi || refuse "cannot make $D and $V"
	mkfifo "$V/req" "$V/att.1" "$V/tick.1" "$V/nap.1" || refuse "cannot make FIFOs in $V"
	{
		read -r mv_disk
		read -r mv_memory
	} <<-END
		$(stat -f -c %T "$D" "$secrets")
	END
	case $mv_memory in
	tmpfs | ramfs) ;;
	*) secrets=- ;;
	esac
	mend_control
	printf '%s\n' "$secrets" >"$V/secrets"
	printf '1\n' >"$V/epoch"
	printf '%s %s\n' "$boot_id" "$boot_start" >"$V/boot" || refuse "no room in $V"
}

# Sets secrets: a folder in memory, or - if this host has none for us. logind removes XDG_RUNTIME_DIR with the last
# session, so nothing else is there.
find_runtime() {
	secrets=-
	[ -n "${XDG_RUNTIME_DIR:-}" ] && [ -d "$XDG_RUNTIME_DIR" ] && [ -O "$XDG_RUNTIME_DIR" ] &&
		secrets=$XDG_RUNTIME_DIR/kwiz/$RUN/$HOST
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
		dd if=/dev/null of="$control" bs=1 seek="$mc_good" count=0
	else
		true >"$control" || refuse "no room in $D"
	fi
	# With the attribute S every write to the file is a synced one, which spares a process a record.
	case $mv_disk in
	ext2/ext3 | ext* | xfs | btrfs | overlay*) ! chattr +S "$control" || true >"$V/synced" ;;
	tmpfs | ramfs) true >"$V/synced" ;;
	esac
}

# end_older: the processes of an attachment whose link may hang for hours: its reader, its writer, and their children.
end_older() {
	read -r eo_boot eo_reader eo_start eo_writer eo_begun <"$V/att.pid" || return 0
	rm -f "$V/att.pid"
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
	kill -KILL $eo_reader $eo_writer $eo_children
}
