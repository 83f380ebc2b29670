# shellcheck shell=sh
# Swap off, kernel modules, sysctls, names of the other hosts.
changes_begin

# A node of another cluster is not touched.
if [ -e "$KUBELET_CONF" ] && [ -s "$ETC/cluster" ] && [ "$(head -n 1 "$ETC/cluster")" != "$(cluster_text)" ]; then
    foreign_refuse
fi

# Whose this host is now: what looks at it before a later run does not take the cluster's own ports and files for a stranger's.
cluster_text | file_put "$ETC/cluster" 644

kwiz_progress 10 "kernel modules"
modules_keep

kwiz_progress 30 "sysctls"
sysctl_keep

kwiz_progress 50 "swap"
swap_is_off || swap_off

kwiz_progress 80 "names of hosts"
hosts=$(hosts_text)
printf '%s\n' "$hosts" | file_put /etc/hosts
if own_name_is_loopback; then
    kwiz_warn "/etc/hosts gives $KWIZ_HOST a loopback address; the cluster uses $(node_address) all the same"
fi
if [ "$(hostname)" != "$KWIZ_HOST" ]; then
    kwiz_warn "this host calls itself $(hostname); its node will be called $KWIZ_HOST"
fi

if uses_network_manager; then
    network_manager_text | file_put "$NETWORK_MANAGER_FILE" 644
    if changes_made; then
        systemctl reload NetworkManager.service || kwiz_warn "NetworkManager could not be told to leave pods' interfaces alone"
    fi
fi
firewall_warn
changes_tell
