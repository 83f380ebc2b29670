# shellcheck shell=bash
# Actions on the command line, as far as no host is needed: plans, refusals, the list.

good() {
	printf '%s\n' "version: 1" "name: t" "spell: hello" "topology: any" "hosts:" \
		"  - {name: a, address: 10.0.0.1, roles: [greeter]}" "  - {name: b, address: 10.0.0.2, roles: [greeter]}" >a.yaml
	cp a.yaml before.yaml
}
untouched() { cmp a.yaml before.yaml && [ ! -e a.yaml.bak ]; }

test_list() {
	good
	expect 0 "$KWIZ" action --list a.yaml --spells "$SPELLS"
	has out "remove           hosts that leave   Stop greeting hosts" "verify           none"
	expect 2 "$KWIZ" action --list --spells "$SPELLS" verify a.yaml
	has err "--list takes an answers file and nothing else"
	expect 2 "$KWIZ" action verify
	has err "expected the name of an action and an answers file"
	expect 2 "$KWIZ" action reset a.yaml --spells "$SPELLS"
	has err "reset has a command of its own: kwiz reset"
	expect 3 "$KWIZ" action renw a.yaml --spells "$SPELLS"
	has err 'no action "renw"; did you mean "renew"?' "it has: install, verify, add, remove, upgrade, renew, reset"
}

test_plans() {
	good
	expect 0 "$KWIZ" plan --action remove a.yaml b --spells "$SPELLS"
	has out "2. undo-greet: Undo: Write the greeting" "greeter (leaves)"
	expect 0 "$KWIZ" plan --action remove a.yaml --lost b --spells "$SPELLS"
	has out "greeter (lost)"
	lacks out undo-greet
	expect 0 "$KWIZ" plan --action add a.yaml --host c=root@10.0.0.3 --roles greeter --spells "$SPELLS"
	has out "greeter (new)" "b                        10.0.0.2                 greeter (not selected)"
	expect 0 "$KWIZ" plan --action upgrade a.yaml --to 1.1 --json --spells "$SPELLS"
	has out '"KWIZ_BEFORE_edition": "1.0"' '"KWIZ_ANSWER_edition": "1.1"'
	mv out first
	expect 0 "$KWIZ" plan --action upgrade a.yaml --set edition=1.1 --json --spells "$SPELLS"
	cmp first out
	untouched
}

test_refusals() {
	good
	expect 2 "$KWIZ" plan --action remove a.yaml b --limit b --spells "$SPELLS"
	expect 2 "$KWIZ" plan a.yaml b --spells "$SPELLS"
	has err "for install and reset there is --limit"
	expect 5 "$KWIZ" remove --yes a.yaml a b --spells "$SPELLS"
	has err "nobody would be left to greet; kwiz reset takes everything back"
	expect 2 "$KWIZ" remove --yes a.yaml --spells "$SPELLS"
	expect 2 "$KWIZ" remove --yes a.yaml x --spells "$SPELLS"
	expect 2 "$KWIZ" add --yes a.yaml --spells "$SPELLS"
	has err "hosts that stand in the file already are installed by kwiz run"
	expect 2 "$KWIZ" add --yes a.yaml --host c=10.0.0.3 --spells "$SPELLS"
	has err "expected --roles"
	expect 2 "$KWIZ" add --yes a.yaml --host c --roles greeter --spells "$SPELLS"
	has err "--host takes NAME=ADDRESS, not c"
	expect 3 "$KWIZ" add --yes a.yaml --host a=10.0.0.3 --roles greeter --spells "$SPELLS"
	has err 'a.yaml:6:5: the host "a" stands here already'
	expect 3 "$KWIZ" add --yes a.yaml --host c=10.0..3 --roles gretter --spells "$SPELLS"
	has err "a.yaml as it would be:9:14: address:" 'did you mean "greeter"?'
	expect 2 "$KWIZ" upgrade --yes a.yaml --spells "$SPELLS"
	has err "--to VALUE for edition"
	expect 3 "$KWIZ" upgrade --yes a.yaml --to one --spells "$SPELLS"
	expect 3 "$KWIZ" upgrade --yes a.yaml --to 1.0 --spells "$SPELLS"
	has err "there is nothing to change"
	KWIZ_ANSWER_edition=1.2 expect 3 "$KWIZ" upgrade --yes a.yaml --to 1.1 --spells "$SPELLS"
	has err "KWIZ_ANSWER_edition is set and says 1.2"
	expect 5 "$KWIZ" upgrade --yes a.yaml --to 1.3 --spells "$SPELLS"
	expect 2 "$KWIZ" action renew --yes a.yaml a --to 1.1 --spells "$SPELLS"
	expect 2 "$KWIZ" action verify --yes a.yaml a --spells "$SPELLS"
	has err "verify is about the whole cluster; it takes no hosts"
	untouched
}

# On this machine itself: confirmed, done, written down, taken back.
test_on_this_machine() {
	export XDG_STATE_HOME=$PWD/state
	printf '%s\n' "version: 1" "name: t" "spell: hello" "topology: any" "hosts:" "  # this one" \
		"  - {name: a, address: local, roles: [greeter], become: none}" "answers: {folder: \"$PWD/greetings\"}" >a.yaml
	cp a.yaml before.yaml
	expect 0 "$KWIZ" run --yes a.yaml --spells "$SPELLS"
	expect 4 "$KWIZ" verify a.yaml --spells "$SPELLS"
	expect 0 "$KWIZ" verify --yes a.yaml --spells "$SPELLS"
	has out "the greeting stands"
	untouched
	expect 0 "$KWIZ" action renew --yes a.yaml a --spells "$SPELLS"
	untouched
	expect 0 "$KWIZ" upgrade --yes a.yaml --to 1.1 --spells "$SPELLS"
	cmp a.yaml.bak before.yaml
	expect 0 "$KWIZ" verify --yes a.yaml --spells "$SPELLS"
	has greetings/greeting "edition 1.1"
	expect 0 "$KWIZ" runs list
	has out " upgrade " " renew " " verify "
	expect 0 "$KWIZ" reset --yes a.yaml --spells "$SPELLS"
	[ ! -e greetings ]
}

# The wizard's dialogue offers what the spell of an installed cluster can do, and hands over.
test_dialogue() {
	export XDG_STATE_HOME=$PWD/state
	printf '%s\n' "version: 1" "name: t" "spell: hello" "topology: any" "hosts:" \
		"  - {name: a, address: local, roles: [greeter], become: none}" "answers:" "  folder: \"$PWD/greetings\"" >a.yaml
	"$KWIZ" --plain --spells "$SPELLS" <<<'!' >out 2>&1 || true
	lacks out "action:"
	expect 0 "$KWIZ" run --yes "$PWD/a.yaml" --spells "$SPELLS"
	cp a.yaml before.yaml
	"$KWIZ" --plain --spells "$SPELLS" <<<$'action\n9\n4\n\n' >out 2>&1 || true # an empty line goes back
	has out "4 action: do something else with a cluster that is installed" "4 t, upgrade: Write another edition" \
		"Expected a number from 1 to 5." "New value of edition: "
	"$KWIZ" --plain --spells "$SPELLS" <<<$'action\n4\n--keep-file\n1.1\nno\n' >out 2>&1 || true
	has out "Expected no options here." "Begin upgrade now? yes, no [no]: no"
	untouched
	"$KWIZ" --plain --spells "$SPELLS" <<<$'action\n4\n1.1\nyes\n' >out 2>&1
	has out "hello upgrade, t: done"
	has a.yaml 'edition: "1.1"'
	"$KWIZ" --plain --spells "$SPELLS" <<<$'action\n2\nb=local greeter\nyes\n' >out 2>&1
	has a.yaml "name: b"
	"$KWIZ" --plain --spells "$SPELLS" <<<$'action\n3\na b\nyes\n' >out 2>&1 && return 1
	has out "nobody would be left to greet"
	"$KWIZ" --plain --spells "$SPELLS" <<<$'action\n3\nlost=b\nyes\n' >out 2>&1
	lacks a.yaml "name: b"
	has greetings/farewells "b was lost"
	"$KWIZ" --plain --spells "$SPELLS" <<<$'reset\n1\n' >out 2>&1 || true # of what stands, not of what was installed
	has out "1 t, hello any, remove: done just now" "Opened: t, any, 1 host."
}
