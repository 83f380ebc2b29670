# shellcheck shell=sh
# A user that may use sudo, with the operator's public key; or that user taken back. POSIX sh, run as root; kwiz puts before it:
#   action=make|undo  user=NAME  key='TYPE BLOB COMMENT'  rule='NOPASSWD: ALL'|ALL  has_password=yes|no
# With has_password=yes the first line of standard input is the password of a user that is new.
# What was there before, and what was added, is kept in $undo until it is taken back.
set -eu
umask 077
: "${action:?}" "${user:?}" "${key:?}" "${rule:?}" "${has_password:?}"
undo=${KWIZ_UNDO:-/var/lib/kwiz/undo}/sudo-user-$user
sudoers=/etc/sudoers.d/kwiz-$user

die() {
	echo "$*" >&2
	exit 1
}

home_of() {
	if command -v getent >/dev/null 2>&1; then
		getent passwd "$1" | cut -d: -f6
	else
		grep "^$1:" /etc/passwd | cut -d: -f6
	fi
}

is_user() { id -u "$1" >/dev/null 2>&1; }

label() {
	if command -v restorecon >/dev/null 2>&1; then
		restorecon "$@" >/dev/null 2>&1 || :
	fi
}

make_user() {
	shell=/bin/sh
	[ ! -x /bin/bash ] || shell=/bin/bash
	: >"$undo/made-user"
	if command -v useradd >/dev/null 2>&1; then
		useradd -m -s "$shell" "$user" || die "useradd did not make $user"
	elif command -v adduser >/dev/null 2>&1; then
		adduser -D -s "$shell" "$user" || die "adduser did not make $user"
	else
		rm -f "$undo/made-user"
		die "there is neither useradd nor adduser here"
	fi
	if [ "$has_password" = yes ]; then
		IFS= read -r password || [ -n "$password" ] || die "no password came for the new user"
		printf '%s:%s\n' "$user" "$password" | chpasswd >/dev/null || die "chpasswd did not take the password"
	else
		# Not "!": sshd without PAM takes that for an account that is locked.
		printf '%s:*\n' "$user" | chpasswd -e >/dev/null 2>&1 || :
	fi
}

add_key() {
	home=$(home_of "$user")
	if [ -z "$home" ] || [ ! -d "$home" ]; then
		die "$user has no home folder"
	fi
	folder=$home/.ssh
	file=$folder/authorized_keys
	# Root does not write where the user's links lead.
	if [ -h "$folder" ] || [ -h "$file" ]; then
		die "$folder or the file in it is a symbolic link: left alone"
	fi
	if [ ! -d "$folder" ]; then
		: >"$undo/made-folder"
		mkdir -m 700 "$folder"
		chown "$(id -u "$user"):$(id -g "$user")" "$folder"
	fi
	if [ ! -e "$file" ]; then
		: >"$undo/made-file"
		: >"$file"
		chmod 600 "$file"
		chown "$(id -u "$user"):$(id -g "$user")" "$file"
	fi
	if grep -qxF -e "$key" "$file"; then
		echo "the key was there already"
		return
	fi
	printf '%s\n' "$key" >>"$undo/keys"
	if [ -n "$(tail -c 1 "$file")" ]; then
		echo >>"$file"
	fi
	printf '%s\n' "$key" >>"$file"
	label "$folder" "$file"
}

# The rule is valid before sudo reads it: names with a dot are none of sudo's.
allow_sudo() {
	[ -d /etc/sudoers.d ] || mkdir -m 750 /etc/sudoers.d
	printf '# Made by kwiz.\n%s ALL=(ALL:ALL) %s\n' "$user" "$rule" >"$sudoers.new"
	chmod 0440 "$sudoers.new"
	chown 0:0 "$sudoers.new"
	if ! visudo -cf "$sudoers.new" >"$undo/visudo" 2>&1; then
		rm -f "$sudoers.new"
		die "visudo does not take the rule: $(cat "$undo/visudo")"
	fi
	if [ -e "$sudoers" ] && [ ! -e "$undo/sudoers" ] && [ ! -e "$undo/sudoers.before" ]; then
		cp -p "$sudoers" "$undo/sudoers.before"
	fi
	cp -p "$sudoers.new" "$undo/sudoers"
	mv -f "$sudoers.new" "$sudoers"
	label "$sudoers"
	if ! visudo -c >"$undo/visudo" 2>&1; then
		take_back_sudo
		die "visudo finds the rules invalid with the new one, which was taken back: $(cat "$undo/visudo")"
	fi
	rm -f "$undo/visudo"
}

make() {
	command -v visudo >/dev/null 2>&1 || die "sudo is not installed here: there is no visudo"
	grep -Eq '^[[:space:]]*[@#]includedir[[:space:]]+"?/etc/sudoers\.d' /etc/sudoers || die "/etc/sudoers does not include /etc/sudoers.d"
	if is_user "$user" && [ "$(id -u "$user")" -eq 0 ]; then
		die "$user is root: it needs no sudo"
	fi
	mkdir -p "$undo"
	if is_user "$user"; then
		echo "$user is there already; its password stays as it is"
	else
		make_user
	fi
	add_key
	allow_sudo
	echo "$user logs in with the key and may use sudo"
}

take_back_sudo() {
	if [ ! -e "$undo/sudoers" ]; then
		return
	fi
	if [ -e "$sudoers" ] && ! cmp -s "$sudoers" "$undo/sudoers"; then
		echo "$sudoers was changed since: it stays"
	elif [ -e "$undo/sudoers.before" ]; then
		cp -p "$undo/sudoers.before" "$sudoers"
	else
		rm -f "$sudoers"
	fi
	rm -f "$undo/sudoers" "$undo/sudoers.before"
}

take_back_key() {
	home=$(home_of "$user")
	file=$home/.ssh/authorized_keys
	if [ -z "$home" ] || [ -h "$home/.ssh" ] || [ -h "$file" ]; then
		return
	fi
	if [ -e "$undo/keys" ] && [ -e "$file" ]; then
		grep -vxF -f "$undo/keys" "$file" >"$undo/left" || :
		cat "$undo/left" >"$file"
		rm -f "$undo/left" "$undo/keys"
	fi
	if [ -e "$undo/made-file" ] && [ ! -s "$file" ]; then
		rm -f "$file"
	fi
	if [ -e "$undo/made-folder" ]; then
		rmdir "$home/.ssh" 2>/dev/null || :
	fi
}

take_back_user() {
	if [ ! -e "$undo/made-user" ] || ! is_user "$user"; then
		return
	fi
	if command -v userdel >/dev/null 2>&1; then
		userdel -r "$user" >"$undo/userdel" 2>&1 || ! is_user "$user" || die "userdel does not remove $user: $(cat "$undo/userdel")"
	else
		home=$(home_of "$user")
		deluser --remove-home "$user" >/dev/null 2>&1 || deluser "$user" || die "deluser does not remove $user"
		case $home in /home/?*) rm -rf "$home" ;; esac
	fi
}

undo() {
	[ -d "$undo" ] || die "kwiz has made no user $user here that could be taken back"
	take_back_user # first: while the user is logged in, nothing of it can be taken back
	take_back_key
	take_back_sudo
	rm -rf "$undo"
	rmdir "${undo%/*}" 2>/dev/null || : # others may have something there
	echo "$user is as it was before kwiz"
}

case $action in
make) make ;;
undo) undo ;;
*) die "no such action: $action" ;;
esac
