# shellcheck shell=bash
# What only a real host has: systemd and logind, sudo, sshd that dies, reboots, a disk that is full, other login shells.
# The host is p1 of the lab; its own /proc is used, so boots are real.

USER_AT=root
BECOME=()
SSH_OPTIONS=()

reach() {
	local command=$1
	[ "${#BECOME[@]}" -eq 0 ] || command="exec ${BECOME[*]} ${command#exec }"
	HOW=(ssh -F "$LAB_SSH_CONFIG" -o BatchMode=yes "${SSH_OPTIONS[@]}" "$USER_AT@p1" "$command")
}

# No holds and stubs: the bootstrap as it is shipped.
bootstrap() {
	local file=$1 list=$2 part
	shift 2
	{
		printf '%s\n' "RUN='r1'" "HOST='h1'" "OPERATOR='test@here'" "$@"
		while read -r part; do cat "$HOST_DIR/$part"; done <"$HOST_DIR/$list.list"
	} >"$file"
}

on_host() { "$LAB" shell p1 "$@"; }
D=/var/lib/kwiz/r1/h1
V=/run/kwiz/r1/h1
as_operator() {
	USER_AT=operator
	D=/home/operator/.local/state/kwiz/r1/h1
	V=$D/volatile
}

# Each test begins with a host that has nothing of kwiz.
fresh() {
	"$LAB" up p1 >/dev/null
	on_host sh -c 'for s in /run/kwiz/*/*/sup /home/operator/.local/state/kwiz/*/*/volatile/sup; do
			[ -e "$s" ] && read -r p _ <"$s" && kill -KILL "$p" 2>/dev/null
		done
		for e in /proc/[0-9]*/environ; do
			grep -qsz "^KWIZ_REQUEST=" "$e" && p=${e%/environ} && kill -KILL "${p#/proc/}" 2>/dev/null
		done
		rm -rf /tmp/release /run/kwiz /var/lib/kwiz /home/operator/.local/state/kwiz /run/user/*/kwiz; true'
}

sleeper() {
	script "$1" sleeper <<-'END'
		echo began
		while [ ! -e /tmp/release ]; do sleep 0.1; done
		echo ended
	END
	frame "$1" "run ${2:-1} step sleeper - - 300 ${3:-root}"
	expect "$1" "start ${2:-1}"
	ask "$1" "stream 10 log ${2:-1} 6"
}

finished() {
	frame "$1" 'quit clear'
	expect "$1" '^bye'
	hang_up "$1"
}

unit_of() { on_host sh -c "sed -n 's/.*\(kwiz-[^/]*service\).*/\1/p' /proc/$1/cgroup | head -n 1"; }
supervisor() { on_host sh -c "read -r p _ <$V/sup; echo \$p"; }
sessions_are_over() { ! on_host loginctl list-sessions --no-legend | grep -q "$1"; }

lab_supervisor_has_a_unit() {
	attach a
	sleeper a
	unit=$(unit_of "$(supervisor)")
	[[ $unit == kwiz-r1-h1-*.service ]] || die "unit: $unit"
	group=$(on_host awk '$1 == "group" { print $2 }' "$V/1.acc")
	[ "$(unit_of "$group")" = "$unit" ] || die "the step is in $(unit_of "$group")"
	on_host touch /tmp/release
	expect a 'end 1 0 exit 12 0'
	finished a
	within 5 no_unit
}
no_unit() { [ -z "$(on_host systemctl list-units --all --no-legend 'kwiz-*')" ]; }

lab_sshd_is_killed() {
	attach a
	sleeper a
	"$LAB" kill-sshd --sessions p1
	ask a 'gone 20'
	"$LAB" start-sshd p1
	attach b
	[[ $hello == *' found '* ]] || die "$hello"
	on_host touch /tmp/release
	expect b 'end 1 0 exit 12 0'
	ask b 'stream 5 log 1 12'
	finished b
}

# The link is cut: neither end hears of it. kwiz comes again and the older attachment's processes end.
lab_link_is_cut() {
	attach a
	sleeper a
	"$LAB" cut p1
	on_host touch /tmp/release
	within 10 on_host grep -q 'end 1 0' "$D/control"
	"$LAB" heal p1
	attach b
	expect b 'end 1 0 exit 12 0'
	ask b 'stream 5 log 1 12'
	finished b
}

kill_user_processes() {
	on_host sh -c 'mkdir -p /etc/systemd/logind.conf.d && printf "[Login]\nKillUserProcesses=yes\nUserStopDelaySec=0\n" >/etc/systemd/logind.conf.d/k.conf && systemctl restart systemd-logind'
}

# What logind does at the end of a session of USER_AT spares the supervisor and its step.
outlives_session() {
	kill_user_processes
	attach a
	sleeper a
	hang_up a
	within 20 sessions_are_over "$USER_AT"
	# logind would have a moment still: what must not happen has no condition to wait for.
	sleep 1
	attach b
	[[ $hello == *' found '* ]] || die "$hello"
	on_host touch /tmp/release
	expect b 'end 1 0 exit 12 0'
	finished b
	on_host rm /etc/systemd/logind.conf.d/k.conf
	on_host systemctl restart systemd-logind
}

lab_kill_user_processes_as_root() { outlives_session; }

lab_kill_user_processes_with_sudo() {
	USER_AT=operator BECOME=(sudo -n)
	outlives_session
}

lab_supervisor_is_killed() {
	attach a
	sleeper a
	pid=$(supervisor)
	on_host kill -KILL "$pid"
	frame a audit
	within 10 another_supervisor
	on_host touch /tmp/release
	expect a 'end 1 0 exit 12 0'
	count a interrupted 0
	on_host rm /tmp/release
	sleeper a 2
	on_host touch /tmp/release
	expect a 'end 2 0'
	finished a
}
another_supervisor() { now=$(supervisor) && [ -n "$now" ] && [ "$now" != "$pid" ] && [ -n "$(unit_of "$now")" ]; }

lab_oom_or_stop_of_the_unit_spares_steps() {
	attach a
	sleeper a
	unit=$(unit_of "$(supervisor)")
	on_host systemctl stop "$unit"
	on_host touch /tmp/release
	expect a 'end 1 0 exit 12 0'
	hang_up a
	attach b
	[[ $hello == *' new '* ]] || die "$hello"
	finished b
}

lab_reboot() {
	attach a
	before=$(set -- $hello; echo "$4 $5") init=$(cat "$LAB_DIR/hosts/p1/init")
	script a s <<-'END'
		echo here >"$KWIZ_DIR/mark"
		kwiz_reboot
	END
	frame a 'run 1 step s - - 60 root'
	expect a 'end 1 0 reboot 0 7'
	ask a 'gone 60'
	hang_up a
	# The connection ends before the host does.
	for ((turn = 0; turn < 600; turn++)); do
		now=$(cat "$LAB_DIR/hosts/p1/init" 2>/dev/null)
		[ -z "$now" ] || [ "$now" = "$init" ] || break
		sleep 0.1
	done
	"$LAB" up p1 >/dev/null
	attach b
	[ "$before" != "$(set -- $hello; echo "$4 $5")" ] || die "$hello"
	script b t <<<'cat mark'
	frame b 'run 1 step s - - 60 root'
	frame b 'run 2 step t - - 60 root'
	expect b 'end 2 0 exit 5'
	count b 'start 1' 1
	count b interrupted 0
	finished b
}

lab_crash() {
	attach a
	sleeper a
	"$LAB" crash p1
	hang_up a
	"$LAB" up p1 >/dev/null
	attach b
	expect b 'interrupted 1 boot'
	ask b 'stream 5 log 1 6'
	finished b
}

lab_shutdown_while_running() {
	attach a
	sleeper a
	"$LAB" reboot p1
	hang_up a
	"$LAB" up p1 >/dev/null
	attach b
	expect b 'interrupted 1 boot'
	finished b
}

lab_disk_full() {
	attach a
	sleeper a
	"$LAB" fill-disk p1
	on_host sh -c 'echo x >/run/x'
	# The records' last block may still have room; fill that, too.
	on_host sh -c "while :; do printf 'zzzzzzzzzzzzzzzzzzzzzzzzzzz\n' >>$D/control || break; done" 2>/dev/null
	on_host sh -c ": >/tmp/release" || on_host ln -s / /tmp/release
	expect a 'full / [0-9]+' 30
	expect a 'end 1 [0-9]+ exit' 30
	"$LAB" free-disk p1
	finished a
}

lab_user_mode() {
	as_operator
	attach a
	[[ $hello == *' new 1000 '* ]] || die "$hello"
	printf 'x' >"$T/tok"
	ask a "put 2.secret.tok $T/tok"
	sleeper a 1 self
	# logind keeps the session as "closing" while the step lives in it (unless KillUserProcesses is set, which ends the
	# step: without root there is no better place).
	hang_up a
	within 20 no_sshd_of_operator
	on_host touch /tmp/release
	within 10 on_host grep -q 'end 1 0' "$D/control"
	attach b
	expect b 'end 1 0 exit 12 0'
	ask b 'stream 5 log 1 12'
	script b s <<-'END'
		kwiz_secret key value
	END
	frame b 'run 2 step s - - 60 self'
	expect b 'end 2 0'
	frame b 'secret key'
	expect b '^secret key 5'
	finished b
}

no_sshd_of_operator() { ! on_host pgrep -u operator sshd >/dev/null; }

lab_become_self() {
	USER_AT=operator BECOME=(sudo -n)
	attach a
	script a s <<-'END'
		id -un; pwd; echo "$HOME $USER"
		kwiz_secret mine out
	END
	frame a 'run 1 step s - - 60 self'
	expect a 'end 1 0'
	want=$'operator\n/home/operator/.local/state/kwiz/r1/h1/work\n/home/operator operator\n'
	ask a "stream 5 log 1 ${#want}"
	[ "$(cat "$T/a/log.1")" = "${want%?}" ] || die "$(cat "$T/a/log.1")"
	frame a 'secret mine'
	expect a '^secret mine 3'
	finished a
}

lab_terminal() {
	USER_AT=operator BECOME=(sudo -n) SSH_OPTIONS=(-tt)
	attach a
	printf 'a\0\r\n\003\004\021\023\032\034\177\377b' >"$T/bytes"
	ask a "put bytes $T/bytes"
	script a s <<<'cat "$KWIZ_FILES/bytes"'
	frame a 'run 1 step s - - 60 root'
	expect a 'end 1 0 exit 13'
	ask a 'stream 5 log 1 13'
	cmp "$T/bytes" "$T/a/log.1" || die 'bytes differ'
	finished a
}

lab_login_shells() {
	USER_AT=operator BECOME=(sudo -n)
	local shell
	for shell in /bin/tcsh /usr/bin/fish /bin/dash /bin/bash; do
		on_host usermod -s "$shell" operator
		rm -rf "$T/a"
		attach a
		script a s <<<'echo x'
		frame a 'run 1 step s - - 60 root'
		expect a 'end 1 0 exit 2'
		finished a
	done
}

# A systemd that does not answer: setsid after 10 s, and kwiz is told.
lab_dead_bus() {
	on_host sh -c 'printf "#!/bin/sh\necho \$\$ >>/run/hanging.pid\nexec sleep 1000\n" >/usr/local/sbin/systemd-run; chmod +x /usr/local/sbin/systemd-run'
	dial a
	ask a 'wait 40 ^hello'
	frame a 'from 0'
	frame a go
	expect a '^noise systemd-run'
	sleeper a
	on_host touch /tmp/release
	expect a 'end 1 0'
	finished a
	on_host rm /usr/local/sbin/systemd-run
	# It was ended, too.
	[ "$(on_host sh -c 'read -r p </run/hanging.pid; cat /proc/$p/comm 2>/dev/null')" != sleep ] || die 'systemd-run lives'
}

# Debian's tools under another sh, as on distributions whose sh is bash, or under BusyBox's.
other_sh() {
	on_host ln -sf "$1" /bin/sh
	attach a
	sleeper a
	pid=$(supervisor)
	on_host kill -KILL "$pid"
	hang_up a
	attach b
	on_host touch /tmp/release
	expect b 'end 1 0 exit 12 0'
	ask b 'stream 5 log 1 12'
	finished b
	on_host ln -sf dash /bin/sh
}
lab_sh_is_bash() { other_sh bash; }
lab_sh_is_busybox() { other_sh busybox; }
