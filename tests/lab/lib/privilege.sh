# shellcheck shell=bash
# Who may make hosts, and where: root, or a user with sudo, on a Linux that lets them.

# Whose the lab's keys are, and who `lab exec` runs commands as.
USER_ID=${KWIZ_LAB_UID:-$(id -u)}
GROUP_ID=${KWIZ_LAB_GID:-$(id -g)}

# Goes on as root, running this script again through sudo if need be. "$@": the script's arguments.
# Only the variables of the lab go along, and not as arguments of more than a moment: none of them is secret.
privilege_gain() {
	[ "$(id -u)" != 0 ] || return 0
	command -v sudo >/dev/null ||
		die "this needs root: run it as root, or install sudo and let $(id -un) use it"
	exec sudo KWIZ_LAB="$LAB_NAME" KWIZ_CACHE="$CACHE" KWIZ_LAB_SUBNET="${KWIZ_LAB_SUBNET:-}" \
		KWIZ_LAB_TIMEOUT="${KWIZ_LAB_TIMEOUT:-}" KWIZ_LAB_MACHINE="${KWIZ_LAB_MACHINE:-}" \
		KWIZ_LAB_UID="$(id -u)" KWIZ_LAB_GID="$(id -g)" "$LAB_SCRIPT" "$@"
}

# Back to the machine's own namespaces if this runs inside `lab exec`: what is mounted or taken away there would not count.
privilege_machine() {
	[ -n "${KWIZ_LAB_MACHINE:-}" ] || return 0
	local machine=$KWIZ_LAB_MACHINE
	unset KWIZ_LAB_MACHINE
	[ "$(readlink /proc/self/ns/mnt)" != "$machine" ] || return 0
	[ "$(readlink /proc/1/ns/mnt)" = "$machine" ] ||
		die "this can't be done from inside lab exec here; run it outside"
	exec nsenter --target 1 --mount --net --wdns="$PWD" -- "$LAB_SCRIPT" "$@"
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
	cgroup_make "" 2>/dev/null || impossible "the cgroup file systems are not writable"
}
