# shellcheck shell=bash
# Hosts that can't be reached, or should not be.

test_wrong_key() {
	ssh-keygen -q -t ed25519 -N '' -f "$W/other"
	SSH="user: root, become: none, identity: $W/other" answers "$@"
	run_kwiz 6 run --yes "$W/answers.yaml"
	has "$W/out" "(auth)"
}

test_refused_port() {
	lab kill-sshd "$1"
	answers "$@"
	run_kwiz 6 run --yes "$W/answers.yaml"
	has "$W/out" "(dial-refused): $(lab_address "$1") port 22: "
	lab start-sshd "$1"
}

test_unreachable() {
	lab cut "$1"
	answers "$@"
	run_kwiz 6 run --yes "$W/answers.yaml"
	lab heal "$1"
}

test_new_host_key() {
	: >"$W/empty"
	answers "$@"
	KNOWN_HOSTS=$W/empty run_kwiz 6 run --yes "$W/answers.yaml"
	has "$W/out" "SHA256:"
	[ ! -s "$W/empty" ] || fail "the key was remembered"
	KNOWN_HOSTS=$W/empty run_kwiz 0 run --yes --accept-new-host-keys "$W/answers.yaml"
	[ -s "$W/empty" ] || fail "the key was not remembered"
	KNOWN_HOSTS=$W/empty run_kwiz 0 run --yes "$W/answers.yaml"
}

test_changed_host_key() {
	ssh-keygen -q -t ed25519 -N '' -f "$W/forged"
	{
		echo "# a comment"
		echo "$(lab_address "$1") $(cut -d' ' -f1,2 "$W/forged.pub")"
	} >"$W/known"
	answers "$@"
	KNOWN_HOSTS=$W/known run_kwiz 6 run --yes --accept-new-host-keys "$W/answers.yaml"
	has "$W/out" "$W/known line 2"
}
