# shellcheck shell=bash
# Every fault and its healing.

test_faults() {
	ok "cut: the host is silent" test_cut
	ok "heal: it answers" ssh_soon m1 true
	ok "cut --carrier: the host's card loses its carrier" test_cut_carrier
	ok "heal: it answers" ssh_soon m1 true
	ok "kill-sshd: connections end, what they run goes on" test_kill_sshd m1
	ok "kill-sshd of a light host: the same" test_kill_sshd l2
	ok "kill-sshd --sessions: the listener stays" test_kill_sessions
	ok "pause: the host stands still" test_pause
	ok "unpause: it goes on" test_unpause
	ok "reboot of a systemd host: a new boot, the same disk" test_reboot m1
	ok "reboot of a light host: the same" test_reboot l3
	ok "reboot from inside" test_reboot_inside l4
	ok "a cut outlives a reboot" test_reboot_cut
	ok "fill-disk: full for root, not for the machine" test_fill m1 /var
	ok "fill-disk of a light host: the same" test_fill l5 /
	ok "a host that ends its processes leaves no zombies" test_zombies
}

test_cut() {
	"$LAB" cut m1 && is_state m1 running,cut && fails ssh_soon m1 true &&
		same 1 "$(on m1 cat /sys/class/net/eth0/carrier)" && "$LAB" heal m1
}

test_cut_carrier() {
	"$LAB" cut --carrier m1 && fails ssh_soon m1 true &&
		same 0 "$(on m1 cat /sys/class/net/eth0/carrier)" && "$LAB" heal m1
}

# Starts a session on $1 that runs `sleep`, whose pid (in the host) is then in /run/session; the client's is CLIENT.
session_start() {
	on "$1" rm -f /run/session
	"$LAB" ssh "$1" 'echo $$ >/run/session.new; mv /run/session.new /run/session; exec sleep 300' &
	CLIENT=$!
	wait_for 10 on "$1" test -s /run/session
}

test_kill_sshd() {
	local status
	session_start "$1" || return 1
	"$LAB" kill-sshd "$1" || return 1
	wait $CLIENT
	status=$?
	same 255 $status || return 1
	on "$1" sh -c 'kill -0 "$(cat /run/session)" && kill "$(cat /run/session)"' || return 1
	fails ssh_soon "$1" true || return 1
	"$LAB" start-sshd "$1" && ssh_soon "$1" true
}

test_kill_sessions() {
	session_start m1 || return 1
	"$LAB" kill-sshd --sessions m1 || return 1
	wait $CLIENT
	same 255 $? && on m1 sh -c 'kill "$(cat /run/session)"' && ssh_soon m1 true
}

test_pause() {
	"$LAB" pause m2 && is_state m2 paused && fails ssh_soon m2 true
}

test_unpause() {
	"$LAB" unpause m2 && is_state m2 running && ssh_soon m2 true
}

test_reboot() {
	local before after
	on "$1" sh -c 'echo kept >/var/kept; : >/run/gone'
	before=$(start_of_init "$1")
	"$LAB" reboot "$1" || return 1
	after=$(start_of_init "$1")
	[ -n "$before" ] && [ -n "$after" ] && [ "$before" != "$after" ] || return 1
	same kept "$(on "$1" cat /var/kept)" && fails on "$1" test -e /run/gone && ssh_soon "$1" true
}

test_reboot_inside() {
	local before
	before=$(start_of_init "$1")
	ssh_soon "$1" reboot
	wait_for 20 is_new_boot "$1" "$before" && wait_for 20 ssh_soon "$1" true
}

is_new_boot() {
	local now
	now=$(start_of_init "$1") && [ -n "$now" ] && [ "$now" != "$2" ]
}

test_reboot_cut() {
	"$LAB" cut l6 && "$LAB" reboot l6 && fails ssh_soon l6 true && "$LAB" heal l6 && ssh_soon l6 true
}

# KiB that are free on the machine, where hosts' disks are.
machine_free() { df --output=avail -k "$(cat "$RUN/cache")" | tail -n 1; }

test_fill() {
	local before after
	before=$(machine_free)
	"$LAB" fill-disk "$1" "$2" || return 1
	after=$(machine_free)
	[ $((before - after)) -lt $((1 << 20)) ] || {
		printf 'the machine lost %s KiB\n' $((before - after))
		return 1
	}
	prints 'No space left' on "$1" dd if=/dev/zero of="$2/more" bs=64k count=4 conv=fsync || return 1
	on "$1" rm -f "$2/more"
	"$LAB" free-disk "$1" "$2" || return 1
	on "$1" dd if=/dev/zero of="$2/more" bs=64k count=4 conv=fsync && on "$1" rm "$2/more"
}

test_zombies() {
	on l7 sh -c '(sleep 0.1 &) ; (sleep 0.1 &)'
	wait_for 5 test_no_zombies
}

test_no_zombies() { fails on l7 grep -q '^State:.Z' -r /proc --include=status -s -m1; }
