# shellcheck shell=bash
# kwiz facts: what there is to know of hosts, shown, limited, as JSON Lines and kept in files.

hosts_facts="facts-a facts-b"
test_facts() {
	local a b
	answers "$@"
	run_kwiz 0 facts --save "$W/kept/deep" "$W/answers.yaml"
	a=$(grep -n "^$1 (" "$W/out" | cut -d: -f1) b=$(grep -n "^$2 (" "$W/out" | cut -d: -f1)
	same 1 "$a" "line of the first host"
	[ "$b" -gt 50 ] || fail "hosts are not shown in the order of the answers: $a, $b"
	grep -qE '^ +uid +0$' "$W/out" || fail "the user is not shown"
	grep -qE "^ +hostname +$1\$" "$W/out" || fail "the name is not shown"
	grep -qE "^ +resolve:$2 " "$W/out" || fail "it was not asked for the other's name"
	has "$W/out" "  System"
	has "$W/out" "tool: yes"
	hasnt "$W/out" "need-root"
	# in the script's form, for the owner alone
	same "700 700" "$(stat -c %a "$W/kept" "$W/kept/deep" | xargs)" "modes of the folders"
	same "600 600" "$(stat -c %a "$W/kept/deep/$1.facts" "$W/kept/deep/$2.facts" | xargs)" "modes of the files"
	same "facts 1" "$(head -n 1 "$W/kept/deep/$1.facts")" "first line"
	same "end 1" "$(tail -n 1 "$W/kept/deep/$1.facts")" "last line"
	has "$W/kept/deep/$2.facts" "hostname $2"
	# only one of them, over what was kept
	echo old >"$W/kept/deep/$1.facts"
	run_kwiz 0 facts --limit "$1" --save "$W/kept/deep" "$W/answers.yaml"
	hasnt "$W/out" "$2 ("
	has "$W/kept/deep/$1.facts" "hostname $1"
	run_kwiz 0 facts --json "$W/answers.yaml"
	same 2 "$(wc -l <"$W/out")" "lines of JSON"
	same "$1 $2" "$(sed -nE 's/^\{"event":"facts",.*"host":"([^"]*)","facts":\{.*"uid":\["0"\].*\}\}$/\1/p' "$W/out" | xargs)" "hosts in JSON"
	# as a user: what only root knows is named
	SSH="user: operator, become: sudo, identity: $LAB_KEY" answers "$1"
	run_kwiz 0 facts "$W/answers.yaml"
	has "$W/out" "  Only root could tell"
	# nothing is left there
	[ -z "$(on "$1" find / -xdev -newer /etc/hostname -user operator -type f 2>/dev/null)" ] || fail "something was written on the host"
}

test_facts_of_a_host_that_is_off() {
	answers "$1"
	sed -i "/name: $1/a\\  - {name: nobody, address: 10.1.4.250, roles: [node]}" "$W/answers.yaml"
	run_kwiz 6 facts --save "$W/kept" "$W/answers.yaml"
	has "$W/out" "x nobody (dial-"
	has "$W/out" "1 host did not answer"
	grep -qE "^ +hostname +$1\$" "$W/out" || fail "the other's facts are not shown"
	same "$1.facts" "$(ls "$W/kept")" "what was kept"
	run_kwiz 6 facts --json "$W/answers.yaml"
	has "$W/out" '"event":"host"'
	has "$W/out" '"fault":"dial-'
}

test_facts_of_a_hostile_host() {
	answers "$1"
	# shellcheck disable=SC2016 # for the host
	on "$1" sh -c 'printf "ID=\"evil\033[2J\033]0;title\007\"\nPRETTY_NAME=\"x\nend 1\nVERSION_ID=\"\$(touch /tmp/owned)\"\n" >/etc/os-release; printf "key;x\nroot no\n" >/etc/machine-id'
	run_kwiz 0 facts --save "$W/kept" "$W/answers.yaml"
	grep -qE '^ +os.id +evil$' "$W/out" || fail "what could be read is not shown"
	finds_nothing -P '[\x00-\x09\x0b-\x1f\x7f]' "$W/out" "$W/kept/$1.facts"
	on "$1" test ! -e /tmp/owned || fail "the host's file was run"
	same 1 "$(grep -cx 'end 1' "$W/kept/$1.facts")" "ends"
}

test_facts_interrupted() {
	local rc=0
	answers "$1"
	sed -i "/name: $1/a\\  - {name: silent, address: 10.1.5.9, roles: [node]}" "$W/answers.yaml"
	kwiz_environment
	lab exec timeout -s INT 1 env "${KWIZ_ENVIRONMENT[@]}" "$KWIZ" facts --save "$W/kept" "$W/answers.yaml" >"$W/out" 2>&1 </dev/null || rc=$?
	has "$W/out" "interrupted; nothing was changed"
	same 124 "$rc" "status of timeout(1), which had to send the signal"
	same "" "$(ls "$W/kept")" "what was kept"
}
