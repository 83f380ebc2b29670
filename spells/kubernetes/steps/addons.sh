# shellcheck shell=sh
# Add-ons, each by its manifest. One that is not wanted any more goes.
changes_begin
release_check
for name in $ADDONS; do
    if ! addon_wanted "$name"; then
        [ ! -e "$ETC/$name.applied" ] || changed
        manifest_remove "$name"
    elif ! addon_mark "$name" | file_is "$ETC/$name.applied"; then
        kwiz_progress 20 "$name"
        addon_apply "$name"
        addon_mark "$name" | file_put "$ETC/$name.applied" 644
    fi
done
for name in $ADDONS; do
    addon_wanted "$name" || continue
    kwiz_progress 60 "waiting for $name"
    manifest_wait "$name" 300 "can its images be had (image_registry, http_proxy)?"
done
if addon_wanted metrics-server; then
    metrics_answer() { kube get --raw /apis/metrics.k8s.io/v1beta1/nodes >/dev/null 2>&1; }
    kwiz_wait 120 metrics_answer || kwiz_fail "metrics-server runs and tells nothing after 120 s" "kubectl -n kube-system logs deployment/metrics-server"
fi
if addon_wanted headlamp; then
    echo "Headlamp: kubectl -n headlamp port-forward service/headlamp 8080:80, then http://localhost:8080; it asks for the token of an account of yours"
fi
changes_tell
