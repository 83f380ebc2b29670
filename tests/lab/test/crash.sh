# shellcheck shell=bash
# Crashes: of hosts, of their keepers, of the lab itself. Afterwards nothing is left.

test_crashes() {
	ok "crash: the host is off" test_crash m1
	ok "up: it boots again with its disk" test_crash_up m1
	ok "crash of a light host: it is off" test_crash l8
	ok "up: it boots again with its disk" test_crash_up l8
	ok "down of one host leaves the others" test_down_one
	ok "a host whose keeper was killed is listed as broken" test_keeper_killed
	ok "up of that host makes a new one" test_keeper_up
	# All kinds of trouble at once: keepers killed, a host paused, a disk full, a server of the operator's.
	"$LAB" exec sleep 1000 &
	"$LAB" fill-disk m1
	"$LAB" pause l9
	kill -KILL "$(cut -d' ' -f1 "$RUN/hosts/m1/keeper")" "$(cut -d' ' -f1 "$RUN/hosts/l9/keeper")"
	left_record >"$TEMP/processes"
	ok "down --all after kill -9 of keepers" "$LAB" down --all
	left_nothing "down --all" "$TEMP/processes" 20
	ok "down --all again" "$LAB" down --all
	test_interrupted_up
	ok "down --all after kill -9 of an up that waits for a boot" test_killed_waiting boot
	ok "down --all after kill -9 of an up that waits for sshd" test_killed_waiting sshd
	ok "down --all after kill -9 of up and down after any time" test_killed_any_time
	ok "down --all from inside lab exec" test_down_inside
	left_nothing "down from inside" "$TEMP/processes" 3
}

test_crash() {
	on "$1" sh -c 'echo kept >/var/kept2 && sync -f /var'
	"$LAB" crash "$1" && is_state "$1" off && fails ssh_soon "$1" true
}

test_crash_up() {
	"$LAB" up "$1" && same kept "$(on "$1" cat /var/kept2)" && ssh_soon "$1" true
}

test_down_one() {
	"$LAB" down l10 && same "" "$(state l10)" && fails "$LAB" exec getent hosts l10 && ssh_soon l9 true
}

test_keeper_killed() {
	kill -KILL "$(cut -d' ' -f1 "$RUN/hosts/m2/keeper")" || return 1
	wait_for 5 is_state m2 broken && on m2 true
}

test_keeper_up() {
	on m2 touch /var/old
	"$LAB" up m2 && is_state m2 running && fails on m2 test -e /var/old && ssh_soon m2 true
}

# Kills `lab up` at several moments, each further on, and `lab down` too; what they left is cleared by a second one.
test_interrupted_up() {
	local moment pid
	: >"$TEMP/processes"
	for moment in "$RUN" "$RUN/net" "$RUN/complete" "$RUN/hosts/a2/address" "$RUN/hosts/a3/keeper" "$RUN/hosts/b1/init"; do
		"$LAB" up --light a1 a2 a3 2>/dev/null &
		pid=$!
		"$LAB" up b1 2>/dev/null &
		wait_for 30 test -e "$moment"
		kill -KILL $pid $! 2>/dev/null
		wait $pid $! 2>/dev/null
		left_record >>"$TEMP/processes"
	done
	"$LAB" down --all 2>/dev/null &
	pid=$!
	wait_for 10 test ! -e "$RUN/complete"
	kill -KILL $pid 2>/dev/null
	wait $pid 2>/dev/null
	ok "down --all after kill -9 of up and of down" "$LAB" down --all
	left_nothing "interrupted up" "$TEMP/processes"
}

# `up` is killed while it waits for a host that never gets ready, for what $1 says: such a wait lasts until its limit if nobody ends it.
test_killed_waiting() {
	local pid status=0
	rm -f "$TEMP"/hook*
	# Next to the hook, where it can be seen from outside, a mark that it runs.
	printf '%s\n' '#!/bin/sh' ': >"$0.begun"' "[ $1 = boot ] || exec rm \"\$1/usr/sbin/sshd\"" 'exec sleep 1000' >"$TEMP/hook"
	chmod +x "$TEMP/hook"
	"$LAB" up --light --hook "$TEMP/hook" d1 2>/dev/null &
	pid=$!
	wait_for 60 "up_waits_for_$1" || {
		printf 'up does not wait for %s\n' "$1"
		status=1
	}
	left_record >"$TEMP/processes"
	kill -KILL $pid 2>/dev/null
	wait $pid 2>/dev/null
	"$LAB" down --all && left_all "$TEMP/processes" && return $status
}

# `up` has started what it has to start when nobody holds the lock.
up_waits_for_boot() {
	[ -e "$TEMP/hook.begun" ] && flock --nonblock "/run/kwiz-lab/.$KWIZ_LAB.lock" true
}

up_waits_for_sshd() {
	local pid
	for pid in $(left_started); do
		grep -qz '/dev/tcp/' "/proc/$pid/cmdline" 2>/dev/null && return 0
	done
	return 1
}

# Kills `up` and then `down` after ever longer times, so that every stage of both has its turn, whatever the machine's speed. KWIZ_LAB_TEST_KILLS:
# how many times.
test_killed_any_time() {
	local turn kills=${KWIZ_LAB_TEST_KILLS:-12} ms pid status=0
	for ((turn = 1; turn <= kills; turn++)); do
		ms=$((5 + 1200 * turn * turn / (kills * kills)))
		"$LAB" up --light e1 e2 2>/dev/null &
		pid=$!
		sleep "$(printf '%d.%03d' $((ms / 1000)) $((ms % 1000)))"
		kill -KILL $pid 2>/dev/null
		wait $pid 2>/dev/null
		left_record >"$TEMP/processes"
		"$LAB" down --all 2>/dev/null &
		pid=$!
		sleep "$(printf '0.%03d' $((ms / 4)))"
		kill -KILL $pid 2>/dev/null
		wait $pid 2>/dev/null
		if ! "$LAB" down --all || ! left_all "$TEMP/processes"; then
			printf 'after %d ms of up\n' "$ms"
			status=1
		fi
	done
	return $status
}

test_down_inside() {
	"$LAB" up --light c1 || return 1
	left_record >"$TEMP/processes"
	"$LAB" exec bash -c '"$0" down --all && echo done' "$LAB"
}
