# shellcheck shell=bash
# How root is had on hosts with a real sudo, before a plan exists (src/engine/access.h, by tests/transport/kaccess).

# access_as USER LETTERS [ARGUMENT...] HOST: what happened goes to $W/out
access_as() {
	local user=$1 letters=$2 host=${*: -1} program
	program=$(dirname "$(readlink -f "$KWIZ")")/tests/transport/kaccess
	[ -x "$program" ] || {
		echo "kaccess is not built"
		exit 77
	}
	set -- "${@:3:$#-3}"
	kwiz_environment
	lab exec env "${KWIZ_ENVIRONMENT[@]}" "$program" -a "$letters" -F /dev/null -K "$LAB_KNOWN_HOSTS" -i "$LAB_KEY" -l "$user" "$@" -- \
		"$host=$(lab_address "$host")" >"$W/out" 2>&1 </dev/null || fail "status $?: $(tail -n 5 "$W/out")"
}

ends() { # ends PATTERN: the last line about the host
	grep -Eq -- "^end [^ ]+ $1" "$W/out" || {
		echo "# it does not end with '$1':"
		sed 's/^/#   /' "$W/out"
		return 1
	}
}

access_files() {
	printf '%s\n' 'echo "i am $(id -u)"' '[ "$(cat)" = "of nobody else" ] && echo "input is right"' 'ls /run/kwiz /tmp/boot.* 2>/dev/null' 'exit 4' >"$W/script"
	printf 'of nobody else' >"$W/input"
	cp "$LAB_PASSWORD_FILE" "$W/right"
	{
		echo "not that"
		cat "$LAB_PASSWORD_FILE"
	} >"$W/second"
	printf '%s\n' a b c d >"$W/wrong"
}

test_access_root() {
	access_files
	access_as root t -E "$W/script" -I "$W/input" "$1"
	ends 'ready root=self .*fault=- '
	has "$W/out" "performed 4"
	has "$W/out" "input is right"
	access_as operator t -E "$W/script" -I "$W/input" "$1"
	ends 'ready root=free .*fault=- '
	has "$W/out" "out i am 0"
	hasnt "$W/out" asks
	access_as ubuntu t -P "$W/right" -E "$W/script" -I "$W/input" "$1"
	ends 'ready root=password .*fault=- '
	has "$W/out" "asks password 1 for sudo"
	has "$W/out" "out i am 0"
	has "$W/out" "input is right"
	same 1 "$(grep -c asks "$W/out")" "questions for a trial and a script"
	[ -z "$(on "$1" find / -xdev -newer /proc/1 -name 'boot.*' 2>/dev/null)" ] || fail "something was left on the host"
}

test_access_wrong_password() {
	access_files
	access_as ubuntu t -P "$W/second" "$1"
	has "$W/out" "asks password 2 for sudo"
	ends 'ready root=password '
	access_as ubuntu t -P "$W/wrong" -E "$W/script" "$1"
	ends 'ready root=refused .*fault=sudo detail=sudo refused each of 3 passwords'
	has "$W/out" "is not performed"
	hasnt "$W/out" "asks password 4"
	: >"$W/none"
	access_as ubuntu t -P "$W/none" "$1"
	ends 'ready root=refused .*fault=sudo detail=sudo wants a password and none was given'
}

test_access_terminal() {
	access_files
	on "$1" sh -c 'echo "Defaults requiretty" >/etc/sudoers.d/tty; chmod 440 /etc/sudoers.d/tty'
	access_as ubuntu t -P "$W/right" -E "$W/script" -I "$W/input" "$1"
	ends 'ready root=password '
	has "$W/out" "performed 4"
	has "$W/out" "input is right"
	hasnt "$W/out" "$(cat "$LAB_PASSWORD_FILE")"
	on "$1" sh -c 'printf "Defaults use_pty\n" >/etc/sudoers.d/tty'
	access_as operator t -E "$W/script" -I "$W/input" "$1"
	ends 'ready root=free '
	has "$W/out" "input is right"
	on "$1" sh -c 'printf "Defaults:ubuntu !authenticate\nDefaults runas_default=nobody\n" >/etc/sudoers.d/tty'
	access_as ubuntu t "$1"
	ends 'ready root=refused .*detail=sudo made us the user with number '
}

test_access_shells() {
	local shell
	access_files
	for shell in csh fish bash; do
		on "$1" usermod -s "$(on "$1" sh -c "command -v $shell")" ubuntu
		access_as ubuntu t -P "$W/right" -E "$W/script" -I "$W/input" "$1"
		ends 'ready root=password '
		has "$W/out" "performed 4"
		has "$W/out" "input is right"
	done
}
