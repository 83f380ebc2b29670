# shellcheck shell=bash
# What the tests of real clusters on throwaway hosts share. Sourced, in the project's folder, with $top that folder and NAME that of the test (for
# folders, and for the lab where KWIZ_LAB names none); HOSTS and VIRTUAL (the virtual address) are those of the test.

export KWIZ_LAB=${KWIZ_LAB:-$NAME}
KWIZ=${BUILD:-$top/build}/kwiz
# shellcheck source=tests/lab/demo.sh
. tests/lab/demo.sh
lab() { "$top/tests/lab/lab" "$@"; }
# KWIZ_KEEP=FOLDER: hosts, and what kwiz wrote (in FOLDER), stay at the end, and a test that can goes on with them. For work on the tests.
work=${KWIZ_KEEP:-$(mktemp -d "${TMPDIR:-/tmp}/kwiz-$NAME.XXXXXX")} || exit 1
mkdir -p "$work"
end() {
	if [ -n "${KWIZ_KEEP:-}" ]; then
		echo "kept: $work, KWIZ_LAB=$KWIZ_LAB"
		return
	fi
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
newest() { find "$work/state/kwiz/runs" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | tail -n 1; }
install() { kwiz run --yes --kubeconfig "$work/kubeconfig" "$work/answers.yaml" | tee "$work/out"; return "${PIPESTATUS[0]}"; }
again() { install && grep -q "nothing was changed" "$work/out"; }
kubectl_is() { command -v kubectl || find "${KWIZ_CACHE:-$HOME/.cache/kwiz}"/kubernetes/binaries-*/kubectl | head -n 1; }
kubectl() {
	lab exec "$(kubectl_is)" --kubeconfig "$work/kubeconfig" --request-timeout="${LIMIT:-10s}" "$@"
}
# etcd_names ASKED: names of the members of etcd, by one of the control planes; - for one that has not started.
etcd_names() {
	# shellcheck disable=SC2016 # for the shell of the host
	lab shell "$1" sh -c 'p=/etc/kubernetes/pki/etcd; curl -s --max-time 10 --cacert $p/ca.crt --cert $p/server.crt --key $p/server.key -d "{}" https://127.0.0.1:2379/v3/cluster/member/list' |
		sed 's/{"ID"/\n&/g' | sed -nE 's/^\{"ID".*"name":"([^"]*)".*/\1/p; t; s/^\{"ID".*/-/p' | sort | tr '\n' ' '
}
page_of() { lab exec curl --silent --output /dev/null --fail --noproxy '*' --max-time 5 "http://$1:30080/"; }
# holders: control planes (hosts that are called m...) that have the virtual address.
holders() {
	local name
	for name in "${HOSTS[@]}"; do
		[[ $name = m* ]] || continue
		if lab shell "$name" ip -4 -o addr show eth0 2>/dev/null | grep -qF " $VIRTUAL/"; then echo "$name"; fi
	done
}

# ---- of tests that take several sets of hosts (ADDRESS: of each name), with their answers in $file ----
# shellcheck disable=SC2034 # for those
file=$work/answers.yaml
boot() { # boot HOST...
	local name
	local -a named=()
	for name; do named+=("$name=${ADDRESS[$name]}"); done
	up "${named[@]}"
}
# file_for TOPOLOGY HOST...: the answers, with these of the lab's six hosts.
file_for() {
	local topology=$1
	shift
	lab_answers ha | awk -v topology="$topology" -v hosts=" $* " '
		/^topology:/ { print "topology: " topology; next }
		/^  - \{name:/ { name = $3; sub(/,/, "", name); if (!index(hosts, " " name " ")) next }
		topology == "single" && /virtual_address/ { next }
		{ print }' >"$file"
}
# told STATUS ARGUMENT...: kwiz ends so; what it says is in $work/said.
told() {
	local want=$1 rc=0
	shift
	kwiz "$@" >"$work/said" 2>&1 || rc=$?
	cat "$work/said"
	[ "$rc" = "$want" ] || { echo "status $rc, wanted $want"; return 1; }
}
says() { grep -qF -- "$1" "$work/said" || { echo "not said: $1"; return 1; }; }
nodes_are() { # nodes_are NAME...: these are the cluster's nodes, all Ready
	[ "$(kubectl get nodes --no-headers | awk '$2 == "Ready" { print $1 } $2 != "Ready" { print $1 "!" }' | sort | tr '\n' ' ' | tee -a /dev/stderr)" = "$* " ]
}
# killed_at STEP ARGUMENT...: kwiz is killed when this step has begun, and goes on with kwiz resume.
killed_at() {
	local step=$1 job id pids deadline=$((SECONDS + 400))
	local -a line
	shift
	command_line "$@"
	"${line[@]}" </dev/null >"$work/said" 2>&1 &
	job=$!
	until grep -qE " $step: running" "$work/said"; do
		if [ "$SECONDS" -ge "$deadline" ] || ! kill -0 "$job" 2>/dev/null; then
			cat "$work/said"
			return 1
		fi
		sleep 0.2
	done
	sleep 2
	id=$(newest)
	# The process of kwiz itself: `lab exec` becomes it or waits for it.
	pids=$(pgrep -g "$(ps -o pgid= -p $$ | tr -d ' ')" -f "^$KWIZ $1 ")
	# shellcheck disable=SC2086 # words are wanted
	kill -9 $pids || return 1
	wait "$job" 2>/dev/null
	told 0 resume "$id"
}
