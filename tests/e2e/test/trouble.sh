# shellcheck shell=bash
# kwiz check where hosts are in trouble while they are measured: each has its own verdict in its own place, the others go on.

# Nothing of a check runs, listens or lies about on that host.
is_left_alone() {
	! on "$1" sh -c 'cat /proc/[0-9]*/cmdline 2>/dev/null' | tr '\0' ' ' | grep -qaE 'sh -s|mesh_|kwiz_|/usr/local/bin/df|sleep 300' &&
		! on "$1" /usr/bin/ss -Hltnu | grep -qE ':(6443|2379|179|10250|8472) ' &&
		[ -z "$(on "$1" sh -c 'find /run/kwiz /tmp /var/tmp -type f -not -name attach.lock -not -name all 2>/dev/null')" ]
}

# are_left_alone HOST...: in the end
are_left_alone() {
	local h
	for h; do until_true 30 is_left_alone "$h" || fail "$h: $(on "$h" ps ax -o args; on "$h" find /run/kwiz /tmp /var/tmp)"; done
}

hosts_check_trouble='trouble-well trouble-killed trouble-hangs trouble-full trouble-ro trouble-lies trouble-stopped'
kind_check_trouble=systemd
test_check_trouble() {
	local h
	mend_answers "$@"
	sed -i "/name: $2/a\\  - {name: nobody, address: 10.1.4.250, roles: [worker]}" "$W/answers.yaml"
	# a tool that ends the shell it is called from and all that belongs to it; one that can't be ended; full, and read-only; tools that print anything
	on "$2" sh -c 'printf "#!/bin/sh\npkill -KILL -f \"^sh -s\"\n" >/usr/local/bin/df'
	on "$3" sh -c 'printf "#!/bin/sh\ntrap \"\" TERM\nwhile :; do sleep 1; done\n" >/usr/local/bin/df'
	on "$4" sh -c 'mount -t tmpfs -o size=16k tmpfs /tmp; cat /dev/zero >/tmp/all 2>/dev/null; mount -t tmpfs -o size=16k tmpfs /var/tmp; cat /dev/zero >/var/tmp/all 2>/dev/null; :'
	on "$5" sh -c 'mount -t tmpfs -o ro tmpfs /tmp; mount -t tmpfs -o ro tmpfs /var/tmp'
	# shellcheck disable=SC2016 # for the host
	on "$6" sh -c 'for t in df ss systemctl dpkg-query getent; do printf "#!/bin/sh\nhead -c 300000 /dev/urandom; echo; echo end 1; echo root yes; echo \"\033[2J\"\n" >/usr/local/bin/$t; done'
	# its shell stopped: nobody ends it but what it left behind for that
	# shellcheck disable=SC2016 # for the host
	on "$7" sh -c 'printf "#!/bin/sh\nkill -STOP \"\$PPID\"\nexec sleep 300\n" >/usr/local/bin/ss'
	for h in "$2" "$3" "$6" "$7"; do on "$h" sh -c 'chmod 755 /usr/local/bin/*'; done
	judge 6
	grep -q "\"host\":\"$2\",\"state\":\"failed\",.*ended by signal KILL" "$W/out" || fail "the script that was killed is not told: $(grep "\"host\":\"$2\"" "$W/out" | head -n 3)"
	grep -q "\"host\":\"$7\",\"state\":\"failed\",.*did not end in 30 s" "$W/out" || fail "the script that was stopped is not told: $(grep "\"host\":\"$7\"" "$W/out" | head -n 3)"
	grep -q '"host":"nobody","state":"failed","fault":"dial-' "$W/out" || fail "the host that is off is not told"
	for h in "$1" "$4" "$5"; do
		expect "$h" os.systemd "$(verdict "$1" os.systemd)"
		expect_like "$h" disk.free "(warn|fail) .+"
		expect_like "$h" mesh.udp "[a-z]+ .+"
	done
	expect_like "$3" disk.free "skip .+"
	expect "$3" os.systemd "$(verdict "$1" os.systemd)"
	expect_like "$6" disk.free "skip .+"
	finds_nothing -P '[\x00-\x09\x0b-\x1f\x7f]' "$W/out"
	# nothing goes on there
	are_left_alone "$@"
}

hosts_check_killed='killed-1 killed-2 killed-3'
kind_check_killed=systemd
test_check_killed() { # kwiz itself, at several moments of a check: no process and no listener stays on a host
	local n
	mend_answers "$@"
	kwiz_environment
	for n in 0.3 0.6 1.0 1.6 2.4; do
		lab exec timeout -s KILL "$n" env "${KWIZ_ENVIRONMENT[@]}" "$KWIZ" check "$W/answers.yaml" >"$W/out" 2>&1 </dev/null || true
	done
	are_left_alone "$@"
	judge 0
}

kind_check_many=roomy

test_check_many() { # a hundred hosts, of which one is dead: it is named, the others are judged; all are one machine, with two processors or so
	local i begun=$SECONDS
	on "$1" sh -c 'printf "MaxStartups 2000\nMaxSessions 100\n" >/etc/ssh/sshd_config.d/00-many.conf'
	lab kill-sshd "$1" && lab start-sshd "$1"
	fleet_answers "$1"
	cp -R "$TOP/tests/e2e/spells" "$W/spells"
	sed -i "s/^exclusive: .*/exclusive: false/" "$W/spells/fleet/spell.yaml" # one machine plays all
	for ((i = 2; i <= 99; i++)); do
		sed -i "/name: $1,/a\\  - {name: n$i, address: \"$(lab_address "$1")\", roles: [node]}" "$W/answers.yaml"
	done
	sed -i "/name: $1,/a\\  - {name: dead, address: 10.1.4.250, roles: [node]}" "$W/answers.yaml"
	run_kwiz 6 check --spells "$W/spells" "$W/answers.yaml"
	has "$W/out" "not measured: dead (dial-"
	has "$W/out" "99 of 100 hosts measured"
	echo "100 hosts in $((SECONDS - begun)) s"
}
