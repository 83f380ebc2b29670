# shellcheck shell=bash
# What can only be found out by trying it: how fast a disk is, what a host reaches, who has an address, what arrives whole.

# probe_answers HOST...: writes $W/answers.yaml; SSH as in answers(), MORE the lines of answers.
probe_answers() {
	local h
	{
		printf '%s\n' "version: 1" "name: test" "spell: probe" "topology: any" "hosts:"
		for h; do echo "  - {name: $h, address: \"$(lab_address "$h")\", roles: [node]}"; done
		echo "ssh: {${SSH:-user: root, become: none, identity: $LAB_KEY}}"
		echo "answers:"
		printf '%s\n' "${MORE:-  {\}}"
	} >"$W/answers.yaml"
}

nothing_stays() { # nothing_stays HOST: no file, and after some seconds nobody who does it
	until_true 30 on "$1" sh -c '! pgrep -f "[k]wiz_fsync|[k]wiz-fsync|[f]datasync" >/dev/null'
	same "" "$(on "$1" find / -xdev -name '.kwiz-*')" "files on $1"
}

kind_probe=systemd
hosts_probe="probe-a probe-b"
figures='(pass 9 of 10 writes in [0-9]+\.[0-9]+ ms, 99 of 100 in [0-9]+\.[0-9]+ ms|skip unknown: mean [0-9]+\.[0-9]+ ms, and neither python3 nor perl is there to time each write)'
test_probe() {
	local a=$1 b=$2
	probe_answers "$a" "$b"
	judge 0
	expect_like "$a" etcd.fsync "$figures"
	expect "$b" mesh.mtu "pass they arrive at 1 host"
	nothing_stays "$a"
	# by sudo, and as a user who has no root without a password
	SSH="user: operator, become: sudo, identity: $LAB_KEY" probe_answers "$a"
	judge 0
	expect_like "$a" etcd.fsync "$figures"
	SSH="user: ubuntu, become: sudo, identity: $LAB_KEY" probe_answers "$a"
	judge 0
	expect "$a" etcd.fsync "skip unknown: this user may not write there, and sudo asks for a password"
	# kwiz facts has them when told
	SSH='' probe_answers "$a"
	run_kwiz 0 facts "$W/answers.yaml"
	hasnt "$W/out" "fsync:"
	run_kwiz 0 facts --probe "$W/answers.yaml"
	grep -qE '^ +fsync:/var/lib/etcd +(mean )?[0-9]+' "$W/out" || fail "facts --probe does not show it"
}

kind_probe_full_disk=systemd
test_probe_full_disk() {
	local a=$1
	probe_answers "$a"
	lab fill-disk "$a"
	judge 0
	expect "$a" etcd.fsync "skip unknown: less than 64 MB are free there, so nothing was written"
	lab free-disk "$a"
	on "$a" sh -c 'mkdir -p /var/lib/etcd && mount -t tmpfs -o ro none /var/lib/etcd'
	judge 0
	expect "$a" etcd.fsync "skip unknown: the file system is read-only"
}

hosts_probe_network="probe-net-a probe-net-b"
test_probe_network() {
	local a=$1 b=$2 at mac
	at=$(lab_address "$b")
	mac=$(on "$b" cat /sys/class/net/eth0/address)
	# no route out: known at once, or after the limit where nothing answers
	MORE='  source: https://203.0.113.7/' probe_answers "$a"
	judge 5
	expect "$a" net.registry "fail not reached: 203.0.113.7 (there is no route to it)"
	MORE='  source: https://10.1.5.9/' probe_answers "$a"
	judge 5
	expect "$a" net.registry "fail not reached: 10.1.5.9 (no answer in 5 s)"
	MORE="  source: http://$at:81/" probe_answers "$a" "$b"
	judge 5
	expect "$a" net.registry "fail not reached: $at:81 (it refuses the connection)"
	# an address that somebody has, and one that nobody has
	MORE="  vip: $at" probe_answers "$a"
	judge 5
	expect "$a" vip.free "fail $mac answers"
	MORE="  vip: $at" probe_answers "$b"
	judge 5
	expect "$b" vip.free "fail this host has it"
	MORE='  vip: 10.1.4.249' probe_answers "$a"
	judge 0
	expect "$a" vip.free "pass nobody answers"
	MORE='  vip: 10.9.9.9' probe_answers "$a"
	judge 5
	expect "$a" vip.free "fail no interface of this host is in its network"
	# the other end lets less through than this one sends
	on "$b" ip link set eth0 mtu 1400
	probe_answers "$a" "$b"
	judge 0
	expect "$a" mesh.mtu "warn lost on the way to: $b (1400)"
	expect "$b" mesh.mtu "pass they arrive at 1 host"
}

# Whatever goes while it is tried, kwiz or the connection: nothing stays, and a host that is gone is told.
kind_probe_killed=systemd
test_probe_killed() {
	local a=$1
	MORE='  source: https://10.1.5.9/' probe_answers "$a"
	start_kwiz check "$W/answers.yaml"
	until_true 60 on "$a" sh -c 'pgrep -f "[1]0.1.5.9" >/dev/null'
	kill -KILL "$KWIZ_JOB"
	wait "$KWIZ_JOB" 2>/dev/null || true
	nothing_stays "$a"
	until_true 30 on "$a" sh -c '! pgrep -f "[1]0.1.5.9" >/dev/null'
	start_kwiz check "$W/answers.yaml"
	until_true 60 on "$a" sh -c 'pgrep -f "[1]0.1.5.9" >/dev/null'
	lab kill-sshd --sessions "$a"
	wait "$KWIZ_JOB" && fail "a host that went is no failure"
	has "$W/out" "not measured: $a (lost): "
	nothing_stays "$a"
	lab start-sshd "$a"
}
