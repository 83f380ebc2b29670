# shellcheck shell=bash
# The keeper of a host: the process that is to a host what mains and chassis are to a machine. It has a mount namespace in
# which the host's disk is mounted, boots the host, boots it again after a reboot, and when the host is off waits to be told
# to. Nothing is mounted for a host outside this namespace and the host's own, so nothing is left when the processes end.

# Never returns but for errors. $1: host. Runs in a new mount namespace, in cgroup hosts/HOST/lab.
keep_host() {
	local control word status
	host_paths "$1"
	cgroup_probe
	process_record "$BASHPID" "$HOST/keeper"
	disk_mount "$1"
	disk_identity "$1"
	exec {control}<>"$HOST/control"
	while :; do
		status=0
		keep_boot "$1" "$control" || status=$?
		# The kernel ends the init of a pid namespace with SIGHUP for reboot(2)'s restart and with SIGINT for power off.
		if [ "$status" = 129 ]; then
			printf 'lab: %s reboots\n' "$1"
			continue
		fi
		printf 'lab: %s is off (init ended with status %s)\n' "$1" "$status"
		printf '%s\n' "$status" | write_whole "$HOST/off"
		word=
		until [ "$word" = boot ]; do
			read -r word <&"$control"
		done
	done
}

# One boot of host $1, from its start to the end of its init; returns init's status as a shell gives it.
keep_boot() {
	local unsharer control=$2
	host_paths "$1"
	rm -f "$HOST/init" "$HOST/off"
	stand_in_host "$1"
	keep_devices
	keep_fstab "$1" >"$HOST/fstab"
	(
		cgroup_enter "hosts/$1/host" "$BASHPID"
		exec "${LAB_RIGHTS[@]}" unshare --mount --uts --ipc --net --cgroup --pid --fork -- "$LAB_SCRIPT" _boot "$1"
	) {control}>&- &
	unsharer=$!
	until [ -e "$HOST/init" ] || ! process_look "$unsharer"; do sleep 0.01; done
	# It had to be there to be the root of the host's cgroup namespace; now it is in the way of freezing (and with cgroup v2,
	# which wants no processes in inner groups, of systemd).
	cgroup_enter "hosts/$1/lab" "$unsharer" 2>/dev/null || :
	wait "$unsharer"
}

# A fresh /dev for the host of HOST.
keep_devices() {
	rm -rf "${HOST:?}/dev"
	cp -a "$RUN/dev" "$HOST/dev"
}

# The template of all hosts' /dev.
keep_devices_make() {
	local name major minor
	mkdir -p "$RUN"/dev/{net,pts,shm,mqueue}
	while read -r name major minor; do
		mknod -m 0666 "$RUN/dev/$name" c "$major" "$minor"
	done <<-END
		null 1 3
		zero 1 5
		full 1 7
		random 1 8
		urandom 1 9
		kmsg 1 11
		tty 5 0
		fuse 10 229
		net/tun 10 200
	END
	chmod 0644 "$RUN/dev/kmsg"
	: >"$RUN/dev/console"
	ln -s pts/ptmx "$RUN/dev/ptmx"
	ln -s /proc/self/fd "$RUN/dev/fd"
	ln -s fd/0 "$RUN/dev/stdin"
	ln -s fd/1 "$RUN/dev/stdout"
	ln -s fd/2 "$RUN/dev/stderr"
}

# Prints all that is to be mounted for host $1, as an fstab: one process mounts it all.
keep_fstab() {
	local kind mem root=$HOST/root
	kind=$(<"$HOST/kind")
	mem=$(<"$HOST/mem")
	cat <<-END
		overlay $root overlay lowerdir=$LAYER:$(<"$RUN/base")/root,upperdir=$HOST/store/upper,workdir=$HOST/store/work,index=off
		proc $root/proc proc nosuid,nodev,noexec
		sysfs $root/sys sysfs ro,nosuid,nodev,noexec
		$HOST/dev $root/dev none bind
		devpts $root/dev/pts devpts newinstance,ptmxmode=0666,mode=620,gid=5
		tmpfs $root/dev/shm tmpfs nosuid,nodev,size=$((mem / 2))
		mqueue $root/dev/mqueue mqueue nosuid,nodev,noexec
		$HOST/console.log $root/dev/console none bind
		tmpfs $root/run tmpfs nosuid,nodev,mode=755,size=$((mem / 5))
		$HOST/proc/swaps $root/proc/swaps none bind
		$HOST/proc/meminfo $root/proc/meminfo none bind
	END
	[ ! -e "$HOST/proc/cpuinfo" ] || printf '%s\n' "$HOST/proc/cpuinfo $root/proc/cpuinfo none bind"
	[ ! -e /proc/sysrq-trigger ] || printf '%s\n' "$HOST/proc/sysrq-trigger $root/proc/sysrq-trigger none bind"
	local path
	for path in "$HOST"/sys/*/; do
		path=${path%/}
		printf '%s\n' "$path $root/proc/sys/${path##*/} none bind"
	done
	stand_in_real_files | while read -r path; do
		printf '%s\n' "/proc/sys/$path $root/proc/sys/$path none bind"
	done
	if [ "$kind" = systemd ]; then
		keep_fstab_systemd "$root"
	fi
}

keep_fstab_systemd() {
	local mount dir
	# Overlay on overlay fails: these are the disk itself.
	for dir in containerd docker kubelet etcd; do
		mkdir -p "$HOST/store/data/$dir"
		printf '%s\n' "$HOST/store/data/$dir $1/var/lib/$dir none bind"
	done
	if [ "$CGROUP_VERSION" = 2 ]; then
		printf '%s\n' "cgroup2 $1/sys/fs/cgroup cgroup2 nosuid,nodev,noexec"
		return 0
	fi
	printf '%s\n' "tmpfs $1/sys/fs/cgroup tmpfs nosuid,nodev,noexec,mode=755"
	[ -z "$CGROUP_UNIFIED" ] || printf '%s\n' "cgroup2 $1/sys/fs/cgroup/unified cgroup2 nosuid,nodev,noexec,X-mount.mkdir"
	for mount in "${CGROUP_MOUNTS[@]}"; do
		[ "$mount" != "$CGROUP_UNIFIED" ] || continue
		printf '%s\n' "cgroup $1/sys/fs/cgroup/${mount##*/} cgroup nosuid,nodev,noexec,X-mount.mkdir,${CGROUP_OPTIONS[$mount]}"
	done
}

# Runs the programs of `up --hook` before the first boot of host $1, each with the host's root file system, name and address:
# what the owner of a machine would have prepared on it. They run outside that root, in the host's namespaces.
keep_hooks() {
	local hook
	[ ! -e "$HOST/store/hooked" ] || return 0
	while read -r hook; do
		[ -z "$hook" ] || KWIZ_LAB=$LAB_NAME KWIZ_CACHE=$CACHE "$hook" "$HOST/root" "$1" "$(<"$HOST/address")" </dev/null || {
			printf 'lab: the hook %s failed\n' "$hook"
			exit 1
		}
	done <"$HOST/hooks"
	: >"$HOST/store/hooked"
}

# Process 1 of host $1's namespaces, until it becomes the host's init.
keep_become_init() {
	local pid
	host_paths "$1"
	hostname "$1"
	net_host_link "$1"
	mkdir -p "$HOST/root"
	mount --all --fstab "$HOST/fstab"
	keep_hooks "$1"
	# /proc is still the machine's here, and so is the pid that it tells.
	read -r pid _ </proc/self/stat
	process_record "$pid" "$HOST/init"
	local -a init=(/usr/lib/kwiz-lab/light-init)
	if [ "$(<"$HOST/kind")" = systemd ]; then
		init=(/lib/systemd/systemd --log-target=journal --show-status=0)
		if [ "$CGROUP_VERSION" = 1 ]; then
			init+=(systemd.unified_cgroup_hierarchy=0)
			[ -n "$CGROUP_UNIFIED" ] || init+=(systemd.legacy_systemd_cgroup_controller=1)
		fi
	fi
	cd "$HOST/root" || return
	pivot_root . mnt
	# shellcheck disable=SC2016 # expanded by the inner shell
	exec chroot . /bin/sh -c 'umount -l /mnt && mount --make-rshared / &&
		exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin container=lab "$@"' init "${init[@]}"
}
