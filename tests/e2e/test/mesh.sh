# shellcheck shell=bash
# Probes between hosts: what is open, what a firewall blocks and how, what can't be found out, and that nothing is left behind.

# mesh_answers HEAD [NODE...]: writes $W/answers.yaml
mesh_answers() {
	fleet_answers "$@"
	sed -i 's/^spell: fleet/spell: mesh/' "$W/answers.yaml"
}

# Nothing of ours listens or runs on the host, and no file is left.
is_clean() {
	! on "$1" ss -Hltnu | grep -qE ':(6443|179|10250|8472) ' &&
		! on "$1" sh -c 'cat /proc/[0-9]*/cmdline 2>/dev/null' | grep -qa mesh_ &&
		[ -z "$(on "$1" find /tmp /run /var/tmp /root -newer /run/mesh-before -type f -not -path '*/lab*' -not -name 'motd*' 2>/dev/null)" ]
}
mark_time() {
	local h
	for h; do on "$h" touch /run/mesh-before; done
	sleep 0.05
}
all_clean() {
	local h
	for h; do until_true 15 is_clean "$h" || { on "$h" ss -ltnup; return 1; }; done
}

firewall() { # firewall HOST RULE...: of the input chain
	local h=$1 rule
	shift
	on "$h" nft 'add table inet t; flush table inet t; add chain inet t i { type filter hook input priority 0; }'
	for rule; do on "$h" nft "add rule inet t i $rule"; done
}

hosts_mesh="mesh-a mesh-b mesh-c"
test_mesh() {
	local h
	mark_time "$@"
	mesh_answers "$@"
	judge 0
	expect "$1" mesh.tcp "pass open on 2 hosts"
	expect "$2" mesh.tcp "pass open on 1 host"
	for h; do expect "$h" mesh.udp "pass open on 2 hosts"; done
	for h; do expect_like "$h" mesh.latency "pass mesh-[abc]: [0-9]+\.[0-9] ms"; done
	all_clean "$@"
	# kwiz facts does not probe
	run_kwiz 0 facts "$W/answers.yaml"
	hasnt "$W/out" "reach:"
	# as a user with sudo, and as one who is not root and may not be
	SSH="user: operator, become: sudo, identity: $LAB_KEY" mesh_answers "$@"
	judge 0
	expect "$2" mesh.tcp "pass open on 1 host"
	SSH="user: operator, become: none, identity: $LAB_KEY" mesh_answers "$@"
	judge 0
	expect "$2" mesh.tcp "skip unknown: $1: tcp 179: needs root"
	expect "$1" mesh.tcp "pass open on 2 hosts"
	all_clean "$@"
	# one host alone has nobody to reach
	judge 0 --limit "$1"
	expect "$1" mesh.udp "skip unknown: $2: udp 8472: the host was not measured"
	mesh_answers "$1"
	judge 0
	hasnt "$W/out" "mesh."
}

hosts_mesh_blocked="mblock-a mblock-b mblock-c"
test_mesh_blocked() {
	mark_time "$@"
	firewall "$1" 'tcp dport 6443 ip saddr '"$(lab_address "$2")"' drop' 'tcp dport 179 reject with tcp reset' 'udp dport 8472 reject'
	firewall "$2" 'tcp dport 10250 reject with icmpx admin-prohibited' 'udp dport 8472 drop'
	mesh_answers "$@"
	judge 5
	expect "$1" mesh.tcp "fail $2: tcp 10250 unreachable (there is no route, or a firewall rejects it)"
	expect "$2" mesh.tcp "fail $1: tcp 179 refused (a firewall rejects it); $1: tcp 6443 silent (a firewall drops it)"
	expect "$3" mesh.tcp "fail $1: tcp 179 refused (a firewall rejects it)"
	expect "$1" mesh.udp "fail $2: udp 8472 silent (a firewall drops it)"
	expect "$2" mesh.udp "fail $1: udp 8472 refused (a firewall rejects it)"
	expect "$3" mesh.udp "fail $1: udp 8472 refused (a firewall rejects it); $2: udp 8472 silent (a firewall drops it)"
	all_clean "$@"
	# the rule that is told opens it
	firewall "$1"
	firewall "$2"
	judge 0
}

# A port that another program has is probed as it is.
hosts_mesh_held="mheld-a mheld-b"
test_mesh_held() {
	mesh_answers "$@"
	on "$2" sh -c 'nc -l -k 10250 >/dev/null 2>&1 & nc -u -l -k 8472 >/dev/null 2>&1 &' </dev/null >/dev/null
	on "$1" sh -c 'nc -l -k 127.0.0.1 6443 >/dev/null 2>&1 &' </dev/null >/dev/null
	until_true 60 on "$2" sh -c 'ss -Hltn | grep -q :10250'
	judge 0
	expect "$1" mesh.tcp "pass open on 1 host"
	expect "$1" mesh.udp "skip unknown: $2: udp 8472: what has the port there does not answer"
	expect "$2" mesh.udp "pass open on 1 host"
	expect "$2" mesh.tcp "pass open on 1 host" # on another address only, the port is free
}

# Whatever the host has to listen with; the other has Python.
hosts_mesh_tools="mtools-a mtools-b"
test_mesh_tools() {
	mark_time "$@"
	mesh_answers "$@"
	on "$1" chmod -x /usr/bin/python3 "$(on "$1" readlink -f /usr/bin/python3)"
	judge 0 # perl
	expect "$2" mesh.udp "pass open on 1 host"
	on "$1" chmod -x /usr/bin/perl
	judge 0 # nc
	expect "$1" mesh.tcp "pass open on 1 host"
	expect "$2" mesh.tcp "pass open on 1 host"
	expect "$1" mesh.udp "pass open on 1 host"
	expect "$2" mesh.udp "pass open on 1 host"
	all_clean "$@"
	firewall "$2" 'tcp dport 10250 drop'
	judge 5
	expect "$1" mesh.tcp "fail $2: tcp 10250 silent (a firewall drops it)"
	firewall "$2" 'tcp dport 10250 reject with tcp reset'
	on "$1" chmod -x /bin/nc.openbsd
	judge 5 # socat
	expect "$1" mesh.tcp "fail $2: tcp 10250 refused (a firewall rejects it)"
	expect "$1" mesh.udp "pass open on 1 host"
	expect "$2" mesh.udp "pass open on 1 host"
	firewall "$2"
	on "$1" chmod -x "$(on "$1" readlink -f /usr/bin/socat)"
	judge 0 # BusyBox
	expect "$2" mesh.tcp "pass open on 1 host"
	expect "$2" mesh.udp "skip unknown: $1: udp 8472: no program to listen with"
	expect "$1" mesh.udp "skip unknown: $2: udp 8472: no program to connect with"
	on "$1" chmod -x "$(on "$1" readlink -f /usr/bin/busybox)"
	judge 0 # bash connects, nothing listens
	expect "$1" mesh.tcp "pass open on 1 host"
	expect "$2" mesh.tcp "skip unknown: $1: tcp 179: no program to listen with"
	all_clean "$@"
}

# A host that knows what it should say, and says something else; one that says nothing.
hosts_mesh_hostile="mhost-a mhost-b mhost-c mhost-d"
test_mesh_hostile() {
	mesh_answers "$@"
	on "$2" sh -c 'rm /usr/bin/python3; printf "%s\n" "#!/bin/sh" "read -r _ t _; echo \"\$t probe 0 open\"; yes" >/usr/bin/python3; chmod +x /usr/bin/python3'
	on "$3" sh -c 'rm /usr/bin/python3; printf "%s\n" "#!/bin/sh" "exec sleep 40" >/usr/bin/python3; chmod +x /usr/bin/python3'
	SECONDS=0
	judge 0
	((SECONDS < 50)) || fail "took $SECONDS s"
	expect "$2" mesh.udp "skip unknown: $1: udp 8472: what the host printed makes no sense"
	expect "$3" mesh.udp "skip unknown: $1: udp 8472: the host was not ready in time"
	expect "$1" mesh.udp "skip unknown: $2: udp 8472: the other host did not take part"
	expect "$4" mesh.tcp "pass open on 1 host"
}

# end_kwiz SIGNAL: to the kwiz of the job that start_kwiz began, which must live
end_kwiz() {
	local p=$KWIZ_JOB
	while [ "$(cat "/proc/$p/comm")" != kwiz ]; do
		p=$(cat "/proc/$p/task/$p/children")
		p=${p%% *}
		[ -n "$p" ] || fail "no kwiz runs" || return
	done
	kill "-$1" "$p"
	until_true 10 test ! -e "/proc/$p"
	wait "$KWIZ_JOB" 2>/dev/null || true
}

listens() { on "$1" ss -Hltnu | grep -qE ':8472 '; }

hosts_mesh_killed="mkill-a mkill-b"
test_mesh_killed() {
	local ssh
	for ssh in "user: root, become: none" "user: operator, become: sudo"; do
		mark_time "$@"
		# what is dropped makes the probes last
		firewall "$1" 'udp dport 8472 drop' 'tcp dport 6443 drop'
		SSH="$ssh, identity: $LAB_KEY" mesh_answers "$@"
		start_kwiz check "$W/answers.yaml"
		until_true 60 listens "$1" && until_true 60 listens "$2"
		end_kwiz KILL
		all_clean "$@"
	done
	# with nothing but programs a listener
	on "$1" chmod -x "$(on "$1" readlink -f /usr/bin/python3)" /usr/bin/perl
	start_kwiz check "$W/answers.yaml"
	until_true 60 listens "$1"
	end_kwiz KILL
	all_clean "$@"
	# and interrupted, as people do it
	set -m # or SIGINT is ignored in the background
	start_kwiz check "$W/answers.yaml"
	set +m
	until_true 60 listens "$1"
	end_kwiz INT
	has "$W/out" "interrupted; nothing was changed"
	all_clean "$@"
}

hosts_mesh_vanishing="mvan-a mvan-b mvan-c"
test_mesh_vanishing() {
	firewall "$1" 'tcp dport 6443 ip saddr '"$(lab_address "$3")"' drop' # so that it lasts
	mesh_answers "$@"
	SECONDS=0
	start_kwiz check --json "$W/answers.yaml"
	until_true 60 listens "$2"
	lab cut "$2"
	wait "$KWIZ_JOB" || true
	((SECONDS < 60)) || fail "took $SECONDS s"
	expect "$3" mesh.tcp "fail $1: tcp 6443 silent (a firewall drops it)"
	expect_like "$1" mesh.udp "(pass open on 2 hosts|skip unknown: $2: .*)" # no more than that
	lab heal "$2"
}

# As many hosts as all pairs are probed of, all of them one.
hosts_mesh_twenty="mesh-twenty"
test_mesh_twenty() {
	local i a
	mark_time "$1"
	a=$(lab_address "$1")
	{
		printf '%s\n' "version: 1" "name: test" "spell: mesh" "topology: any" "hosts:"
		for ((i = 0; i < 20; i++)); do echo "  - {name: h$i, address: \"$a\", roles: [$([ $i -lt 3 ] && echo head || echo node)]}"; done
		echo "ssh: {user: root, become: none, identity: $LAB_KEY}"
		# one of the listeners has to answer for all of them
		echo "accept: {mesh.udp: one host has all these names}"
	} >"$W/answers.yaml"
	SECONDS=0
	judge 0
	((SECONDS < 60)) || fail "took $SECONDS s"
	same 20 "$(grep -c '"check":"mesh.tcp","verdict":"pass","found":"open on ' "$W/out")" "hosts whose TCP ports are open"
	same 20 "$(grep -cE '"check":"mesh.latency","verdict":"pass","found":"[a-z0-9-]+: [0-9.]+ ms' "$W/out")" "hosts whose latency is known"
	all_clean "$1"
}

# The wizard's Requirements probe as well, and again when all is measured again.
hosts_mesh_wizard="mwiz-a mwiz-b"
test_mesh_wizard() {
	firewall "$2" 'tcp dport 10250 drop'
	mesh_answers "$@"
	wizard_start
	screen_wait 60 "All hosts are reached."
	screen_keys C-n
	screen_wait 60 "tcp 10250 silent"
	firewall "$2"
	screen_keys r
	screen_wait 60 " 3 pass "
	screen_keys q
}
