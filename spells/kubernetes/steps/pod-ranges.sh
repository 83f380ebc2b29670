# shellcheck shell=sh
# Network bridge with several nodes: RANGE=NODE,RANGE=NODE: which node has which range of pods. The order in which nodes got theirs is nobody's choice.
# Nodes that the answers do not have are reached as before.
nodes=$({
    hosts_table | cut -d' ' -f1
    nodes_known
} | awk '!seen[$0]++')
ranges=
for name in $nodes; do
    line=$(kube get node "$name" -o jsonpath='{.spec.podCIDR} {.status.addresses[?(@.type=="InternalIP")].address}') || exit 1
    case $line in
    *?' '?*) ;;
    *) kwiz_fail "the node $name has no pod range or no address yet ($line)" "kubectl describe node $name" ;;
    esac
    ranges=${ranges:+$ranges,}${line% *}=${line#* }
done
echo "$ranges"
kwiz_result pod_ranges "$ranges"
kwiz_unchanged
