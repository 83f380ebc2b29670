# shellcheck shell=bash
# What a host can write to. A systemd host has an ext4 file system in a sparse file in the cache, a light one a tmpfs: both
# of a fixed size, so that a full disk is real and never the machine's. They are mounted only in the mount namespace of the
# host's keeper and go with it, however it ends.

# Mounts the disk of host $1, in the keeper's namespace, making it if it is new.
disk_mount() {
	local size
	host_paths "$1"
	size=$(<"$HOST/disk")
	mkdir -p "$HOST/store"
	if [ "$(<"$HOST/kind")" = light ]; then
		mount -t tmpfs -o "nosuid,nodev,mode=755,size=$size" "kwiz-lab/$LAB_NAME/$1" "$HOST/store"
	else
		if [ ! -e "$HOST_DISK/disk.img" ]; then
			mkdir -p "$HOST_DISK"
			truncate -s "$size" "$HOST_DISK/new.img"
			# No reserved blocks: full means full, also for root. Tables are written when first used.
			mkfs.ext4 -q -F -m 0 -L lab -E lazy_itable_init=1,lazy_journal_init=1 "$HOST_DISK/new.img"
			mv "$HOST_DISK/new.img" "$HOST_DISK/disk.img"
		fi
		# discard: what the host deletes is given back to the machine.
		mount -t ext4 -o loop,noatime,discard,noinit_itable "$HOST_DISK/disk.img" "$HOST/store"
	fi
	mkdir -p "$HOST"/store/{upper,work,data}
}

# Puts into a new host what is its own: name, id, host keys. Leaves the keys' public halves for the lab's known_hosts.
disk_identity() {
	local etc address type
	host_paths "$1"
	etc=$HOST/store/upper/etc
	address=$(<"$HOST/address")
	if [ ! -e "$HOST/store/identity" ]; then
		mkdir -p "$etc/ssh"
		printf '%s\n' "$1" >"$etc/hostname"
		printf '127.0.0.1 localhost\n::1 localhost ip6-localhost\n%s %s\n' "$address" "$1" >"$etc/hosts"
		tr -d - </proc/sys/kernel/random/uuid >"$etc/machine-id"
		rm -f "$etc"/ssh/ssh_host_*
		for type in ed25519 ecdsa; do
			ssh-keygen -q -t "$type" -N '' -C "root@$1" -f "$etc/ssh/ssh_host_${type}_key"
		done
		: >"$HOST/store/identity"
	fi
	local key
	for type in ed25519 ecdsa; do
		key=$(<"$etc/ssh/ssh_host_${type}_key.pub")
		printf '%s,%s %s\n' "$1" "$address" "${key% *}"
	done | write_whole "$HOST/known_hosts"
}

# Frees the loop devices of host $1's disk, if any outlived their mount (they should not: they end with it).
disk_loops_free() {
	local device
	host_paths "$1"
	while read -r device; do
		losetup --detach "$device" 2>/dev/null || :
	done < <(losetup --associated "$HOST_DISK/disk.img" --noheadings --output NAME 2>/dev/null || :)
	[ -z "$(losetup --associated "$HOST_DISK/disk.img" 2>/dev/null)" ]
}

# Removes the disk of host $1.
disk_remove() {
	host_paths "$1"
	[ -e "$HOST_DISK" ] || return 0
	until_limit 10 disk_loops_free "$1" || warn "a loop device of $HOST_DISK/disk.img is still busy"
	rm -rf --one-file-system "$HOST_DISK"
	rmdir "$DISKS" "${DISKS%/*}" 2>/dev/null || :
}
