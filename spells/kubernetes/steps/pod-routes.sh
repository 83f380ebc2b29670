# shellcheck shell=sh
# Network bridge with several nodes: a route to the pods of each other node.
changes_begin
ranges=$(result pod_ranges)
[ -n "$ranges" ] || kwiz_fail "the ranges of the nodes are not known" "the step pod-ranges finds them out; run again"
printf '%s\n' "$ranges" | tr ',=' '\n ' | file_put "$NETWORK_ETC/routes" 644
if changes_made || ! systemctl is-active --quiet kwiz-pod-network.service; then
    systemctl reload-or-restart kwiz-pod-network.service
    changed
fi
changes_tell
