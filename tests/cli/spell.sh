# shellcheck shell=bash
# kwiz spell list, show, lint, new.

test_list_and_show() {
	expect 0 "$KWIZ" spell list --spells "$SPELLS"
	has out "hello            1.0        Hello"
	expect 0 "$KWIZ" spell show hello --spells "$SPELLS"
	has out "greeter          1 to 500 hosts" "language: Language" 'only when language != "silent"' "Digest: sha256:" "first(greeter)"
}

test_the_build_tree_finds_its_own() {
	expect 0 "$KWIZ" spell show hello
	has out "/spells/hello"
}

test_spells_below_another_prefix() {
	mkdir -p moved/bin moved/share/kwiz/spells
	cp "$KWIZ" moved/bin/kwiz
	cp -r "$SPELLS/hello" moved/share/kwiz/spells
	expect 0 moved/bin/kwiz spell show hello
	has out "$PWD/moved/share/kwiz/spells/hello"
	# only from a folder bin
	mv moved/bin moved/tools
	expect 0 moved/tools/kwiz spell list
	lacks out "moved"
}

test_spells_folder_must_be_there() {
	expect 2 "$KWIZ" spell list --spells nowhere
	has err "--spells: nowhere: No such file or directory"
	: >a-file
	expect 2 "$KWIZ" plan --spells a-file x.yaml
	has err "--spells: a-file is no folder"
	expect 2 "$KWIZ" plan
	has err "an argument is missing; wanted: kwiz plan FILE"
}

test_where_spells_are_found() {
	mkdir -p mine/hello own/kwiz/spells
	cp -r "$SPELLS/hello/." mine/hello
	sed -i 's/^title: Hello/title: Mine/' mine/hello/spell.yaml
	KWIZ_SPELLS=/nonexistent:$PWD/mine expect 0 "$KWIZ" spell list
	has out "Mine"
	lacks out "Hello"
	# options come before the environment
	KWIZ_SPELLS=$PWD/mine expect 0 "$KWIZ" spell show hello --spells "$SPELLS"
	lacks out "Mine"
	mv mine/hello own/kwiz/spells/hello
	XDG_DATA_HOME=$PWD/own expect 0 "$KWIZ" spell list
	has out "Mine"
	expect 3 "$KWIZ" spell show helo
	has err 'there is no spell "helo"; did you mean "hello"? (searched: '
}

test_new_and_lint() {
	expect 0 "$KWIZ" spell new mine
	expect 0 "$KWIZ" spell lint mine
	has out "mine: 1 step, nothing wrong (checked with sh"
	expect 2 "$KWIZ" spell new mine
	has err "is there already"
	expect 2 "$KWIZ" spell new "No Such"
	expect 8 "$KWIZ" spell new /proc/nothing/here
	# what a new spell begins with must plan, too
	expect 0 "$KWIZ" answers init ./mine -o a.yaml
	sed -i 's|^spell: mine|spell: ./mine|' a.yaml
	expect 0 "$KWIZ" plan a.yaml
}

test_lint_finds_faults() {
	"$KWIZ" spell new bad >/dev/null
	echo 'if true; then' >bad/steps/first.sh
	printf 'kwiz_result answer 42\n' >bad/steps/first.undo.sh
	sed -i '/check:/d' bad/spell.yaml
	expect 3 "$KWIZ" spell lint bad
	has err "bad/steps/first.sh:" "sh -n: " "has no check; say rerun: safe"
	printf 'kwiz_result answer 42\n' >bad/steps/first.sh
	expect 3 "$KWIZ" spell lint bad
	has err 'bad/steps/first.sh:1:13: kwiz_result answer: the step does not declare it; add results: [answer]'
	command -v shellcheck >/dev/null || return 0
	# shellcheck disable=SC2016 # the script's own $1
	printf 'cd $1\n' >bad/steps/first.sh
	expect 3 "$KWIZ" spell lint bad
	has err "bad/steps/first.sh:1:1: shellcheck: "
}

test_bad_input() {
	"$KWIZ" spell new bad >/dev/null
	# missing script
	rm bad/steps/first.sh
	expect 3 "$KWIZ" spell show ./bad
	has err 'bad/spell.yaml:27:10: run: the file "steps/first.sh" can'"'"'t be read: No such file or directory'
	# a spell is all or nothing: with one fault it is not used, and all faults are told
	sed -i -e 's/^title:/titel:/' -e 's/on: all/on: everywhere/' bad/spell.yaml
	expect 3 "$KWIZ" spell show ./bad
	has err 'did you mean "title"?' 'there is no question or role "everywhere"' "steps/first.sh"
	# binary, huge, bomb
	head -c 100 /dev/zero >bad/spell.yaml
	expect 3 "$KWIZ" spell lint bad
	has err "bad/spell.yaml:1:1: a NUL byte"
	truncate -s 100M bad/spell.yaml
	expect 3 "$KWIZ" spell lint bad
	has err "the file has 104857600 bytes; kwiz reads at most 1048576 here"
	printf 'a: &a [x]\nb: *a\n' >bad/spell.yaml
	expect 3 "$KWIZ" spell lint bad
	has err "bad/spell.yaml:1:4: anchors"
	rm bad/spell.yaml
	mkfifo bad/spell.yaml
	expect 3 "$KWIZ" spell lint bad
	has err "not a regular file"
}
