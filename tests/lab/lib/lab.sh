# shellcheck shell=bash
# The lab as a whole: made with its first host, ended with `down --all`.

# Takes the lab's lock. It is removed with the lab, so who gets it checks that it is still the one of that name.
lab_lock() {
	mkdir -p "$RUN_ROOT"
	while :; do
		exec {LAB_LOCK}>>"$LOCK"
		flock -w 120 "$LAB_LOCK" || die "another lab command has held $LOCK for 2 min"
		[ ! "$LOCK" -ef "/proc/self/fd/$LAB_LOCK" ] || return 0
		exec {LAB_LOCK}>&-
	done
}

lab_unlock() {
	exec {LAB_LOCK}>&-
	LAB_LOCK=
}

# Is all of the lab there?
lab_complete() {
	[ -e "$RUN/complete" ] && mountpoint -q "$RUN" && mountpoint -q "$NETNS"
}

lab_exists() {
	[ -e "$RUN/complete" ] || die "there is no lab $LAB_NAME; make one: lab up NAME"
}

# Makes what hosts share, unless it is there. Remains of an earlier lab of the name are cleared first.
lab_make() {
	if lab_complete; then
		net_load
		BASE=$(<"$RUN/base")
		[ -e "$BASE/complete" ] || die "the root file system of this lab is gone ($BASE): lab down --all, then again"
		return 0
	fi
	lab_end
	mkdir -p "$RUN"
	mount -t tmpfs -o nosuid,mode=755,size=25% "kwiz-lab/$LAB_NAME" "$RUN"
	mount --make-private "$RUN"
	mkdir "$RUN/hosts"
	printf '%s\n' "$BASE" >"$RUN/base"
	printf '%s\n' "$CACHE" >"$RUN/cache"
	net_make
	access_make
	access_layer
	stand_in_make
	keep_devices_make
	: >"$RUN/complete"
}

# The names of all hosts of which anything is left, into HOSTS: folders on tmpfs, cgroups, disks.
lab_remains() {
	local place dir
	local -A found=()
	for place in "$RUN/hosts" "$DISKS" "${CGROUP_MOUNTS[@]/%//kwiz-lab/$LAB_NAME/hosts}"; do
		for dir in "$place"/*/; do
			[ ! -d "$dir" ] || { dir=${dir%/} && found[${dir##*/}]=1; }
		done
	done
	HOSTS=("${!found[@]}")
}

# Ends the lab and removes every trace of it. Works from whatever is left, and can be done again.
lab_end() {
	local name failed=0
	cgroup_probe
	cgroup_leave_operator
	rm -f "$RUN/complete"
	lab_remains
	hosts_end "${HOSTS[@]}" || failed=1
	# Servers and whatever else `lab exec` started.
	cgroup_end operator || failed=1
	cgroup_remove "" || failed=1
	cgroup_remove_root
	umount --lazy "$NETNS" 2>/dev/null || :
	while mountpoint -q "$RUN"; do umount --lazy "$RUN" || break; done
	rm -rf --one-file-system "$RUN"
	[ "$failed" = 0 ] || die "not all of lab $LAB_NAME could be ended; see above and try again"
}

# Ends several hosts, all at a time.
hosts_end() {
	local name failed=0
	local -a jobs=()
	for name; do
		host_end "$name" &
		jobs+=($!)
	done
	for name in "${jobs[@]}"; do
		wait "$name" || failed=1
	done
	return $failed
}
