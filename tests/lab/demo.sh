# shellcheck shell=bash
# What `./quickstart` does when it is not told to do something else: a throwaway host here, and Kubernetes on it. Sourced by quickstart,
# whose functions (say, die, need, build, lab) it uses; $top is the project's folder.

DEMO_HOST=kub-1 DEMO_ADDRESS=10.1.4.36

demo() {
	local target=''
	if [ "${1-}" = --host ]; then
		target=${2:?--host wants USER@ADDRESS}
	fi
	build
	if [ -n "$target" ]; then
		demo_on "$target"
		return
	fi
	# shellcheck disable=SC2046 # lists of words
	need $(tests/lab/lab packages) $(tests/lab/lab kubernetes packages)
	say "preparing Kubernetes packages for a host without internet (cached after the first time)"
	lab kubernetes build
	say "making a throwaway host: $DEMO_HOST, $DEMO_ADDRESS, systemd, sshd"
	lab machine
	# shellcheck disable=SC2046
	lab up --cpus 2 --mem 4G --disk 24G $(demo_hook) "$DEMO_HOST=$DEMO_ADDRESS" ||
		die "no throwaway host can be made here (the reason is above). With a host of your own: ./quickstart --host USER@ADDRESS"
	lab kubernetes serve
	mkdir -p build/quickstart
	lab_answers single >build/quickstart/answers.yaml
	say "kwiz run build/quickstart/answers.yaml"
	local -a look=()
	[ -t 0 ] && [ -t 1 ] && look=(--exit-at-end)
	demo_kwiz run --yes "${look[@]}" --kubeconfig build/quickstart/kubeconfig build/quickstart/answers.yaml ||
		die "the installation failed; what failed and what to do stands above. Again: ./quickstart. Away with it: ./quickstart clean"
	demo_show
}

demo_hook() {
	local hook
	hook=$(lab kubernetes hook) && printf '%s %s' --hook "$hook"
}

# Sets LAB_KEY, LAB_KNOWN_HOSTS ...
demo_environment() {
	eval "$(lab env)"
}

# kwiz where the operator is: in the lab's network, with the lab's key and known_hosts.
demo_kwiz() {
	local LAB_KNOWN_HOSTS=''
	demo_environment
	# shellcheck disable=SC2154 # top is set by what reads this file
	KWIZ_KNOWN_HOSTS=$LAB_KNOWN_HOSTS KWIZ_SSH_CONFIG=/dev/null lab exec "$top/kwiz" "$@"
}

# lab_answers NAME: answers of tests/lab/answers (single, ha), filled with what this lab has.
lab_answers() {
	local LAB_KEY='' KUBE_MINOR='' KUBE_REPO_URL='' KUBE_REPO_KEY_URL='' KUBE_REGISTRY='' NGINX_IMAGE='' CLUSTER_DNS='' 
	demo_environment
	eval "$(lab kubernetes env)"
	sed -e "s|@ADDRESS@|$DEMO_ADDRESS|g" -e "s|@HOST@|$DEMO_HOST|g" -e "s|@KEY@|$LAB_KEY|g" -e "s|@VERSION@|$KUBE_MINOR|g" \
		-e "s|@REPOSITORY@|$KUBE_REPO_URL|g" -e "s|@REPOSITORY_KEY@|$KUBE_REPO_KEY_URL|g" -e "s|@REGISTRY@|$KUBE_REGISTRY|g" \
		-e "s|@SAMPLE_IMAGE@|$NGINX_IMAGE|g" -e "s|@CLUSTER_DNS@|$CLUSTER_DNS|g" \
		"tests/lab/answers/$1.yaml.in"
}

demo_show() {
	say "what stands now"
	lab shell "$DEMO_HOST" kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes -o wide
	echo
	local run
	run=$(./kwiz runs list | sed -n 2p | cut -d' ' -f1)
	./kwiz runs show "$run"
	cat <<-T

		The host is a throwaway one: ./quickstart clean removes it and all that came with it.
		A shell on it: KWIZ_LAB=${KWIZ_LAB:-quickstart} tests/lab/lab shell $DEMO_HOST
		Again, which changes nothing: KWIZ_LAB=${KWIZ_LAB:-quickstart} tests/lab/lab exec ./kwiz run --yes build/quickstart/answers.yaml
	T
}

demo_on() {
	local user=${1%%@*} address=${1#*@}
	[ "$user" != "$1" ] || die "--host wants USER@ADDRESS, not $1"
	mkdir -p build/quickstart
	cat >build/quickstart/own.yaml <<-T
		version: 1
		name: quickstart
		spell: kubernetes
		topology: single
		hosts:
		  - {name: kub-1, address: "$address", roles: [control-plane]}
		ssh: {user: $user, become: sudo}
	T
	say "kwiz run build/quickstart/own.yaml"
	./kwiz run build/quickstart/own.yaml
}
