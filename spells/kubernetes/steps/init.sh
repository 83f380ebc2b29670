# shellcheck shell=sh
# The control plane. What an interrupted or failed attempt of kwiz left is taken away first; a cluster that was once complete never is.
release_check
undo_folder
if control_plane_was_made; then
    if kube_vip_is; then
        kwiz_wait 120 api_is_ready && { kwiz_unchanged; exit 0; }
    else
        kube_vip_put "$ADMIN"
        kwiz_wait 120 api_is_ready && exit 0
    fi
    kwiz_fail "there is a cluster on this host whose API server does not answer" \
        "look at: crictl ps -a; journalctl -u kubelet --since -10min; to start over: kwiz reset"
fi
if [ -e "$UNDO/init-began" ]; then
    echo "an earlier attempt did not come to its end: starting over"
    node_reset
elif [ -e /etc/kubernetes/manifests/kube-apiserver.yaml ] || [ -e /etc/kubernetes/admin.conf ]; then
    kwiz_fail "there is a control plane on this host that kwiz did not make" \
        "if it is not needed any more: kubeadm reset on $KWIZ_HOST, then run again"
fi
: >"$UNDO/init-began"
sync_file "$UNDO/init-began"

proxy_export
kube_vip_put "$(kube_vip_first)"
kwiz_progress 10 "kubeadm init"
# shellcheck disable=SC2046 # words are wanted
kubeadm_patched init --config "$KUBEADM_CONFIG" --skip-token-print $(kubeadm_skips) ||
    kwiz_fail "kubeadm init failed" "its last lines stand above; when the cause is gone, run again: the attempt is then cleared away by itself"
kwiz_progress 90 "API server"
kwiz_wait 120 api_is_ready || kwiz_fail "the API server is not ready 120 s after kubeadm init" "look at: crictl ps -a; journalctl -u kubelet"
kube_vip_put "$ADMIN"
kwiz_wait 60 api_is_ready || kwiz_fail "the API server does not answer at $(cluster_endpoint) any more" "look at the pod kube-vip: crictl ps -a"
mv "$UNDO/init-began" "$UNDO/init-done"
sync_file "$UNDO/init-done"
