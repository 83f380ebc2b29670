# shellcheck shell=sh
# Are the hosts of the answers the cluster's nodes? And does etcd bear what is to be done? Before anything is changed.
run_note
if ! kwiz_wait 30 api_is_ready; then
    survey=$(etcd_survey) || survey=
    [ -z "$survey" ] || etcd_refuse "$survey"
    kwiz_fail "the API server does not answer on $KWIZ_HOST" "look at: crictl ps -a; journalctl -u kubelet --since -10min; is the virtual address held by a control plane?"
fi
nodes=$(nodes_known)
compare_strangers "$nodes"
missing=$({
    hosts_table | cut -d' ' -f1
    hosts_marked new
} | sort | uniq -u | grep -Fxv "$nodes" | in_words)
[ -z "$missing" ] || kwiz_fail "hosts of the answers that are no nodes of the cluster: $missing" \
    "kwiz run with this file makes nodes of them; or take them out of the file; is it the file of another cluster?"
for name in $(hosts_leaving); do
    printf '%s\n' "$nodes" | grep -Fqx "$name" || echo "$name is no node of the cluster (any more)"
done
if [ -n "$(hosts_leaving control-plane)$(hosts_marked new control-plane)" ]; then
    survey=$(etcd_survey) || kwiz_fail "etcd of $KWIZ_HOST does not answer" "look at: crictl ps -a; crictl logs of etcd"
    printf '%s\n' "$survey" | awk '{ print "etcd: " $1, $2, $4 == "yes" ? "answers" : "does not answer" }'
    etcd_refuse "$survey"
    [ -z "$(hosts_leaving control-plane)" ] || etcd_even "$survey"
    # A control plane that was joining when the run broke off (without a name, or new) is cleared away by its own step.
    silent=$(printf '%s\n' "$survey" | awk '$4 == "no" && $1 != "-" { print $1 }' | grep -Fxv "$(hosts_marked new)" | in_words)
    if [ -n "$silent" ] && [ -n "$(hosts_marked new control-plane)" ]; then
        kwiz_fail "members of etcd do not answer: $silent; one more could leave it without a majority" "bring them back, or take them out first: kwiz remove --lost NAME"
    fi
    if [ "$(balancer)" = external ]; then
        kwiz_warn "your load balancer: it must lead to port $API_PORT of $(hosts_with_role control-plane | in_words), and to nobody else"
    fi
fi
kwiz_unchanged
