#!/bin/bash
# Tests of the lab itself: real hosts, every fault and its healing, and that nothing is left. Needs root or sudo, as the lab.
# shellcheck disable=SC2317 # functions run by name
set -uo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
LAB=$HERE/lab
export KWIZ_LAB=labtest-$$
RUN=/run/kwiz-lab/$KWIZ_LAB
PASSED=0 FAILED=0 SKIPPED=0
TEMP=$(mktemp -d)

trap '"$LAB" down --all; rm -rf "$TEMP"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Runs $2... and tells whether it succeeded, under the name $1; its output is shown only if not.
ok() {
	local name=$1
	shift
	if "$@" >"$TEMP/output" 2>&1; then
		PASSED=$((PASSED + 1))
		printf 'ok %d - %s\n' $((PASSED + FAILED + SKIPPED)) "$name"
	else
		FAILED=$((FAILED + 1))
		printf 'not ok %d - %s\n' $((PASSED + FAILED + SKIPPED)) "$name"
		sed 's/^/# /' "$TEMP/output"
	fi
}

# Test $1 can't be run, for reason $2.
skip() {
	SKIPPED=$((SKIPPED + 1))
	printf 'ok %d - %s # SKIP %s\n' $((PASSED + FAILED + SKIPPED)) "$1" "$2"
}

finish() {
	printf '%d passed, %d failed, %d skipped\n' "$PASSED" "$FAILED" "$SKIPPED"
	[ "$FAILED" = 0 ]
	exit
}

# Waits until $2... works, at most $1 seconds.
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05
	done
}

on() { "$LAB" shell "$@"; }

# ssh that gives up soon.
ssh_soon() {
	local name=$1
	shift
	timeout 15 "$LAB" ssh "$name" -o ConnectTimeout=1 -o ConnectionAttempts=1 "$@"
}

fails() { ! "$@"; }

# Does $2... fail, saying $1?
prints() {
	local said
	if said=$("${@:2}" 2>&1); then
		printf 'should have failed: %s\n' "${*:2}"
		return 1
	fi
	[[ $said == *"$1"* ]] || {
		printf 'should have said: %s\nsaid: %s\n' "$1" "$said"
		return 1
	}
}

same() {
	[ "$1" = "$2" ] || {
		printf 'expected: %s\nfound:    %s\n' "$1" "$2"
		return 1
	}
}

state() { "$LAB" ls | awk -v name="$1" '$1 == name { print $4 }'; }

is_state() { same "$2" "$(state "$1")"; }

start_of_init() { on "$1" sed 's/.*) //' /proc/1/stat | cut -d' ' -f20; }

for file in left boot fault crash; do
	# shellcheck source=/dev/null
	. "$HERE/test/$file.sh"
done

# The first hosts also make the root file system, where that is not cached yet; its time is not the tests'.
status=0
"$LAB" base || status=$?
[ $status != 0 ] || "$LAB" up --mem 2G --cpus 1 m1 m2=10.1.4.42 || status=$?
if [ $status = 3 ]; then
	skip 'the lab' 'hosts cannot be made on this machine'
	finish
fi
test_boot
test_faults
test_crashes
finish
