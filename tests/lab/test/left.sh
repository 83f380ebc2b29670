# shellcheck shell=bash
# What a lab may leave behind, looked for by name.

# "PID START" of every process of the lab, to be looked for again after its end.
left_record() {
	local pid
	find /sys/fs/cgroup -path "*/kwiz-lab/$KWIZ_LAB/*" -name cgroup.procs -exec cat {} + 2>/dev/null | sort -un |
		while read -r pid; do
			printf '%s %s\n' "$pid" "$(left_start "$pid")"
		done
}

# Nothing for a zombie: that its parent has not asked yet is not the lab's.
left_start() {
	sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 !~ /[ZX]/ { print $20 }'
}

# No process of file $1, made by left_record, is alive. What was killed may take a while to go: the first process of a host takes the host's
# mounts with it.
left_no_process() {
	local pid start count=0 left=0 turn
	while read -r pid start; do
		count=$((count + 1))
		for ((turn = 0; turn < 150; turn++)); do
			if [ -z "$start" ] || [ "$(left_start "$pid")" != "$start" ]; then break; fi
			sleep 0.1
		done
		if [ -n "$start" ] && [ "$(left_start "$pid")" = "$start" ]; then
			printf 'process %s is left: %s\n' "$pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline")"
			left=1
		fi
	done <"$1"
	[ "$left" = 0 ] && [ "$count" -gt "${2:-0}" ] # a list without processes would prove nothing
}

# The processes that were started with the lab's name, wherever they are now: in a cgroup or none, with or without a parent.
left_started() {
	grep -lzxF "KWIZ_LAB=$KWIZ_LAB" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3
}

# Of these the ones that are not below this test: what it started itself it waits for.
left_strays() {
	local pid
	for pid in $(left_started); do
		left_is_below "$pid" || printf '%s\n' "$pid"
	done
}

# Is process $1 this test or one below it? One that has just ended is taken for such a one.
left_is_below() {
	local pid=$1
	while [ "$pid" -gt 1 ]; do
		[ "$pid" != $$ ] || return 0
		pid=$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | cut -d' ' -f2)
		[ -n "$pid" ] || return 0
	done
	return 1
}

# A killed process may take a moment to go, when the machine is busy; one that waits for something takes longer.
left_no_stray() {
	local pid
	wait_for 2 left_strays_none && return 0
	for pid in $(left_strays); do
		printf 'process %s is left: %s\n' "$pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline")"
	done
	return 1
}

left_strays_none() { [ -z "$(left_strays)" ]; }

left_no_cgroup() {
	same "" "$(find /sys/fs/cgroup -path "*/kwiz-lab/$KWIZ_LAB")"
}

# Looks into the mount namespace of every process.
left_no_mount() {
	fails grep -l -e "/kwiz-lab/$KWIZ_LAB" -e "/lab/$KWIZ_LAB/" /proc/[0-9]*/mountinfo 2>/dev/null
}

# Looks for the lab's network devices, which carry its name, in every network namespace.
left_no_namespace() {
	local pid ns left=0
	local -A seen=()
	for pid in /proc/[0-9]*; do
		ns=$(readlink "$pid/ns/net") || continue
		[ -z "${seen[$ns]:-}" ] || continue
		seen[$ns]=1
		if nsenter --net="$pid/ns/net" ip -o link 2>/dev/null | grep "alias kwiz-lab/$KWIZ_LAB"; then
			printf 'in %s of %s\n' "$ns" "$pid"
			left=1
		fi
	done
	[ "$left" = 0 ]
}

left_no_loop() {
	same "" "$(losetup --list --noheadings --output NAME,BACK-FILE | grep "/lab/$KWIZ_LAB/")"
}

left_no_file() {
	local cache=${KWIZ_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kwiz} path
	for path in "$RUN" "/run/kwiz-lab/.$KWIZ_LAB.lock" "$cache/lab/$KWIZ_LAB"; do
		[ ! -e "$path" ] || {
			printf '%s is left\n' "$path"
			return 1
		}
	done
}

# All of the above, after what is named $1; $2 is a file of left_record, $3 how many processes it has at least.
left_nothing() {
	ok "$1: no process is left" left_no_process "$2" "${3:-0}"
	ok "$1: no process that was started for it is left" left_no_stray
	ok "$1: no cgroup is left" left_no_cgroup
	ok "$1: no mount is left" left_no_mount
	ok "$1: no network namespace is left" left_no_namespace
	ok "$1: no loop device is left" left_no_loop
	ok "$1: no file is left" left_no_file
}

# The same as one test; the file may be without processes.
left_all() {
	left_no_process "$1" -1 && left_no_stray && left_no_cgroup && left_no_mount && left_no_namespace && left_no_loop && left_no_file
}
