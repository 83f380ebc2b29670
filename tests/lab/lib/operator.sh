# shellcheck shell=bash
# The operator's side: commands run in the lab's network namespace, with the names of the hosts in /etc/hosts.

# Runs a command where the operator is, as the user who called the lab.
operator_exec() {
	[ $# -gt 0 ] || misused "exec: expected a command"
	lab_exists
	cgroup_probe
	cgroup_enter_operator
	KWIZ_LAB_MACHINE=${KWIZ_LAB_MACHINE:-$(privilege_namespaces self)}
	export KWIZ_LAB_MACHINE KWIZ_LAB=$LAB_NAME
	operator_environment
	local -a user=()
	if [ "$USER_ID" != 0 ]; then
		user=(setpriv --reuid "$USER_ID" --regid "$GROUP_ID" --init-groups --)
	fi
	# Mounts of a namespace of its own: the machine's /etc/hosts is not touched. No name server answers in the lab.
	# shellcheck disable=SC2016 # expanded by the inner shell
	exec "${LAB_RIGHTS[@]}" nsenter --net="$NETNS" -- unshare --mount --propagation slave -- bash -c '
		PATH=$PATH:/usr/sbin:/sbin mount --bind "$0/hosts" /etc/hosts || exit
		[ ! -e /etc/resolv.conf ] || PATH=$PATH:/usr/sbin:/sbin mount --bind "$0/resolv.conf" /etc/resolv.conf || exit
		exec "$@"' "$OPERATOR_ETC" "${user[@]}" "$@"
}

# Gives back what this script changed for itself.
operator_environment() {
	export PATH=$CALLER_PATH
	if [ "$CALLER_LC_ALL" = unset ]; then unset LC_ALL; else export LC_ALL=$CALLER_LC_ALL; fi
	umask "$CALLER_UMASK"
}

# The same for a user with sudo, called before sudo: sudo drops the environment, and in its arguments it would be seen by
# everybody, so it goes through a file that only the user can read.
operator_exec_by_sudo() {
	local file
	file=$(mktemp "${XDG_RUNTIME_DIR:-/tmp}/kwiz-lab.XXXXXX")
	(
		operator_environment
		# The shell's read-only variables can't be set again.
		export -p | grep -Ev '^declare -[a-z]*r' >"$file"
		printf 'umask %s\n' "$CALLER_UMASK" >>"$file"
	)
	# shellcheck disable=SC2016 # expanded by the inner shell
	privilege_gain exec bash -c '
		keep=$KWIZ_LAB_MACHINE
		. "$0" && rm -f "$0" || exit
		export KWIZ_LAB_MACHINE=$keep
		exec "$@"' "$file" "$@"
}

# ssh to a host with the lab's key and known_hosts. $1: NAME or USER@NAME.
operator_ssh() {
	[ $# -gt 0 ] || misused "ssh: expected a host's name"
	local host=$1
	shift
	[[ $host == *@* ]] || host=root@$host
	operator_command exec ssh -F "$ACCESS/ssh_config" "$host" "$@"
}

# Prints what tests and scripts need to know, as assignments of the shell.
operator_env() {
	local name
	lab_exists
	net_load
	ip_dotted "$NET_FIRST"
	for name in "LAB_NAME=$LAB_NAME" "LAB_DIR=$RUN" "LAB_KEY=$ACCESS/id_ed25519" \
		"LAB_KNOWN_HOSTS=$ACCESS/known_hosts" "LAB_SSH_CONFIG=$ACCESS/ssh_config" \
		"LAB_PASSWORD_FILE=$ACCESS/password" "LAB_GATEWAY=$GATEWAY" "LAB_SUBNET=$IP_DOTTED/$PREFIX" \
		"LAB_HOLE=${HOLE%.*}.1" "LAB_NETNS=$NETNS" "LAB_CACHE=$(<"$RUN/cache")"; do
		printf '%s=%q\n' "${name%%=*}" "${name#*=}"
	done
}

# Sets STATE of host $1: booting, running, paused or off, or broken if its keeper is gone; and LINK.
operator_state() {
	host_paths "$1"
	LINK=$(<"$HOST/link")
	if host_runs "$1"; then
		STATE=running
		if cgroup_is_frozen "hosts/$1/host"; then STATE=paused; fi
		process_alive "$HOST/keeper" || STATE=broken
	elif ! process_alive "$HOST/keeper"; then
		STATE=broken
	elif [ -e "$HOST/off" ]; then
		STATE=off
	else
		STATE=booting
	fi
}

# Lists the hosts; with --json as an array of objects.
operator_list() {
	local name json=no
	local -a lines=()
	case ${1:-} in
	"") ;;
	--json) json=yes ;;
	*) misused "ls: expected nothing or --json, found '$1'" ;;
	esac
	HOSTS=()
	if lab_complete; then
		cgroup_probe
		hosts_known
	fi
	for name in "${HOSTS[@]}"; do
		[ -s "$RUN/hosts/$name/link" ] || continue
		operator_state "$name"
		if [ "$json" = yes ]; then
			lines+=("$(printf '{"name": "%s", "address": "%s", "kind": "%s", "state": "%s", "link": "%s"}' \
				"$name" "$(<"$HOST/address")" "$(<"$HOST/kind")" "$STATE" "$LINK")")
		else
			[ "$LINK" = up ] || STATE+=,cut
			printf '%-20s %-15s %-8s %s\n' "$name" "$(<"$HOST/address")" "$(<"$HOST/kind")" "$STATE"
		fi
	done
	if [ "$json" = yes ]; then
		local IFS=,
		printf '[%s]\n' "${lines[*]}"
	fi
}
