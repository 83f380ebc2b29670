# shellcheck shell=bash
# What a run does when nothing goes wrong with the way to the host.

hosts_plain='plain-1 plain-2'
test_plain() {
	answers "$@"
	FIRST='echo out; echo err >&2; kwiz_progress 50 "half way"; kwiz_result value "a b"; mkdir -p /root/e2e; echo x >>/root/e2e/first; sleep 1' \
		SECOND='echo "got $KWIZ_RESULT_value"' answers "$@"
	run_kwiz 0 run --yes "$W/answers.yaml"
	has "$W/out" "plain-1 first | out"
	has "$W/out" "plain-2 first | err"
	has "$W/out" "plain-2 second | got a b"
	has "$(log_of plain-1 second)" "got a b"
	has "$(run_folder)/summary.txt" "6 ok"
	has "$(run_folder)/summary.txt" "  value       a b (plain-1)"
	grep -qE '^  Chain       0:0[1-9] of 0:[0-9]{2}: first 0:0[1-9] \(plain-[12]\)' "$(run_folder)/summary.txt" || fail "no longest chain: $(cat "$(run_folder)/summary.txt")"
	has "$(run_folder)/summary.json" '"chain"'
	run_kwiz 0 runs show "$(basename "$(run_folder)")"
	has "$W/out" "6 ok"
	run_kwiz 0 runs log "$(basename "$(run_folder)")" plain-1 second
	has "$W/out" "got a b"
	(cd "$W" && run_kwiz 0 runs report "$(basename "$(run_folder)")")
	tar tzf "$W"/kwiz-report-*.tar.gz | grep -q journal.jsonl
	# nothing of kwiz stays behind but what the step made
	same "" "$(on plain-1 sh -c 'ls -A /run/kwiz /var/lib/kwiz 2>/dev/null | grep -v "^/" | grep -v attach.lock | grep .' || true)" "left on the host"
	run_kwiz 0 reset --yes "$W/answers.yaml"
	on plain-1 sh -c '! [ -e /root/e2e ]'
}

test_unchanged() {
	CHECK='test -e /root/e2e/done' FIRST='mkdir -p /root/e2e; touch /root/e2e/done' answers "$@"
	run_kwiz 0 run --yes "$W/answers.yaml"
	has "$W/out" "first: ok"
	run_kwiz 0 run --yes "$W/answers.yaml"
	has "$W/out" "first: unchanged"
}

hosts_failure='failure-1 failure-2'
test_failure() {
	FIRST='echo before; [ $KWIZ_HOST = failure-2 ] || kwiz_fail "the disk is purple" "paint it"' answers "$@"
	run_kwiz 1 run --yes "$W/answers.yaml"
	has "$W/out" "failure-1 first: failed: exit status 1"
	has "$W/out" "the disk is purple"
	has "$W/out" "paint it"
	has "$W/out" "failure-2 second: ok"
	has "$W/out" "failure-1 aside: ok"
	has "$W/out" "Log: "
	hasnt "$W/out" "failure-1 second: running"
	# tried again: what is done is not done again
	run_kwiz 1 resume
	has "$W/out" "failure-1 first: running, attempt 2"
	hasnt "$W/out" "failure-2 first: running"
}

test_timeout() {
	SECOND='sleep 1234 & sleep 1234' answers "$@"
	run_kwiz 1 run --yes "$W/answers.yaml"
	has "$W/out" "ran into its time limit"
	until_true 60 on "$1" sh -c '! pgrep -f "^sleep 1234" >/dev/null'
}

test_json() {
	FIRST='printf "a\033[31mb\377\n"; kwiz_warn careful' answers "$@"
	run_kwiz 0 run --yes --json "$W/answers.yaml"
	grep -v '^{.*}$' "$W/out" && fail "a line that is no object"
	has "$W/out" '"event":"run"'
	has "$W/out" '"state":"warned"'
	has "$W/out" '\u001B[31mb'
	has "$W/out" '"event":"summary"'
}

test_confirm() {
	answers "$@"
	run_kwiz 4 run "$W/answers.yaml"
	has "$W/out" "--yes"
	[ ! -d "$W/state/kwiz/runs" ] || fail "a run was made"
}

# Steps see no secrets in their environment; kwiz shows none, wherever a host quotes it, also in the step that publishes it.
test_secrets() {
	secrets_are_hidden 0 "$1"
	secrets_are_hidden 0.5 "$1"
}

# A step that ends at once and one that lives on send their output in different ways.
secrets_are_hidden() { # secrets_are_hidden SECONDS HOST
	printf 'purple-monkey-dishwasher' >"$W/pw"
	chmod 600 "$W/pw"
	SSH="user: ubuntu, become: sudo, identity: $LAB_KEY" EXTRA="secrets: {sudo_password: \"file:$LAB_PASSWORD_FILE\"}" \
		PUBLISH="id -u; kwiz_secret minted the-minted-one; echo it is the-minted-one; sleep $1; echo end" \
		QUOTE='test "$(kwiz_read_secret minted)" = the-minted-one; env | grep -c the-minted-one; echo "again the-minted-one"; true' answers "$2"
	run_kwiz 0 run --yes "$W/answers.yaml"
	has "$W/out" "publish | 0"
	has "$W/out" "publish | it is **************"
	hasnt "$W/out" "the-minted-one"
	has "$W/out" "again **************"
	finds_nothing -rF -e the-minted-one -e "$(cat "$LAB_PASSWORD_FILE")" "$(run_folder)" --exclude=answers.yaml --exclude-dir=spell \
		--exclude=plan.json || fail "a secret in the run's folder"
	local rc=0
	on "$2" grep -rF "$(cat "$LAB_PASSWORD_FILE")" /var/lib/kwiz /tmp || rc=$?
	same 1 "$rc" "the password on the host's disk: status of grep, which is to find nothing in folders that are there"
}

test_wrong_sudo_password() {
	printf 'not-the-password' >"$W/pw"
	chmod 600 "$W/pw"
	SSH="user: ubuntu, become: sudo, identity: $LAB_KEY" EXTRA="secrets: {sudo_password: \"file:$W/pw\"}" answers "$@"
	run_kwiz 6 run --yes "$W/answers.yaml"
	has "$W/out" "sudo refused the password (it was tried once)"
}

test_no_sudo_password() {
	SSH="user: ubuntu, become: sudo, identity: $LAB_KEY" answers "$@"
	run_kwiz 6 run --yes "$W/answers.yaml"
	has "$W/out" "sudo wants a password"
}

hosts_limit='limit-head limit-1 limit-2'
test_limit() { # only some hosts and steps; what is not chosen is neither contacted nor changed, and a resume does the same
	local before
	fleet_answers "$@"
	before=$(opened limit-2)
	run_kwiz 1 run --yes --limit limit-1 "$W/answers.yaml"
	has "$W/out" "Not selected, and left alone: limit-head, limit-2"
	has "$W/out" "token on limit-head, for join; it would have published endpoint, token"
	has "$W/out" "limit-1 prepare: ok"
	has "$W/out" "limit-1 join: failed"
	hasnt "$W/out" "limit-2 prepare"
	hasnt "$W/out" "limit-head:"
	same "$before" "$(opened limit-2)" "connections to a host that was not selected"
	run_kwiz 1 resume
	has "$W/out" "limit-1 join: running, attempt 2"
	hasnt "$W/out" "limit-2"
	run_kwiz 0 run --yes --limit 'head,*-1' "$W/answers.yaml"
	has "$W/out" "limit-1 join | joined"
	run_kwiz 0 run --yes --only 'tok*,join' --no-check "$W/answers.yaml"
	hasnt "$W/out" "prepare: running"
	has "$W/out" "limit-2 join: ok"
	has "$W/out" "limit-2 join | joined 10."
	hasnt "$(run_folder)/summary.txt" "endpoint" # a result for steps only
	run_kwiz 0 check --limit limit-2 "$W/answers.yaml"
	has "$W/out" "1 pass"
	run_kwiz 0 reset --yes --limit limit-2 "$W/answers.yaml"
	hasnt "$W/out" "limit-1 "
	run_kwiz 2 run --yes --limit limit-3 "$W/answers.yaml"
	has "$W/out" "--limit limit-3: no host has that name or role; did you mean limit-1?"
	run_kwiz 2 run --yes --limit '' "$W/answers.yaml"
}

hosts_check_text='check-text-1 check-text-2 check-text-3'
test_check_text() { # for a ticket; accepted, stale, out of reach
	local line
	fleet_answers "$@"
	cp -R "$TOP/tests/e2e/spells" "$W/spells"
	sed -i 's/fail: 1M/fail: 900000G/' "$W/spells/fleet/spell.yaml"
	run_kwiz 5 check --spells "$W/spells" "$W/answers.yaml"
	has "$W/out" "fail disk.free: Free disk space, on 3 of 3 hosts"
	has "$W/out" "  wanted: 900000 GB or more"
	has "$W/out" "  what to do: Make room."
	grep -qE '^  check-text-(1|\[1-[23]\])(, check-text-[23])*: [0-9]+ [GM]B$' "$W/out" || fail "no line of hosts: $(cat "$W/out")"
	has "$W/out" "checks: 1 fail, 0 warn, 0 skip, 0 pass, 0 accepted; 3 of 3 hosts measured"
	has "$W/out" "Mend what fails, or accept it with a reason"
	run_kwiz 5 run --yes --spells "$W/spells" "$W/answers.yaml"
	has "$W/out" "fail disk.free"
	[ ! -d "$W/state/kwiz/runs" ] || fail "a run was made"
	run_kwiz 0 check --spells "$W/spells" --accept "disk.free=a test" "$W/answers.yaml"
	has "$W/out" "accepted disk.free: Free disk space, on 3 of 3 hosts"
	has "$W/out" "  accepted because: a test"
	run_kwiz 0 check --accept "disk.free=a test" "$W/answers.yaml"
	has "$W/out" "accept: names disk.free (a test), but no host fails it any more"
	hasnt "$W/out" "pass disk.free"
	run_kwiz 0 check --all "$W/answers.yaml"
	has "$W/out" "pass disk.free: Free disk space, on 3 of 3 hosts"
	run_kwiz 3 check --accept disk.fre=x "$W/answers.yaml"
	has "$W/out" 'the spell has no requirement "disk.fre"; did you mean "disk.free"?'
	run_kwiz 3 check --accept disk.free "$W/answers.yaml"
	EXTRA='accept: {dsk.free: "a test"}' fleet_answers "$@"
	line=$(grep -n '^accept' "$W/answers.yaml" | cut -d: -f1)
	run_kwiz 3 check "$W/answers.yaml"
	has "$W/out" "answers.yaml:$line:10: accept: the spell has no requirement \"dsk.free\"; did you mean \"disk.free\"?"
	fleet_answers "$@"
	lab kill-sshd check-text-3
	run_kwiz 6 check --spells "$W/spells" "$W/answers.yaml" # which counts above the check that fails
	has "$W/out" "not measured: check-text-3 (dial-refused): "
	has "$W/out" "  what to do: Start the host's SSH server"
	has "$W/out" "checks: 1 fail, 0 warn, 0 skip, 0 pass, 0 accepted; 2 of 3 hosts measured"
	run_kwiz 6 check --json --spells "$W/spells" "$W/answers.yaml"
	has "$W/out" '"host":"check-text-3","state":"failed","fault":"dial-refused"'
	tail -n 1 "$W/out" | grep -q '"event":"checks".*"hosts_measured":2,"hosts_missing":1,"stale_accepts":\[\],"exit_status":6}$' || fail "$(tail -n 1 "$W/out")"
}

test_check_json() {
	fleet_answers "$@"
	run_kwiz 0 check --json "$W/answers.yaml"
	grep -qE '^\{"event":"check","time":"20[0-9-]+T[0-9:.]+Z","host":"check-json","check":"disk.free"' "$W/out" ||
		fail "$(cat "$W/out")"
	tail -n 1 "$W/out" | grep -qF '"checks":{"fail":0,"warn":0,"skip":0,"pass":1,"accepted":0}' || fail "$(tail -n 1 "$W/out")"
}
