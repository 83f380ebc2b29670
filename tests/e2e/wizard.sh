# shellcheck shell=bash disable=SC2154 # top, work, KWIZ and lab are of the test that reads this
# A single-node cluster by the wizard, with the keys and eyes of an operator: sourced by tests/e2e/kubernetes, which has the host and what it installs
# from. Each walk_* is one stretch of the way; a stretch begins where the one before it ends.
# shellcheck source=tests/e2e/screen.sh
. tests/e2e/screen.sh

walk_environment() {
	WALK=$work/walk
	demo_environment
	mkdir -p "$WALK/home" "$WALK/here"
	WALK_KWIZ=("$top/tests/lab/lab" exec env HOME="$WALK/home" XDG_STATE_HOME="$WALK/state" KWIZ_KNOWN_HOSTS="$WALK/known_hosts"
		KWIZ_SSH_CONFIG=/dev/null SSH_AUTH_SOCK='' LC_ALL=C.UTF-8 LANGUAGE='' "$KWIZ")
}

# walk_open ARGUMENT...: kwiz on a terminal, in the operator's folder.
walk_open() {
	screen_end
	# shellcheck disable=SC2016 # for the shell in there
	screen_start 24 80 sh -c 'cd "$1" && shift && exec "$@"' sh "$WALK/here" "${WALK_KWIZ[@]}" "$@"
}

walk_headless() {
	(cd "$WALK/here" && "${WALK_KWIZ[@]}" "$@" </dev/null)
}

# walk_to TEXT: Down until the line in focus begins with it.
walk_to() {
	local at i
	for ((i = 0; i < 60; i++)); do
		at=$(screen | grep '^>')
		[[ $at != "> "*([ 0-9])"$1"* ]] || return 0
		screen_keys Down
		screen_until 60 walk_has_moved "$at" || break
	done
	echo "# no line in focus begins with '$1'"
	screen
	return 1
}

walk_has_moved() {
	[ "$(screen | grep '^>')" != "$1" ]
}

# walk_type LABEL TEXT: into the field of that name.
walk_type() {
	walk_to "$1" && screen_keys C-u && screen_type "$2"
}

# walk_choose LABEL CHOICE
walk_choose() {
	local i
	walk_to "$1" || return
	for ((i = 0; i < 10; i++)); do
		! screen | grep '^>' | grep -qF "< $2" || return 0
		local at
		at=$(screen | grep '^>')
		screen_keys Right
		screen_until 60 walk_has_moved "$at" || return
	done
	return 1
}

walk_hosts() {
	walk_environment
	walk_open &&
		screen_wait 60 ' 1 of 10' && screen_wait 60 '> New' && screen_keys Enter &&
		screen_wait 60 ' 2 of 10' && walk_to kubernetes && screen_keys Enter &&
		screen_wait 60 ' 3 of 10' && walk_to single && screen_keys Enter &&
		screen_wait 60 ' 4 of 10' && screen_wait 60 '( Next: Access )' &&
		screen_keys Enter && screen_type "$DEMO_HOST" && screen_keys Enter && screen_type "operator@$DEMO_ADDRESS" && screen_keys Enter &&
		screen_wait 60 'control-plane 1 of 1' &&
		screen_keys Up Right Right Right Right Enter && screen_type "$LAB_KEY" && screen_keys Enter Enter && screen_type sudo && screen_keys Enter &&
		screen_wait 60 '(sudo)' && screen_wait 60 '[ Next: Access ]'
}

walk_access() {
	WALK_PRINT=$(lab shell "$DEMO_HOST" ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub | cut -d' ' -f2)
	screen_keys C-n && screen_wait 60 ' 5 of 10' && screen_wait 60 'The host key is new' && screen_wait 60 '( Next: Requirements )' &&
		screen_keys Enter && screen_wait 60 'not compared' && screen_wait 60 "$WALK_PRINT" && ! [ -s "$WALK/known_hosts" ] &&
		screen_keys A && screen_wait 60 'All hosts are reached' && grep -q "^$DEMO_ADDRESS " "$WALK/known_hosts"
}

# With the answers of the spell some checks fail where there is no way out: Options is open all the same.
walk_requirements() {
	screen_keys C-n && screen_wait 60 ' 6 of 10' && screen_wait 60 'measured 1 of 1' && screen_wait 60 '[ Next: Options ]'
}

walk_options() {
	local KUBE_MINOR='' KUBE_REPO_URL='' KUBE_REPO_KEY_URL='' KUBE_REGISTRY='' NGINX_IMAGE='' CLUSTER_DNS=''
	eval "$(lab kubernetes env)"
	screen_keys C-n && screen_wait 60 ' 7 of 10' &&
		walk_type 'Name of the cluster' walked &&
		walk_type 'Kubernetes version' "$KUBE_MINOR" &&
		walk_choose 'Pod network' 'Bridge and routes' &&
		walk_to More && screen_keys Enter && screen_wait 60 '[-]' || return
	[ "$CLUSTER_DNS" != none ] || walk_choose 'Cluster DNS' None || return
	walk_type 'Package repository' "$KUBE_REPO_URL" &&
		walk_type 'Key of the package repository' "$KUBE_REPO_KEY_URL" &&
		walk_type 'Image registry' "$KUBE_REGISTRY" &&
		walk_type 'Image of the sample' "$NGINX_IMAGE" &&
		screen_wait 60 '[ Next: Requirements ]'
}

# What the answers want tried is tried now, and nothing fails any more.
walk_measured_again() {
	screen_keys C-n && screen_wait 60 ' 6 of 10' && screen_wait 60 '[ Next: Review ]' && ! screen_shows ' fail '
}

walk_review() {
	screen_keys C-n && screen_wait 60 ' 8 of 10' && screen_wait 60 'Nothing of it runs before Start' &&
		walk_to pod-network && screen_keys Enter && screen_wait 60 'KWIZ_ANSWER_cni=bridge' && screen_keys q && screen_wait 60 ' 8 of 10' &&
		screen_keys S && screen_wait 60 'Save the answers' && screen_keys Enter && screen_wait 60 'Saved in walked.yaml' &&
		[ "$(stat -c %a "$WALK/here/walked.yaml")" = 600 ] && grep -qF "host_keys: [\"$WALK_PRINT\"]" "$WALK/here/walked.yaml" &&
		! [ -e "$WALK/state/kwiz/runs" ]
}

# Starts, reads a log while it grows, and leaves in the middle of kubeadm's work.
walk_run() {
	screen_keys C-n && screen_wait 60 'Enter starts it.' && screen_keys Enter &&
		screen_wait 60 'TIME/LIMIT' && WALK_HEAD=$(screen | head -n 1) &&
		screen_wait 120 'Now   container-runtime' && screen_keys Enter && screen_wait 60 ' kwiz  Log' && screen_wait 60 'Unpacking' &&
		screen_keys q && screen_wait 60 'TIME/LIMIT' &&
		screen_wait 400 'Now   init' && screen_keys q && screen_wait 60 'Leave the run?' && screen_wait 60 '> [ Stay ]' &&
		screen_keys Down && screen_wait 60 '> [ Leave ]' && screen_keys Enter &&
		screen_wait 60 'ended with 130' && screen_wait 60 'kwiz resume' && screen_wait 60 'not done'
}

walk_resume() {
	walk_open resume && screen_wait 60 'TIME/LIMIT' && [ "$(screen | head -n 1)" = "$WALK_HEAD" ] && screen_wait 60 'Now   init' &&
		screen_wait 600 'install, walked: done in' && screen_wait 60 ' kwiz  Summary' && screen_wait 60 "https://$DEMO_ADDRESS:6443" && screen_wait 60 '[ Quit ]'
}

# What stands on the normal screen afterwards; the kubeconfig that it names works.
walk_summary() {
	local kubectl
	screen_keys q && screen_wait 60 'ended with 0' && screen_wait 60 'kubernetes install, walked: done in' && ! screen_shows ' kwiz  Summary' || return
	WALK_CONFIG=$(screen_joined | sed -n 's/^  kubeconfig  *//p')
	kubectl=$(command -v kubectl || find "${KWIZ_CACHE:-$HOME/.cache/kwiz}"/kubernetes/binaries-*/kubectl | head -n 1)
	screen_joined | grep -F "kubectl --kubeconfig $WALK_CONFIG get nodes" && [ "$(stat -c %a "$WALK_CONFIG")" = 600 ] &&
		lab exec "$kubectl" --kubeconfig "$WALK_CONFIG" get nodes | tee /dev/stderr | grep -qw Ready
}

# The saved file does the same without a question, and plans the same.
walk_again() {
	walk_headless run --yes walked.yaml | tee "$WALK/out"
	[ "${PIPESTATUS[0]}" = 0 ] && grep -q 'nothing was changed' "$WALK/out" && ! grep -qE ': ok after' "$WALK/out"
}

walk_plan() {
	local plans
	walk_headless plan --json walked.yaml >"$WALK/plan.json" || return
	mapfile -t plans < <(find "$WALK/state/kwiz/runs" -name plan.json)
	[ "${#plans[@]}" = 2 ] && cmp "${plans[0]}" "${plans[1]}" && cmp "${plans[0]}" "$WALK/plan.json"
}
