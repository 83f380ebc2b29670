#!/bin/bash
# Are the packages and images good? Installs Kubernetes on one lab host from them,
# with apt and kubeadm, as an operator would by hand (on-host.sh), until its node is
# Ready and a sample nginx answers; prints how long each part took. Uses a lab of
# its own (KWIZ_LAB, by default kube-check) and removes it, unless KWIZ_LAB_KEEP is
# set.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lab=${LAB:-$here/../../lab}
kubernetes=$here/../kubernetes.sh
export KWIZ_LAB=${KWIZ_LAB:-kube-check}
export KWIZ_LAB_KUBERNETES=debian
host=check-1
address=10.1.4.21

# elapsed_us FROM: microseconds since FROM, a value of EPOCHREALTIME.
elapsed_us() {
	local now=$EPOCHREALTIME
	printf '%s' $((${now/[.,]/} - ${1/[.,]/}))
}

# part TEXT: prints how long it was since the part before.
part() {
	awk -v text="$1" -v us="$(elapsed_us "$last")" 'BEGIN { printf "%-42s %6.1f s\n", text, us / 1e6 }'
	last=$EPOCHREALTIME
}

fail() {
	printf 'check: FAILED: %s\n' "$1" >&2
	exit 1
}

# on STEP: on-host.sh's step of that name, with the settings, by ssh as root.
on() {
	{
		printf '%s\nADDRESS=%q\n' "$settings" "$address"
		cat "$here/on-host.sh"
	} | "$lab" exec ssh -F "/run/kwiz-lab/$KWIZ_LAB/access/ssh_config" "root@$host" "sh -s $1"
}

# until_true SECONDS WHAT COMMAND...: waits for a condition, with a limit.
until_true() {
	local end=$((SECONDS + $1)) what=$2
	shift 2
	until "$@" >/dev/null 2>&1; do
		((SECONDS < end)) || fail "$what"
		sleep 0.5
	done
}

sample_answers() {
	local page
	page=$("$lab" exec curl --silent --fail --max-time 3 --noproxy '*' "http://$address:30080/") &&
		[[ $page == *'Welcome to nginx'* ]]
}

finish() {
	local status=$?
	trap - EXIT
	if ((status != 0)); then
		echo 'check: the last words of the host:' >&2
		on trouble >&2 || true
	fi
	if [ -z "${KWIZ_LAB_KEEP-}" ]; then
		"$lab" down --all || status=1
	fi
	exit "$status"
}

begun=$EPOCHREALTIME last=$EPOCHREALTIME
"$kubernetes" build
settings=$("$kubernetes" env)
eval "$settings"
part 'packages and images built or found'
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
"$lab" machine
"$lab" up --hook "$KUBE_HOST_HOOK" "$host=$address"
part 'lab host up'
"$kubernetes" serve
part 'repositories and registry served'
on runtime
part 'containerd installed'
on packages
part 'kubeadm, kubelet, kubectl installed'
on images
part 'images pulled'
on init
part 'kubeadm init'
on network
until_true 120 'the node is not Ready after 120 s' on ready
part 'node Ready'
on sample
until_true 60 'nginx does not answer on its NodePort after 60 s' sample_answers
part 'nginx answers on its NodePort'
on inside
part 'from a pod, by its cluster address; exec'
on show
on reset
part 'kubeadm reset'
last=$begun
part 'all'
