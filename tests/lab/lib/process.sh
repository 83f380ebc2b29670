# shellcheck shell=bash
# Processes are known by pid and start time: a pid alone may be somebody else's by now.

# Sets PROCESS_START (clock ticks after the machine's boot) and PROCESS_PARENT of process $1. Fails if it is gone or a zombie.
process_look() {
	local stat
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
	stat=${stat##*) } # the name before it may hold blanks and parentheses
	local -a fields
	read -ra fields <<<"$stat"
	[[ ${fields[0]} != [ZX] ]] || return 1
	PROCESS_PARENT=${fields[1]}
	PROCESS_START=${fields[19]}
}

# Writes "PID START" of process $1 into file $2.
process_record() {
	process_look "$1" || return 1
	printf '%s %s\n' "$1" "$PROCESS_START" | write_whole "$2"
}

# Is the process of record file $1 alive? Sets PROCESS_PID.
process_alive() {
	local start
	PROCESS_PID=
	{ read -r PROCESS_PID start <"$1"; } 2>/dev/null || return 1
	process_look "$PROCESS_PID" && [ "$PROCESS_START" = "$start" ]
}

# The ancestors of this shell, itself included, into ANCESTORS as " PID PID ... ".
process_ancestors() {
	local pid=$BASHPID
	ANCESTORS=" "
	while [ "$pid" -gt 1 ]; do
		ANCESTORS+="$pid "
		process_look "$pid" || break
		pid=$PROCESS_PARENT
	done
}

# Tries the command $2... every 20 ms until it works, at most $1 seconds.
until_limit() {
	local end=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000))
	shift
	until "$@"; do
		[ "${EPOCHREALTIME/[.,]/}" -lt "$end" ] || return 1
		sleep 0.02
	done
}

# Closes all but standard input, output and error: who outlives this call must hold no lock and no pipe of the caller's.
descriptors_close() {
	local fd
	for fd in /proc/"$BASHPID"/fd/*; do
		fd=${fd##*/}
		case $fd in
		0 | 1 | 2 | 255) ;; # 255: bash's own, closed by exec
		*) { exec {fd}>&-; } 2>/dev/null || : ;;
		esac
	done
}
