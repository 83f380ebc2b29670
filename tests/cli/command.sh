# shellcheck shell=bash
# shellcheck disable=SC2016 # the inner shell's own variables
# The program itself: help, versions, words it does not know, outputs that fail.

test_help_and_version() {
	expect 0 "$KWIZ" --help
	has out "usage: kwiz" "spell" "answers" "plan" "--version"
	expect 0 "$KWIZ" --version
	has out "kwiz "
	expect 0 "$KWIZ" spell --help
	has out "list" "show" "lint" "new"
	expect 0 "$KWIZ" answers validate --help
	has out "usage: kwiz answers validate FILE" "--set KEY=VALUE" "-v, --verbose"
}

test_unknown_words() {
	expect 2 "$KWIZ" plna x
	has err "did you mean plan?"
	expect 2 "$KWIZ" spell lnit x
	has err "did you mean lint?"
	expect 2 "$KWIZ" plan --jsno x
	has err "did you mean --json?"
	expect 2 "$KWIZ" plan
	expect 2 "$KWIZ" plan a b
	expect 2 "$KWIZ" plan --spells
	expect 2 "$KWIZ"
}

test_closed_output() {
	expect 8 bash -c '"$KWIZ" spell show hello --spells "$SPELLS" >&-'
	has err "cannot write the output"
	if [ -e /dev/full ]; then
		expect 8 bash -c '"$KWIZ" spell show hello --spells "$SPELLS" >/dev/full'
		has err "No space left on device"
	fi
}

test_a_reader_that_goes_away() {
	# the whole schema does not fit into a pipe that nobody reads; SIGPIPE must not kill kwiz silently
	expect 0 bash -c '{ "$KWIZ" answers schema hello --spells "$SPELLS"; echo $? >status; } | true'
	case $(cat status) in
	0 | 8) ;;
	*) echo "exit status $(cat status)"; return 1 ;;
	esac
}

# What is to be written at the end of a run is looked at before it begins; no host is contacted.
test_targets_that_cannot_be_written() {
	printf 'this is no answers file\n' >a.yaml
	mkdir folder
	expect 8 "$KWIZ" run --yes --kubeconfig folder a.yaml
	has err "--kubeconfig: cannot write folder: it is there, and no regular file"
	expect 8 "$KWIZ" run --yes --kubeconfig gone/file a.yaml
	has err "--kubeconfig: cannot write into the folder gone: No such file or directory"
	expect 3 "$KWIZ" run --yes --update-kubeconfig=folder a.yaml
	has err "folder: --update-kubeconfig: this is a folder, not a file"
	printf 'kind: Config\nclusters: {}\n' >config
	expect 3 env KUBECONFIG="$PWD/config" "$KWIZ" reset --yes --update-kubeconfig a.yaml
	has err "config:2:11: --update-kubeconfig: clusters: expected a sequence"
	ln -s config link
	expect 8 "$KWIZ" run --yes --update-kubeconfig=link a.yaml
	has err "link is a symbolic link, to config; name the file itself"
	expect 2 "$KWIZ" run --yes --update-kubeconfig= a.yaml
	has err "--update-kubeconfig= wants a file"
}

# kwiz facts, before any host is contacted.
test_facts_that_cannot_be_kept() {
	expect 0 "$KWIZ" facts --help
	has out "usage: kwiz facts ANSWERS" "--save FOLDER" "--limit HOSTS" "--json"
	expect 2 "$KWIZ" facts
	expect 2 "$KWIZ" facts --save= a.yaml
	expect 3 "$KWIZ" facts a.yaml
	printf 'version: 1\nname: n\nspell: hello\ntopology: any\nhosts:\n  - {name: a, address: 127.0.0.1, roles: [greeter]}\n' >a.yaml
	expect 2 "$KWIZ" facts --spells "$SPELLS" --limit nobody a.yaml
	: >file
	expect 8 "$KWIZ" facts --spells "$SPELLS" --save file a.yaml
	has err "file"
	expect 8 "$KWIZ" facts --spells "$SPELLS" --save file/below a.yaml
	[ ! -s out ]
}
