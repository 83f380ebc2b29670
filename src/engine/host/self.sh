# shellcheck shell=sh
# Steps that run as the login user although kwiz is root (BECOME self). All that is root's stays shut, so the step gets
# copies in /run/kwiz-self/RUN.HOST.ID, a folder that is given away only when nothing of root's will be written there any more.

# Sets self_uid, self_gid, self_name, self_home; empty self_uid if root logged in itself.
read_self() {
	self_uid='' self_gid='' self_name='' self_home=''
	{ read -r self_uid self_gid self_name <"$V/self"; }
	is_id "$self_uid" && [ "$self_uid" -gt 0 ] || {
		self_uid=
		return 0
	}
	while IFS=: read -r rs_name _ rs_uid rs_gid _ rs_home _; do
		if [ "$rs_uid" = "$self_uid" ]; then
			self_name=$rs_name self_gid=$rs_gid self_home=$rs_home
			return 0
		fi
	done <<-END
		$(getent passwd "$self_uid" || cat /etc/passwd)
	END
	return 0
}

prepare_self() {
	[ "$uid" = 0 ] || {
		become=plain
		return 0
	}
	read_self
	if [ -z "$self_uid" ]; then
		become=plain
		return 0
	fi
	[ -n "$self_home" ] || give_up "the login user $self_uid has no home folder"
	if setpriv --reuid="$self_uid" --regid="$self_gid" --init-groups true; then
		as_self="setpriv --reuid=$self_uid --regid=$self_gid --init-groups"
	elif runuser -u "$self_name" -- true; then
		as_self="runuser -u $self_name --"
	elif su -m -s /bin/sh "$self_name" -c true; then
		as_self=su
	else
		give_up "cannot become $self_name: neither setpriv nor runuser nor su works"
	fi
	S=/run/kwiz-self/$RUN.$HOST.$id
	# shellcheck disable=SC2174
	mkdir -p -m 711 /run/kwiz-self && mkdir "$S" "$S/in" "$S/secret" && cp "$V/kwiz.sh" "$S/" ||
		give_up "cannot write $S"
	for ps_file in "$script" "$check" hosts; do
		[ "$ps_file" = - ] || [ ! -e "$V/in/$ps_file" ] || cp "$V/in/$ps_file" "$S/in/" || give_up "cannot write $S"
	done
	for ps_file in "$V/in/$id.secret."* "$V/in/file."*; do
		[ ! -e "$ps_file" ] || cp "$ps_file" "$S/in/" || give_up "cannot write $S"
	done
	reboot_mark=$S/reboot
	chown -R "$self_uid:$self_gid" "$S" || give_up "cannot give $S to $self_name"
}

# run_self COMMAND...: as the login user.
run_self() {
	case $as_self in
	su) su -m -s /bin/sh "$self_name" -c '"$@"' sh "$@" ;;
	*) $as_self "$@" ;;
	esac
}

# exec_self SECONDS FILE: called in the child that becomes the step.
exec_self() {
	HOME=$self_home USER=$self_name LOGNAME=$self_name
	KWIZ_DIR=$self_home/.local/state/kwiz/$RUN/$HOST/work
	KWIZ_FILES=$S/in
	KWIZ_HOSTS=$S/in/hosts
	KWIZ_LIB=$S/kwiz.sh
	KWIZ_REBOOT=$reboot_mark
	[ "$secrets" = - ] || KWIZ_SECRETS=$S
	export HOME USER LOGNAME
	if [ -d "/run/user/$self_uid" ]; then
		XDG_RUNTIME_DIR=/run/user/$self_uid
		export XDG_RUNTIME_DIR
	fi
	cd / || exit 126
	# shellcheck disable=SC2016
	es_enter='umask 077; mkdir -p "$KWIZ_DIR" && cd "$KWIZ_DIR" && umask 022 && exec sh "$KWIZ_LIB" step "$KWIZ_FILES/$0"'
	# shellcheck disable=SC2086
	case $as_self:$guard in
	su:timeout) exec timeout -k 10 "$1" su -m -s /bin/sh "$self_name" -c "$es_enter" "$2" ;;
	su:*) exec setsid su -m -s /bin/sh "$self_name" -c "$es_enter" "$2" ;;
	*:timeout) exec timeout -k 10 "$1" $as_self sh -c "$es_enter" "$2" ;;
	*) exec setsid $as_self sh -c "$es_enter" "$2" ;;
	esac
}

# collect_self: published secrets come home, read as the user so that no link leads further; then the copies go.
collect_self() {
	for cs_file in "$S/secret/"*; do
		is_name "${cs_file##*/}" && [ -f "$cs_file" ] || continue
		run_self cat "$cs_file" >"$secrets/secret/.${cs_file##*/}.new" &&
			mv -f "$secrets/secret/.${cs_file##*/}.new" "$secrets/secret/${cs_file##*/}"
	done
	run_self rm -rf "$S/in" "$S/secret" "$S/kwiz.sh" "$S/reboot"
	rmdir "$S"
}
