# shellcheck shell=bash
# A run on a screen.

# The terminal goes away (a closed window, a lost ssh) while the run's screen is open: as at the first ^C, what runs goes to its end, nothing
# new starts, kwiz ends, and the run can be resumed.
test_terminal_gone() {
	FIRST='mkdir -p /root/e2e; i=0; while [ $i -lt 40 ]; do i=$((i + 1)); echo "line $i"; sleep 0.1; done; touch /root/e2e/over' answers "$@"
	# script(1) gives kwiz a terminal, and takes it away when it is killed
	export -f kwiz lab
	# shellcheck disable=SC2016
	TERM=xterm SHELL=$BASH script -qefc 'kwiz run --yes "$W/answers.yaml"' "$W/screen" >"$W/script" 2>&1 </dev/null &
	local terminal=$! pid
	until_true 60 test -s "$W/screen"
	until_true 60 grep -qa 'line 5' "$W/screen" || { tail -n 3 "$W/screen"; return 1; }
	grep -qaF $'\033[?1049h' "$W/screen" || fail "no screen was opened"
	pid=$(kwiz_pid)
	kill -KILL "$terminal"
	wait "$terminal" 2>/dev/null || true
	until_true 60 test ! -e "/proc/$pid"
	on "$1" test -e /root/e2e/over || { tail -n 4 "$(run_folder)/journal.jsonl"; cat "$(run_folder)/summary.txt" "$W/script"; return 1; }
	same "$(seq -f 'line %g' 40)" "$(cat "$(log_of "$1" first)")" "log"
	[ -s "$(run_folder)/summary.txt" ] || fail "no summary was kept"
	[ ! -e "$(run_folder)/logs/$1/second.1.log" ] || fail "something new was started"
	run_kwiz 0 resume
	has "$W/out" "second: ok"
}
