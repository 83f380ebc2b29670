# shellcheck shell=bash
# Six throwaway hosts, highly available, and kwiz that makes them so: what the tests of topology ha share. Sourced; begin with six_begin, end with six_end.
# KWIZ_SIX_KEEP=FOLDER: the hosts and what kwiz wrote (in FOLDER) stay when a test ends, and the next one goes on with them. For work on the tests.
set -uo pipefail
top=$PWD
export KWIZ_LAB=${KWIZ_LAB:-six}
KWIZ=${BUILD:-$top/build}/kwiz
# shellcheck source=tests/lab/demo.sh
. tests/lab/demo.sh
lab() { "$top/tests/lab/lab" "$@"; }
work=${KWIZ_SIX_KEEP:-$(mktemp -d "${TMPDIR:-/tmp}/kwiz-six.XXXXXX")} || exit 1
mkdir -p "$work"
end() {
	[ -z "${KWIZ_SIX_KEEP:-}" ] || return
	lab down --all >/dev/null 2>&1
	rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM
passed=0 failed=0
# check NAME COMMAND...: what follows a # at the beginning of a line is shown also when all is well.
check() {
	local name=$1 start=$SECONDS
	shift
	if "$@" >"$work/check.log" 2>&1; then
		passed=$((passed + 1))
		echo "ok - $name ($((SECONDS - start)) s)"
		sed -n 's/^#/ /p' "$work/check.log"
	else
		failed=$((failed + 1))
		echo "not ok - $name ($((SECONDS - start)) s)"
		tail -n 60 "$work/check.log" | sed 's/^/    /'
	fi
}
HOSTS=(m1 m2 m3 i1 w1 w2)
ADDRESSES=(10.1.4.11 10.1.4.12 10.1.4.13 10.1.4.21 10.1.4.31 10.1.4.32)
VIRTUAL=10.1.4.100

command_line() {
	demo_environment
	line=("$top/tests/lab/lab" exec env "HOME=$work" "XDG_STATE_HOME=$work/state" "KWIZ_KNOWN_HOSTS=$LAB_KNOWN_HOSTS" KWIZ_SSH_CONFIG=/dev/null "$KWIZ" "$@")
}
kwiz() {
	local -a line
	command_line "$@"
	"${line[@]}" </dev/null
}
up() { # up HOST...: as they were, if they were there
	local name hook
	local -a control=() others=()
	hook=$(lab kubernetes hook) || return 1
	for name; do
		case $name in m*) control+=("$name") ;; *) others+=("$name") ;; esac
	done
	if [ ${#control[@]} -gt 0 ]; then lab up --cpus 2 --mem 4G --disk 24G --hook "$hook" "${control[@]}" || return 1; fi
	if [ ${#others[@]} -gt 0 ]; then lab up --cpus 2 --mem 2200M --disk 24G --hook "$hook" "${others[@]}" || return 1; fi
}
all_up() {
	local i
	local -a named=()
	for i in "${!HOSTS[@]}"; do named+=("${HOSTS[i]}=${ADDRESSES[i]}"); done
	up "${named[@]}"
}
# state_of HOST: what reset must leave as it found it. Package lists and caches, logs and what systemd keeps for itself do not count.
state_of() {
	# shellcheck disable=SC2016 # for the shell of the host
	lab shell "$1" sh -c '
		dpkg-query -W -f "\${db:Status-Status} \${Package}\n" | grep "^installed" | sed "s/^/package /"
		find /etc /opt /usr/local /usr/lib/systemd /var/lib /run/systemd/system -xdev ! -type d 2>/dev/null |
			grep -Ev "^/var/lib/(apt|dpkg|systemd|dbus|man-db|ucf|private)/|^/etc/(ld.so.cache|mtab)|^/var/lib/kwiz/lab" | sort | sed "s/^/file /"
		ip -o link show | sed -E "s/^[0-9]+: ([^:@]*).*/link \1/" | sort
		ip -o addr show | awk "{ print \"address\", \$2, \$4 }" | sort
		ip route show | sed "s/^/route /" | sort
		iptables-save 2>/dev/null | grep -E "^(:|-A)" | sed -E "s/\[[0-9:]*\]//; s/^/rule /" | grep -Ev "^rule :(INPUT|OUTPUT|FORWARD|PREROUTING|POSTROUTING) ACCEPT"
		ps -eo comm= | grep -E "^(kube|etcd|haproxy|keepalived|containerd)" | sort -u | sed "s/^/process /"
		systemctl list-unit-files --state=enabled --no-legend --plain | awk "{ print \"enabled\", \$1 }" | sort
		sha256sum /etc/hosts /etc/fstab | sed "s/^/sum /"' 2>/dev/null
}
states() { # states FOLDER
	local name
	mkdir -p "$1"
	for name in "${HOSTS[@]}"; do
		state_of "$name" >"$1/$name"
		[ -s "$1/$name" ] || return 1
	done
}
nothing_left() { states "$work/after" && diff -r "$work/before" "$work/after"; }

newest() { find "$work/state/kwiz/runs" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | tail -n 1; }
install() { kwiz run --yes --kubeconfig "$work/kubeconfig" "$work/answers.yaml" | tee "$work/out"; return "${PIPESTATUS[0]}"; }
again() { install && grep -q "nothing was changed" "$work/out"; }
kubectl_is() { command -v kubectl || find "${KWIZ_CACHE:-$HOME/.cache/kwiz}"/kubernetes/binaries-*/kubectl | head -n 1; }
kubectl() { lab exec "$(kubectl_is)" --kubeconfig "$work/kubeconfig" --request-timeout="${LIMIT:-10s}" "$@"; }
ready() { [ "$(kubectl get nodes --no-headers | awk '$2 == "Ready"' | tee -a /dev/stderr | wc -l)" = 6 ]; }
page_of() { lab exec curl --silent --output /dev/null --fail --noproxy '*' --max-time 5 "http://$1:30080/"; }
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
holders() {
	local name
	for name in m1 m2 m3; do
		if lab shell "$name" ip -4 -o addr show eth0 2>/dev/null | grep -qF " $VIRTUAL/"; then echo "$name"; fi
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
	if [ -n "${KWIZ_SIX_KEEP:-}" ] && [ -s "$work/before/w2" ]; then return; fi
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
