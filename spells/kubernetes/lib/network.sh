# shellcheck shell=sh
# shellcheck disable=SC2034 # names that steps and other files of the library use
# The pod network `bridge`: CNI's own plugins, a route to each other node's pods, one masquerade rule. No images, nodes must share a network.

CONFLIST=/etc/cni/net.d/10-kwiz.conflist
NETWORK_ETC=$ETC/pod-network
NETWORK_UNIT=/etc/systemd/system/kwiz-pod-network.service
NETWORK_SCRIPT=/usr/local/lib/kwiz/pod-network

# node_mtu ADDRESS: of the interface that has it.
node_mtu() {
    device=$(ip -o addr show | awk -v address="$1" '{ split($4, a, "/"); if (a[1] == address) { print $2; exit } }')
    cat "/sys/class/net/$device/mtu" 2>/dev/null || echo 1500
}

# conflist_text POD_RANGE MTU. Addresses are noted where they are gone after a boot, as the pods that had them.
conflist_text() {
    cat <<END
{
  "cniVersion": "0.3.1",
  "name": "kwiz",
  "plugins": [
    {
      "type": "bridge",
      "bridge": "cni0",
      "isGateway": true,
      "isDefaultGateway": true,
      "ipMasq": false,
      "hairpinMode": true,
      "mtu": $2,
      "ipam": {"type": "host-local", "ranges": [[{"subnet": "$1"}]], "dataDir": "/run/cni-ipam"}
    },
    {"type": "portmap", "capabilities": {"portMappings": true}, "snat": true}
  ]
}
END
}

network_unit_text() {
    cat <<END
# Written by kwiz.
[Unit]
Description=Routes and packet filter of the pod network
After=network-online.target firewalld.service ufw.service docker.service
Wants=network-online.target
Before=kubelet.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh $NETWORK_SCRIPT start
ExecReload=/bin/sh $NETWORK_SCRIPT start
ExecStop=/bin/sh $NETWORK_SCRIPT stop

[Install]
WantedBy=multi-user.target
END
}

# network_script_text: stays on the host and runs at every boot. $NETWORK_ETC has pods (the range of all) and routes (range and node of each).
network_script_text() {
    cat <<'END'
#!/bin/sh
# Written by kwiz: start and stop of the pod network's routes and rules. Rules stand in chains of their own; policies are not touched.
set -eu
etc=/etc/kwiz/pod-network
pods=$(cat "$etc/pods")
case $pods in
*:*) family=-6 tables='ip6tables -w 10' ;;
*) family=-4 tables='iptables -w 10' ;;
esac

# chain TABLE NAME: there and empty.
chain() {
    $tables -t "$1" -N "$2" 2>/dev/null || $tables -t "$1" -F "$2"
}

# jump TABLE FROM TO: first in FROM, once.
jump() {
    $tables -t "$1" -C "$2" -j "$3" 2>/dev/null || $tables -t "$1" -I "$2" 1 -j "$3"
}

unchain() {
    while $tables -t "$1" -D "$2" -j "$3" 2>/dev/null; do :; done
    $tables -t "$1" -F "$3" 2>/dev/null || return 0
    $tables -t "$1" -X "$3"
}

routes() {
    [ -f "$etc/$1" ] || return 0
    while read -r range node; do
        case $2 in
        start)
            if ! ip "$family" -o addr show to "$node" | grep -q .; then
                ip "$family" route replace "$range" via "$node"
            fi
            ;;
        stop) ip "$family" route del "$range" via "$node" 2>/dev/null || : ;;
        esac
    done <"$etc/$1"
}

case ${1-} in
start)
    # Routes of before that are not wanted any more.
    if [ -f "$etc/active" ]; then
        sort "$etc/active" "$etc/routes" "$etc/routes" | uniq -u >"$etc/stale"
        routes stale stop
    fi
    routes routes start
    cp "$etc/routes" "$etc/active"
    rm -f "$etc/stale"
    # To the outside pods appear as their node; among each other as themselves.
    chain nat KWIZ-MASQ
    $tables -t nat -A KWIZ-MASQ -s "$pods" ! -d "$pods" -j MASQUERADE
    jump nat POSTROUTING KWIZ-MASQ
    # Through the node: what pods send, answers to it, what services lead to pods, and what other nodes send to them.
    chain filter KWIZ-FORWARD
    $tables -A KWIZ-FORWARD -s "$pods" -j ACCEPT
    $tables -A KWIZ-FORWARD -d "$pods" -m conntrack --ctstate RELATED,ESTABLISHED,DNAT -j ACCEPT
    while read -r range node; do
        $tables -A KWIZ-FORWARD -s "$node" -d "$pods" -j ACCEPT
    done <"$etc/routes"
    jump filter FORWARD KWIZ-FORWARD
    ;;
stop)
    routes active stop
    rm -f "$etc/active"
    unchain nat POSTROUTING KWIZ-MASQ
    unchain filter FORWARD KWIZ-FORWARD
    ;;
*)
    echo "usage: pod-network start|stop" >&2
    exit 2
    ;;
esac
END
}

# bridge_put POD_RANGE: this node's part of the network.
bridge_put() {
    for plugin in bridge host-local portmap; do
        [ -x "/opt/cni/bin/$plugin" ] || kwiz_fail "the network plugin $plugin is not in /opt/cni/bin" \
            "it comes with the package kubernetes-cni; install that or put the plugin there"
    done
    network_script_text | file_put "$NETWORK_SCRIPT" 755
    network_unit_text | file_put "$NETWORK_UNIT" 644
    answer pod_cidr | file_put "$NETWORK_ETC/pods" 644
    if [ ! -f "$NETWORK_ETC/routes" ]; then
        file_put "$NETWORK_ETC/routes" 644 </dev/null
    fi
    conflist=$(conflist_text "$1" "$(node_mtu "$(node_address)")")
    # A bridge with an address of another range is refused by the plugin.
    if ! printf '%s\n' "$conflist" | file_is "$CONFLIST" && ip link show cni0 >/dev/null 2>&1; then
        ip link delete cni0
    fi
    if changes_made || ! systemctl is-active --quiet kwiz-pod-network.service; then
        changed
        systemctl daemon-reload
        systemctl enable --quiet kwiz-pod-network.service
        systemctl restart kwiz-pod-network.service
    fi
    # Last: with it the node turns Ready.
    printf '%s\n' "$conflist" | file_put "$CONFLIST" 644
}

# bridge_is POD_RANGE: is it there and running?
bridge_is() {
    conflist_text "$1" "$(node_mtu "$(node_address)")" | file_is "$CONFLIST" &&
        network_script_text | file_is "$NETWORK_SCRIPT" && network_unit_text | file_is "$NETWORK_UNIT" &&
        systemctl is-active --quiet kwiz-pod-network.service
}

bridge_undo() {
    file_restore "$CONFLIST"
    if [ -f "$NETWORK_UNIT" ]; then
        systemctl disable --now --quiet kwiz-pod-network.service || true
    fi
    rm -f "$NETWORK_ETC/active" "$NETWORK_ETC/stale"
    for file in "$NETWORK_UNIT" "$NETWORK_SCRIPT" "$NETWORK_ETC/pods" "$NETWORK_ETC/routes"; do
        file_restore "$file"
    done
    ! has_systemd || systemctl daemon-reload
    rm -rf /run/cni-ipam
    if ip link show cni0 >/dev/null 2>&1; then
        ip link delete cni0
    fi
}

# pod_range COMMAND...: this node's pod range, by kubectl as COMMAND; waits for it a little, as it comes after the node.
pod_range() {
    kwiz_wait 90 pod_range_is_there "$1" ||
        kwiz_fail "the node $KWIZ_HOST got no pod range within 90 s" \
            "does pod_cidr ($(answer pod_cidr)) have room for one range a node? look at: kubectl -n kube-system logs -l component=kube-controller-manager"
    printf '%s' "$pod_range_found"
}

# Asked once and kept: etcd may have nobody who answers in the next moment, while it gets a member.
pod_range_is_there() {
    pod_range_found=$("$1" get node "$KWIZ_HOST" -o jsonpath='{.spec.podCIDR}' 2>/dev/null) || return 1
    [ -n "$pod_range_found" ]
}
