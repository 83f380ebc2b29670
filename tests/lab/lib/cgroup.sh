# shellcheck shell=bash
# Control groups of the lab, below kwiz-lab/LAB in every hierarchy of the machine:
#   hosts/HOST/host   what runs in the host; the root of the host's cgroup namespace
#   hosts/HOST/lab    the lab's own processes that keep the host
#   operator          what `lab exec` started
# Who is a member is how the lab knows its processes, whatever they did to their names, sessions and parents.
#
# Version 1 (a hierarchy per controller) is verified, with a version 2 hierarchy without controllers beside them ("hybrid"):
# systemd needs that one to learn, inside a host, that a cgroup is empty. Without it, stopping a unit of several processes now
# and then takes until the unit's timeout. Version 2 (one hierarchy) is written from cgroups(7) and the kernel's
# documentation and NOT verified.

CGROUP_VERSION=
CGROUP_UNIFIED= # where the version 2 hierarchy is, on a version 1 machine that has one
declare -a CGROUP_MOUNTS=()
declare -A CGROUP_OPTIONS=() # by mount point: what to mount the same hierarchy with

# Finds the machine's hierarchies.
cgroup_probe() {
	[ -z "$CGROUP_VERSION" ] || return 0
	local where type options option kept
	CGROUP_MOUNTS=()
	while read -r _ where type options _; do
		[ "$type" != cgroup2 ] || CGROUP_UNIFIED=${CGROUP_UNIFIED:-$where}
		[ "$type" = cgroup ] || continue
		kept=
		local -a words
		IFS=, read -ra words <<<"$options"
		for option in "${words[@]}"; do
			case $option in
			rw | ro | relatime | noatime | nosuid | nodev | noexec | xattr | clone_children | noprefix) ;;
			release_agent=* | cpuset_v2_mode | favordynmods) ;;
			name=*) kept+=",none,$option" ;;
			*) kept+=",$option" ;;
			esac
		done
		CGROUP_MOUNTS+=("$where")
		CGROUP_OPTIONS[$where]=${kept#,}
	done </proc/mounts
	if [ ${#CGROUP_MOUNTS[@]} -gt 0 ]; then
		CGROUP_VERSION=1
		cgroup_find name=systemd || impossible "cgroup v1 without the hierarchy name=systemd, which systemd needs;" \
			"mount it: mkdir -p /sys/fs/cgroup/systemd && mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd"
		[ -z "$CGROUP_UNIFIED" ] || CGROUP_MOUNTS+=("$CGROUP_UNIFIED")
	elif [ -e /sys/fs/cgroup/cgroup.controllers ]; then
		CGROUP_VERSION=2 CGROUP_UNIFIED=
		CGROUP_MOUNTS=(/sys/fs/cgroup)
	else
		impossible "no cgroup file systems are mounted"
	fi
}

# Sets CGROUP_DIR to the mount point of the v1 hierarchy that has $1 (a controller or name=...).
cgroup_find() {
	local mount
	for mount in "${CGROUP_MOUNTS[@]}"; do
		if [[ ,${CGROUP_OPTIONS[$mount]:-}, == *,$1,* ]]; then
			CGROUP_DIR=$mount
			return 0
		fi
	done
	return 1
}

# Makes cgroup $1 (a path below kwiz-lab/LAB) in all hierarchies, usable at once.
cgroup_make() {
	local mount
	local -a dirs=()
	for mount in "${CGROUP_MOUNTS[@]}"; do
		dirs+=("$mount/kwiz-lab/$LAB_NAME/$1")
	done
	mkdir -p "${dirs[@]}"
	if [ "$CGROUP_VERSION" = 2 ]; then
		cgroup_delegate_v2 "$1"
	elif cgroup_find cpuset; then
		cgroup_fill_cpuset "$1"
	fi
}

# A new cpuset has neither processors nor memory, so nothing can join it: takes its parent's, level by level.
cgroup_fill_cpuset() {
	local dir=$CGROUP_DIR part file value
	local -a parts
	IFS=/ read -ra parts <<<"kwiz-lab/$LAB_NAME/$1"
	for part in "${parts[@]}"; do
		for file in cpuset.cpus cpuset.mems; do
			value=$(<"$dir/$part/$file")
			[ -n "$value" ] || printf '%s\n' "$(<"$dir/$file")" >"$dir/$part/$file"
		done
		dir+=/$part
		# For what the host itself makes below: containers of older engines expect it.
		printf '1\n' >"$dir/cgroup.clone_children"
	done
}

# Hands the controllers down to the parent of cgroup $1. Not verified.
cgroup_delegate_v2() {
	local dir=${CGROUP_MOUNTS[0]} part controller
	local -a parts
	IFS=/ read -ra parts <<<"kwiz-lab/$LAB_NAME/$1"
	for part in "${parts[@]}"; do
		for controller in cpu cpuset memory pids io hugetlb; do
			printf '+%s\n' "$controller" >"$dir/cgroup.subtree_control" 2>/dev/null || :
		done
		dir+=/$part
	done
}

# Puts process $2 into cgroup $1 of every hierarchy.
cgroup_enter() {
	local mount
	for mount in "${CGROUP_MOUNTS[@]}"; do
		printf '%s\n' "$2" >"$mount/kwiz-lab/$LAB_NAME/$1/cgroup.procs" || return 1
	done
}

# Limits cgroup $1: memory to $2 bytes, processors to list $3; empty means no limit.
cgroup_limit() {
	if [ "$CGROUP_VERSION" = 2 ]; then
		cgroup_limit_one "${CGROUP_MOUNTS[0]}" "$1" memory.max "$2"
		cgroup_limit_one "${CGROUP_MOUNTS[0]}" "$1" cpuset.cpus "$3"
		return 0
	fi
	cgroup_find memory || CGROUP_DIR=
	cgroup_limit_one "$CGROUP_DIR" "$1" memory.limit_in_bytes "$2"
	cgroup_find cpuset || CGROUP_DIR=
	cgroup_limit_one "$CGROUP_DIR" "$1" cpuset.cpus "$3"
}

# Writes limit $4 into file $3 of cgroup $2 in the hierarchy at $1, or says that the machine has no such limit.
cgroup_limit_one() {
	[ -n "$4" ] || return 0
	local file=$1/kwiz-lab/$LAB_NAME/$2/$3
	if [ -e "$file" ]; then
		printf '%s\n' "$4" >"$file"
	else
		warn "this machine's cgroups have no $3: $2 is not limited by it"
	fi
}

# The processes in cgroup $1 and below, in any hierarchy, into CGROUP_PIDS.
cgroup_members() {
	local mount pid
	local -a dirs=()
	local -A seen=()
	CGROUP_PIDS=()
	for mount in "${CGROUP_MOUNTS[@]}"; do
		[ ! -d "$mount/kwiz-lab/$LAB_NAME/$1" ] || dirs+=("$mount/kwiz-lab/$LAB_NAME/$1")
	done
	[ ${#dirs[@]} -gt 0 ] || return 0
	while read -r pid; do
		[ "$pid" != 0 ] || continue # in a pid namespace that can't be seen from here
		seen[$pid]=1
	done < <(find "${dirs[@]}" -name cgroup.procs -exec cat {} + 2>/dev/null)
	CGROUP_PIDS=("${!seen[@]}")
}

# Sets CGROUP_FREEZER to the file that stops cgroup $1, and its words for stop and go.
cgroup_freezer() {
	if [ "$CGROUP_VERSION" = 2 ]; then
		CGROUP_FREEZER=${CGROUP_MOUNTS[0]}/kwiz-lab/$LAB_NAME/$1/cgroup.freeze
		CGROUP_FROZEN=1 CGROUP_THAWED=0
	else
		cgroup_find freezer || die "the machine has no freezer cgroup"
		CGROUP_FREEZER=$CGROUP_DIR/kwiz-lab/$LAB_NAME/$1/freezer.state
		CGROUP_FROZEN=FROZEN CGROUP_THAWED=THAWED
	fi
}

cgroup_is_frozen() {
	local state=
	cgroup_freezer "$1"
	{ read -r state <"$CGROUP_FREEZER"; } 2>/dev/null || return 1
	[ "$state" = "$CGROUP_FROZEN" ]
}

cgroup_freeze() {
	cgroup_freezer "$1"
	printf '%s\n' "$CGROUP_FROZEN" >"$CGROUP_FREEZER"
	until_limit 10 cgroup_is_frozen "$1"
}

cgroup_thaw() {
	cgroup_freezer "$1"
	[ ! -e "$CGROUP_FREEZER" ] || printf '%s\n' "$CGROUP_THAWED" >"$CGROUP_FREEZER"
}

# Thaws cgroup $1 and what its host froze below (a paused container): what is frozen could not even die.
cgroup_thaw_all() {
	local file
	cgroup_thaw "$1"
	while read -r file; do
		{ printf '%s\n' "$CGROUP_THAWED" >"$file"; } 2>/dev/null || :
	done < <(find "${CGROUP_FREEZER%/*}" -mindepth 2 -name "${CGROUP_FREEZER##*/}" 2>/dev/null)
}

# Kills the processes in cgroup $1 but for this shell and its ancestors, and succeeds when there were none.
cgroup_kill_once() {
	local pid left=0
	cgroup_members "$1"
	process_ancestors
	for pid in "${CGROUP_PIDS[@]}"; do
		[[ $ANCESTORS != *" $pid "* ]] || continue
		kill -KILL "$pid" 2>/dev/null || :
		left=1
	done
	[ "$left" = 0 ]
}

# Ends all of cgroup $1.
cgroup_end() {
	cgroup_thaw_all "$1"
	until_limit 20 cgroup_kill_once "$1"
}

# Puts this shell, about to become an operator's command, where `down --all` finds it. One hierarchy is enough for that.
cgroup_enter_operator() {
	cgroup_freezer operator
	mkdir -p "${CGROUP_FREEZER%/*}"
	printf '%s\n' "$BASHPID" >"${CGROUP_FREEZER%/*}/cgroup.procs"
}

# Takes this shell and its ancestors out of the operator's cgroup again (`lab exec script`, which ends the lab), so that it
# can be removed: they are not killed.
cgroup_leave_operator() {
	local pid groups
	process_ancestors
	cgroup_freezer operator
	for pid in $ANCESTORS; do
		groups=$(cat "/proc/$pid/cgroup" 2>/dev/null) || continue
		if [[ $groups == *:/kwiz-lab/$LAB_NAME/operator* ]]; then
			printf '%s\n' "$pid" >"${CGROUP_FREEZER%/kwiz-lab/*}/cgroup.procs"
		fi
	done
}

# Removes cgroup $1 (may be empty: all of the lab) with all below. Succeeds when it is gone. Kills who entered it since it was ended: a command
# that was just about to.
cgroup_remove_once() {
	local mount dir left=0
	cgroup_kill_once "$1" || left=1
	for mount in "${CGROUP_MOUNTS[@]}"; do
		dir=$mount/kwiz-lab/$LAB_NAME${1:+/$1}
		[ -d "$dir" ] || continue
		find "$dir" -depth -type d -exec rmdir {} + 2>/dev/null || :
		[ ! -d "$dir" ] || left=1
	done
	[ "$left" = 0 ]
}

cgroup_remove() {
	until_limit 10 cgroup_remove_once "$1"
}

# Drops kwiz-lab itself if no lab is left in it.
cgroup_remove_root() {
	local mount
	for mount in "${CGROUP_MOUNTS[@]}"; do
		[ ! -d "$mount/kwiz-lab" ] || rmdir "$mount/kwiz-lab" 2>/dev/null || :
	done
}
