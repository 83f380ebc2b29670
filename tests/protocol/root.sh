# shellcheck shell=bash
# What needs root: the real folders (in a mount namespace of the test's own), a full disk, becoming the login user.

D=/var/lib/kwiz/r1/h1
V=/run/kwiz/r1/h1

# A host of our own: /run in memory, /var/lib/kwiz on a small ext4.
as_root() {
	{ [ "$(id -u)" = 0 ] && [ "$OWN" -gt 0 ]; } || skip 'root is needed'
	mount -t tmpfs -o mode=755,size=2m tmpfs /run || skip 'no mount namespace'
	mkdir -p /var/lib/kwiz
	truncate -s 4M "$T/disk"
	PATH=$PATH:/sbin:/usr/sbin mkfs.ext4 -q -F -m 0 -O ^has_journal "$T/disk" || skip 'no mkfs.ext4'
	mount -o loop "$T/disk" /var/lib/kwiz || skip 'no loop device'
}

# fill_to_the_brim: no block is left, and control's last block has no room for a record either.
fill_to_the_brim() {
	local size
	size=$(stat -c %s "$D/control")
	# Torn lines are skipped, so the rest of the block may be one.
	head -c $((1024 - (size % 1024) - 5)) /dev/zero | tr '\0' z >>"$D/control"
	echo >>"$D/control"
	cat /dev/zero >/var/lib/kwiz/fill 2>/dev/null
	sync
	while head -c 1024 /dev/zero >>/var/lib/kwiz/fill 2>/dev/null; do :; done
	head -c 1 /dev/zero >>/var/lib/kwiz/probe 2>/dev/null && die 'the disk is not full'
	return 0
}

quick() { script "$1" quick <<<"echo x >>$T/ran"; }

root_steps() {
	as_root
	attach a
	[[ $hello == *' new 0 '* ]] || die "$hello"
	script a s <<-'END'
		id -u; pwd; echo "$HOME"
		kwiz_secret tok value
	END
	frame a 'run 1 step s - - 60 root'
	expect a 'end 1 0'
	ask a 'stream 5 log 1 33'
	[ "$(cat "$T/a/log.1")" = "0
$D/work
/root" ] || die "$(cat "$T/a/log.1")"
	[ "$(stat -c %a%U /run/kwiz "$D" "$V" "$V/secret/tok" | tr '\n' ' ')" = '700root 700root 700root 600root ' ] ||
		die "$(stat -c %a%U /run/kwiz "$D" "$V" "$V/secret/tok")"
	frame a 'quit clear'
	expect a '^bye'
	[ -z "$(find /run/kwiz /var/lib/kwiz -mindepth 1 ! -name attach.lock ! -name lost+found)" ] || die "$(find /run/kwiz /var/lib/kwiz)"
}

root_become_self() {
	as_root
	mkdir -p "$T/user"
	chmod 755 "$T"
	chown 54321:54321 "$T/user"
	mkdir -p "$T/etc"
	{ cat /etc/passwd; echo "kwizuser:x:54321:54321::$T/user:/bin/sh"; } >"$T/etc/passwd"
	mount --bind "$T/etc/passwd" /etc/passwd
	SUDO_ENV='SUDO_UID=54321 SUDO_GID=54321 SUDO_USER=kwizuser'
	attach a
	printf 'KWIZ_ANSWER_x 3\nabc\n' >"$T/vars"
	ask a "put v $T/vars"
	ask a "put hosts $T/vars"
	printf 'tell-nobody' >"$T/tok"
	ask a "put 1.secret.tok $T/tok"
	script a s <<-'END'
		set -eu
		echo "$(id -u) $(id -g) $HOME $USER $KWIZ_ANSWER_x"
		[ "$(kwiz_read_secret tok)" = tell-nobody ]
		cat "$KWIZ_HOSTS" >"$KWIZ_DIR/copy"
		pwd
		kwiz_secret mine out
		kwiz_progress 5 x
		ls /run/kwiz /var/lib/kwiz/r1 >/dev/null 2>&1 && exit 9
		exit 0
	END
	frame a 'run 1 step s - v 60 self'
	expect a 'end 1 0'
	want="54321 54321 $T/user kwizuser abc
$T/user/.local/state/kwiz/r1/h1/work
"
	ask a "stream 5 log 1 ${#want}"
	[ "$(cat "$T/a/log.1")" = "${want%?}" ] || die "$(cat "$T/a/log.1")"
	ask a 'stream 5 rec 1 25'
	frame a 'secret mine'
	expect a '^secret mine 3'
	[ -z "$(ls /run/kwiz-self)" ] || die "$(ls -lR /run/kwiz-self)"
	# A link in place of a secret leads nowhere.
	script a t <<-'END'
		ln -s /var/lib/kwiz/r1/h1/control "$KWIZ_SECRETS/secret/link"
	END
	frame a 'run 2 step t - - 60 self'
	expect a 'end 2 0'
	frame a 'secret link'
	expect a '^secret link (-|0)$'
	frame a 'run 3 step s - v 60 root'
	expect a 'end 3 1'
	# Its time ends for the user as well.
	script a u <<<'sleep 1000'
	frame a 'run 4 step u - - 1 self'
	expect a 'end 4 [0-9]+ timeout'
	script a w <<<kwiz_reboot
	rm -f "$T/bin/reboot" "$T/bin/systemctl"
	printf '#!/bin/sh\nexit 1\n' >"$T/bin/systemctl"
	printf '#!/bin/sh\ntouch %s\n' "$T/rebooted" >"$T/bin/reboot"
	chmod +x "$T/bin/reboot" "$T/bin/systemctl"
	frame a 'run 5 step w - - 10 self'
	expect a 'end 5 0 reboot'
	within 5 test -e "$T/rebooted"
	frame a 'quit clear'
	expect a '^bye'
	umount /etc/passwd
}

root_nothing_disk_full() {
	as_root
	attach a
	quick a
	within 5 test -e "$V/in/quick"
	mount -t tmpfs -o size=4k tmpfs "$V/in"
	head -c 100000 /dev/zero >"$T/big"
	ask a "put big $T/big"
	expect a '^@[0-9]+ full /run/kwiz/r1/h1/in [0-9]+'
	expect a '^bad put big: no room'
	within 5 umount "$V/in"
	frame a 'run 1 step quick - - 60 root'
	expect a 'end 1 0'
	# No request is accepted where nothing can be noted.
	cat /dev/zero >/run/fill 2>/dev/null
	frame a 'run 2 step quick - - 60 root'
	expect a '^bad run 2: no room on /run'
	count a 'start 2' 0
	rm /run/fill
	frame a 'run 2 step quick - - 60 root'
	expect a 'end 2 0'
	frame a 'quit clear'
	expect a '^bye'
}

root_accepted_disk_full() {
	as_root
	attach a
	quick a
	touch "$T/hold-claimed"
	frame a 'run 1 step quick - - 60 root'
	within 5 test -e "$V/1.acc"
	fill_to_the_brim
	rm "$T/hold-claimed"
	expect a '^@[0-9]+ full /var/lib/kwiz [0-9]+'
	expect a 'end 1 1 error'
	[ ! -e "$T/ran" ] || die 'the script ran'
	rm /var/lib/kwiz/fill
	frame a 'run 2 step quick - - 60 root'
	expect a 'end 2 0'
	frame a audit
	within 5 test -e "$D/reserve"
	frame a 'quit clear'
	expect a '^bye'
}

root_start_disk_full() {
	as_root
	attach a
	script a s <<-END
		echo began
		while [ ! -e $T/release ]; do sleep 0.05; done
		exit 3
	END
	frame a 'run 1 step s - - 60 root'
	expect a 'start 1'
	ask a 'stream 5 log 1 6'
	fill_to_the_brim
	touch "$T/release"
	expect a '^@[0-9]+ full /var/lib/kwiz [0-9]+'
	expect a 'end 1 3 exit 6 0'
	[ ! -e "$D/reserve" ] || die 'the reserve is still there'
	count a 'end 1' 1
	rm /var/lib/kwiz/fill
	frame a 'quit clear'
	expect a '^bye'
}

# A step that fills the disk with its own output fails by itself, and its end comes.
root_step_fills_the_disk() {
	as_root
	attach a
	script a s <<-'END'
		cat /dev/zero
	END
	frame a 'run 1 step s - - 60 root'
	expect a 'end 1 1 exit [0-9]+ 0'
	size=$(sed -n 's/^[^ ]* @[0-9]* end 1 1 exit \([0-9]*\).*/\1/p' "$T/a/frames")
	ask a "stream 10 log 1 $size"
	frame a 'quit clear'
	expect a '^bye'
}

# kwiz_reboot: the end is on disk before the host goes down, and the next step follows in the same folder. (lab_reboot
# really does it.)
root_end_boot_after_reboot() {
	as_root
	rm -f "$T/bin/systemctl" "$T/bin/reboot"
	printf '#!/bin/sh\ngrep -q "end 1 0 reboot" %s && echo "$0" >%s\n' "$D/control" "$T/rebooted" >"$T/bin/reboot"
	printf '#!/bin/sh\nexit 1\n' >"$T/bin/systemctl"
	chmod +x "$T/bin/reboot" "$T/bin/systemctl"
	attach a
	script a s <<-'END'
		echo here >"$KWIZ_DIR/mark"
		kwiz_reboot
		echo never
	END
	frame a 'run 1 step s - - 60 root'
	expect a 'end 1 0 reboot 0 7'
	within 10 test -e "$T/rebooted"
	boot
	rm -rf "$V"
	hang_up a
	attach b
	script b s <<<'echo again'
	script b t <<<'cat mark'
	frame b 'run 1 step s - - 60 root'
	frame b 'run 2 step t - - 60 root'
	expect b 'end 2 0 exit 5'
	count b interrupted 0
	count b 'start 1' 1
	frame b 'quit clear'
	expect b '^bye'
}
