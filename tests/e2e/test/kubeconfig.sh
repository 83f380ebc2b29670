# shellcheck shell=bash
# A kubeconfig that a step publishes, and the operator's own.

# published [KEY]: a step's script that prints a kubeconfig as kubeadm writes it.
published() {
	cat <<-T
		cat <<'END'
		apiVersion: v1
		clusters:
		- cluster:
		    certificate-authority-data: Q0E=
		    server: https://10.1.4.36:6443
		  name: kubernetes
		contexts:
		- context:
		    cluster: kubernetes
		    user: kubernetes-admin
		  name: kubernetes-admin@kubernetes
		current-context: kubernetes-admin@kubernetes
		kind: Config
		preferences: {}
		users:
		- name: kubernetes-admin
		  user:
		    ${1:-client-key-data: VGhlS2V5T2ZUaGVDbHVzdGVy}
		END
	T
}

# a_kubectl: prints where one is, on this machine or among what was built for the lab.
a_kubectl() {
	command -v kubectl || find "${KWIZ_CACHE:-$HOME/.cache/kwiz}"/kubernetes/binaries-*/kubectl 2>/dev/null | head -n 1
}

test_merged_kubeconfig() {
	local kubectl own=$W/home/.kube/config
	kubectl=$(a_kubectl)
	BRING=$(published) answers "$@"
	mkdir -p "$W/home/.kube"
	printf '# mine\nkind: Config\ncurrent-context: work\nclusters: [{name: work, cluster: {server: "https://work.example"}}]\ncontexts: [{name: work, context: {cluster: work, user: me}}]\nusers: [{name: me, user: {exec: {command: "yes"}}}]\n' >"$own"
	chmod 644 "$own"
	cp "$own" "$W/before"
	# not asked: not touched
	run_kwiz 0 run --yes "$W/answers.yaml"
	cmp "$own" "$W/before"
	same 600 "$(stat -c %a "$(run_folder)/kubeconfig")" "mode of what was fetched"
	hasnt "$W/out" VGhlS2V5T2ZUaGVDbHVzdGVy
	# asked
	run_kwiz 0 run --yes --update-kubeconfig "$W/answers.yaml"
	has "$W/out" "merged into $own as context test"
	has "$W/out" "the current context is still work"
	has "$W/out" "kubectl config use-context test"
	hasnt "$W/out" VGhlS2V5T2ZUaGVDbHVzdGVy
	same 600 "$(stat -c %a "$own")" "mode"
	cmp "$own".kwiz-backup-* "$W/before"
	same 600 "$(stat -c %a "$own".kwiz-backup-*)" "mode of the backup"
	has "$own" "server: https://10.1.4.36:6443"
	has "$own" "command: 'yes'"
	if [ -n "$kubectl" ]; then
		same "test work" "$("$kubectl" --kubeconfig "$own" config get-contexts -o name | sort | xargs)" "contexts"
		same work "$("$kubectl" --kubeconfig "$own" config current-context)" "current context"
		same "https://10.1.4.36:6443 test-admin" \
			"$("$kubectl" --kubeconfig "$own" --context test config view --minify -o 'jsonpath={.clusters[0].cluster.server} {.users[0].name}')" "the context"
	else
		echo "# no kubectl here: its view of the file was not tried"
	fi
	# again: no change, no further backup
	run_kwiz 0 run --yes --update-kubeconfig="$own" "$W/answers.yaml"
	has "$W/out" "$own has it as context test already"
	same 1 "$(find "$W/home/.kube" -name '*backup*' | wc -l)" "backups"
	# reset tells, or does it
	run_kwiz 0 reset --yes "$W/answers.yaml"
	has "$W/out" "kubectl config delete-context test; kubectl config delete-cluster test; kubectl config delete-user test-admin"
	run_kwiz 0 reset --yes --update-kubeconfig "$W/answers.yaml"
	has "$W/out" "the context test was taken out of $own"
	hasnt "$own" "name: test"
	has "$own" "current-context: work"
	[ ! -e "$own.lock" ] || fail "a lock was left"
	run_kwiz 0 reset --yes "$W/answers.yaml"
	hasnt "$W/out" delete-context
}

# Merged after the run, which said how; without hosts.
test_kubeconfig_merged_later() {
	local own=$W/home/.kube/config run
	BRING=$(published) answers "$@"
	run_kwiz 0 run --yes "$W/answers.yaml"
	run=$(basename "$(run_folder)")
	has "$W/out" "kwiz kubeconfig merge $run"
	run_kwiz 0 kubeconfig merge "$run" --into "$W/other"
	has "$W/out" "merged into $W/other as context test"
	has "$W/out" "kubectl --kubeconfig $W/other get nodes"
	hasnt "$W/out" VGhlS2V5T2ZUaGVDbHVzdGVy
	[ ! -e "$own" ] || fail "$own was made"
	run_kwiz 0 kubeconfig merge
	has "$W/out" "kubeconfig of the run $run"
	has "$W/out" "merged into $own as context test"
	cmp "$own" "$W/other"
	same 600 "$(stat -c %a "$own")" "mode"
	# another run of the same cluster, whose kubeconfig lies elsewhere
	run_kwiz 0 run --yes --kubeconfig "$W/mine" "$W/answers.yaml"
	hasnt "$W/out" "kwiz kubeconfig merge"
	run_kwiz 2 kubeconfig merge "$(basename "$(run_folder)")"
	has "$W/out" "has no kubeconfig: none was fetched, or it went where --kubeconfig said"
	run_kwiz 0 kubeconfig merge
	has "$W/out" "kubeconfig of the run $run"
	has "$W/out" "$own has it as context test already"
	run_kwiz 2 kubeconfig merge nothing
	run_kwiz 2 kubeconfig merge --into=
	run_kwiz 3 kubeconfig merge --into "$W/answers.yaml"
	has "$W/out" "answers.yaml:1:1"
	# what was reset is not merged unless it is named
	run_kwiz 0 reset --yes "$W/answers.yaml"
	run_kwiz 2 kubeconfig merge
	has "$W/out" "no run has a kubeconfig of a cluster that stands"
	run_kwiz 0 kubeconfig merge "$run"
}

# A file that can't be merged into is told before anything begins; one that became so meanwhile leaves what was fetched.
test_unmergeable_kubeconfig() {
	local own=$W/home/.kube/config
	BRING=$(published) FIRST='touch /root/begun' answers "$@"
	mkdir -p "$W/home/.kube"
	printf 'kind: Config\nclusters:\n  - [\n' >"$own"
	run_kwiz 3 run --yes --update-kubeconfig "$W/answers.yaml"
	has "$W/out" "$own:4:1: --update-kubeconfig: not YAML"
	on "$1" test ! -e /root/begun
	[ ! -d "$W/state" ] || fail "a run was begun"
	rm "$own"
	ln -s /dev/null "$own"
	run_kwiz 8 run --yes --update-kubeconfig "$W/answers.yaml"
	has "$W/out" "is a symbolic link, to /dev/null; name the file itself"
	rm "$own"
	BRING=$(published 'exec: {command: reboot, apiVersion: client.authentication.k8s.io/v1beta1}') answers "$@"
	run_kwiz 8 run --yes --update-kubeconfig "$W/answers.yaml"
	has "$W/out" "$(run_folder)/kubeconfig:18:5: --update-kubeconfig: the user has \"exec\", which is not taken over from a host"
	has "$W/out" "not merged into $own"
	has "$(run_folder)/kubeconfig" "command: reboot"
	[ ! -e "$own" ] || fail "it was merged"
	answers "$@"
	run_kwiz 8 run --yes --update-kubeconfig "$W/answers.yaml"
	has "$W/out" "no step has published a kubeconfig"
}

# --kubeconfig does not wipe out what was there.
test_kept_kubeconfig() {
	BRING=$(published) answers "$@"
	echo precious >"$W/mine"
	run_kwiz 0 run --yes --kubeconfig "$W/mine" "$W/answers.yaml"
	has "$W/mine" "server: https://10.1.4.36:6443"
	has "$W/out" "what was in $W/mine before: $W/mine.kwiz-backup-"
	same precious "$(cat "$W"/mine.kwiz-backup-*)" "the backup"
	run_kwiz 0 run --yes --kubeconfig "$W/mine" "$W/answers.yaml"
	hasnt "$W/out" "before: "
	same 1 "$(find "$W" -name 'mine.*' | wc -l)" "backups"
}
