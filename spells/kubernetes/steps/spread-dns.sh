# shellcheck shell=sh
# Both pods of CoreDNS were put on the only node there was: the loss of that one would be the loss of names. Now that there are others, once more.
if dns_is_spread; then
    kwiz_unchanged
    exit 0
fi
kube -n kube-system rollout restart deployment/coredns
NO_PROXY='*' no_proxy='*' kubectl --kubeconfig "$ADMIN" -n kube-system rollout status deployment/coredns --timeout=300s ||
    kwiz_fail "CoreDNS did not come up again within 300 s" "kubectl -n kube-system describe pods -l k8s-app=kube-dns"
dns_is_spread || kwiz_warn "the pods of CoreDNS are on one node all the same: kubectl -n kube-system get pods -o wide -l k8s-app=kube-dns"
