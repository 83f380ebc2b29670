# shellcheck shell=sh
# The cluster as a whole: the API server, every host a node and Ready, what runs in kube-system. Changes nothing.
parts_begin "$(verify_limit)"
part "API server" "look at the control plane: crictl ps -a; journalctl -u kubelet" verify_api
part "nodes" "kubectl describe node tells more; with cni: none, install a pod network" verify_nodes
if [ "${KWIZ_ACTION-install}" = verify ]; then
    for name in $(hosts_with_role control-plane); do
        part "control plane of $name" "look at the host: crictl ps -a; journalctl -u kubelet" verify_static "$name"
    done
fi
# Without a network for them, pods wait.
if [ "$(answer cni)" = none ]; then
    parts_skip "pods of kube-system" "cni: none, so kwiz does not know what runs"
else
    part "pods of kube-system" "kubectl -n kube-system describe of what is named tells more" verify_pods kube-system
fi
kube get nodes -o wide || true
kube -n kube-system get pods -o wide || true
# In colours, whoever reads it.
kube cluster-info 2>/dev/null | tr -d '\033' | sed 's/\[[0-9;]*m//g'
parts_end
kwiz_result nodes_ready "$(all_hosts | wc -l)"
kwiz_unchanged
