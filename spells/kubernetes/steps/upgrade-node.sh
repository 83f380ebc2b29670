# shellcheck shell=sh
# Any other node, once the first control plane has the release: kubeadm, kubeadm upgrade node, then the kubelet.
release_check
changes_begin
version=$(upgrade_version)
[ -n "$version" ] || kwiz_fail "it is not known what to upgrade to" "kwiz upgrade once more"
access_put
before=$(upgrade_before "$version")
[ -z "$before" ] || kwiz_fail "nothing was done with $KWIZ_HOST, as nodes before it are not upgraded: $before" "mend what is told of them, then kwiz resume"
if has_role control-plane && [ "$(cat "$UPGRADED" 2>/dev/null)" != "$version" ]; then
    others_or_fail
fi
upgrade_kubeadm "$version"
proxy_export
node() {
    kwiz_progress 30 "kubeadm upgrade node"
    # shellcheck disable=SC2046 # words are wanted
    kubeadm_patched upgrade node $(upgrade_skips)
}
upgrade_by_kubeadm "$version" node ||
    kwiz_fail "kubeadm could not upgrade $KWIZ_HOST to $version" "its reason stands above; the nodes before are upgraded, those behind as they were. When the cause is gone: kwiz resume"
if has_role control-plane; then
    kubelet_wait 240 api_of "$(node_address)" || kwiz_fail "the API server of $KWIZ_HOST is not ready 240 s after its upgrade" "look at: crictl ps -a; journalctl -u kubelet; then kwiz resume"
    kubelet_wait 120 etcd_is_healthy "$(node_address)" || kwiz_fail "etcd of $KWIZ_HOST is not healthy 120 s after its upgrade" "look at: crictl ps -a; crictl logs of etcd; then kwiz resume"
fi
upgrade_kubelet "$version"
changes_tell
