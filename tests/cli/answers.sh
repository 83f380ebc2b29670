# shellcheck shell=bash
# kwiz answers init, validate, schema; kwiz plan.

good() {
	"$KWIZ" answers init hello any --spells "$SPELLS" >a.yaml
}

test_init_validate_plan() {
	good
	expect 0 "$KWIZ" answers validate a.yaml --spells "$SPELLS"
	has out "a.yaml: valid (hello 1.0, topology any, 1 host)"
	expect 0 "$KWIZ" plan a.yaml --spells "$SPELLS"
	has out "1. prepare: Make the folder" "3. report: Say what stands where" "after   greet"
	expect 0 "$KWIZ" plan --action reset a.yaml --spells "$SPELLS"
	has out "1. report: Undo: Say what stands where" "steps/prepare.undo.sh"
	expect 3 "$KWIZ" plan --action rest a.yaml --spells "$SPELLS"
	has err 'did you mean "reset"?'
	expect 2 "$KWIZ" answers init hello any -o a.yaml --spells "$SPELLS"
	expect 3 "$KWIZ" answers init hello ayn --spells "$SPELLS"
	has err 'did you mean "any"?'
}

test_where_values_come_from() {
	good
	sed -i 's/^answers:/answers: {times: 2, greeting: file}/; /^  # /d' a.yaml
	KWIZ_ANSWER_TIMES=3 KWIZ_ANSWER_loud=true expect 0 "$KWIZ" answers validate -v --set greeting=option a.yaml --spells "$SPELLS"
	has out "option"
	grep -Eq '^  times +3 +environment$' out
	grep -Eq '^  greeting +option +option$' out
	grep -Eq '^  loud +true +environment$' out
	grep -Eq '^  language +english +default$' out
	expect 0 "$KWIZ" answers validate -v a.yaml --spells "$SPELLS"
	grep -Eq '^  times +2 +file, line [0-9]+$' out
	KWIZ_ANSWER_TYPO=1 expect 0 "$KWIZ" answers validate a.yaml --spells "$SPELLS"
	has err "warning: KWIZ_ANSWER_typo is set"
	expect 3 "$KWIZ" answers validate --set tiems=1 a.yaml --spells "$SPELLS"
	has err 'did you mean "times"?'
}

test_all_faults_at_once() {
	good
	sed -i -e 's/^name:.*/name: Bad_Name/' -e 's/^topology:/topolgy:/' -e 's/greeter\]}/gretter], prot: 22}/' a.yaml
	sed -i 's/^answers:/answers: {loud: no, times: 99, password: hunter2}/; /^  # /d' a.yaml
	expect 3 "$KWIZ" answers validate a.yaml --spells "$SPELLS"
	has err "a.yaml:4:7: name: " 'unknown key "topolgy" in an answers file; did you mean "topology"?' \
		'unknown key "prot" in a host; did you mean "port"?' 'the key "topology" is missing' \
		'loud: expected true or false, found the text "no"; write false' "times: expected at most 9; found the number 99" \
		"password is a secret and never stands in the file"
	lacks err hunter2
	[ ! -s out ]
}

test_bad_files() {
	expect 3 "$KWIZ" plan gone.yaml
	has err "gone.yaml: cannot open the file: No such file or directory"
	truncate -s 100M big.yaml
	expect 3 "$KWIZ" plan big.yaml
	has err "the file has 104857600 bytes"
	printf 'a: 1\0\n' >nul.yaml
	expect 3 "$KWIZ" plan nul.yaml
	has err "nul.yaml:1:5: a NUL byte"
	printf 'a: \xff\n' >latin.yaml
	expect 3 "$KWIZ" plan latin.yaml
	has err "latin.yaml:1:4: the byte 0xff is not valid UTF-8"
	printf 'a: 1\na: 2\n' >twice.yaml
	expect 3 "$KWIZ" plan twice.yaml
	has err 'twice.yaml:2:1: the key "a" stands here twice; the first is on line 1'
	printf 'a: &a [1]\nb: [*a, *a]\n' >bomb.yaml
	expect 3 "$KWIZ" plan bomb.yaml
	has err "bomb.yaml:1:4: anchors"
	printf 'version: 1\nname: x\nspell: helo\ntopology: any\nhosts: []\n' >spell.yaml
	expect 3 "$KWIZ" plan spell.yaml --spells "$SPELLS"
	has err 'spell.yaml:3:8: spell: there is no spell "helo"; did you mean "hello"?' "spell.yaml:5:8: hosts: expected at least one"
	expect 3 "$KWIZ" plan /
	has err "/: this is a folder, not a file"
	mkfifo pipe
	expect 3 "$KWIZ" plan pipe
	has err "pipe: not a regular file"
	expect 2 "$KWIZ" plan ""
	has err "an argument is empty"
}

test_a_changed_spell_needs_confirmation() {
	good
	sed -i 's/^spell: hello/spell: {name: hello, digest: "sha256:0000000000000000000000000000000000000000000000000000000000000000"}/' a.yaml
	expect 4 "$KWIZ" plan a.yaml --spells "$SPELLS"
	has err "is not the one these answers were saved with" "confirm: [spell-changed]"
	echo 'confirm: [spell-changed]' >>a.yaml
	expect 0 "$KWIZ" plan a.yaml --spells "$SPELLS"
}

test_plan_is_the_same_bytes() {
	good
	expect 0 "$KWIZ" plan --json a.yaml --spells "$SPELLS"
	cp out first
	sleep 1
	expect 0 "$KWIZ" plan --json a.yaml --spells "$SPELLS"
	cmp out first
	if command -v python3 >/dev/null; then
		python3 - <<-'P'
			import json
			plan = json.load(open("out"))
			assert [s["id"] for s in plan["steps"]] == ["prepare", "greet", "report"]
			assert [t["needs"] for t in plan["tasks"]] == [[], [0], [1]]
			assert plan["hosts"][0]["variables"]["KWIZ_ANSWER_times"] == "1"
			assert not any("password" in v.lower() for v in plan["hosts"][0]["variables"])
		P
	fi
}

test_schema_agrees() {
	good
	expect 0 "$KWIZ" answers schema hello --spells "$SPELLS"
	if ! python3 -c 'import jsonschema, yaml' 2>/dev/null; then
		skip test_schema_agrees "python3 lacks jsonschema and yaml"
		return
	fi
	python3 - <<-'P'
		import json, yaml, jsonschema
		schema = json.load(open("out"))
		answers = yaml.safe_load(open("a.yaml"))
		answers["answers"] = {"times": 3, "loud": False, "extras": ["date"], "network": "10.0.0.0/8"}
		jsonschema.validate(answers, schema)
		for key, bad in {"times": 10, "loud": "no", "extras": ["x"], "nosuch": 1, "language": "french"}.items():
		    answers["answers"] = {key: bad}
		    try:
		        jsonschema.validate(answers, schema)
		    except jsonschema.ValidationError:
		        continue
		    raise SystemExit(f"{key}: {bad} passes")
	P
}
