# shellcheck shell=sh
# The first control plane: kubeadm, the cluster by kubeadm upgrade apply, then this node's kubelet.
release_check
changes_begin
upgrade_kubeadm
version=$(kubeadm_version)
kwiz_result upgrade_version "$version"
proxy_export
apply() {
    kwiz_progress 20 "kubeadm upgrade plan"
    health_job_remove
    # shellcheck disable=SC2046 # words are wanted
    kubeadm upgrade plan "$version" $(upgrade_skips) || return 1
    kwiz_progress 30 "kubeadm upgrade apply $version"
    health_job_remove
    # shellcheck disable=SC2046 # words are wanted
    kubeadm_patched upgrade apply "$version" --yes $(upgrade_skips)
}
upgrade_by_kubeadm "$version" apply ||
    kwiz_fail "kubeadm could not upgrade the control plane to $version" "its reason stands above; it puts back what it had begun. When the cause is gone: kwiz resume. The snapshot of before is in $SNAPSHOTS"
kubelet_wait 240 api_of "$(node_address)" || kwiz_fail "the API server is not ready 240 s after its upgrade" "look at: crictl ps -a; journalctl -u kubelet; then kwiz resume"
upgrade_kubelet "$version"
changes_tell
