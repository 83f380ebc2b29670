# shellcheck shell=bash
# kwiz check --fix: what is named is mended on the hosts where it fires, and nothing else; reset takes it back.

# mend_again ID=SCRIPT...: the spell kubernetes in $W/spells, in which each of these checks always warns and is mended by that script of it.
mend_again() {
	local each
	mkdir -p "$W/spells"
	cp -r "$TOP/spells/kubernetes" "$W/spells/"
	for each; do
		sed -i "s|^requirements:\$|&\n  - {id: ${each%%=*}, title: Again, measure: cpus, warn: 9999, mend: fixes/${each#*=}}|" "$W/spells/kubernetes/spell.yaml"
	done
	sed -i "s|^spell: .*|spell: $W/spells/kubernetes|" "$W/answers.yaml"
}

# mend_answers HOST...: of the bundled spell, the first host being the control plane.
mend_answers() {
	local h role=control-plane
	{
		printf '%s\n' "version: 1" "name: mended" "spell: $TOP/spells/kubernetes" "topology: single" "hosts:"
		for h; do
			echo "  - {name: $h, address: \"$(lab_address "$h")\", roles: [$role]}"
			role=worker
		done
		echo "ssh: {${SSH:-user: root, identity: $LAB_KEY}}"
		# nobody serves there: known at once
		echo "answers: {sample: false, package_repository: 'http://$LAB_GATEWAY:9/', runtime_repository: 'http://$LAB_GATEWAY:9/ x y',"
		echo "  image_registry: '$LAB_GATEWAY:9', cni_manifest: 'http://$LAB_GATEWAY:9/'}"
		echo "accept: {disk.free: the disks of the lab are small, hw.mem: and so are its hosts, cgroup: as the machine has it, net.registry: no way leads out,"
		echo "  etcd.fsync: a file of the machine, ports.free: the test listens there}"
	} >"$W/answers.yaml"
}

mend() { # mend STATUS ARGUMENT...
	run_kwiz "$1" check "${@:2}" "$W/answers.yaml"
}

mend_reset() {
	run_kwiz 0 reset --yes --plain "$W/answers.yaml"
}

mend_log() {
	echo "$W/state/kwiz/mended/mended.log"
}

hosts_mend_swap='mend-swap-1 mend-swap-2'
kind_mend_swap=systemd
test_mend_swap() {
	local fstab script
	mend_answers "$@"
	lab swap "$1" on
	fstab=$(on "$1" md5sum /etc/fstab)
	judge 0
	expect "$1" swap "warn /swapfile, 511 MB"
	expect "$1" swap.boot "warn /etc/fstab switches it on"
	expect "$2" swap "pass none"
	mend 2 --fix swop
	has "$W/out" "--fix: there is no check \"swop\"; did you mean \"swap\"?"
	mend 2 --fix hw.cpu
	has "$W/out" "kwiz can't mend hw.cpu; what to do: Give the machine more processors."
	mend 2 --fix ,
	# without being asked, nothing is changed
	mend 4 --fix swap
	has "$W/out" "swap: fixes/swap.sh on $1"
	has "$W/out" "--fix changes hosts; say --yes"
	mend 0 --show-fix swap
	has "$W/out" "-- fixes/swap.sh, as root --"
	has "$W/out" "KWIZ_HOST=$1"
	has "$W/out" "swap_off() {"
	mend 0 --show-fix swap --json
	script=$(sed -n 's/^{"event":"mend-script",.*"host":"\([^"]*\)","check":"swap".*/\1/p' "$W/out")
	same "$1" "$script" "hosts that have a script"
	[ "$(on "$1" sed 1d /proc/swaps | wc -l)" = 1 ] || fail "swap is not on any more"
	same "$fstab" "$(on "$1" md5sum /etc/fstab)" "fstab before anything is mended"
	[ ! -e "$(mend_log)" ] || fail "something is written down"
	mend 0 --fix swap --yes
	has "$W/out" "+ swap, $1: the script ended well"
	has "$W/out" "swap is off; before: /swapfile"
	has "$W/out" "swap, $1: was warn (/swapfile, 511 MB), is pass (none)"
	hasnt "$W/out" "swap, $2:"
	[ "$(on "$1" sed 1d /proc/swaps | wc -l)" = 0 ] || fail "swap is on"
	on "$1" grep -q '^#kwiz-swap# /swapfile' /etc/fstab || fail "fstab still brings it"
	same 600 "$(stat -c %a "$(mend_log)")" "mode of the log"
	grep -qE "^[0-9TZ:-]+ $1 swap done, fixes/swap.sh of kubernetes " "$(mend_log)" || fail "it is not written down"
	judge 0
	expect "$1" swap "pass none"
	expect "$1" swap.boot "pass none"
	# once more: there is nothing to do, and nothing is asked
	mend 0 --fix swap
	has "$W/out" "swap: there is nothing to mend: it fails and warns on no host"
	same 2 "$(grep -cE '^[0-9TZ:-]+ [^ ]+ swap ' "$(mend_log)")" "entries of the log"
	mend_reset
	same "$fstab" "$(on "$1" md5sum /etc/fstab)" "fstab after the reset"
	[ "$(on "$1" sed 1d /proc/swaps | wc -l)" = 1 ] || fail "the reset did not turn swap on again"
}

hosts_mend_os='mend-os-1 mend-os-2'
kind_mend_os=systemd
test_mend_os() { # modules, sysctls, names: as a user with sudo; twice is once, and reset takes it back
	local h hosts fresh='/var/lib/kwiz /etc/modules-load.d/kwiz-kubernetes.conf /etc/sysctl.d/99-kwiz-kubernetes.conf'
	SSH="user: operator, become: sudo, identity: $LAB_KEY" mend_answers "$@"
	# br_netfilter is not loaded: on the first host modprobe brings what was hidden
	on "$1" sh -c 'mount -t tmpfs none /proc/sys/net/bridge
		printf "#!/bin/sh\n[ \"\$1\" = br_netfilter ] && umount /proc/sys/net/bridge\n" >/usr/sbin/modprobe'
	on "$2" sh -c 'hostname other; echo other >/etc/hostname; echo 0 >/proc/sys/net/ipv4/ip_forward'
	hosts=$(on "$1" md5sum /etc/hosts)
	judge 0
	expect "$1" sysctl "warn net.ipv4.ip_forward: 0, net.bridge.bridge-nf-call-iptables: absent"
	expect "$2" name.hostname "warn other, but its node will be called $2, and 1 thing more"
	expect "$2" name.resolve "warn no address for $1"
	mend 0 --fix sysctl,name.hostname --fix name.resolve --yes
	has "$W/out" "in /etc/hosts: $(lab_address "$2") $2"
	has "$W/out" "is set: net.ipv4.ip_forward = 1"
	has "$W/out" "the host calls itself $2 now; before: other"
	judge 0
	for h; do
		expect "$h" sysctl "pass as pods need them"
		expect "$h" name.hostname "pass $h"
		expect "$h" name.resolve "pass 1 name leads where it should"
		same "$h" "$(on "$h" cat /etc/hostname)" "name at the next boot"
		same 1 "$(on "$h" cat /proc/sys/net/ipv4/ip_forward)" "ip_forward"
		on "$h" grep -qx 'net.ipv4.ip_forward = 1' /etc/sysctl.d/99-kwiz-kubernetes.conf
	done
	on "$2" sed -i "1i 10.1.4.99 $1" /etc/hosts # an operator's own line, which would win, and is his
	mend 5 --fix name.resolve --yes
	has "$W/out" "/etc/hosts, line 1: 10.1.4.99 $1: another address"
	on "$2" sed -i 1d /etc/hosts
	on "$1" grep -qx br_netfilter /etc/modules-load.d/kwiz-kubernetes.conf # which the other did not need
	on "$2" test ! -e /etc/modules-load.d/kwiz-kubernetes.conf
	mend 0 --fix sysctl,kernel.modules
	has "$W/out" "sysctl: there is nothing to mend: it fails and warns on no host"
	has "$W/out" "kernel.modules: there is nothing to mend: it fails and warns on no host"
	mend_again a=modules.sh b=sysctls.sh c=hostname.sh d=hosts.sh e=swap.sh
	mend 0 --fix a --yes
	same 1 "$(grep -c 'nothing had to be changed' "$W/out")" "hosts where modules are loaded at each boot already"
	mend 0 --fix a,b,c,d,e --yes
	same 10 "$(grep -c 'nothing had to be changed' "$W/out")" "scripts that had nothing to do"
	mend_reset
	same other "$(on "$2" hostname)" "name after the reset"
	same other "$(on "$2" cat /etc/hostname)" "name at the next boot after the reset"
	same 0 "$(on "$2" cat /proc/sys/net/ipv4/ip_forward)" "ip_forward after the reset"
	same "$hosts" "$(on "$1" md5sum /etc/hosts)" "/etc/hosts after the reset"
	for h; do on "$h" sh -c "for f in $fresh; do ! [ -e \$f/undo ] && { [ \$f = /var/lib/kwiz ] || ! [ -e \$f ]; } || { echo \$f; exit 1; }; done"; done
}

# A service that is there and is off: chrony's unit with a program that only waits, as no host of the lab may set a clock.
mend_clock() { # mend_clock HOST PROGRAM
	on "$1" sh -c "printf '[Service]\nExecStart=$2\n[Install]\nWantedBy=multi-user.target\n' >/etc/systemd/system/chrony.service
		printf '#!/bin/sh\nsystemctl -q is-active chrony && is=yes || is=no\ncase \$* in *--value*) echo \$is ;; *) echo NTPSynchronized=\$is ;; esac\n' >/usr/local/bin/timedatectl
		chmod 755 /usr/local/bin/timedatectl; systemctl daemon-reload"
}

hosts_mend_time='mend-time-1 mend-time-2 mend-time-3'
kind_mend_time=systemd
test_mend_time() {
	mend_answers "$@"
	mend_clock "$1" '/bin/sleep infinity'
	mend_clock "$2" '/bin/false'
	judge 0
	expect "$3" time.sync "warn nothing keeps it right"
	mend 1 --fix time.sync --yes
	has "$W/out" "chrony.service is enabled and runs, and the clock is synchronised"
	has "$W/out" "time.sync, $1: was warn (nothing keeps it right), is pass (kept right)"
	has "$W/out" "error: chrony.service does not run, although it was started"
	has "$W/out" "error: this host has no service that sets the clock"
	mend_again again=time.sh
	mend 0 --limit "$1" --fix again --yes
	same 1 "$(grep -c 'nothing had to be changed' "$W/out")" "scripts that had nothing to do"
	mend_reset
	! on "$1" systemctl -q is-active chrony || fail "the service still runs"
	! on "$1" systemctl -q is-enabled chrony || fail "the service is still enabled"
}

# listens HOST PORT: python3 answers there.
mend_listens() {
	# Not left before it listens: without a session of its own it would end with the one that started it.
	on "$1" timeout 60 sh -c "setsid python3 -m http.server $2 >/dev/null 2>&1 </dev/null & until ss -ltn | grep -q :$2; do sleep 0.1; done"
}

mend_reaches() { # mend_reaches ADDRESS PORT [FROM]: does a connection come about, from a host or from the operator's side?
	local try="import socket; socket.create_connection(('$1', $2), 1)"
	if [ -n "${3-}" ]; then on "$3" python3 -c "$try" 2>/dev/null; else lab exec python3 -c "$try" 2>/dev/null; fi
}

mend_is_blocked() { # mend_is_blocked CONTROL-PLANE WORKER HOW: so they say
	judge 5
	expect "$2" mesh.tcp "fail $1: tcp 6443 $3"
	expect "$1" mesh.tcp "pass open on 1 host"
}

# Opened, as the checks between the hosts say; ID is of the firewall, which is on all the same, and mends by the same script.
mend_is_open() { # mend_is_open ID HOST...
	local h id=$1
	shift
	judge 0
	for h; do
		expect "$h" mesh.tcp "pass open on 1 host"
		expect "$h" mesh.udp "pass open on 1 host"
	done
	mend 0 --fix mesh.tcp,mesh.udp
	has "$W/out" "mesh.udp: there is nothing to mend: it fails and warns on no host"
	mend 0 --fix "$id" --yes
	same 2 "$(grep -c 'nothing had to be changed' "$W/out")" "scripts that had nothing to do"
}

hosts_mend_nftables='mend-nft-1 mend-nft-2'
kind_mend_nftables=systemd
test_mend_nftables() {
	local address
	address=$(lab_address "$1")
	mend_answers "$@"
	on "$1" sh -c 'cat >/etc/nftables.conf <<END
flush ruleset
table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		iif "lo" accept
		ct state established,related accept
		tcp dport 22 accept comment "ssh stays"
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
	}
	chain output {
		type filter hook output priority filter; policy accept;
	}
}
table ip mine {
	chain early {
		type filter hook input priority -10; policy accept;
		ip saddr 192.0.2.1 tcp dport 10250 accept comment "kwiz other"
	}
}
END
nft -f /etc/nftables.conf && systemctl enable nftables' 2>/dev/null
	on "$1" nft list ruleset >"$W/before"
	on "$1" cat /etc/nftables.conf >"$W/file.before"
	mend_listens "$1" 10250
	mend_listens "$1" 10251
	! mend_reaches "$address" 10250 "$2" || fail "the port is open before"
	mend_is_blocked "$@" "silent (a firewall drops it)"
	expect "$2" mesh.udp "fail $1: udp 8472 silent (a firewall drops it)"
	mend 0 --fix mesh.tcp --yes
	has "$W/out" "no firewall that kwiz knows keeps anybody out here" # on the other host
	mend_reaches "$address" 10250 "$2" || fail "the port is not open"
	! mend_reaches "$address" 10251 "$2" || fail "another port is open as well"
	! mend_reaches "$address" 10250 || fail "the port is open for strangers"
	on "$1" nft list ruleset >"$W/after"
	same "" "$(diff "$W/before" "$W/after" | grep '^<')" "rules that are gone"
	same 4 "$(grep -c 'comment "kwiz mended"' "$W/after")" "rules with the mark"
	same 4 "$(diff "$W/before" "$W/after" | grep -c '^>')" "rules that came"
	hasnt "$W/after" "early { ip"
	# twice is once; and at a boot the file gives the same
	mend_is_open fw.nft "$@"
	on "$1" nft list ruleset | cmp "$W/after" - || fail "mending twice changes the rules"
	on "$1" sh -c 'nft -f /etc/nftables.conf'
	on "$1" nft list ruleset | sort >"$W/boot"
	sort "$W/after" | cmp - "$W/boot" || fail "the rules of the next boot are others"
	mend_reset
	on "$1" nft list ruleset | cmp "$W/before" - || fail "the reset left the rules changed"
	on "$1" cat /etc/nftables.conf | cmp "$W/file.before" - || fail "the reset left the file changed"
	! mend_reaches "$address" 10250 "$2" || fail "the port is still open"
}

# mend_packages HOST PACKAGE...: into a lab host, from the machine's own package sources; ends the test as skipped where they can't be had.
mend_packages() {
	local host=$1 cache="${KWIZ_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kwiz}/lab-debs"
	shift
	mkdir -p "$cache"
	(cd "$cache" && for p; do compgen -G "${p}_*.deb" >/dev/null || apt-get -qq download "$p" || exit 1; done) >/dev/null 2>&1 || {
		echo "the packages $* can't be had here"
		exit 77
	}
	local files=()
	for p; do files+=("$(cd "$cache" && compgen -G "${p}_*.deb" | tail -n 1)"); done
	tar -C "$cache" -c "${files[@]}" | on "$host" sh -c 'mkdir -p /root/debs && cd /root/debs && tar x && dpkg --force-depends -i *.deb' >"$W/dpkg" 2>&1 || fail "$(tail -n 3 "$W/dpkg")"
}

hosts_mend_firewalld='mend-fwd-1 mend-fwd-2'
kind_mend_firewalld=systemd
test_mend_firewalld() {
	local address
	address=$(lab_address "$1")
	mend_answers "$@"
	mend_packages "$1" firewalld python3-firewall python3-dbus python3-gi gir1.2-glib-2.0 libgirepository-1.0-1 python3-nftables libglib2.0-0 \
		python3-cap-ng libcap-ng0 gir1.2-nm-1.0
	on "$1" firewall-cmd --state >/dev/null 2>&1 || fail "firewalld does not run: $(on "$1" systemctl status firewalld 2>&1 | tail -n 5)"
	on "$1" firewall-cmd --quiet --add-rich-rule="rule family=\"ipv4\" source address=\"$(lab_address "$2")\" port port=\"8472\" protocol=\"udp\" accept" 2>/dev/null
	on "$1" sh -c 'firewall-cmd --list-all-zones; firewall-cmd --permanent --list-all-zones' 2>/dev/null >"$W/before"
	mend_listens "$1" 10250
	! mend_reaches "$address" 10250 "$2" || fail "the port is open before"
	mend_is_blocked "$@" "unreachable (there is no route, or a firewall rejects it)"
	mend 0 --fix mesh.tcp --yes
	mend_reaches "$address" 10250 "$2" || fail "the port is not open"
	! mend_reaches "$address" 10250 || fail "the port is open for strangers"
	mend_is_open fw.firewalld "$@"
	on "$1" firewall-cmd --permanent --list-rich-rules 2>/dev/null | grep -q 'port port="6443"' || fail "the rules do not outlive a boot"
	mend_reset
	on "$1" sh -c 'firewall-cmd --list-all-zones; firewall-cmd --permanent --list-all-zones' 2>/dev/null | diff "$W/before" - || fail "the reset left zones changed"
	! mend_reaches "$address" 10250 "$2" || fail "the port is still open"
}

hosts_mend_ufw='mend-ufw-1 mend-ufw-2'
kind_mend_ufw=systemd
test_mend_ufw() {
	local address
	address=$(lab_address "$1")
	mend_answers "$@"
	mend_packages "$1" ufw
	# one of the rules stands there already, and is the operator's
	on "$1" sh -c "ufw allow ssh; ufw allow from $(lab_address "$2") to any port 8472,30000:32767 proto udp; ufw --force enable" >"$W/ufw" 2>&1 ||
		fail "ufw does not run: $(tail -n 3 "$W/ufw")"
	on "$1" sh -c 'ufw show added; cat /etc/ufw/user.rules' >"$W/before"
	mend_listens "$1" 10250
	! mend_reaches "$address" 10250 "$2" || fail "the port is open before"
	mend_is_blocked "$@" "silent (a firewall drops it)"
	mend 0 --fix mesh.tcp --yes
	mend_reaches "$address" 10250 "$2" || fail "the port is not open"
	! mend_reaches "$address" 10250 || fail "the port is open for strangers"
	on "$1" ufw show added | grep -q "comment 'kwiz mended'" || fail "the rules are not marked"
	mend_is_open fw.ufw "$@"
	mend_reset
	on "$1" sh -c 'ufw show added; cat /etc/ufw/user.rules' | diff "$W/before" - || fail "the reset left rules changed"
	! mend_reaches "$address" 10250 "$2" || fail "the port is still open"
}

hosts_mend_leftovers='mend-left-1 mend-left-2'
kind_mend_leftovers=systemd
test_mend_leftovers() {
	mend_answers "$@"
	on "$1" sh -c 'mkdir -p /etc/kubernetes/manifests /var/lib/etcd/member /etc/kubernetes/mine; echo x >/etc/kubernetes/manifests/a.yaml; echo x >/var/lib/etcd/member/db
		echo x >/etc/kubernetes/admin.conf; echo x >/etc/kubernetes/mine/keep; ln -s /etc/hosts /etc/kubernetes/kubelet.conf
		printf "#!/bin/sh\necho \"\$@\" >>/root/kubeadm-was-called\n" >/usr/local/bin/kubeadm; chmod 755 /usr/local/bin/kubeadm; ip link add cni0 type bridge'
	judge 5
	expect_like "$1" left.kube "fail .*/var/lib/etcd.*"
	lab swap "$1" on
	# what is not named is left alone
	mend 5 --fix swap --yes
	on "$1" test -e /var/lib/etcd/member/db
	mend 4 --fix left.kube
	has "$W/out" "Nothing of it can be taken back."
	has "$W/out" "reset does not take back: all that is removed"
	on "$1" test -e /var/lib/etcd/member/db
	mend 0 --fix left.kube --yes
	has "$W/out" "emptied /var/lib/etcd"
	has "$W/out" "removed /etc/kubernetes/admin.conf"
	# however its lines are folded
	tr -s '\n ' '  ' <"$W/out" | grep -q "left.kube, $1: was fail .*, is pass (nothing)" || fail "the new verdict is not told"
	on "$1" grep -qx "reset --force" /root/kubeadm-was-called || fail "kubeadm reset was not run"
	on "$1" sh -c 'test ! -e /etc/kubernetes/admin.conf && test ! -L /etc/kubernetes/kubelet.conf && test -s /etc/hosts && test -s /etc/kubernetes/mine/keep'
	! on "$1" ip link show cni0 >/dev/null 2>&1 || fail "the bridge is still there"
	# a cluster that runs by other means is not touched
	on "$2" sh -c 'mkdir -p /etc/rancher/k3s; echo x >/etc/rancher/k3s/config.yaml; printf "[Service]\nExecStart=/bin/sleep 1000\n" >/etc/systemd/system/k3s.service; systemctl daemon-reload; systemctl start k3s'
	mend 1 --fix left.kube --yes
	has "$W/out" "error: k3s.service runs here"
	on "$2" test -e /etc/rancher/k3s/config.yaml
}

hosts_mend_fails='mend-fails-1 mend-fails-2'
test_mend_fails() { # one host's script fails, one hangs, one kills its shell; the others go on, each is told
	mkdir -p "$W/spells/broken"
	cat >"$W/spells/broken/spell.yaml" <<-END
		kwiz: 1
		name: broken
		title: Broken
		version: "1"
		topologies: [{name: any, title: Any, roles: {node: {min: 0}}}]
		requirements:
		  - {id: one, title: One, measure: cpus, fail: 9999, mend: one.sh}
		  - {id: two, title: Two, measure: cpus, warn: 9999, mend: two.sh, mend_timeout: 2s}
		  - {id: three, title: Three, measure: cpus, warn: 9999, mend: three.sh}
		steps: [{id: step, title: Step, on: all, run: three.sh, rerun: safe}]
	END
	# shellcheck disable=SC2016 # for the hosts
	printf '%s\n' 'for i in $(seq 1 30); do echo "line $i"; done' "[ \"\$KWIZ_HOST\" != $1 ] || kwiz_fail 'no \$(touch /tmp/owned) here' 'do it by hand'" 'printf "\033[2Jgood\n"' >"$W/spells/broken/one.sh"
	printf '%s\n' "[ \"\$KWIZ_HOST\" != $2 ] || exec sleep 300" "kill -9 \$\$" >"$W/spells/broken/two.sh"
	echo 'touch /tmp/three; echo three' >"$W/spells/broken/three.sh"
	answers "$@"
	sed -i -e "s,^spell: .*,spell: $W/spells/broken," -e '/^answers:/,$d' "$W/answers.yaml"
	mend 1 --fix three,two,one --yes
	grep -q "^x one, $1: the script failed with status 1" "$W/out" || fail "the failure is not told"
	has "$W/out" "    line 22"
	hasnt "$W/out" "    line 18"
	has "$W/out" '    error: no $(touch /tmp/owned) here'
	has "$W/out" "    hint: do it by hand"
	grep -q "^+ one, $2: the script ended well" "$W/out" || fail "the other host was not mended"
	grep -q "^x two, $2: it is not known what came of the script" "$W/out" || fail "the script that hangs is not told"
	has "$W/out" "the script did not end in 2 s, and was ended"
	finds_nothing -P '[\x00-\x09\x0b-\x1f\x7f]' "$W/out"
	same 2 "$(grep -cE '^\+ three, .*: the script ended well' "$W/out")" "hosts on which the last script ran"
	has "$W/out" "one, $1: was fail ("
	on "$1" test ! -e /tmp/owned
	# a host that can't be reached is not mended, and counts above
	sed -i "/name: $1/a\\  - {name: nobody, address: 10.1.4.250, roles: [node]}" "$W/answers.yaml"
	mend 6 --fix three --yes --json
	same "$1 $2" "$(sed -n 's/^{"event":"mend",.*"host":"\([^"]*\)","check":"three","state":"done","status":0,"output":"three\\n","before":"warn".*"after":"warn".*/\1/p' "$W/out" | sort | xargs)" "hosts that were mended"
	# nobody but root mends
	on "$1" rm -f /tmp/three
	SSH="user: operator, become: none, identity: $LAB_KEY" answers "$1"
	sed -i -e "s,^spell: .*,spell: $W/spells/broken," -e '/^answers:/,$d' "$W/answers.yaml"
	mend 1 --fix three --yes
	has "$W/out" "error: only root can mend this host"
	on "$1" test ! -e /tmp/three
}

hosts_mend_alone='mend-alone-1'
test_mend_alone() { # two at once, or one beside a run: the second changes nothing, and is told who is there
	mkdir -p "$W/spells/slow"
	cat >"$W/spells/slow/spell.yaml" <<-END
		kwiz: 1
		name: slow
		title: Slow
		version: "1"
		topologies: [{name: any, title: Any, roles: {node: {min: 0}}}]
		requirements: [{id: one, title: One, measure: cpus, warn: 9999, mend: slow.sh}]
		steps: [{id: step, title: Step, on: all, run: slow.sh, rerun: safe}]
	END
	echo 'echo x >>/tmp/began; until [ -e /tmp/may-end ]; do sleep 0.2; done' >"$W/spells/slow/slow.sh"
	answers "$1"
	sed -i -e "s,^spell: .*,spell: $W/spells/slow," -e '/^answers:/,$d' "$W/answers.yaml"
	kwiz check --fix one --yes "$W/answers.yaml" >"$W/first" 2>&1 </dev/null &
	until_true 60 on "$1" test -e /tmp/began
	mend 1 --fix one --yes
	has "$W/out" "another script of kwiz mends this host (process "
	run_kwiz 7 run --yes "$W/answers.yaml"
	has "$W/out" "a script of \`kwiz check --fix\` mends this host: process "
	same 1 "$(on "$1" sh -c 'wc -l </tmp/began')" "scripts that began"
	on "$1" touch /tmp/may-end
	wait "$!"
	has "$W/first" "+ one, $1: the script ended well"
	on "$1" sh -c '! [ -e /run/kwiz/mending ]' || fail "it stays behind"
	# beside a run
	on "$1" rm -f /tmp/began /tmp/may-end
	start_kwiz run --yes "$W/answers.yaml"
	until_true 60 on "$1" test -e /tmp/began
	kwiz check --fix one --yes "$W/answers.yaml" >"$W/first" 2>&1 </dev/null && fail "a script mends beside a run"
	grep -q "error: the kwiz run .* is at work on this host" "$W/first" || fail "it is not told who is there: $(tail -n 5 "$W/first")"
	same 1 "$(on "$1" sh -c 'wc -l </tmp/began')" "scripts that began beside a run"
	on "$1" touch /tmp/may-end
	wait "$KWIZ_JOB"
	# one that was killed is in nobody's way
	on "$1" rm -f /tmp/began /tmp/may-end
	kwiz check --fix one --yes "$W/answers.yaml" >"$W/first" 2>&1 </dev/null &
	until_true 60 on "$1" test -e /tmp/began
	on "$1" sh -c 'read -r pid _ </run/kwiz/mending; kill -9 "$pid"'
	wait "$!" && fail "the killed one is told as done"
	on "$1" touch /tmp/may-end
	mend 0 --fix one --yes
}

mend_page_is_clean() {
	! screen_shows /swapfile
}

hosts_mend_page='mend-page-1 mend-page-2'
kind_mend_page=systemd
test_mend_page() { # by the wizard: f, the script, Run, and it is measured again
	mend_answers "$@"
	lab swap "$2" on
	wizard_start
	screen_wait 60 "All hosts are reached."
	screen_keys C-n
	screen_wait 60 "measured 2 of 2"
	screen_keys /
	screen_type swap
	screen_keys Enter f
	screen_wait 60 "Fix swap: Swap"
	screen_wait 60 "Runs as root on: $2."
	screen_wait 60 "[ Run on 1 host ]"
	# Enter without moving cancels
	screen_keys Enter
	screen_wait 60 "6 of 10"
	[ "$(on "$2" sed 1d /proc/swaps | wc -l)" = 1 ] || fail "Enter alone ran it"
	screen_keys f
	screen_wait 60 "Fix swap: Swap"
	screen_keys Tab Enter
	screen_wait 60 "It ended well on all hosts"
	screen_wait 60 "swap is off; before: /swapfile"
	screen_keys Enter
	screen_until 60 mend_page_is_clean || fail "it is not measured again: $(screen)"
	screen_keys /
	screen_type swap
	screen_keys Enter f
	screen_wait 60 "nothing to mend: swap"
	[ "$(on "$2" sed 1d /proc/swaps | wc -l)" = 0 ] || fail "swap is still on"
	grep -qE " $2 swap done," "$(mend_log)" || fail "it is not written down"
}
