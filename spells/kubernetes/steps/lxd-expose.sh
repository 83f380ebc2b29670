# shellcheck shell=sh
# Ways to the API server and to ports of pods for whoever is not on the LXD host.
lxd_begin
changes_begin
lxd_need
wanted=$(lxd_proxies)
lxd_proxies_there | while read -r name device; do
    if ! printf '%s\n' "$wanted" | grep -q "^$name $device "; then
        lxd config device remove "$name" "$device"
        changed
        echo "removed $device of $name"
    fi
done
printf '%s\n' "$wanted" | while read -r name device listen connect; do
    [ -n "$name" ] || continue
    lxd_proxy_is "$name" "$device" "$listen" "$connect" && continue
    lxd config device remove "$name" "$device" >/dev/null 2>&1 || true
    lxd config device add "$name" "$device" proxy "listen=$listen" "connect=$connect" bind=host ||
        kwiz_fail "$(lxd_name) can't listen on ${listen#tcp:}" "its reason stands above; where a program has the port: answer lxd_api_port or lxd_node_ports otherwise"
    changed
    echo "${listen#tcp:} leads to $name, ${connect#tcp:}"
done
if lxd_is_direct; then
    echo "nodes are reached at their own addresses in $(lxd_bridge_network)"
    [ "$KWIZ_ADDRESS" = local ] ||
        echo "from elsewhere by a route: ip route add $(printf '%s' "$(lxd_bridge_network)" | network_of) via $(lxd_outside)"
    kwiz_result lxd_server none
    kwiz_result lxd_address none
else
    outside=$(lxd_outside)
    front=$(printf '%s\n' "$wanted" | sed -n 's/ kwiz-ports-.*//p' | head -n 1)
    echo "by ports of $KWIZ_HOST: the API server at $(bracketed "$outside"):$(answer lxd_api_port 6443); $(lxd_ports) lead to $front"
    kwiz_result lxd_server "https://$(bracketed "$outside"):$(answer lxd_api_port 6443)"
    kwiz_result lxd_address "$outside"
fi
changes_tell
