# shellcheck shell=sh
# What the hosts that stay know of the others: names in /etc/hosts, whom the firewall lets in where kwiz has opened it, and what is reached past a proxy.
changes_begin
hosts=$(hosts_text)
printf '%s\n' "$hosts" | file_put /etc/hosts
if follows_proxy; then
    # For the runtime's next start: it talks to registries, not to hosts of the cluster.
    proxy_text | file_put "$(proxy_file "$(runtime_service)")" 600
    systemctl daemon-reload
fi
if [ -s "$UNDO/firewall" ]; then
    firewall_open
    for name in $(hosts_leaving); do
        firewall_forget "$(host_address "$name")"
    done
fi
changes_tell
