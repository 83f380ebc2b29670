# shellcheck shell=sh
# What has seen the cluster as it was later than the snapshot begins anew: the kubelet of each node, and what runs for all of them.
run_note
systemctl restart kubelet.service || kwiz_fail "the kubelet does not start" "look at: journalctl -u kubelet"
rm -rf "$ETCD_TOOLS"
[ "$KWIZ_HOST" = "$KWIZ_TARGETS" ] || exit 0
kwiz_wait 120 api_is_ready || kwiz_fail "the API server does not answer" "kwiz verify tells more; then kwiz resume"
for namespace in kube-system kube-flannel calico-system; do
    kube -n "$namespace" get daemonsets,deployments -o name 2>/dev/null | while read -r workload; do
        kube -n "$namespace" rollout restart "$workload" </dev/null || kwiz_warn "$workload could not be started anew"
    done
done
kwiz_warn "the cluster is what it was when the snapshot was taken: what was made since is gone, and controllers of your own should be started anew"
