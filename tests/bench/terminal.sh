#!/bin/bash
# kwiz's screens beside those of others: how soon a key is on the screen, how soon the first screen is there, what idling costs. Prints the figures of one run;
# nothing here passes or fails.
# usage: tests/bench/terminal.sh [PART...]   (keys, start, idle, sshd; default the first three)
# sshd: kwiz runs a step on 100 hosts that write as fast as they can; one throwaway host plays them all, on this machine's processors. Needs root.
# KWIZ_BUILD: the build folder (default build). KWIZ_RUNS: how often each is measured, the best stands (default 3).
# Programs that are not installed are left out: tig, htop, dialog, whiptail.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=$(realpath "${KWIZ_BUILD:-build}") runs=${KWIZ_RUNS:-3}
parts=" ${*:-keys start idle} "
make -s -C "$build" tests/bench/terminal tests/screen/demo
terminal=$build/tests/bench/terminal demo=$build/tests/screen/demo
outer=${TMPDIR:-/tmp}
TMPDIR=$(mktemp -d "${TMPDIR:-/tmp}/kwiz-bench.XXXXXX")
sleepers=() has_lab=''
cleanup() {
	[ ${#sleepers[@]} -eq 0 ] || kill "${sleepers[@]}" 2>/dev/null || true
	[ -z "$has_lab" ] || lab down --all >/dev/null 2>&1 || true
	rm -rf "$TMPDIR"
}
trap cleanup EXIT
trap 'exit 130' INT TERM
export TMPDIR TERM=xterm-256color LC_ALL=C.UTF-8 COLORFGBG='15;0' HOME=$TMPDIR
down=$'\e[6~' up=$'\e[5~'

# Run it some times and print what the run with the least figure behind WORD printed: others work on this machine as well.
best() { # best WORD ARGUMENT...
	local i word=$1 said least='' figure chosen=''
	for ((i = 0; i < runs; i++)); do
		said=$("$terminal" "${@:2}") || return
		figure=$(awk -v w="$word" '{for (i = 1; i < NF; i++) if ($i == w) {print $(i + 1); exit}}' <<<"$said")
		if [ -z "$least" ] || awk -v a="$figure" -v b="$least" 'BEGIN {exit !(a < b)}'; then
			least=$figure chosen=$said
		fi
		rm -rf "${TMPDIR:?}"/*
	done
	printf '%s\n' "$chosen"
}
lab() { TMPDIR=$outer tests/lab/lab "$@"; } # it keeps what it made for others to use
has() { command -v "$1" >/dev/null; }

keys() {
	local rate
	for rate in 8000 300000 1000000; do
		best p99 keys "kwiz, next line, $rate lines/s" '? help' g j k 6 0 1 300 "$demo" flood --still "--rate=$rate" || true
	done
	best p99 keys 'kwiz, page, 300000 lines/s' '? help' G$'\r' "$down" "$up" 7 4 14 300 "$demo" flood --still --rate=300000 || true
	best p99 keys 'kwiz, growing log, 300000 lines/s' '? help' $'/node-050\r\rn\r' g F 1 55 24 300 "$demo" flood --still --rate=300000 || true
	best p99 keys 'kwiz, next line, quiet' '? help' g j k 6 0 1 300 "$demo" many --still || true
	best p99 keys 'kwiz, page, quiet' '? help' G$'\r' "$down" "$up" 7 4 14 300 "$demo" many --still || true
	if has tig; then
		best p99 keys 'tig, next line' '[main]' '' j k 1 12 20 300 "$(command -v tig)" || true
		best p99 keys 'tig, page' '[main]' '' "$down" "$up" 5 0 16 300 "$(command -v tig)" || true
	fi
	if has htop; then
		for rate in {1..100}; do # more lines than fit
			sleep 1000 &
			sleepers+=($!)
		done
		best p99 keys 'htop, next line' F10 '' $'\eOB' $'\eOA' 8 3 3 300 "$(command -v htop)" -d 100 || true
		best p99 keys 'htop, page' F10 '' "$down" "$up" 15 0 5 300 "$(command -v htop)" -d 100 || true
	fi
}

start() {
	best median start 'kwiz, view of 6 hosts' '? help' 20 "$demo" ha --still || true
	best median start 'kwiz, view of 120 hosts' '? help' 20 "$demo" many --still || true
	best median start 'kwiz, the wizard' ' of 10' 20 "$build/kwiz" || true
	best median start 'kwiz --version (no screen)' kwiz 20 "$build/kwiz" --version || true
	! has dialog || best median start dialog OK 20 "$(command -v dialog)" --msgbox hello 10 40 || true
	! has whiptail || best median start whiptail Ok 20 "$(command -v whiptail)" --msgbox hello 10 40 || true
	! has htop || best median start htop F10 20 "$(command -v htop)" || true
	! has tig || best median start tig '[main]' 20 "$(command -v tig)" || true
}

idle() {
	runs=1
	best idle: idle 'kwiz, run has ended' '? help' 10 "$demo" end --still || true
	best idle: idle 'kwiz, steps run' '? help' 10 "$demo" ha --still --now || true
	KWIZ_MOTION=0 best idle: idle 'kwiz, steps run, KWIZ_MOTION=0' '? help' 10 "$demo" ha --still --now || true
	best idle: idle 'kwiz, the wizard' ' of 10' 10 "$build/kwiz" || true
	! has tig || best idle: idle tig '[main]' 10 "$(command -v tig)" || true
	! has htop || best idle: idle htop F10 10 "$(command -v htop)" || true
}

sshd() {
	local i address LAB_KEY='' LAB_KNOWN_HOSTS=''
	export KWIZ_LAB=${KWIZ_LAB:-bench}
	has_lab=1
	lab down --all >/dev/null 2>&1 || true
	lab up --mem 8G --cpus "$(nproc)" --disk 16G target >&2
	eval "$(lab env)"
	address=$(lab ls | awk '$1 == "target" {print $2}')
	lab shell target sh -c 'printf "MaxStartups 2000\nMaxSessions 100\n" >/etc/ssh/sshd_config.d/00-bench.conf'
	lab kill-sshd target && lab start-sshd target
	{
		printf 'version: 1\nname: bench\nspell: flood\ntopology: any\nhosts:\n'
		for i in {1..100}; do echo "  - {name: h$i, address: \"$address\", roles: [node]}"; done
		printf 'ssh: {user: operator, become: none, identity: %s}\n' "$LAB_KEY"
	} >"$TMPDIR/answers.yaml"
	{
		echo '#!/bin/bash'
		printf '%q ' exec "$PWD/tests/lab/lab" exec env XDG_STATE_HOME="$TMPDIR/state" KWIZ_SPELLS="$PWD/tests/bench/spells" \
			KWIZ_KNOWN_HOSTS="$LAB_KNOWN_HOSTS" KWIZ_SSH_CONFIG=/dev/null SSH_AUTH_SOCK= "$build/kwiz" run --yes "$TMPDIR/answers.yaml"
	} >"$TMPDIR/kwiz"
	chmod +x "$TMPDIR/kwiz"
	# some seconds until all stream, then all lines of the one group
	"$terminal" keys 'kwiz run, 100 hosts, real sshd' '? help' "$(printf 'g%.0s' {1..80})"$'\rg' j k 6 0 1 200 "$TMPDIR/kwiz" || true
	# with priority over the hosts, which would have processors of their own
	nice -n -15 "$terminal" keys 'the same, before the hosts in the queue' '? help' "$(printf 'g%.0s' {1..80})"$'\rg' j k 6 0 1 200 "$TMPDIR/kwiz" || true
	du -sh "$TMPDIR/state" | awk '{print "    " $1 " of logs came meanwhile"}'
}

echo "load $(cut -d' ' -f1-3 /proc/loadavg), $(nproc) processors, best of $runs"
for part in keys start idle sshd; do
	case $parts in *" $part "*) "$part" ;; esac
done
echo "load $(cut -d' ' -f1-3 /proc/loadavg)"
