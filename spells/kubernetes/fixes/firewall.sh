# shellcheck shell=sh
# Opens the ports that the cluster needs, on the firewall that is at work here (firewalld, ufw, nftables), for the other hosts of the answers and for pods,
# for nobody else: who reaches services or the API server from outside is let in by the operator. Nothing is disabled, no rule of others is changed. Reset
# removes exactly what was added. Rules that were made with iptables itself are not touched.
changes_begin
undo_folder
active=
if uses_firewalld; then
    active="$active firewalld"
    firewalld_open
elif uses_ufw; then
    active="$active ufw"
    ufw_open
else
    if has_command nft && [ -n "$(nft_chains)" ]; then
        active="$active nftables"
        nft_open
    fi
    if has_command iptables && iptables -S INPUT 2>/dev/null | grep -Eq '^-P INPUT DROP|-j (DROP|REJECT)'; then
        active="$active iptables"
        kwiz_warn "rules of iptables keep others out, and are not touched: let $(ports_needed | tr '\n' ' ')in from the other hosts and from $(answer pod_cidr)"
    fi
fi
if [ -z "$active" ]; then
    echo "no firewall that kwiz knows keeps anybody out here: if ports are closed, that is between the hosts"
fi
changes_tell
