# shellcheck shell=bash
# VRRP, by which keepalived's hosts hear of each other, through firewalls: closed, opened by kwiz check --fix for the other control planes, closed by reset.

vrrp_answers() { # vrrp_answers HOST...: all of them control planes
	mend_answers "$@"
	sed -i -e 's/^topology: .*/topology: ha/' -e 's/roles: \[worker\]/roles: [control-plane]/' -e 's/^answers: {/&virtual_address: 10.1.4.199, /' "$W/answers.yaml"
}

# vrrp_reaches FROM TO: a packet of protocol 112, past whatever filters there.
vrrp_reaches() {
	local address job rc=0
	address=$(lab_address "$2")
	on "$2" timeout 60 python3 -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 112)
s.settimeout(10)
print("listens", flush=True)
s.recv(100)' >"$W/listener" 2>/dev/null &
	job=$!
	until_true 60 grep -q listens "$W/listener"
	on "$1" python3 -c "
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 112)
for i in range(6):
    s.sendto(b'kwiz test', ('$address', 0))
    time.sleep(0.5)"
	wait "$job" || rc=$?
	return "$rc"
}

# vrrp_is_opened FIREWALL HOST OTHER: and closed again
vrrp_is_opened() {
	! vrrp_reaches "$3" "$2" || fail "$1: VRRP gets through before"
	mend 0 --fix mesh.tcp --yes
	vrrp_reaches "$3" "$2" || fail "$1: VRRP does not get through: $(cat "$W/out")"
	mend_reset
	! vrrp_reaches "$3" "$2" || fail "$1: VRRP still gets through after the reset"
}

hosts_vrrp_ufw='vrrp-ufw-1 vrrp-ufw-2'
kind_vrrp_ufw=systemd
test_vrrp_ufw() {
	vrrp_answers "$@"
	mend_packages "$1" ufw
	on "$1" sh -c "ufw allow ssh; ufw --force enable" >"$W/ufw" 2>&1 || fail "ufw does not run: $(tail -n 3 "$W/ufw")"
	on "$1" sh -c 'ufw show added; cat /etc/ufw/*.rules' >"$W/before"
	vrrp_is_opened ufw "$@"
	hasnt "$W/out" "before.rules"
	on "$1" sh -c 'ufw show added; cat /etc/ufw/*.rules' | diff "$W/before" - || fail "the reset left rules changed"
	# as releases before 0.36.2, which have no word for it
	on "$1" sed -i 's/, "vrrp"//' /usr/lib/python3/dist-packages/ufw/util.py
	vrrp_is_opened 'an older ufw' "$@"
	on "$1" sh -c 'ufw show added; cat /etc/ufw/*.rules' | diff "$W/before" - || fail "the reset left before.rules changed"
}

hosts_vrrp_firewalld='vrrp-fwd-1 vrrp-fwd-2'
kind_vrrp_firewalld=systemd
test_vrrp_firewalld() {
	vrrp_answers "$@"
	mend_packages "$1" firewalld python3-firewall python3-dbus python3-gi gir1.2-glib-2.0 libgirepository-1.0-1 python3-nftables libglib2.0-0 \
		python3-cap-ng libcap-ng0 gir1.2-nm-1.0
	on "$1" firewall-cmd --state >/dev/null 2>&1 || fail "firewalld does not run: $(on "$1" systemctl status firewalld 2>&1 | tail -n 5)"
	on "$1" sh -c 'firewall-cmd --list-all-zones; firewall-cmd --permanent --list-all-zones' 2>/dev/null >"$W/before"
	vrrp_is_opened firewalld "$@"
	on "$1" sh -c 'firewall-cmd --list-all-zones; firewall-cmd --permanent --list-all-zones' 2>/dev/null | diff "$W/before" - || fail "the reset left zones changed"
}
