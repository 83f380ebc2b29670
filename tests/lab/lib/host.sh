# shellcheck shell=bash
# A host's life: planned, started, waited for, ended.

READY_LIMIT=${KWIZ_LAB_TIMEOUT:-90} # seconds

# Writes down host $1 as OPTION_* say, at address $2 (may be empty). What an ended host of that name left is cleared first.
host_plan() {
	local address=$2
	host_paths "$1"
	[ -z "$address" ] || net_check_address "$1" "$address"
	if process_alive "$HOST/keeper"; then
		[ -z "$address" ] || [ "$address" = "$(<"$HOST/address")" ] ||
			misused "$1 is there already, with address $(<"$HOST/address"); end it first: lab down $1"
		return 0
	fi
	if host_left "$1"; then host_end "$1"; fi
	mkdir -p "$HOST"
	if [ -z "$address" ]; then
		net_choose_address
		address=$ADDRESS
	fi
	printf '%s\n' "$address" >"$HOST/address"
	printf '%s\n' "$OPTION_KIND" >"$HOST/kind"
	printf '%s\n' "$OPTION_MEM" >"$HOST/mem"
	printf '%s\n' "$OPTION_DISK" >"$HOST/disk"
	printf '%s\n' "$HOST_DISK" >"$HOST/disk-path"
	printf '%s\n' "${OPTION_HOOKS[@]}" >"$HOST/hooks"
	host_cpuset "$OPTION_CPUS" "$address" >"$HOST/cpuset"
	printf 'up\n' >"$HOST/link"
	: >"$HOST/console.log"
	mkfifo -m 0600 "$HOST/control"
}

# Prints a list of $1 of the machine's processors, spread by the last byte of address $2; nothing if it is to have all.
host_cpuset() {
	local have i list=
	have=$(nproc)
	if [ -n "$1" ] && [ "$1" -gt "$have" ]; then
		warn "this machine has $have processors: hosts see no more, not $1"
	fi
	if [ -n "$1" ] && [ "$1" -lt "$have" ]; then
		for ((i = 0; i < $1; i++)); do
			list+=,$(((${2##*.} + i) % have))
		done
	fi
	printf '%s\n' "${list#,}"
}

# Starts planned host $1: its keeper, which boots it, or if it is off tells its keeper to.
host_start() {
	host_paths "$1"
	if process_alive "$HOST/keeper"; then
		if [ -e "$HOST/off" ]; then
			rm -f "$HOST/off"
			printf 'boot\n' >"$HOST/control"
		fi
		return 0
	fi
	cgroup_make "hosts/$1/host"
	cgroup_make "hosts/$1/lab"
	cgroup_limit "hosts/$1/host" "$(<"$HOST/mem")" "$(<"$HOST/cpuset")"
	(
		# In this order: who finds the lock free finds the process in its cgroup.
		cgroup_enter "hosts/$1/lab" "$BASHPID" || exit
		descriptors_close
		exec setsid unshare --mount --propagation slave -- "$LAB_SCRIPT" _keep "$1"
	) </dev/null >>"$HOST/console.log" 2>&1 &
	disown
}

# Is the init of host $1 alive? Sets PROCESS_PID.
host_runs() {
	process_alive "$RUN/hosts/$1/init"
}

# Waits until host $1 is ready: sshd answers and, with systemd, the boot is done. Prints what was wrong and fails otherwise.
host_wait() {
	local end=$((EPOCHSECONDS + READY_LIMIT)) address system
	host_paths "$1"
	address=$(<"$HOST/address")
	host_wait_boot "$1" "$end" || return 1
	if [ "$(<"$HOST/kind")" = systemd ]; then
		while :; do
			system=$(host_shell "$1" timeout --foreground "$READY_LIMIT" systemctl is-system-running --wait 2>/dev/null || :)
			case $system in
			running) break ;;
			degraded)
				warn "$1 is up, but degraded: $(host_shell "$1" systemctl list-units --failed --plain --no-legend | cut -d' ' -f1 | xargs)"
				break
				;;
			esac
			# It may be rebooting just now: then it boots again.
			host_wait_boot "$1" "$end" || return 1
			if [ "$EPOCHSECONDS" -ge "$end" ]; then
				warn "$1 has not finished booting in $READY_LIMIT s (systemd says: ${system:-nothing}); see lab shell $1 journalctl"
				return 1
			fi
			sleep 0.05
		done
	fi
	[ "$(<"$HOST/link")" = up ] || return 0
	host_wait_sshd "$1" $((end - EPOCHSECONDS))
}

# Waits until host $1 has an init, at most until $2 (as EPOCHSECONDS).
host_wait_boot() {
	until host_runs "$1"; do
		if [ -e "$RUN/hosts/$1/off" ] || [ "$EPOCHSECONDS" -ge "$2" ] || ! host_has_keeper "$1"; then
			warn "$1 did not boot; the end of $RUN/hosts/$1/console.log:"
			tail -n 15 "$RUN/hosts/$1/console.log" >&2
			return 1
		fi
		sleep 0.02
	done
}

# Has host $1 a keeper that boots it, or one to come?
host_has_keeper() {
	[ ! -s "$RUN/hosts/$1/keeper" ] || process_alive "$RUN/hosts/$1/keeper"
}

# Waits at most $2 seconds for the greeting of the sshd of host $1.
host_wait_sshd() {
	host_paths "$1"
	# shellcheck disable=SC2016 # expanded by the inner shell
	if ! host_aside "$1" net_in bash -c '
		end=$((EPOCHSECONDS + $2))
		until { exec 3<>"/dev/tcp/$1/22" && read -r -t 5 line <&3 && [[ $line == SSH-* ]]; } 2>/dev/null; do
			[ "$EPOCHSECONDS" -lt "$end" ] || exit 1
			sleep 0.05
		done' wait "$(<"$HOST/address")" "$2"; then
		warn "sshd of $1 did not answer in time; see lab shell $1"
		return 1
	fi
}

# Runs a command among the lab's own processes of host $1, where `down` finds it if who started it is killed.
host_aside() {
	(
		cgroup_enter "hosts/$1/lab" "$BASHPID" || exit
		shift
		"$@"
	)
}

# Runs a command as root in host $1, in all its namespaces and its cgroup, with an environment of its own.
host_shell() {
	local name=$1
	shift
	host_runs "$name" || {
		warn "$name does not run"
		return 1
	}
	(
		[ -z "${LAB_LOCK:-}" ] || exec {LAB_LOCK}>&-
		cgroup_enter "hosts/$name/host" "$BASHPID" || exit
		exec "${LAB_RIGHTS[@]}" nsenter --target "$PROCESS_PID" --mount --uts --ipc --net --pid --cgroup --wdns=/root -- \
			/usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root USER=root \
			LOGNAME=root SHELL=/bin/bash TERM="${TERM:-dumb}" LANG=C.UTF-8 "$@"
	)
}

# Is anything left of host $1? (Its processes are in its cgroups.)
host_left() {
	local mount
	host_paths "$1"
	if [ -e "$HOST" ] || [ -e "$HOST_DISK" ]; then return 0; fi
	for mount in "${CGROUP_MOUNTS[@]}"; do
		[ ! -d "$mount/kwiz-lab/$LAB_NAME/hosts/$1" ] || return 0
	done
	return 1
}

# Ends host $1 at once and removes all traces of it. Works from whatever is left, and can be done again.
host_end() {
	local at
	host_paths "$1"
	# First who would boot it again.
	if process_alive "$HOST/keeper"; then kill -KILL "$PROCESS_PID" 2>/dev/null || :; fi
	cgroup_end "hosts/$1" || {
		warn "processes of $1 can't be killed: ${CGROUP_PIDS[*]}"
		return 1
	}
	if [ -s "$HOST/address" ] && [ -e "$NETNS" ]; then
		net_veth "$(<"$HOST/address")"
		{ net_in ip link del "$VETH" || :; } 2>/dev/null
	fi
	cgroup_remove "hosts/$1" || warn "cgroups of $1 can't be removed"
	# Made under another cache folder than this call's?
	if [ -s "$HOST/disk-path" ]; then
		at=$(<"$HOST/disk-path")
		DISKS=${at%/*} disk_remove "$1"
	fi
	disk_remove "$1"
	rm -rf --one-file-system "$HOST"
}
