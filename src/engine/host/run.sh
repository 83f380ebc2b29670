# shellcheck shell=sh
# Runs a script that comes on stdin, with a limit that holds whether kwiz is there or not. Before it stand run_length (of the script, in bytes), run_input
# (of its stdin, which comes behind it; `-`: all that comes, until it ends) and run_limit (seconds). The script is in nobody's arguments and in no file, and
# in a process group of its own where there is setsid: all of it is ended together.

# shellcheck disable=SC2016,SC2154 # for the shell that runs it; those variables
run_inner='n=$1 s=
while [ "$n" -gt 0 ]; do
	c=$(dd bs="$n" count=1 2>/dev/null; echo .)
	c=${c%?}
	[ -n "$c" ] || exit 125
	s=$s$c n=$((n - ${#c}))
done
case $2 in
-) set -- && eval "$s" ;;
0) set -- && exec </dev/null && eval "$s" ;;
*) dd bs=1 count="$2" 2>/dev/null | (set -- && eval "$s") ;;
esac'

# run_signal NAME: to the script and its children
run_signal() {
	kill "-$1" "-$run_pid" 2>/dev/null || kill "-$1" "$run_pid" 2>/dev/null
}

# Told to end, it does, with its sleep; not once the time is up: what the script started may outlive it, and 5 s is all that it has.
run_watch() {
	trap 'kill "$run_nap" 2>/dev/null; exit 0' TERM
	sleep "$run_limit" &
	run_nap=$!
	wait "$run_nap"
	trap '' TERM
	run_signal TERM
	for _ in 1 2 3 4 5; do
		kill -0 "-$run_pid" || kill -0 "$run_pid" || return
		sleep 1
	done
	run_signal KILL
}

run_session=setsid
command -v setsid >/dev/null 2>&1 || run_session=
exec 3<&0
$run_session sh -c "$run_inner" sh "$run_length" "$run_input" <&3 3<&- &
run_pid=$!
# the shell would tell who was killed
exec </dev/null 2>/dev/null 3<&-
# a terminal that goes ends neither this nor the script; what the script starts takes such signals as ever
trap '' HUP
run_watch >/dev/null 2>&1 &
run_dog=$!
wait "$run_pid"
run_status=$?
kill "$run_dog"
wait "$run_dog"
# what lives by what kwiz says is of no use without it
[ "$run_input" != - ] || run_signal TERM
exit "$run_status"
