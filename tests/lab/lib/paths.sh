# shellcheck shell=bash
# Where a lab keeps what. The lab's name is part of every path, of every cgroup and of the alias of every network device, so
# that all of it can be found again by name after a crash.

LAB_NAME=${KWIZ_LAB:-default}
RUN_ROOT=/run/kwiz-lab
RUN=$RUN_ROOT/$LAB_NAME # a tmpfs of the lab's own: nothing of it outlives the machine
LOCK=$RUN_ROOT/.$LAB_NAME.lock
NETNS=$RUN/net        # the lab's network namespace, bound here
ACCESS=$RUN/access    # key, known_hosts, ssh_config, password: the invoking user's
LAYER=$RUN/layer      # what all hosts of the lab have on top of the base
OPERATOR_ETC=$RUN/etc # hosts and resolv.conf of `lab exec`

CACHE=${KWIZ_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/kwiz}
BASES=$CACHE/lab-base
DISKS=$CACHE/lab/$LAB_NAME

paths_check() {
	[[ $LAB_NAME =~ ^[a-z0-9][a-z0-9-]{0,31}$ ]] ||
		misused "KWIZ_LAB: expected a name of a-z, 0-9 and '-' (at most 32), found '$LAB_NAME'"
	# These would be taken apart by overlay's mount options or by fstab.
	[[ $CACHE == /* && $CACHE != *[:,\\[:space:]]* ]] ||
		misused "the cache folder must be an absolute path without blanks, ':', ',' and '\\', found '$CACHE'; set KWIZ_CACHE"
}

host_name_check() {
	[[ ${#1} -le 63 && $1 =~ ^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$ && $1 != *..* ]] ||
		misused "expected a host's name of a-z, 0-9, '-' and '.' (at most 63), found '$1'"
}

# Sets the paths of host $1: HOST its folder on tmpfs, HOST_DISK its folder in the cache.
host_paths() {
	HOST=$RUN/hosts/$1
	HOST_DISK=$DISKS/$1
}

# The names of all hosts of the lab that have a folder, into HOSTS.
hosts_known() {
	local dir
	HOSTS=()
	for dir in "$RUN"/hosts/*/; do
		[ -d "$dir" ] || continue
		dir=${dir%/}
		HOSTS+=("${dir##*/}")
	done
}

# Replaces file $1 by standard input, never half.
write_whole() {
	local new=$1.new.$BASHPID
	cat >"$new"
	mv -f "$new" "$1"
}
