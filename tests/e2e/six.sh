# shellcheck shell=bash
# Six throwaway hosts, highly available, and kwiz that makes them so: what the tests of topology ha share. Sourced; begin with six_begin, end with six_end.
set -uo pipefail
top=$PWD
NAME=six
# shellcheck source=tests/e2e/cluster.sh
. tests/e2e/cluster.sh
HOSTS=(m1 m2 m3 i1 w1 w2)
ADDRESSES=(10.1.4.11 10.1.4.12 10.1.4.13 10.1.4.21 10.1.4.31 10.1.4.32)
VIRTUAL=10.1.4.100

all_up() {
	local i
	local -a named=()
	for i in "${!HOSTS[@]}"; do named+=("${HOSTS[i]}=${ADDRESSES[i]}"); done
	up "${named[@]}"
}
nothing_left() { states "$work/after" && diff -r "$work/before" "$work/after"; }

ready() { [ "$(kubectl get nodes --no-headers | awk '$2 == "Ready"' | tee -a /dev/stderr | wc -l)" = 6 ]; }
# sample_answers [SECONDS]: through each node and the address, at last.
sample_answers() {
	local address deadline=$((SECONDS + ${1:-10}))
	for address in "${ADDRESSES[@]}" "$VIRTUAL"; do
		until page_of "$address"; do
			[ "$SECONDS" -lt "$deadline" ] || { echo "no page from $address"; return 1; }
			sleep 1
		done
	done
}
one_holder() { [ "$(holders | tee -a /dev/stderr | wc -l)" = 1 ]; }
servers_are_ready() {
	local i
	for i in 0 1 2; do
		lab exec curl --silent --insecure --fail --noproxy '*' --max-time 3 "https://${ADDRESSES[i]}:6443/readyz" >/dev/null || return 1
	done
}
back() {
	local name deadline=$((SECONDS + 120))
	for name in m1 m2 m3; do
		lab shell "$name" true 2>/dev/null || up "$name" || return 1
	done
	# A node is called Ready for 40 s after its end: the host's own API server, too.
	until ready && servers_are_ready; do
		[ "$SECONDS" -lt "$deadline" ] || return 1
		sleep 2
	done
}
reset() { kwiz reset --yes "$work/answers.yaml"; }

# six_begin: the hosts, and answers for them; nothing is installed yet.
six_begin() {
	command -v python3 >/dev/null || { echo "skip - all: python3 is not installed"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
	if [ -n "${KWIZ_KEEP:-}" ] && [ -s "$work/before/w2" ]; then return; fi
	lab down --all >/dev/null 2>&1
	check "packages and images" lab kubernetes build
	check "limits of the machine" lab machine
	check "six hosts" all_up
	check "mirror and registry" lab kubernetes serve
	lab_answers ha >"$work/answers.yaml"
	check "as they are before" states "$work/before"
}
six_end() {
	echo "$passed passed, $failed failed, 0 skipped"
	[ "$failed" -eq 0 ]
}
