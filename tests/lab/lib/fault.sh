# shellcheck shell=bash
# What can go wrong with a host, and its healing.

# Refuses names that are no host of the lab. Sets the paths of host $1.
fault_host() {
	[ -n "${1:-}" ] || misused "expected a host's name"
	host_name_check "$1"
	lab_exists
	host_paths "$1"
	[ -s "$HOST/link" ] || die "there is no host $1 in lab $LAB_NAME (lab ls)"
	cgroup_probe
}

# Pulls the cable out of host $1: at the bridge's end, so that the host sees nothing but silence; with $2 --carrier the
# host's own network card loses its carrier.
fault_cut() {
	fault_host "${1:-}"
	net_veth "$(<"$HOST/address")"
	case ${2:-} in
	"")
		printf 'cut\n' | write_whole "$HOST/link"
		net_in ip link set "$VETH" nomaster
		net_in ip link set "$VETH" up
		;;
	--carrier)
		printf 'no-carrier\n' | write_whole "$HOST/link"
		net_in ip link set "$VETH" nomaster
		net_in ip link set "$VETH" down
		;;
	*) misused "cut: expected NAME or --carrier NAME, found '$2'" ;;
	esac
}

fault_heal() {
	fault_host "${1:-}"
	net_veth "$(<"$HOST/address")"
	printf 'up\n' | write_whole "$HOST/link"
	net_in ip link set "$VETH" master "$BRIDGE"
	net_in ip link set "$VETH" up
}

# The processes of host $1 that run sshd, into SSHD_LISTENERS and SSHD_SESSIONS. A session's parent is an sshd.
fault_sshds() {
	local pid exe
	local -A sshd=()
	SSHD_LISTENERS=() SSHD_SESSIONS=()
	cgroup_members "hosts/$1/host"
	for pid in "${CGROUP_PIDS[@]}"; do
		exe=$(readlink "/proc/$pid/exe" 2>/dev/null) || continue
		[ "${exe% (deleted)}" != /usr/sbin/sshd ] || sshd[$pid]=1
	done
	for pid in "${!sshd[@]}"; do
		process_look "$pid" || continue
		if [ -n "${sshd[$PROCESS_PARENT]:-}" ]; then
			SSHD_SESSIONS+=("$pid")
		else
			SSHD_LISTENERS+=("$pid")
		fi
	done
}

# Kills the sshd of host $1, listener and sessions, but nothing that runs below them; with $2 --sessions only the latter.
fault_kill_sshd() {
	fault_host "${1:-}"
	case ${2:-} in
	"") ;;
	--sessions)
		fault_sshds "$1"
		[ ${#SSHD_SESSIONS[@]} -eq 0 ] || kill -KILL "${SSHD_SESSIONS[@]}" 2>/dev/null || :
		return 0
		;;
	*) misused "kill-sshd: expected NAME or --sessions NAME, found '$2'" ;;
	esac
	# systemd would start it again if it just died.
	[ "$(<"$HOST/kind")" != systemd ] || host_shell "$1" systemctl stop ssh.service ssh.socket
	until_limit 10 fault_kill_sshd_once "$1" || die "sshd of $1 can't be killed"
}

fault_kill_sshd_once() {
	fault_sshds "$1"
	local -a all=("${SSHD_LISTENERS[@]}" "${SSHD_SESSIONS[@]}")
	[ ${#all[@]} -gt 0 ] || return 0
	kill -KILL "${all[@]}" 2>/dev/null || :
	return 1
}

fault_start_sshd() {
	fault_host "${1:-}"
	if [ "$(<"$HOST/kind")" = systemd ]; then
		host_shell "$1" systemctl start ssh.service
	else
		fault_sshds "$1"
		[ ${#SSHD_LISTENERS[@]} -gt 0 ] || host_shell "$1" /usr/sbin/sshd
	fi
	host_wait_sshd "$1" "$READY_LIMIT"
}

# Reboots host $1 in good order and waits until it is ready again.
fault_reboot() {
	local before end=$((EPOCHSECONDS + 180)) # containers may take 90 s to stop, as on any machine
	fault_host "${1:-}"
	host_runs "$1" || die "$1 does not run"
	before=$(<"$HOST/init")
	host_shell "$1" reboot || :
	while [ "$(cat "$HOST/init" 2>/dev/null || printf '%s' "$before")" = "$before" ]; do
		[ ! -e "$HOST/off" ] || die "$1 went off instead of rebooting; see $HOST/console.log"
		[ "$EPOCHSECONDS" -lt "$end" ] || die "$1 did not reboot in 180 s"
		sleep 0.02
	done
	host_wait "$1"
}

# Stops host $1 as a whole, as a hypervisor would.
fault_pause() {
	fault_host "${1:-}"
	host_runs "$1" || die "$1 does not run"
	cgroup_freeze "hosts/$1/host" || die "$1 could not be stopped in 10 s"
}

fault_unpause() {
	fault_host "${1:-}"
	cgroup_thaw "hosts/$1/host"
}

# Pulls the plug of host $1. `lab up NAME` boots it again, with its disk. Data it had written but not synced is not lost: only
# its processes end.
fault_crash() {
	fault_host "${1:-}"
	host_runs "$1" || die "$1 does not run"
	kill -KILL "$PROCESS_PID"
	cgroup_thaw "hosts/$1/host"
	if process_alive "$HOST/keeper"; then
		until_limit 20 test -e "$HOST/off" || die "$1 did not go off in 20 s"
	fi
}

# Fills the file system that has $2 (/var if not given) in host $1 to the last block.
fault_fill_disk() {
	fault_host "${1:-}"
	# shellcheck disable=SC2016 # expanded in the host
	host_shell "$1" sh -c '
		cd "$1" || exit
		# In one go what statfs calls free, then what is left in ever smaller pieces.
		blocks=$(stat -f -c %a .) size=$(stat -f -c %S .)
		[ "$blocks" -eq 0 ] || fallocate -l $((blocks * size)) .lab-fill.0 2>/dev/null || :
		for piece in 4M 64K 4K; do
			dd if=/dev/zero of=".lab-fill.$piece" bs="$piece" conv=fsync 2>/dev/null || :
		done
		left=$(stat -f -c %a .)
		[ "$left" -lt 16 ] || { echo "$1: $left blocks are still free" >&2 && exit 1; }' fill "${2:-/var}"
}

fault_free_disk() {
	fault_host "${1:-}"
	# shellcheck disable=SC2016 # expanded in the host
	host_shell "$1" sh -c 'cd "$1" && rm -f .lab-fill.* && sync -f .' free "${2:-/var}"
}

# Gives host $1 swap, in use and in its fstab, or takes it away ($2: on, off). No swap is ever really in use: see the README.
fault_swap() {
	fault_host "${1:-}"
	case ${2:-} in
	# The file has no swap header, so that not even the real swapon(2) would take it.
	on) host_shell "$1" sh -c 'set -e
		[ -e /swapfile ] || { truncate -s 512M /swapfile && chmod 0600 /swapfile; }
		grep -q "^/swapfile " /etc/fstab || echo "/swapfile none swap sw 0 0" >>/etc/fstab
		grep -q "^/swapfile " /proc/swaps || swapon /swapfile' ;;
	off) host_shell "$1" sh -c 'set -e
		! grep -q "^/swapfile " /proc/swaps || swapoff /swapfile
		sed -i "\|^/swapfile |d" /etc/fstab
		rm -f /swapfile' ;;
	*) misused "swap: expected NAME on or NAME off" ;;
	esac
}
