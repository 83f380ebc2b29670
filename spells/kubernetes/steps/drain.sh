# shellcheck shell=sh
# Moves the pods away from the hosts that leave; of those that are lost it only makes sure that they are.
changes_begin
nodes=$(nodes_known)
for name in $(hosts_leaving); do
    if printf '%s\n' "$nodes" | grep -Fqx "$name"; then
        # All of them, before the first pod looks for another place.
        kube cordon "$name"
        changed
    fi
done
for name in $(hosts_marked lost); do
    printf '%s\n' "$nodes" | grep -Fqx "$name" || continue
    kwiz_progress 10 "is $name lost?"
    kwiz_wait 90 node_is_silent "$name" || {
        kube uncordon "$name" || true
        kwiz_fail "the node $name is Ready: its kubelet answers, so it is not lost" "remove it without --lost; if it can't be reached, switch it off first, as its pods would run on"
    }
    echo "$name is lost ($(node_state "$name" | cut -c1-80)): its pods are given up"
done
for name in $(hosts_marked leaving); do
    printf '%s\n' "$nodes" | grep -Fqx "$name" || continue
    kwiz_progress 30 "pods of $name"
    node_drain "$name" --force
done
changes_tell
