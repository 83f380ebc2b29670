# shellcheck shell=sh
# A web server behind a NodePort service, to see that the cluster does what clusters are for.
# A namespace that is being removed takes nothing new.
sample_is_not_ending() {
    [ "$(kube get namespace kwiz-sample -o jsonpath='{.status.phase}' 2>/dev/null)" != Terminating ]
}
kwiz_wait 120 sample_is_not_ending || kwiz_fail "the namespace kwiz-sample of an earlier sample is still being removed" "kubectl describe namespace kwiz-sample says why"
said=$(sample_text | kube apply -f -)
printf '%s\n' "$said"
kwiz_progress 30 "waiting for the sample's pod"
sample_is_ready() {
    [ "$(kube -n kwiz-sample get deployment nginx -o jsonpath='{.status.availableReplicas}' 2>/dev/null)" = 1 ]
}
if ! kwiz_wait 300 sample_is_ready; then
    kube -n kwiz-sample get pods -o wide || true
    kube -n kwiz-sample get events --sort-by=.lastTimestamp | tail -n 10 || true
    kwiz_fail "the sample did not come up within 300 s" "its events stand above; look at the answers sample_image and image_registry"
fi
address=$(result lxd_address | grep -vx none) || address=$KWIZ_ADDRESS
is_ip "$address" || address=$(node_address)
kwiz_result sample_url "http://$(bracketed "$address"):$(answer sample_node_port 30080)/"
printf '%s\n' "$said" | grep -vq ' unchanged$' || kwiz_unchanged
