# shellcheck shell=bash
# Who may make hosts, and where: root, or a user with sudo, on a Linux that lets them.

# Whose the lab's keys are, and who `lab exec` runs commands as.
USER_ID=${KWIZ_LAB_UID:-$(id -u)}
GROUP_ID=${KWIZ_LAB_GID:-$(id -g)}

# What runs in a host, however it came there, and what the operator runs, goes through this: the machine's clock and its
# modules are divided by no namespace, so root of a host must be without the right to change them.
LAB_RIGHTS=(setpriv "--bounding-set=-sys_module,-sys_time" --)

# Goes on as root, running this script again through sudo if need be. "$@": the script's arguments.
# Only the variables of the lab go along: none of them is secret.
privilege_gain() {
	[ "$(id -u)" != 0 ] || return 0
	command -v sudo >/dev/null ||
		die "this needs root: run it as root, or install sudo and let $(id -un) use it"
	exec sudo KWIZ_LAB="$LAB_NAME" KWIZ_CACHE="$CACHE" KWIZ_LAB_SUBNET="${KWIZ_LAB_SUBNET:-}" \
		KWIZ_LAB_TIMEOUT="${KWIZ_LAB_TIMEOUT:-}" KWIZ_LAB_MIRROR="${KWIZ_LAB_MIRROR:-}" KWIZ_LAB_MACHINE="${KWIZ_LAB_MACHINE:-}" \
		KWIZ_LAB_UID="$(id -u)" KWIZ_LAB_GID="$(id -g)" "$LAB_SCRIPT" "$@"
}

# Back to the machine's own namespaces if this runs inside `lab exec`: what is mounted or taken away there would not count.
privilege_machine() {
	[ -n "${KWIZ_LAB_MACHINE:-}" ] || return 0
	local machine=$KWIZ_LAB_MACHINE
	unset KWIZ_LAB_MACHINE
	[ "$(privilege_namespaces self)" != "$machine" ] || return 0
	# Any process that is there will do; not always may one look at process 1.
	local pid
	# shellcheck disable=SC2093 # the first that fits is taken
	for pid in 1 $(printf '%s\n' /proc/[0-9]* | sed 's|.*/||' | sort -n); do
		[ "$(privilege_namespaces "$pid")" = "$machine" ] || continue
		exec nsenter --target "$pid" --mount --net --wdns="$PWD" -- "$LAB_SCRIPT" "$@"
	done
	die "no process is left in the machine's own namespaces; run this outside lab exec"
}

# Prints which mount and network namespaces process $1 is in.
privilege_namespaces() {
	readlink "/proc/$1/ns/mnt" "/proc/$1/ns/net" 2>/dev/null | paste -sd' ' - || :
}

# Ends with status 3 and the reason where hosts can't be made.
privilege_check() {
	local caps bit name
	[ "$(uname -s)" = Linux ] || impossible "this is $(uname -s), and hosts are made of Linux namespaces"
	caps=0x$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)
	while read -r bit name; do
		((caps >> bit & 1)) || impossible "root lacks CAP_$name (an unprivileged container?)"
	done <<-END
		1 DAC_OVERRIDE
		12 NET_ADMIN
		18 SYS_CHROOT
		21 SYS_ADMIN
		27 MKNOD
	END
	grep -qw overlay /proc/filesystems || modprobe overlay 2>/dev/null || impossible "the kernel has no overlay file system"
	unshare --mount --uts --ipc --net --cgroup --pid --fork true 2>/dev/null ||
		impossible "the kernel or a security module refuses new namespaces"
	cgroup_probe
	local mount
	for mount in "${CGROUP_MOUNTS[@]}"; do
		[ -w "$mount" ] || impossible "$mount is not writable"
	done
}
