# shellcheck shell=bash
# Being told to stop.

LONG='mkdir -p /root/e2e; echo begun; i=0; while [ $i -lt 40 ]; do i=$((i + 1)); sleep 0.1; done; echo over; touch /root/e2e/over'

stopped_by() { # stopped_by SIGNAL HOST: what runs goes to its end, nothing new starts, and the run can be resumed
	FIRST=$LONG SECOND='echo second; touch /root/e2e/second' answers "$2"
	start_kwiz run --yes "$W/answers.yaml"
	until_true 60 grep -q 'first | begun' "$W/out"
	signal_kwiz "$1"
	local rc=0
	wait "$KWIZ_JOB" || rc=$?
	same 130 "$rc" "exit status"
	has "$W/out" "first | over"
	hasnt "$W/out" "second: running"
	has "$W/out" "kwiz resume"
	run_kwiz 0 resume
	has "$W/out" "second: ok"
}
test_sigint() { stopped_by INT "$1"; }
test_sigterm() { stopped_by TERM "$1"; }
test_sighup() { stopped_by HUP "$1"; }

test_abort() {
	FIRST='echo begun; sleep 1234 & sleep 1234' answers "$@"
	start_kwiz run --yes "$W/answers.yaml"
	until_true 60 grep -q 'first | begun' "$W/out"
	signal_kwiz INT
	until_true 60 grep -q 'starts\|started' "$W/out"
	sleep 0.3
	signal_kwiz INT
	local rc=0
	wait "$KWIZ_JOB" || rc=$?
	same 130 "$rc" "exit status"
	until_true 60 on "$1" sh -c '! pgrep -f "^sleep 1234" >/dev/null'
}

test_closed_stdout() {
	FIRST="$LONG" answers "$@"
	local rc=0
	kwiz run --yes "$W/answers.yaml" 2>"$W/err" </dev/null | head -n 3 >"$W/head" || rc=$?
	rc=${PIPESTATUS[0]}
	until_true 30 test -s "$(run_folder)/summary.txt"
	has "$(run_folder)/summary.txt" "3 ok"
}
