# shellcheck shell=sh
# Joins a worker. What an interrupted or failed attempt of kwiz left is taken away first.
release_check
undo_folder
changes_begin
if ! is_joined; then
    if [ -e "$UNDO/join-began" ]; then
        echo "an earlier attempt did not come to its end: starting over"
        node_reset
    elif [ -e /etc/kubernetes/kubelet.conf ]; then
        kwiz_fail "this host is a node of another cluster, or of one that is gone" "kubeadm reset on $KWIZ_HOST, then run again"
    fi
    server=$(result join_endpoint)
    hash=$(result ca_hash)
    token=$(kwiz_read_secret join_token) || token=
    if [ -z "$token" ] || [ "$token" = none ] || [ -z "$server" ] || [ -z "$hash" ]; then
        kwiz_fail "there is no token to join with" \
            "the control plane still counts $KWIZ_HOST as its node: kubectl delete node $KWIZ_HOST, then run again"
    fi
    token_is_known "$server" "${token%%.*}" || kwiz_fail "the token for joining has expired, or $server does not answer" \
        "run again (kwiz run, not resume): a new token is then made. Is port ${server##*:} of the control plane open for $KWIZ_HOST?"
    : >"$UNDO/join-began"
    proxy_export
    kwiz_progress 20 "kubeadm join"
    socket=$(runtime_socket)
    address=$(node_address)
    # Through a pipe: neither in the list of processes nor on a disk.
    # shellcheck disable=SC2046 # words are wanted
    join_text "$server" "$hash" "$token" "$socket" "$address" | kubeadm join --config /dev/stdin $(join_skips) ||
        kwiz_fail "kubeadm join failed" "its last lines stand above; when the cause is gone, run again: the attempt is then cleared away by itself"
    rm -f "$UNDO/join-began"
    changed
fi
if [ "$(answer cni)" = bridge ]; then
    kwiz_progress 70 "pod network"
    range=$(pod_range kube_node)
    bridge_put "$range"
fi
changes_tell
