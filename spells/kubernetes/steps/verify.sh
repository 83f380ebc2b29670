# shellcheck shell=sh
# The cluster as a whole: every host a node and Ready, what runs in kube-system, the API server. Says what it waits for; at most ten minutes.
limit=600
begin=$(cut -d. -f1 /proc/uptime)
nodes=$(hosts_table | cut -d' ' -f1)
total=$(printf '%s\n' "$nodes" | wc -l)

# waiting: what is not as it should be yet, one a line; nothing when all is.
waiting() {
    for name in $nodes; do
        state=$(node_state "$name")
        # Without a pod network nodes are there, and that is all that can be asked.
        [ "$(answer cni)" != none ] || [ "$state" = 'not in the cluster' ] || continue
        [ "$state" = Ready ] || printf 'node %s: %s\n' "$name" "$state"
    done
    [ "$(answer cni)" != none ] || return 0
    kube -n kube-system get daemonsets,deployments -o jsonpath='{range .items[*]}{.kind} {.metadata.name} {.status.desiredNumberScheduled}{.spec.replicas} {.status.numberReady}{.status.readyReplicas}{"\n"}{end}' |
        awk 'NF { if ($4 == "") $4 = 0; if ($4 < $3) print $1 " " $2 ": " $4 " of " $3 " ready" }' || echo "kube-system: no answer"
    # Running is enough here: what is to be ready is counted above, the API server says it itself, and the kubelet tells of its own static pods
    # a minute late.
    kube -n kube-system get pods -o jsonpath='{range .items[*]}{.metadata.name} {.status.phase} {range .status.containerStatuses[*]}{.state.waiting.reason} {end}{"\n"}{end}' |
        awk 'NF && ($2 != "Running" && $2 != "Succeeded" || $3 != "") { print "pod " $1 ": " ($3 != "" ? $3 : $2) }' || echo "kube-system: no answer"
}

while :; do
    api_is_ready && missing=$(waiting) || missing="the API server does not answer"
    [ -n "$missing" ] || break
    passed=$(($(cut -d. -f1 /proc/uptime) - begin))
    if [ "$passed" -ge "$limit" ]; then
        printf '%s\n' "$missing"
        kwiz_fail "the cluster is not as it should be after $((limit / 60)) minutes: $(printf '%s\n' "$missing" | head -n 3 | tr '\n' ';')" \
            "kubectl describe of what is named tells more; with cni: none, install a pod network"
    fi
    if [ "$missing" != "${shown-}" ]; then
        ready=$((total - $(printf '%s\n' "$missing" | grep -c '^node ' || true)))
        kwiz_progress $((passed * 100 / limit)) "$ready of $total nodes Ready; waiting for $(printf '%s\n' "$missing" | head -n 1)"
        shown=$missing
    fi
    sleep 2
done
kube get nodes -o wide
kube -n kube-system get pods -o wide
# In colours, whoever reads it.
kube cluster-info | tr -d '\033' | sed 's/\[[0-9;]*m//g'
kwiz_result nodes_ready "$total"
kwiz_unchanged
