# shellcheck shell=bash
# The promises that matter most: a step runs once, outlives kwiz and the link, and its log is complete.

COUNTING='mkdir -p /root/e2e; echo run >>/root/e2e/count; i=0; while [ $i -lt 60 ]; do i=$((i + 1)); echo "line $i"; sleep 0.1; done'

counted_log() { # counted_log HOST: all 60 lines, once, in order
	same "$(seq -f 'line %g' 60)" "$(cat "$(log_of "$1" first)")" "log"
	same run "$(on "$1" cat /root/e2e/count)" "runs of the step"
}

test_killed_kwiz() {
	FIRST=$COUNTING answers "$@"
	start_kwiz run --yes "$W/answers.yaml"
	until_true 60 grep -q 'first | line 10$' "$W/out"
	signal_kwiz KILL
	wait "$KWIZ_JOB" || true
	sleep 1
	run_kwiz 0 resume
	counted_log "$1"
	has "$W/out" "first: ok"
}

test_killed_kwiz_step_over() { # resumed only when the step is long over
	FIRST=$COUNTING answers "$@"
	start_kwiz run --yes "$W/answers.yaml"
	until_true 60 grep -q 'first | line 3$' "$W/out"
	signal_kwiz KILL
	wait "$KWIZ_JOB" || true
	until_true 60 on "$1" sh -c 'grep -h "^end" /var/lib/kwiz/*/*/control | grep -q exit'
	run_kwiz 0 resume
	counted_log "$1"
}

test_cut_link() { # the link is cut for 60 s in the middle of a step of 75 s
	FIRST='mkdir -p /root/e2e; echo run >>/root/e2e/count; i=0; while [ $i -lt 75 ]; do i=$((i + 1)); echo "line $i"; sleep 1; done' answers "$@"
	start_kwiz run --yes "$W/answers.yaml"
	until_true 60 grep -q 'first | line 3$' "$W/out"
	lab cut "$1"
	sleep 60
	lab heal "$1"
	wait "$KWIZ_JOB" || fail "kwiz: $(tail -n 20 "$W/out")"
	same "$(seq -f 'line %g' 75)" "$(cat "$(log_of "$1" first)")" "log"
	same run "$(on "$1" cat /root/e2e/count)" "runs of the step"
	has "$W/out" "lost"
}

test_killed_sshd() {
	FIRST=$COUNTING answers "$@"
	start_kwiz run --yes "$W/answers.yaml"
	until_true 60 grep -q 'first | line 10$' "$W/out"
	lab kill-sshd --sessions "$1"
	wait "$KWIZ_JOB" || fail "kwiz: $(tail -n 20 "$W/out")"
	counted_log "$1"
}

kind_reboot=systemd
test_reboot() {
	FIRST='mkdir -p /root/e2e; cat /proc/1/stat | cut -d" " -f22 >/root/e2e/boot; kwiz_reboot' \
		SECOND='test "$(cut -d" " -f22 /proc/1/stat)" != "$(cat /root/e2e/boot)"; echo back' answers "$@"
	run_kwiz 0 run --yes "$W/answers.yaml"
	has "$W/out" "second | back"
	has "$W/out" "rebooting"
}

kind_crash=systemd
test_crash() { # the host dies in the middle of a step that may be run again
	FIRST='mkdir -p /root/e2e; echo run >>/root/e2e/count; sync; [ "$(wc -l </root/e2e/count)" -gt 1 ] || sleep 100; echo done' answers "$@"
	start_kwiz run --yes "$W/answers.yaml"
	until_true 60 on "$1" test -s /root/e2e/count
	lab crash "$1"
	until_true 60 grep -qE "$1: lost \(dial-" "$W/out" # after "lost (lost)": why it stays so
	lab up "$1"
	wait "$KWIZ_JOB" || fail "kwiz: $(tail -n 20 "$W/out")"
	same 2 "$(on "$1" sh -c 'wc -l </root/e2e/count')" "runs of the step"
}

test_two_at_once() {
	FIRST=$COUNTING answers "$@"
	start_kwiz run --yes "$W/answers.yaml"
	local first=$KWIZ_JOB
	until_true 60 grep -q 'first | line 3$' "$W/out"
	local id
	id=$(basename "$(run_folder)")
	mv "$W/out" "$W/out1"
	run_kwiz 7 resume "$id"
	STATE=$W/state2 run_kwiz 7 run --yes "$W/answers.yaml"
	has "$W/out" "another run lives on this host"
	wait "$first" || fail "the first kwiz failed: $(tail -n 5 "$W/out1")"
	counted_log "$1"
}

hosts_expired_token='expired-head expired-1 expired-2'
test_expired_token() { # HEAD NODE NODE: a token that has expired is made anew, by the retry that the step has and by resume; one that is good is kept
	fleet_answers "$@"
	sed -i 's/^spell: .*/spell: expiry/' "$W/answers.yaml"
	local head=$1 late=$2 slow=$3
	on "$late" sh -c 'mkdir -p /root/e2e; echo 1 2 >/root/e2e/expired'
	on "$slow" sh -c 'mkdir -p /root/e2e; : >/root/e2e/hold'
	start_kwiz run --yes "$W/answers.yaml"
	until_true 60 grep -q "token 2 has expired" "$W/out"
	has "$W/out" "token 1 has expired"
	# kwiz is gone while the other node is still at it, so that the head keeps the token that has expired
	signal_kwiz KILL
	wait "$KWIZ_JOB" || true
	on "$slow" rm /root/e2e/hold
	run_kwiz 0 resume
	same 3 "$(on "$late" cat /root/e2e/joined)" "token of $late"
	same 1 "$(on "$slow" cat /root/e2e/joined)" "token of $slow"
	same 3 "$(on "$head" sh -c 'wc -l </root/e2e/minted')" "tokens that were made"

	on "$head" sh -c ': >/root/e2e/good'
	on "$late" sh -c 'rm /root/e2e/joined; : >/root/e2e/stumble'
	run_kwiz 0 run --yes "$W/answers.yaml"
	has "$W/out" "stumbled"
	same 4 "$(on "$late" cat /root/e2e/joined)" "token of $late, that was kept"
	hasnt "$W/out" "token-"
}
