# shellcheck shell=bash
# Hosts boot and are what they claim to be.

test_boot() {
	ok "ten light hosts boot" "$LAB" up --light l1 l2 l3 l4 l5 l6 l7 l8 l9 l10
	ok "all twelve are listed as running" same 12 "$("$LAB" ls | grep -c ' running$')"
	ok "the list as JSON has the same" same 12 "$("$LAB" ls --json | grep -o '"state": "running"' | grep -c .)"
	ok "a host has the address it was given" same 10.1.4.42 "$("$LAB" ls | awk '$1 == "m2" { print $2 }')"
	ok "an address that is taken is refused" fails "$LAB" up --light m9=10.1.4.42
	ok "up of a host that runs changes nothing" test_up_again
	ok "systemd has no failed unit" same running "$(on m1 systemctl is-system-running)"
	ok "the host has its own name" same m1 "$(on m1 hostname)"
	ok "it finds itself by name" same 10.1.4.42 "$(on m2 getent hosts m2 | cut -d' ' -f1)"
	ok "the operator finds hosts by name" same 10.1.4.42 "$("$LAB" exec getent hosts m2 | cut -d' ' -f1)"
	ok "hosts reach each other" on m1 bash -c 'read -r line </dev/tcp/10.1.4.42/22 && [[ $line == SSH-* ]]'
	ok "ssh as root by key" same root "$(ssh_soon m1 id -un)"
	ok "ssh to a light host" same l7 "$(ssh_soon l7 hostname)"
	ok "operator has sudo without password" same root "$(ssh_soon operator@m1 sudo -n id -un)"
	ok "ubuntu has sudo only with password" test_sudo_password
	ok "ssh by password" same ubuntu "$(test_ssh_password 2>&1)"
	ok "a host's key that changed is refused" test_changed_key
	ok "memory is what was asked for" same 2097152 "$(on m1 awk '/MemTotal/ { print $2 }' /proc/meminfo)"
	test_limits
	ok "what is outside the lab is refused at once" test_outside
	ok "the black hole answers nothing" test_hole
	ok "settings of the machine are out of reach" test_settings
	ok "the machine's clock and modules are out of reach" test_rights m1
	ok "the same from a light host" test_rights l1
	ok "modules: known ones load, unknown ones fail" test_modules
	ok "swap: on, kept over a boot, off" test_swap
}

test_limits() {
	local limit
	limit=$(on m1 sh -c 'cat /sys/fs/cgroup/memory/memory.limit_in_bytes || cat /sys/fs/cgroup/memory.max' 2>/dev/null)
	if [ -n "$limit" ]; then
		ok "memory is limited to that" same $((2 << 30)) "$limit"
	else
		skip "memory is limited to that" "no memory controller"
	fi
	if [ -n "$(on m1 find /sys/fs/cgroup -maxdepth 2 -name 'cpuset.cpus*')" ]; then
		ok "processors are what was asked for" same 1 "$(on m1 nproc)"
	else
		skip "processors are what was asked for" "no cpuset controller"
	fi
}

test_up_again() {
	local before
	before=$(cat "$RUN/hosts/m1/init")
	"$LAB" up m1 && same "$before" "$(cat "$RUN/hosts/m1/init")"
}

test_sudo_password() {
	ssh_soon ubuntu@m1 sudo -n true && return 1
	same root "$(ssh_soon ubuntu@m1 sudo -S -p "''" id -un <"$RUN/access/password")"
}

test_ssh_password() {
	printf '#!/bin/sh\ncat "%s"\n' "$RUN/access/password" >"$TEMP/askpass"
	chmod +x "$TEMP/askpass"
	SSH_ASKPASS=$TEMP/askpass SSH_ASKPASS_REQUIRE=force ssh_soon ubuntu@m1 \
		-o PubkeyAuthentication=no -o NumberOfPasswordPrompts=1 id -un
}

test_changed_key() {
	on l1 sh -c 'cd /etc/ssh && mkdir keep && mv ssh_host_* keep && ssh-keygen -A >/dev/null' || return 1
	"$LAB" kill-sshd l1 && "$LAB" start-sshd l1 || return 1
	prints 'HOST IDENTIFICATION HAS CHANGED' ssh_soon l1 true || return 1
	on l1 sh -c 'cd /etc/ssh && rm ssh_host_* && mv keep/* . && rmdir keep' || return 1
	"$LAB" kill-sshd l1 && "$LAB" start-sshd l1 && ssh_soon l1 true
}

test_outside() {
	local start=$EPOCHREALTIME
	"$LAB" exec bash -c ': </dev/tcp/192.0.2.1/22' && return 1
	on m1 bash -c ': </dev/tcp/192.0.2.1/22' && return 1
	[ $(((${EPOCHREALTIME/./} - ${start/./}) / 1000)) -lt 2000 ]
}

test_hole() {
	"$LAB" exec timeout 1 bash -c ': </dev/tcp/10.1.5.1/22'
	same 124 $?
}

# Where a host writes to what is one for the whole machine.
test_settings() {
	local before name
	local -a names=(kernel.panic kernel.panic_on_oops vm.swappiness vm.overcommit_memory fs.inotify.max_user_watches
		kernel.keys.maxkeys kernel.pid_max)
	before=$(/sbin/sysctl "${names[@]}")
	for name in "${names[@]}"; do
		on m1 /sbin/sysctl -q -w "$name=77" || return 1
		same 77 "$(on m1 /sbin/sysctl -n "$name")" || return 1
	done
	same "$before" "$(/sbin/sysctl "${names[@]}")" || return 1
	# What namespaces divide is the host's own.
	on m1 /sbin/sysctl -q -w net.ipv4.ip_forward=1 || return 1
	same 1 "$(on m1 /sbin/sysctl -n net.ipv4.ip_forward)" || return 1
	same 0 "$(on m2 /sbin/sysctl -n net.ipv4.ip_forward)" || return 1
}

# Looked at, never tried: no namespace divides time, so a try that works sets the clock of the machine. CAP_SYS_MODULE is
# bit 16, CAP_SYS_TIME bit 25; each way into a host is another one to forget.
test_rights() {
	local line
	for line in "$(on "$1" grep CapBnd /proc/self/status)" "$(on "$1" grep CapBnd /proc/1/status)" \
		"$(ssh_soon "$1" grep CapBnd /proc/self/status)" "$("$LAB" exec grep CapBnd /proc/self/status)"; do
		[[ $line =~ ^CapBnd:[[:space:]]*([0-9a-f]{16})$ ]] || return 1
		same 0 $((0x${BASH_REMATCH[1]} & (1 << 16 | 1 << 25))) || return 1
	done
}

test_modules() {
	on m1 modprobe overlay || return 1
	prints 'FATAL: Module no_such_module not found' on m1 modprobe no_such_module
}

test_swap() {
	local machine
	machine=$(cat /proc/swaps)
	"$LAB" swap m2 on || return 1
	on m2 swapon --show=NAME --noheadings | grep -qx /swapfile || return 1
	"$LAB" reboot m2 || return 1
	on m2 swapon --show=NAME --noheadings | grep -qx /swapfile || return 1
	on m2 grep -Eq '^SwapTotal: +52' /proc/meminfo || return 1
	on m2 swapoff -a || return 1
	same "" "$(on m2 swapon --show)" || return 1
	"$LAB" swap m2 off || return 1
	same "$machine" "$(cat /proc/swaps)"
}
