# shellcheck shell=sh
# From pod to pod, through services, by name, through each node's ports: with probe pods, which are taken away at the end, whatever happens.
undo_folder
image=$(probe_image) || {
    kwiz_warn "pods were not tried: no node has an image with nginx, and no sample was asked for, whose image would be taken"
    kwiz_unchanged
    exit 0
}
echo "probe pods run $image"
# Of a verify that was killed.
probes_remove 60 || kwiz_fail "the namespace $PROBES of an earlier verify is still being removed" "kubectl describe namespace $PROBES says why"
trap 'probes_remove 0' EXIT
trap 'exit 143' TERM INT HUP
dns=''
[ "$(answer cluster_dns)" = none ] || dns=$(cluster_dns_address) || dns=''
said=$(probe_text "$image" "$dns" | kube apply -f - 2>&1) || {
    printf '%s\n' "$said"
    kwiz_fail "the probe pods were not accepted by the cluster" "the API server's reason stands above"
}
parts_begin $(($(verify_limit) / 2 + 60))
part "probe pods" "the image $image must have nginx, and each node must be able to pull it; kubectl -n $PROBES describe pods, while it waits" probes_ready
if [ "$parts_bad" -gt 0 ] && [ "${KWIZ_ACTION-install}" = install ]; then
    # That the image can't be had makes no cluster bad; the sample will tell, too.
    kwiz_warn "pods were not tried: $parts_failed"
    kwiz_unchanged
    exit 0
fi
if [ -n "$(probes_list)" ]; then
    # What is in reach is so at once, but for rules that kube-proxy is about to write.
    parts_began=$(uptime_tenths) parts_limit=90
    part "host to pods" "the pod network of $KWIZ_HOST: ip route; the network's pods in kube-system, or journalctl -u kwiz-pod-network" verify_here_to_pods
    part "pod to pod" "the pod network between the named hosts: routes, a tunnel's port, a firewall" verify_pod_to_pod
    part "service" "kube-proxy on the named hosts: kubectl -n kube-system logs -l k8s-app=kube-proxy" verify_service
    if [ -n "$dns" ]; then
        part "DNS" "kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide; kubectl -n kube-system rollout restart deployment/coredns" verify_dns
    else
        parts_skip "DNS" "no DNS of kubeadm's in this cluster (cluster_dns: none)"
    fi
    for name in $(all_hosts); do
        part "NodePort of $name" "kube-proxy on $name, and its firewall" verify_node_port "$(peer_address "$name")"
    done
    if is_ha && [ "$(balancer)" != external ]; then
        part "NodePort of the virtual address" "who has it: ip addr on the control planes; journalctl -u keepalived" verify_node_port "$(answer virtual_address)"
    fi
    ingress=$(hosts_with_role ingress)
    if [ -z "$ingress" ]; then
        parts_skip "ingress" "no host has this role"
    elif [ -z "$(kube get ingressclasses -o name 2>/dev/null)" ]; then
        parts_skip "ingress" "no controller is installed (kubectl get ingressclasses names none)"
    else
        for name in $ingress; do
            part "ingress of $name" "the controller's pods on $name; they must have port 80 of the host" verify_ingress "$(peer_address "$name")"
        done
    fi
else
    parts_skip "pods, services, DNS, ports and ingress" "no probe pod runs"
fi
if [ "${KWIZ_ACTION-install}" = verify ]; then
    probes_remove 60 || kwiz_warn "the namespace $PROBES is still being removed: kubectl get namespace $PROBES"
fi
parts_end
verified_text >"$UNDO/verified.new"
mv "$UNDO/verified.new" "$UNDO/verified"
kwiz_unchanged
