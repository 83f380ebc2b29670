# shellcheck shell=sh
# Before anything is changed: is this host fit for the release, and on the first control plane, is the cluster?
run_note
release_check
bad=$(upgrade_host_bad)
if [ -n "$bad" ]; then
    printf '%s\n' "$bad"
    kwiz_fail "Kubernetes $(version_wanted) does not work on $KWIZ_HOST: $(printf '%s\n' "$bad" | tr '\n' ';')" "nothing was changed; mend that, then upgrade"
fi
if [ "$(hosts_with_role control-plane | head -n 1)" = "$KWIZ_HOST" ]; then
    kwiz_wait 60 api_is_ready || kwiz_fail "the API server does not answer" "kwiz verify tells more; nothing was changed"
    now=$(cluster_version)
    [ -n "$now" ] || kwiz_fail "the API server does not say which version it is" "kubectl get --raw /version"
    bad=$(upgrade_step_bad "$now")
    [ -z "$bad" ] || kwiz_fail "$bad" "nothing was changed"
    bad=$(upgrade_nodes_bad "$now")
    if [ -n "$bad" ]; then
        printf '%s\n' "$bad"
        kwiz_fail "the nodes are not fit for an upgrade: $(printf '%s\n' "$bad" | head -n 5 | tr '\n' ';')" "nothing was changed; mend that, then upgrade"
    fi
    echo "the cluster has $now; wanted is $(version_wanted)"
fi
kwiz_unchanged
