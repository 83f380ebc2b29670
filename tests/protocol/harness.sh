# shellcheck shell=bash
# What every fault test starts with. A test is a bash function; it runs in a process of its own, as a user of its own, with
# a home folder of its own, and fails by `die`. T is its folder, SHELL_NAME the host's sh: dash, bash or busybox.
set -u

D=$T/home/.local/state/kwiz/r1/h1
V=$D/volatile
declare -A TO FROM PEER

die() {
	printf 'FAIL %s (line %s)\n' "$*" "${BASH_LINENO[0]} ${BASH_LINENO[1]:-}" >&2
	exit 1
}

skip() {
	printf 'SKIP %s\n' "$*" >&2
	exit 77
}

# The host: a PATH whose `sh` is the shell under test. BusyBox as a host has nothing but BusyBox.
setup() {
	mkdir -p "$T/bin" "$T/home"
	case $SHELL_NAME in
	busybox)
		busybox --install -s "$T/bin"
		HOST_PATH=$T/bin
		;;
	*)
		ln -sf "$(command -v "$SHELL_NAME")" "$T/bin/sh"
		HOST_PATH=$T/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
		;;
	esac
	cat /proc/sys/kernel/random/boot_id >"$T/boot_id"
	LOADER=$(cat "$HOST_DIR/loader.sh")
}

# bootstrap FILE LIST LINE...: the bootstrap as kwiz makes it, LINEs being parameters. The boot's identity is read from
# $T/boot_id so that a test can boot the host; `hold` files stop a wrapper where a test wants to find it; the supervisor
# looks around every second.
bootstrap() {
	local file=$1 list=$2 part
	shift 2
	{
		printf '%s\n' "RUN='r1'" "HOST='h1'" "OPERATOR='test@here'" "$@"
		while read -r part; do cat "$HOST_DIR/$part"; done <"$HOST_DIR/$list.list"
	} | sed "s/sleep 5 &/sleep 1 \&/
s#/proc/sys/kernel/random/boot_id#$T/boot_id#
s#^	own_request 8.*#	while [ -e $T/hold-accepted ]; do sleep 0.05; done; &#
s#^	\# An empty claim.*#	while [ -e $T/hold-claimed ]; do sleep 0.05; done#" >"$file"
}

# reach COMMAND: sets HOW to what runs COMMAND on the host, as a login shell does.
reach() {
	HOW=(env -i HOME="$T/home${HOME_SUFFIX:-}" PATH="$HOST_PATH" ${RUNTIME:+XDG_RUNTIME_DIR="$RUNTIME"} ${SUDO_ENV:-}
		"${LOGIN_SHELL[@]:-$T/bin/sh}" -c "$1")
}

# dial NAME [LINE...]: one channel to the host, up to the bootstrap being sent.
dial() {
	local name=$1
	shift
	mkdir -p "$T/$name"
	[ -e "$T/$name/boot.sh" ] || bootstrap "$T/$name/boot.sh" bootstrap "$@"
	mkfifo "$T/$name/orders" "$T/$name/answers"
	reach "exec sh -c '$LOADER'"
	"$PEER_PROGRAM" "$T/$name" "${HOW[@]}" <"$T/$name/orders" >"$T/$name/answers" 2>"$T/$name/stderr" &
	PEER[$name]=$!
	exec {TO[$name]}>"$T/$name/orders" {FROM[$name]}<"$T/$name/answers"
	ask "$name" "boot $T/$name/boot.sh"
}

# ask NAME ORDER: see peer.c. Sets answer.
ask() {
	printf '%s\n' "$2" >&"${TO[$1]}"
	IFS= read -r -t 60 answer <&"${FROM[$1]}" || die "peer $1 says nothing to: $2"
	[[ $answer == ok* ]] || die "$1: $2: ${answer#no }"
	answer=${answer#ok}
	answer=${answer# }
}

# attach NAME [LINE...]: a whole attachment from the beginning of the records.
attach() {
	dial "$@"
	ask "$1" 'wait 15 ^hello'
	hello=$answer
	ask "$1" 'send from 0'
	ask "$1" 'send go'
}

frame() { ask "$1" "send $2"; }
expect() { ask "$1" "wait ${3:-15} $2"; }

# count NAME PATTERN N: exactly so many frames.
count() {
	ask "$1" "count $2"
	[ "$answer" = "$3" ] || die "$answer frames match $2, not $3"
}

# script NAME: stdin becomes a script that was put.
script() {
	cat >"$T/script.$2"
	ask "$1" "put $2 $T/script.$2"
}

# hang_up NAME: kwiz goes away.
hang_up() {
	exec {TO[$1]}>&- {FROM[$1]}<&-
	kill -KILL "${PEER[$1]}" 2>/dev/null
	wait "${PEER[$1]}" 2>/dev/null
	return 0
}

# within SECONDS COMMAND...: waits for a condition.
within() {
	local turns=$(($1 * 50))
	shift
	until "$@"; do
		((turns-- > 0)) || die "did not come true: $*"
		sleep 0.02
	done
}

gone() { [ ! -d "/proc/$1" ] || grep -q '^State:	Z' "/proc/$1/status" 2>/dev/null; }
supervisor() { read -r sup _ <"$V/sup" && printf '%s' "$sup"; }
wrapper() { awk '$1 == "wrapper" { print $2 }' "$V/$1.acc"; }
group() { awk '$1 == "group" { print $2 }' "$V/$1.acc"; }
synced_record() { grep -q "$1" "$D/control"; }

kill_supervisor() {
	local pid
	pid=$(supervisor)
	kill -KILL "$pid"
	within 5 gone "$pid"
}

# Processes of the host: whoever runs from the test's home or carries a request.
host_processes() {
	local file of_host="^$T/home"
	[ "$OWN" = 0 ] || of_host="^($T/home|/run/kwiz/)"
	for file in /proc/[0-9]*; do
		if { tr '\0' '\n' <"$file/cmdline" | grep -qE "$of_host" || tr '\0' '\n' <"$file/environ" | grep -q '^KWIZ_REQUEST=r[0-9]/h'; } 2>/dev/null; then
			gone "${file#/proc/}" || printf '%s\n' "${file#/proc/}"
		fi
	done
}

# boot: the host loses all its processes and comes back as another boot.
boot() {
	local pids
	# Until there are none: some may just have been forked.
	while pids=$(host_processes) && [ -n "$pids" ]; do
		# shellcheck disable=SC2086
		kill -KILL $pids 2>/dev/null
		sleep 0.02
	done
	printf '%s-%s\n' "$RANDOM" "$RANDOM" >"$T/boot_id"
}

# abort ID
abort() {
	local name=abort$RANDOM
	mkdir -p "$T/$name"
	bootstrap "$T/$name/boot.sh" abort "ABORT='$1'"
	dial "$name"
	ask "$name" 'wait 30 ^bye'
	ask "$name" 'gone 5'
	hang_up "$name"
}

no_processes() { [ -z "$(host_processes)" ]; }

# done_with NAME: the run ends cleanly and nothing is left.
done_with() {
	frame "$1" 'quit clear'
	expect "$1" '^bye'
	[ ! -e "$D" ] || die "$D is still there"
	hang_up "$1"
	within 10 no_processes
}
