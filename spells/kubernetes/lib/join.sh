# shellcheck shell=sh
# Joining, as worker or as control plane, and clearing away an attempt that did not come to its end.

# api_of ADDRESS: is that API server ready? Past the load balancer.
api_of() {
    [ "$(kube --server "https://$(bracketed "$1"):$API_PORT" get --raw /readyz 2>/dev/null)" = ok ]
}

# join_clear: what an attempt of kwiz left. A control plane's member of etcd goes first. An attempt that broke off between the announcement of the second
# member and its start leaves etcd without a majority: it answers nobody until that member runs, from the files of the attempt. So they are not taken
# away before the member is out. The kubelet is started anew, as it does not come back to a static pod that it once refused.
join_clear() {
    if has_role control-plane && [ -s "$ETCD_PKI/server.key" ]; then
        if [ -s /etc/kubernetes/manifests/etcd.yaml ]; then
            kwiz_progress 5 "etcd of the broken attempt"
            systemctl restart kubelet.service || true
        fi
        kwiz_wait 150 etcd_forget || kwiz_fail "the member that an earlier attempt announced for $KWIZ_HOST can't be taken out of etcd: no other member answers, or no majority" \
            "nothing was cleared away. If etcd of a control plane is just away, bring it back and run again. If only this host's never started: add --force-new-cluster to etcd's command in /etc/kubernetes/manifests/etcd.yaml of the control plane that has the data, take it out when etcd runs, and run again"
        # A node of that name that is still called Ready would be refused.
        if [ -s "$ADMIN" ]; then
            kube delete node "$KWIZ_HOST" --ignore-not-found --wait=false || true
        fi
        node_reset "$KEEP_MEMBER"
    else
        node_reset
    fi
}

# control_plane_is_joined: the part of is_joined that workers have not.
control_plane_is_joined() {
    ! has_role control-plane || {
        [ -e /etc/kubernetes/manifests/kube-apiserver.yaml ] && kube_vip_is && kwiz_wait 30 api_of "$(node_address)"
    }
}

# certificate_key_put KEY: kubeadm's configuration with the key in it, for a pipe: neither a file nor a list of processes may have it.
certificate_key_put() {
    while IFS= read -r line; do
        printf '%s\n' "$line"
        [ "$line" != 'kind: InitConfiguration' ] || printf 'certificateKey: "%s"\n' "$1"
    done
}

# foreign_cluster: which cluster this host is a node of, in words: by what kwiz called it, and by its API server.
foreign_cluster() {
    foreign_name=$(head -n 1 "$ETC/cluster" 2>/dev/null) || foreign_name=
    foreign_server=$(node_server)
    [ -n "$foreign_name" ] && [ "$foreign_name" != "$(cluster_text)" ] || foreign_name=another
    printf 'the cluster %s%s' "$foreign_name" "${foreign_server:+ (API server $foreign_server)}"
}

foreign_refuse() {
    kwiz_fail "this host is a node of $(foreign_cluster), or of what is left of it" \
        "if it is to leave that: kwiz remove with its answers, or kubeadm reset on $KWIZ_HOST and the node deleted there; then run again"
}

# join_now TOKEN [CERTIFICATE_KEY]: with a key as control plane. What an interrupted or failed attempt of kwiz left is taken away first.
join_now() {
    if [ -e "$UNDO/join-began" ]; then
        echo "an earlier attempt did not come to its end: starting over"
        join_clear
    elif [ -e "$KUBELET_CONF" ]; then
        foreign_refuse
    fi
    server=$(result join_endpoint)
    hash=$(result ca_hash)
    if [ -z "$1" ] || [ "$1" = - ] || [ -z "$server" ] || [ -z "$hash" ] || [ "${2-}" = - ]; then
        kwiz_fail "there is no token to join with" \
            "the control plane still counts $KWIZ_HOST as its node: kubectl delete node $KWIZ_HOST, then run again"
    fi
    token_is_known "$server" "${1%%.*}" || kwiz_fail "the token for joining has expired, or $server does not answer" \
        "kwiz resume makes a new one. Is port ${server##*:} of the control plane open for $KWIZ_HOST?"
    : >"$UNDO/join-began"
    sync_file "$UNDO/join-began"
    proxy_export
    [ -z "${2-}" ] || kube_vip_put "$ADMIN"
    kwiz_progress 20 "kubeadm join"
    socket=$(runtime_socket)
    address=$(node_address)
    # Through a pipe: neither in the list of processes nor on a disk.
    # shellcheck disable=SC2046 # words are wanted
    join_text "$server" "$hash" "$1" "$socket" "$address" "${2-}" | kubeadm_patched join --config /dev/stdin $(join_skips) ||
        kwiz_fail "kubeadm join failed" "its last lines stand above; when the cause is gone, run again: the attempt is then cleared away by itself"
    if [ -n "${2-}" ]; then
        # The next one joins only when etcd has this member, whole.
        kwiz_progress 80 "API server and etcd of this host"
        kwiz_wait 180 api_of "$address" || kwiz_fail "the API server of $KWIZ_HOST is not ready 180 s after kubeadm join" "look at: crictl ps -a; journalctl -u kubelet"
        kwiz_wait 60 etcd_is_healthy "$address" || kwiz_fail "etcd of $KWIZ_HOST is not healthy 60 s after kubeadm join" "look at: crictl ps -a; crictl logs of etcd"
    fi
    printf '%s\n' "$server" >"$UNDO/joined"
    sync_file "$UNDO/joined"
    rm -f "$UNDO/join-began"
    changed
}

# join_network: this node's part of the network bridge.
join_network() {
    if [ "$(answer cni)" = bridge ]; then
        kwiz_progress 90 "pod network"
        range=$(pod_range kube_node)
        bridge_put "$range"
    fi
}
