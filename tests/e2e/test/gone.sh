# shellcheck shell=bash
# The terminal goes away (a closed window, a lost ssh) while the run's screen is open: as at the first ^C, what runs goes to its end, nothing
# new starts, kwiz ends, and the run can be resumed.

test_terminal_gone() {
	local pid
	FIRST='mkdir -p /root/e2e; i=0; while [ $i -lt 40 ]; do i=$((i + 1)); echo "line $i"; sleep 0.1; done; touch /root/e2e/over' answers "$@"
	on_terminal run --yes "$W/answers.yaml"
	until_true 60 grep -qa 'line 5' "$W/out"
	grep -qaF $'\033[?1049h' "$W/out" || fail "no screen was opened"
	pid=$(kwiz_pid)
	# script(1) holds the terminal's other end
	kill -KILL "$TERMINAL_JOB"
	wait "$TERMINAL_JOB" 2>/dev/null || true
	exec 7>&-
	until_true 60 test ! -e "/proc/$pid"
	on "$1" test -e /root/e2e/over || fail "the step was not left to end"
	same "$(seq -f 'line %g' 40)" "$(cat "$(log_of "$1" first)")" "log"
	[ -s "$(run_folder)/summary.txt" ] || fail "no summary was kept"
	[ ! -e "$(run_folder)/logs/$1/second.1.log" ] || fail "something new was started"
	run_kwiz 0 resume
	has "$W/out" "second: ok"
}
