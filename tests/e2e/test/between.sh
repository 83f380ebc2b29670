# shellcheck shell=bash
# kwiz check of hosts beside each other, by the bundled spell for Kubernetes: what is wrong between them is told at each of them, and nothing is in the
# way of hosts that are as they should be.

kube_answers() { # kube_answers HEAD NODE...: writes $W/answers.yaml
	local h role=control-plane
	{
		printf '%s\n' "version: 1" "name: between" "spell: $TOP/spells/kubernetes" "topology: single" "hosts:"
		for h; do
			echo "  - {name: $h, address: \"$(lab_address "$h")\", roles: [$role]}"
			role=worker
		done
		echo "ssh: {user: root, become: none, identity: $LAB_KEY}"
	} >"$W/answers.yaml"
}

# knows HOST: it and the others of the lab are in its /etc/hosts.
knows() {
	lab ls | awk '{print $2, $1}' | on "$1" sh -c 'cat >>/etc/hosts'
}

hosts_between_is_sound="sound-a sound-b"
test_between_is_sound() {
	local check h
	kube_answers "$@"
	for h; do knows "$h"; done
	kwiz check --json "$W/answers.yaml" >"$W/out" 2>/dev/null || true # other checks may fail on a host without systemd
	for check in name.hostname name.unique name.resolve mac.unique machineid.unique address.unique time.skew net.iface net.mtu cidr.overlap net.dns \
		net.no-proxy runtime.cri; do
		for h; do
			[[ $(verdict "$h" "$check") == pass\ * ]] || fail "$check of $h: $(verdict "$h" "$check")" || return
		done
	done
	expect "$1" name.hostname "pass $1"
	expect "$1" name.resolve "pass 1 name leads where it should"
	expect "$2" address.unique "pass $(lab_address "$2")"
}

hosts_between_is_wrong="twin-a twin-b twin-c"
test_between_is_wrong() {
	local id h
	kube_answers "$@"
	for h; do knows "$h"; done
	id=$(on "$1" cat /etc/machine-id)
	on "$2" sh -c "echo $id >/etc/machine-id"
	# the first line with a name counts
	on "$1" sh -c "{ echo 10.1.4.250 $2; cat /etc/hosts; } >/tmp/hosts && cat /tmp/hosts >/etc/hosts && rm /tmp/hosts"
	on "$3" sh -c 'printf "nameserver 127.0.0.1\n" >/etc/resolv.conf'
	on "$3" sh -c 'echo "http_proxy=http://proxy.example.com:3128" >>/etc/environment'
	kwiz check --json "$W/answers.yaml" >"$W/out" 2>/dev/null && fail "the check passes"
	expect "$1" machineid.unique "fail $id: also that of $2"
	expect "$2" machineid.unique "fail $id: also that of $1"
	[[ $(verdict "$3" machineid.unique) == pass\ * ]] || fail "machineid.unique of $3: $(verdict "$3" machineid.unique)"
	expect "$1" name.resolve "fail $2 leads to 10.1.4.250, but has $(lab_address "$2")"
	expect "$2" name.resolve "pass 2 names lead where they should"
	expect "$3" net.dns "fail 127.0.0.1 is on the host itself: CoreDNS would ask itself"
	[[ $(verdict "$3" net.no-proxy) == "warn login: no_proxy lacks 10.244.0.0/16, 10.96.0.0/12, "* ]] ||
		fail "net.no-proxy of $3: $(verdict "$3" net.no-proxy)"
}

# Two names in the answers that reach one host, by two of its addresses.
hosts_between_twice="twice"
test_between_twice() {
	local first
	first=$(lab_address "$1")
	on "$1" ip addr add 10.1.4.251/24 dev eth0
	{
		cat "$LAB_KNOWN_HOSTS"
		sed -n "s/^$1,$first /10.1.4.251 /p" "$LAB_KNOWN_HOSTS"
	} >"$W/known_hosts"
	kube_answers "$1"
	sed -i "/name: $1/a\\  - {name: again, address: 10.1.4.251, roles: [worker]}" "$W/answers.yaml"
	KNOWN_HOSTS=$W/known_hosts kwiz check --json "$W/answers.yaml" >"$W/out" 2>/dev/null && fail "the check passes"
	expect "$1" machineid.unique "fail $(on "$1" cat /etc/machine-id): this host and again are one machine, which both names reach"
	expect again machineid.unique "fail $(on "$1" cat /etc/machine-id): this host and $1 are one machine, which both names reach"
	expect again address.unique "fail $(printf '%s\n' 10.1.4.251 "$first" | LC_ALL=C sort | head -n 1): this host and $1 are one machine, which both names reach, and 1 thing more"
}
