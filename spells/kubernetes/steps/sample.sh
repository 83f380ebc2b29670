# shellcheck shell=sh
# A web server behind a NodePort service, to see that the cluster does what clusters are for.
# A namespace that is being removed takes nothing new.
sample_is_not_ending() {
    [ "$(kube get namespace kwiz-sample -o jsonpath='{.status.phase}' 2>/dev/null)" != Terminating ]
}
kwiz_wait 120 sample_is_not_ending || kwiz_fail "the namespace kwiz-sample of an earlier sample is still being removed" "kubectl describe namespace kwiz-sample says why"
undo_folder
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
if [ "$(answer ingress_controller none)" != none ]; then
    kwiz_progress 80 "the sample by way of $(answer ingress_controller)"
    entries=$(ingress_addresses)
    [ -n "$entries" ] || kwiz_fail "no host takes in HTTP" "kubectl get pods -A -o wide shows where the pods of $(answer ingress_controller) are"
    printf '%s\n' "$entries" >"$UNDO/entries"
    while read -r name entry; do
        kwiz_wait 120 page_answers "$(bracketed "$entry")" "$SAMPLE_HOST" </dev/null ||
            kwiz_fail "$name ($entry) does not lead to the sample after 120 s" \
                "curl -H 'Host: $SAMPLE_HOST' http://$(bracketed "$entry")/ on $KWIZ_HOST; is port 80 of $name open?"
        echo "http://$(bracketed "$entry")/ leads to the sample, asked for $SAMPLE_HOST"
    done <"$UNDO/entries"
    kwiz_result ingress_url "http://$(bracketed "$(sed -n '1s/.* //p' "$UNDO/entries")")/ (Host: $SAMPLE_HOST)"
    rm -f "$UNDO/entries"
fi
printf '%s\n' "$said" | grep -vq ' unchanged$' || kwiz_unchanged
