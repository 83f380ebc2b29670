# shellcheck shell=bash
# What Kubernetes on several hosts needs and no namespace divides: limits of the machine itself. Raised only when asked for
# (lab machine), only upward, and never set back: who else uses the machine may rely on them by now.

# name, least value, why
machine_limits() {
	cat <<-END
		fs.inotify.max_user_instances 8192 kubelets die of "too many open files" from about 9 hosts on
		fs.inotify.max_user_watches 1048576 the same
		kernel.keys.maxkeys 20000 each container has a key ring
		net.netfilter.nf_conntrack_max 131072 kube-proxy wants this on up to 4 processors and can't set it in a host
	END
}

machine_prepare() {
	local name least why now module
	# On kernels with modules: what hosts can't load for themselves. Built in, they need no loading.
	for module in overlay br_netfilter nf_conntrack veth; do
		modprobe --quiet "$module" 2>/dev/null || :
	done
	while read -r name least why; do
		now=$(sysctl -n "$name" 2>/dev/null) || {
			warn "$name can't be read ($why)"
			continue
		}
		[ "$now" -lt "$least" ] || continue
		if sysctl -q -w "$name=$least"; then
			say "$name: $now -> $least ($why)"
		else
			warn "$name is $now and can't be raised to $least ($why)"
		fi
	done < <(machine_limits)
}
