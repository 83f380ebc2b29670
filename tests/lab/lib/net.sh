# shellcheck shell=bash
# The lab's network: a namespace of its own with a bridge, which is where the operator is; one veth a host. No route leads
# out of it, so several labs may use the same addresses, and nothing dialled in it reaches anything real.

BRIDGE=lab0
SUBNET_DEFAULT=10.1.4.1/24
HOLE=10.1.5.0/24 # swallows packets without an answer: for time limits

ip_number() {
	local a b c d
	IFS=. read -r a b c d <<<"$1"
	IP_NUMBER=$(((a << 24) + (b << 16) + (c << 8) + d))
}

ip_dotted() {
	IP_DOTTED=$(($1 >> 24 & 255)).$(($1 >> 16 & 255)).$(($1 >> 8 & 255)).$(($1 & 255))
}

ip_check() {
	[[ $1 =~ ^(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}$ ]] ||
		misused "expected an IPv4 address, found '$1'"
}

# Sets GATEWAY, PREFIX and, as numbers, NET_FIRST and NET_LAST from the lab's subnet.
net_load() {
	local subnet=${KWIZ_LAB_SUBNET:-$SUBNET_DEFAULT}
	[ ! -s "$RUN/subnet" ] || subnet=$(<"$RUN/subnet")
	GATEWAY=${subnet%/*} PREFIX=${subnet#*/}
	ip_check "$GATEWAY"
	[[ $PREFIX =~ ^(1[6-9]|2[0-8])$ ]] || misused "KWIZ_LAB_SUBNET: expected GATEWAY/16 to /28, found '$subnet'"
	ip_number "$GATEWAY"
	local mask=$((0xffffffff << (32 - PREFIX) & 0xffffffff))
	NET_FIRST=$((IP_NUMBER & mask))
	NET_LAST=$((NET_FIRST | ~mask & 0xffffffff))
}

# Runs a command in the lab's network namespace.
net_in() { nsenter --net="$NETNS" -- "$@"; }

# Makes the namespace, its bridge and the black hole.
net_make() {
	net_load
	: >"$NETNS"
	unshare --net="$NETNS" true
	printf '%s\n' "$GATEWAY/$PREFIX" | write_whole "$RUN/subnet"
	# The gateway forwards, so that hosts get "unreachable" at once for what is outside instead of waiting for nothing.
	net_in bash -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; ip -batch -' <<-END
		link set lo up
		link add $BRIDGE address 02:4b:00:00:00:01 type bridge
		link set $BRIDGE alias kwiz-lab/$LAB_NAME
		addr add $GATEWAY/$PREFIX dev $BRIDGE
		link set $BRIDGE up
		route add unreachable default
		link add hole type bridge
		link set hole arp off up
		route add $HOLE dev hole
	END
}

# Sets VETH to the name of the lab's end of the link of the host with address $1 (names of devices have at most 15 bytes).
net_veth() {
	ip_number "$1"
	printf -v VETH 'v%08x' "$IP_NUMBER"
}

# Gives the network namespace this runs in the link of host $1. Honours a cut: a cable stays pulled over a reboot.
net_host_link() {
	local address link mac
	host_paths "$1"
	address=$(<"$HOST/address")
	link=$(<"$HOST/link")
	net_load
	net_veth "$address"
	printf -v mac '02:%s:%s:%s:%s:00' "${VETH:1:2}" "${VETH:3:2}" "${VETH:5:2}" "${VETH:7:2}"
	# The end of an earlier boot's link may still be there: the kernel takes dead namespaces down at its leisure.
	{ net_in ip link del "$VETH" || :; } 2>/dev/null
	ip -batch - <<-END
		link set lo up
		link add eth0 address $mac type veth peer name $VETH netns $NETNS
		link set eth0 alias kwiz-lab/$LAB_NAME/$1
		addr add $address/$PREFIX brd + dev eth0
		link set eth0 up
		route add default via $GATEWAY
	END
	net_in ip -batch - <<-END
		$([ "$link" != up ] || echo "link set $VETH master $BRIDGE")
		link set $VETH $([ "$link" = no-carrier ] && echo down || echo up)
	END
}

# Chooses an address for a host that was given none: the lowest free one from .11 on. Into ADDRESS.
net_choose_address() {
	local number
	local -A taken=([$GATEWAY]=1)
	hosts_known
	for ADDRESS in "${HOSTS[@]}"; do
		[ ! -s "$RUN/hosts/$ADDRESS/address" ] || taken[$(<"$RUN/hosts/$ADDRESS/address")]=1
	done
	for ((number = NET_FIRST + 11; number < NET_LAST; number++)); do
		ip_dotted "$number"
		if [ -z "${taken[$IP_DOTTED]:-}" ]; then
			ADDRESS=$IP_DOTTED
			return 0
		fi
	done
	die "no free address is left in $GATEWAY/$PREFIX; a larger one: KWIZ_LAB_SUBNET=10.1.4.1/22 (for a new lab)"
}

# Refuses address $2 for host $1 if it is outside the lab's network or another host's.
net_check_address() {
	local other
	ip_check "$2"
	ip_number "$2"
	if [ "$IP_NUMBER" -le "$NET_FIRST" ] || [ "$IP_NUMBER" -ge "$NET_LAST" ] || [ "$2" = "$GATEWAY" ]; then
		misused "$1=$2: expected an address of $GATEWAY/$PREFIX that is not the bridge's"
	fi
	hosts_known
	for other in "${HOSTS[@]}"; do
		if [ "$other" != "$1" ] && [ "$(cat "$RUN/hosts/$other/address" 2>/dev/null)" = "$2" ]; then
			misused "$1=$2: that is the address of host $other"
		fi
	done
}
