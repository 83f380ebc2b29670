#!/bin/sh
# Turns a fresh minimal Debian into the root file system of lab hosts. mmdebstrap calls it with the folder of the root file
# system; the stand-ins come from ../guest.
set -eu

root=$1
guest=$(cd "$(dirname "$0")/../guest" && pwd)
lib=/usr/lib/kwiz-lab

# $1 is a program of Debian, replaced by the stand-in of the same name. The real one is kept aside, by dpkg's own means, so
# that an upgrade of its package does not bring it back.
stand_in() {
	chroot "$root" dpkg-divert --quiet --local --rename --divert "$lib/real-${1##*/}" --add "$1"
	install -m 0755 "$guest/${1##*/}" "$root$1"
}

# User $1 with number $2 and a group of its own, $3 (Debian has a group operator of another meaning).
add_user() {
	chroot "$root" groupadd --gid "$2" "$3"
	chroot "$root" useradd --create-home --shell /bin/bash --uid "$2" --gid "$2" "$1"
}

mkdir -p "$root$lib"
stand_in /usr/sbin/swapon
stand_in /usr/sbin/swapoff
stand_in /usr/sbin/modprobe
install -m 0755 "$guest/light-init" "$root$lib/light-init"
install -m 0755 "$guest/light-reboot" "$root$lib/light-reboot"

# Fixed uids: files below /home are made for each lab from outside.
add_user operator 1000 operators
add_user ubuntu 1001 ubuntu
printf 'operator ALL=(ALL:ALL) NOPASSWD: ALL\nubuntu ALL=(ALL:ALL) ALL\n' >"$root/etc/sudoers.d/lab"
chmod 0440 "$root/etc/sudoers.d/lab"

# Keys are made for each host; RSA is left out because making one takes longer than booting a host.
rm -f "$root"/etc/ssh/ssh_host_*
cat >"$root/etc/ssh/sshd_config.d/lab.conf" <<'CONF'
HostKey /etc/ssh/ssh_host_ed25519_key
HostKey /etc/ssh/ssh_host_ecdsa_key
PermitRootLogin prohibit-password
PasswordAuthentication yes
KbdInteractiveAuthentication yes
UseDNS no
CONF

# No console, no clock of its own, no timers that hold apt's lock behind the test's back.
for unit in console-getty.service getty@.service container-getty@.service serial-getty@.service \
	systemd-timesyncd.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
	fstrim.timer dev-hugepages.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount \
	sys-fs-fuse-connections.mount proc-sys-fs-binfmt_misc.automount systemd-binfmt.service; do
	ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
mkdir -p "$root/etc/systemd/journald.conf.d"
printf '[Journal]\nSystemMaxUse=64M\nRuntimeMaxUse=16M\n' >"$root/etc/systemd/journald.conf.d/lab.conf"

# systemd ignores swap in fstab where it takes itself to be in a container.
cat >"$root/etc/systemd/system/lab-swap.service" <<'CONF'
[Unit]
Description=Swap of the lab host, as in its fstab
DefaultDependencies=no
Before=swap.target
[Service]
Type=oneshot
ExecStart=/usr/sbin/swapon -a
[Install]
WantedBy=swap.target
CONF
chroot "$root" systemctl enable --quiet lab-swap.service

# Nothing of the machine's own package source stays: it can't be reached from the lab, and it may name internal servers.
rm -rf "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/* "$root"/etc/apt/apt.conf.d/99mmdebstrap
: >"$root/etc/apt/sources.list"

: >"$root/etc/motd"
: >"$root/etc/resolv.conf"
printf '# made by the lab; swap lines come from: lab swap NAME on\n' >"$root/etc/fstab"
printf 'LANG=C.UTF-8\n' >"$root/etc/default/locale"
rm -f "$root"/etc/hostname "$root"/etc/update-motd.d/*
