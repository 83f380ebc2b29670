# shellcheck shell=bash
# Actions: resumed, lost hosts, and the answers file before and after.

living_answers() { # living_answers WORK HOST...
	local work=$1 h
	shift
	{
		printf '%s\n' "version: 1" "name: test" "spell: living" "topology: any" "# ours" "hosts:"
		for h; do printf '%s\n' "  - name: $h # of rack $h" "    address: \"$(lab_address "$h")\"" "    roles: [node]"; done
		printf '%s\n' "ssh: {user: root, become: none, identity: $LAB_KEY}" "answers:"
		script_answer work "$work"
	} >"$W/answers.yaml"
}

file_is_as_it_was() {
	cmp "$W/answers.yaml" "$W/before.yaml" || fail "the answers file was changed"
	[ ! -e "$W/answers.yaml.bak" ] || fail "there is a copy although nothing was changed"
}

hosts_action_resumed="action-resumed-1 action-resumed-2"
test_action_resumed() { # kwiz dies in the middle; resume goes on with the action, and writes the file
	living_answers 'i=0; while [ $i -lt 40 ]; do i=$((i + 1)); echo "line $i"; sleep 0.1; done' "$@"
	run_kwiz 0 run --yes "$W/answers.yaml"
	same install "$(on "$2" cat /root/living/made)" "made by"
	cp "$W/answers.yaml" "$W/before.yaml"
	start_kwiz remove --yes "$W/answers.yaml" "$2"
	until_true 60 grep -q 'work | line 10$' "$W/out"
	signal_kwiz KILL
	wait "$KWIZ_JOB" || true
	file_is_as_it_was
	on "$2" test -e /root/living/made || fail "it was taken back before its turn"
	run_kwiz 0 runs list
	grep -E ' remove ' "$W/out" || fail "the list does not name the action"
	cd / # a run is resumed from anywhere
	run_kwiz 0 resume
	same remove "$(on "$1" cat /root/living/works)" "runs of the step"
	same "remove of $2, lost -" "$(on "$1" cat /root/living/told)" "what those that stay were told"
	! on "$2" test -e /root/living/made || fail "$2 was not taken back"
	cmp "$W/answers.yaml.bak" "$W/before.yaml" || fail "the copy is not what the file was"
	same "$(grep -v -e "$2" -e "$(lab_address "$2")" "$W/before.yaml" | awk '/roles:/ && n++ {next} 1')" "$(cat "$W/answers.yaml")" "the file"
	run_kwiz 5 remove --yes "$W/answers.yaml" "$1"
	has "$W/out" "remove: the last node stays; reset takes it"
}

hosts_action_lost="action-lost-1 action-lost-2 action-lost-3"
test_action_lost() { # nothing dials a host that is lost
	living_answers true "$@"
	run_kwiz 0 run --yes "$W/answers.yaml"
	lab cut "$2"
	run_kwiz 0 remove --yes "$W/answers.yaml" --lost "$2"
	hasnt "$W/out" "$2: connecting"
	same "remove of $2, lost $2" "$(on "$3" cat /root/living/told)" "what those that stay were told"
	hasnt "$W/answers.yaml" "$2"
	has "$W/answers.yaml" "name: $3 # of rack $3"
	lab heal "$2"
	on "$2" test -e /root/living/made || fail "something was run on the lost host"
}

hosts_action_majority="action-majority-1 action-majority-2"
test_action_majority() { # half of them lost is too many; so is asking for hosts that are not there
	living_answers true "$@"
	cp "$W/answers.yaml" "$W/before.yaml"
	run_kwiz 5 remove --yes "$W/answers.yaml" --lost "$2"
	has "$W/out" "remove: too many are lost"
	run_kwiz 2 remove --yes "$W/answers.yaml" nobody
	has "$W/out" 'there is no host "nobody"'
	run_kwiz 4 remove "$W/answers.yaml" "$2"
	file_is_as_it_was
	! on "$1" test -e /root/living || fail "a host was touched"
}

hosts_action_fails="action-fails-1 action-fails-2"
test_action_fails() { # the file stays as it was until the action went well
	living_answers 'test -e /root/mended' "$@"
	run_kwiz 0 run --yes "$W/answers.yaml"
	cp "$W/answers.yaml" "$W/before.yaml"
	run_kwiz 1 remove --yes "$W/answers.yaml" "$2"
	file_is_as_it_was
	on "$2" test -e /root/living/made || fail "it was taken back although the step before failed"
	on "$1" touch /root/mended
	run_kwiz 0 resume
	hasnt "$W/answers.yaml" "$2"
}

hosts_action_add="action-add-1 action-add-2"
test_action_add() { # add checks the new host, installs there alone, and upgrade changes an answer
	living_answers true "$1"
	run_kwiz 0 run --yes "$W/answers.yaml"
	cp "$W/answers.yaml" "$W/before.yaml"
	on "$1" rm /root/living/made
	run_kwiz 0 add --yes --keep-file "$W/answers.yaml" --host "$2=$(lab_address "$2")" --roles node
	file_is_as_it_was
	run_kwiz 0 add --yes "$W/answers.yaml" --host "$2=$(lab_address "$2")" --roles node
	has "$W/out" "1 of 1 host measured"
	same add "$(on "$2" cat /root/living/made)" "made by"
	! on "$1" test -e /root/living/made || fail "install's step ran on a host that was there"
	same "add of $2, lost -" "$(on "$1" cat /root/living/told)" "what the others were told"
	has "$W/answers.yaml" "name: $2"
	has "$W/answers.yaml" "# of rack $1"
	run_kwiz 3 add --yes "$W/answers.yaml" --host "$2=$(lab_address "$2")" --roles node
	has "$W/out" "stands here already"
	run_kwiz 0 upgrade --yes "$W/answers.yaml" --to 1.1
	has "$W/answers.yaml" 'edition: "1.1"'
	run_kwiz 3 upgrade --yes "$W/answers.yaml" --to 1.1
	run_kwiz 3 verify --yes "$W/answers.yaml"
	has "$W/out" 'no action "verify"'
	has "$W/out" "it has: install, add, remove, upgrade, reset"
}

hosts_action_busy="action-busy-1 action-busy-2"
test_action_busy() { # two kwiz on one cluster: the second is refused, and changes nothing
	living_answers 'i=0; while [ $i -lt 80 ] && [ ! -e /root/go ]; do i=$((i + 1)); echo "line $i"; sleep 0.1; done' "$@"
	run_kwiz 0 run --yes "$W/answers.yaml"
	cp "$W/answers.yaml" "$W/before.yaml"
	start_kwiz remove --yes "$W/answers.yaml" "$2"
	until_true 60 grep -q 'work | line 3$' "$W/out"
	mv "$W/out" "$W/first"
	run_kwiz 7 upgrade --yes "$W/answers.yaml" --to 1.1
	file_is_as_it_was
	on "$1" touch /root/go
	wait "$KWIZ_JOB" || fail "the first one: $(tail -n 20 "$W/first")"
	same remove "$(on "$1" cat /root/living/works)" "what was worked"
	hasnt "$W/answers.yaml" "$2"
	hasnt "$W/answers.yaml" "edition"
}
