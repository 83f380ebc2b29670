# shellcheck shell=bash
# What the bundled spell kubernetes plans for hosts that come and go: what comes after what is what keeps the cluster alive.

cluster() {
	printf '%s\n' "version: 1" "name: t" "spell: kubernetes" "topology: ha" "hosts:" \
		"  - {name: m1, address: 10.0.0.1, roles: [control-plane]}" "  - {name: m2, address: 10.0.0.2, roles: [control-plane]}" \
		"  - {name: m3, address: 10.0.0.3, roles: [control-plane]}" "  - {name: w1, address: 10.0.0.4, roles: [worker]}" \
		"answers: {virtual_address: 10.0.0.9, cni: bridge}" >a.yaml
}
test_retired_kubernetes() {
	cluster
	expect 3 "$KWIZ" plan a.yaml --set cni=weave --spells "$SPELLS"
	has err '"weave" is retired: its images and the address of its manifests are gone since 2022' "expected one of flannel, calico, bridge, none"
	expect 3 "$KWIZ" plan a.yaml --set ingress_controller=ingress-nginx --spells "$SPELLS"
	has err '"ingress-nginx" is retired: its makers gave it up in March 2026' "only offered when allow_retired"
	expect 0 "$KWIZ" plan a.yaml --set ingress_controller=ingress-nginx --set allow_retired=true --spells "$SPELLS"
	has out "Image of ingress-nginx v1.15.1: registry.k8s.io/ingress-nginx/controller:v1.15.1@sha256:"
}

# steps STEP...: of these the plan in `out` has so many words "STEP=HOST,HOST", in its order.
steps() {
	awk '/^ *[0-9]+\. / { step = $2; sub(/:$/, "", step) } $1 == "on" { sub(/^ *on +/, ""); gsub(/, /, ","); print step "=" $0 }' out >all
	local step
	for step; do grep "^$step=" all || echo "$step=-"; done | tr '\n' ' '
}
order() { # order STEP...: on the plan they stand like that
	local last=0 at step
	for step; do
		at=$(awk -v step="$step:" '/^ *[0-9]+\. / && $2 == step { print NR }' out)
		[ "${at:-0}" -gt "$last" ] || { echo "    $step stands too early, or nowhere"; return 1; }
		last=$at
	done
}
is() { [ "$1" = "$2 " ] || { echo "wanted: $2"; echo "found:  $1"; return 1; }; }

test_members_compared() {
	cluster
	expect 0 "$KWIZ" plan a.yaml --spells "$SPELLS"
	is "$(steps compare-cluster compare-hosts)" "compare-cluster=m1 compare-hosts=-"
	order compare-cluster prepare-os load-balancer init
	expect 0 "$KWIZ" plan --action add a.yaml --host w2=10.0.0.6 --roles worker --spells "$SPELLS"
	is "$(steps compare-cluster compare-hosts)" "compare-cluster=- compare-hosts=m1"
}

test_members_leave() {
	cluster
	expect 0 "$KWIZ" plan --action remove a.yaml m1 --spells "$SPELLS"
	is "$(steps compare-hosts drain yield balance leave-etcd undo-init forget names routes-left heir verify verify-ha prepare-os load-balancer settle)" \
		"compare-hosts=m2 drain=m2 yield=m1 balance=m2,m3 leave-etcd=m2 undo-init=m1 forget=m2 names=m2,m3,w1 routes-left=m2,m3,w1 heir=m2 verify=m2 verify-ha=m2 prepare-os=- load-balancer=- settle=-"
	# The others know no one who still has the address; etcd none that is taken apart; the cluster no node that is still there.
	order compare-hosts drain yield balance leave-etcd undo-init undo-load-balancer undo-prepare-os forget routes-left heir verify
	expect 0 "$KWIZ" plan --action remove a.yaml --lost m3 --spells "$SPELLS"
	is "$(steps yield balance leave-etcd undo-join-control-plane forget)" "yield=- balance=m1,m2 leave-etcd=m1 undo-join-control-plane=- forget=m1"
	# The last worker leaves: pods need another place.
	expect 0 "$KWIZ" plan --action remove a.yaml w1 --spells "$SPELLS"
	is "$(steps untaint-left routes-left)" "untaint-left=m1,m2,m3 routes-left=m1,m2,m3"
}

test_members_come() {
	cluster
	expect 0 "$KWIZ" plan --action add a.yaml --host m4=10.0.0.5 --roles control-plane --spells "$SPELLS"
	is "$(steps compare-hosts prepare-os balance load-balancer join-token join-key join-control-plane names pod-routes settle init drain forget)" \
		"compare-hosts=m1 prepare-os=m4 balance=m1,m2,m3 load-balancer=m4 join-token=m1 join-key=m1 join-control-plane=m4 names=m1,m2,m3,w1 pod-routes=all 5 hosts settle=m1,m2,m3,m4 init=- drain=- forget=-"
	order compare-hosts prepare-os balance load-balancer join-control-plane settle verify
	expect 0 "$KWIZ" plan --action add a.yaml --host w2=10.0.0.6 --roles worker,ingress --spells "$SPELLS"
	is "$(steps prepare-os join load-balancer label)" "prepare-os=w2 join=w2 load-balancer=- label=m1"
}

test_members_refused() {
	cluster
	expect 5 "$KWIZ" remove --yes a.yaml m1 m2 m3 --spells "$SPELLS"
	has err "the last control plane would leave; kwiz reset takes the whole cluster back"
	expect 5 "$KWIZ" remove --yes a.yaml --lost m1 --lost m2 --spells "$SPELLS"
	has err "with so many control planes lost etcd has no majority and answers nobody"
	sed -i -e 's/topology: ha/topology: single/' -e '/name: m[23]/d' -e 's/virtual_address: [^,]*, //' a.yaml
	expect 5 "$KWIZ" remove --yes a.yaml m1 --spells "$SPELLS"
	expect 3 "$KWIZ" add --yes a.yaml --host m2=10.0.0.5 --roles control-plane --spells "$SPELLS"
	has err "control-plane"
}
