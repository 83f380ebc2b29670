# shellcheck shell=sh
# What has seen the cluster as it was later than the snapshot begins anew: the kubelet of each node, and what runs for all in kube-system.
systemctl restart kubelet.service || kwiz_fail "the kubelet does not start" "look at: journalctl -u kubelet"
rm -rf "$ETCD_TOOLS"
[ "$KWIZ_HOST" = "$KWIZ_TARGETS" ] || exit 0
kwiz_wait 120 api_is_ready || kwiz_fail "the API server does not answer" "kwiz verify tells more; then kwiz resume"
kube -n kube-system get daemonsets,deployments -o name | while read -r workload; do
    kube -n kube-system rollout restart "$workload" </dev/null || kwiz_warn "$workload could not be started anew"
done
kwiz_warn "the cluster is what it was when the snapshot was taken: what was made since is gone, and controllers of your own should be started anew"
