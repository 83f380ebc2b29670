# shellcheck shell=bash
# Limits that are one for the whole machine and that lab hosts can't set for
# themselves. Each is raised when it is lower, and never lowered.

# Name and least value.
machine_limits() {
	# From about nine nodes on, kubelets fail with "too many open files".
	echo fs.inotify.max_user_instances 8192
	echo fs.inotify.max_user_watches 1048576
	# A key for each container.
	echo kernel.keys.maxkeys 20000
	echo kernel.keys.maxbytes 2000000
	# kube-proxy wants this on up to 4 processors and can't write it in a network
	# namespace that is not the first.
	echo net.netfilter.nf_conntrack_max 131072
}

machine() {
	local name least now failed=0
	while read -r name least; do
		now=$(sysctl --values "$name" 2>/dev/null) || now=
		if [ -z "$now" ]; then
			say "this kernel has no $name (yet); left alone"
		elif ((now < least)); then
			if sysctl --quiet --write "$name=$least" >/dev/null 2>&1; then
				say "$name raised from $now to $least"
			else
				say "error: $name is $now, must be $least, and can't be raised (root needed)"
				failed=1
			fi
		fi
	done < <(machine_limits)
	return "$failed"
}
