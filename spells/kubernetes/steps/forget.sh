# shellcheck shell=sh
# The cluster forgets the nodes that are gone.
changes_begin
for name in $(hosts_leaving); do
    kwiz_retry 5 5 node_forget "$name" || kwiz_fail "the node $name could not be taken out of the cluster" "kubectl's reason stands above"
done
for name in $(hosts_marked lost); do
    case $(balancer)/$(hosts_marked lost control-plane | grep -Fx "$name") in
    keepalived/"$name") kwiz_warn "$name must not come back as it is: its keepalived would take the virtual address $(answer virtual_address) for itself" ;;
    *) kwiz_warn "$name must not come back as it is: it still holds what was installed, and would announce itself as a node again" ;;
    esac
done
changes_tell
