# shellcheck shell=sh
# shellcheck disable=SC2034 # names that steps and other files of the library use
# One endpoint for several control planes: keepalived and haproxy on them, kube-vip in a pod of theirs, or a load balancer of the operator's.

API_PORT=6443
# Of haproxy: the API server has 6443 on the same hosts.
BALANCER_PORT=8443
# haproxy tells keepalived here that it lives, and that it has a server that is up; on the loopback address only.
BALANCER_HEALTH_PORT=8404
BALANCER_SERVERS_PORT=8405
HAPROXY_FILE=/etc/haproxy/haproxy.cfg
KEEPALIVED_FILE=/etc/keepalived/keepalived.conf
KUBE_VIP_FILE=/etc/kubernetes/manifests/kube-vip.yaml
ADMIN_SUPER=/etc/kubernetes/super-admin.conf

# is_ha: is there an endpoint for several control planes? In containers, only where there are several.
is_ha() {
    case ${KWIZ_TOPOLOGY-} in
    ha) return 0 ;;
    lxd) [ "$(hosts_with_role control-plane | wc -l)" -gt 1 ] ;;
    *) return 1 ;;
    esac
}

# balancer: keepalived, kube-vip or external; nothing where there is only one control plane to reach.
balancer() {
    ! is_ha || answer load_balancer keepalived
}

# balancer_port: where the endpoint is, if the answer does not say it.
balancer_port() {
    if [ "$(balancer)" = keepalived ]; then
        echo "$BALANCER_PORT"
    else
        echo "$API_PORT"
    fi
}

# cluster_endpoint: host:port by which all reach the API servers. Nothing: the address of the only one.
cluster_endpoint() {
    if is_answered control_plane_endpoint; then
        endpoint "$(answer control_plane_endpoint)" "$(balancer_port)"
    elif is_ha && is_answered virtual_address; then
        endpoint "$(answer virtual_address)" "$(balancer_port)"
    fi
}

# balancer_names: what the API servers' certificates must hold for it, one a line.
balancer_names() {
    wanted=$(cluster_endpoint)
    [ -z "$wanted" ] || endpoint_host "$wanted"
    ! is_ha || answer virtual_address
    echo
}

# balancer_check: do the answers fit together? Before anything is changed.
balancer_check() {
    is_ha || return 0
    wanted=$(cluster_endpoint)
    case $(balancer) in
    external)
        [ -n "$wanted" ] || kwiz_fail "there is no endpoint for the control planes" \
            "with load_balancer: external, answer control_plane_endpoint with the name or address of your load balancer"
        return
        ;;
    esac
    address=$(answer virtual_address)
    [ -n "$address" ] || kwiz_fail "there is no virtual address" "answer virtual_address with a free address in the network of the control planes"
    [ "${wanted##*:}" = "$(balancer_port)" ] || kwiz_fail "control_plane_endpoint has the port ${wanted##*:}, expected $(balancer_port)" \
        "$(balancer) answers on $(balancer_port): leave the port out"
    host=$(endpoint_host "$wanted")
    if is_ip "$host" && [ "$host" != "$address" ]; then
        kwiz_fail "control_plane_endpoint is $host, and virtual_address $address" "leave control_plane_endpoint empty, or answer a name that leads to $address"
    fi
    own=$(node_address) || own=
    case $own/$address in
    *:*/*:*) ;;
    *:*/* | */*:*) kwiz_fail "the virtual address $address and the host's address $own are not of one kind" "answer virtual_address with an address in the hosts' network" ;;
    esac
}

# control_planes: lines "NAME ADDRESS", as they reach each other, in the order of the answers.
control_planes() {
    hosts_with_role control-plane | while read -r name; do
        printf '%s %s\n' "$name" "$(peer_address "$name")"
    done
}

# peer_address NAME: an address. Who is only named is asked for as this host resolves it.
peer_address() {
    peer=$(host_address "$1")
    if [ "$1" = "$KWIZ_HOST" ]; then
        peer=$(node_address)
    elif ! is_ip "$peer"; then
        peer=$(getent ahosts "$peer" 2>/dev/null | awk 'NR == 1 { print $1 }')
    fi
    [ -n "$peer" ] || kwiz_fail "the address of $1 is not known on $KWIZ_HOST" "give it by address in the answers, or let its name be found in DNS"
    printf '%s' "$peer"
}

# haproxy_text: one server for each control plane. Reading /readyz, haproxy sees an API server that hangs; by the connections that fail (observe), one
# whose host is gone, at once. Three checks, as the first API server is away for two seconds while etcd gets its second member.
haproxy_text() {
    servers=$(control_planes)
    case $(answer virtual_address) in
    *:*) bind=":::$BALANCER_PORT v4v6" ;;
    *) bind="*:$BALANCER_PORT" ;;
    esac
    cat <<END
# Written by kwiz: the API servers of the cluster $KWIZ_CLUSTER.
global
    log /dev/log local0 notice
    maxconn 4000
    # Of connections that were there before a reload.
    hard-stop-after 1m
    user haproxy
    group haproxy

defaults
    mode tcp
    log global
    timeout connect 500ms
    timeout client 4h
    timeout server 4h
    timeout check 1s
    retries 3
    option redispatch 1
    option dontlognull

frontend kubernetes
    bind $bind
    default_backend kubernetes

backend kubernetes
    balance roundrobin
    option httpchk GET /readyz
    http-check expect status 200
    default-server check check-ssl verify none inter 1s fastinter 500ms downinter 1s fall 3 rise 2 observe layer4 error-limit 2 on-error mark-down on-marked-down shutdown-sessions
END
    printf '%s\n' "$servers" | while read -r name address; do
        printf '    server %s %s:%s\n' "$name" "$(bracketed "$address")" "$API_PORT"
    done
    cat <<END

# Does haproxy live? keepalived asks.
frontend alive
    bind 127.0.0.1:$BALANCER_HEALTH_PORT
    mode http
    timeout client 2s
    monitor-uri /alive

# Has it an API server to give? That, too.
frontend served
    bind 127.0.0.1:$BALANCER_SERVERS_PORT
    mode http
    timeout client 2s
    monitor-uri /served
    acl nobody nbsrv(kubernetes) lt 1
    monitor fail if nobody
END
}

# balancer_probe PORT PATH: the command by which keepalived asks.
balancer_probe() {
    if probe=$(command -v curl); then
        printf '%s -sf -o /dev/null --noproxy * --max-time 1 http://127.0.0.1:%s%s' "$probe" "$1" "$2"
    elif probe=$(command -v wget); then
        printf '%s -q -T 1 -O /dev/null http://127.0.0.1:%s%s' "$probe" "$1" "$2"
    else
        return 1
    fi
}

# interface_of ADDRESS: the one that has it.
interface_of() {
    ip -o addr show | awk -v address="$1" '{ split($4, a, "/"); if (a[1] == address) { print $2; exit } }'
}

# keepalived_text INTERFACE ADDRESS PROBE PROBE-OF-SERVERS. All are BACKUP and nobody takes the address from who has it (nopreempt): it moves only when it
# must. The first script has no weight, so that a host without haproxy gives the address up; it does not ask for the API server, which nobody has before
# init. The second only lowers the priority: where a link was cut both sides have the address, and when it is whole again the side keeps it that has API
# servers, not the one that comes first in the answers and has to find them again. Unicast, as many networks let no multicast through; version 3 of
# VRRP, which older ones have no part of a second in. Before others of the host when it is busy: adverts that come late move the address for nothing.
keepalived_text() {
    servers=$(control_planes)
    case $(answer virtual_address) in
    *:*) virtual=$(answer virtual_address)/128 ;;
    *) virtual=$(answer virtual_address)/32 ;;
    esac
    cat <<END
# Written by kwiz: the virtual address of the cluster $KWIZ_CLUSTER.
global_defs {
    router_id $KWIZ_HOST
    enable_script_security
    script_user nobody
    vrrp_version 3
    vrrp_priority -20
    vrrp_garp_master_delay 1
    vrrp_garp_master_refresh 10
}

vrrp_script haproxy {
    script "$3"
    interval 1
    timeout 2
    fall 2
    rise 1
}

vrrp_script servers {
    script "$4"
    interval 1
    timeout 2
    fall 2
    rise 2
    weight -50
}

vrrp_instance kubernetes {
    state BACKUP
    nopreempt
    interface $1
    virtual_router_id $(answer vrrp_router_id 51)
    priority $(printf '%s\n' "$servers" | awk -v name="$KWIZ_HOST" '$1 == name { at = NR } END { print 100 + NR - at }')
    advert_int 0.5
END
    if [ "$(printf '%s\n' "$servers" | wc -l)" -gt 1 ]; then
        printf '    unicast_src_ip %s\n    unicast_peer {\n' "$2"
        printf '%s\n' "$servers" | awk -v name="$KWIZ_HOST" '$1 != name { print "        " $2 }'
        printf '    }\n'
    fi
    cat <<END
    virtual_ipaddress {
        $virtual dev $1
    }
    track_script {
        haproxy
        servers
    }
}
END
}

# balancer_texts: what the two programs are to read, into UNDO/haproxy.new and UNDO/keepalived.new.
balancer_texts() {
    undo_folder
    own=$(node_address) || kwiz_fail "this host has no address" "give it by an address of its own in the answers"
    device=$(interface_of "$own")
    [ -n "$device" ] || kwiz_fail "no interface has the address $own" "give the host in the answers by an address of its own"
    probe=$(balancer_probe "$BALANCER_HEALTH_PORT" /alive) || kwiz_fail "this host has neither curl nor wget" "install curl on $KWIZ_HOST"
    haproxy_text >"$UNDO/haproxy.new" &&
        keepalived_text "$device" "$own" "$probe" "$(balancer_probe "$BALANCER_SERVERS_PORT" /served)" >"$UNDO/keepalived.new"
}

# balancer_is: is it all as it should be, and running?
balancer_is() {
    for program in haproxy keepalived; do
        has_command "$program" || return 1
    done
    balancer_texts
    file_is "$HAPROXY_FILE" <"$UNDO/haproxy.new" && file_is "$KEEPALIVED_FILE" <"$UNDO/keepalived.new" || return 1
    for unit in haproxy keepalived; do
        systemctl is-active --quiet "$unit.service" && systemctl is-enabled --quiet "$unit.service" || return 1
    done
}

# balancer_note: how the two services were before, once; a service that works for somebody else is not taken over.
balancer_note() {
    [ ! -e "$UNDO/balancer" ] || return 0
    for unit in haproxy keepalived; do
        if systemctl is-active --quiet "$unit.service" 2>/dev/null; then
            kwiz_fail "$unit already runs on this host, with a configuration that kwiz did not write" \
                "stop it if nobody needs it (systemctl disable --now $unit), or answer load_balancer: kube-vip or external"
        fi
    done
    undo_folder
    for unit in haproxy keepalived; do
        if systemctl is-enabled --quiet "$unit.service" 2>/dev/null; then
            echo "$unit enabled"
        else
            echo "$unit disabled"
        fi
    done >"$UNDO/balancer.new"
    mv "$UNDO/balancer.new" "$UNDO/balancer"
}

# neighbour ADDRESS: the hardware address of who answers there at this moment; nothing where nobody does, or where that can't be found out. Any connection
# has the kernel ask for it, also of those who answer no ping.
neighbour() {
    ip neigh flush to "$1" 2>/dev/null || return 0
    curl --silent --noproxy '*' --output /dev/null --connect-timeout 2 --max-time 2 "http://$(bracketed "$1"):$BALANCER_PORT/" 2>/dev/null || true
    ip neigh show to "$1" 2>/dev/null | sed -n 's/.* lladdr \([^ ]*\).*/\1/p' | head -n 1
}

# balancer_taken: refuses a virtual address that another machine has, before keepalived takes it: both would have it then, and who talks to whom would be
# luck. Another control plane may have it already, as its keepalived is started at the same time; so may this host, if kwiz was here before.
balancer_taken() {
    address=$(answer virtual_address)
    device=$(interface_of "$address")
    if [ -n "$device" ]; then
        [ -e "$UNDO/balancer" ] || kwiz_fail "the virtual address $address is an address of this host's own ($device)" \
            "answer virtual_address with an address that nobody has, or take it off $device: ip addr del $address dev $device, and out of what sets it at boot"
        return
    fi
    has_command curl || return 0
    hardware=$(neighbour "$address")
    [ -n "$hardware" ] || return 0
    for peer in $(control_planes | awk -v name="$KWIZ_HOST" '$1 != name { print $2 }'); do
        [ "$(neighbour "$peer")" != "$hardware" ] || return 0
    done
    kwiz_fail "another machine has the virtual address $address: it answers with the hardware address $hardware" \
        "answer virtual_address with an address that nobody has, or take it from that machine; if that is a control plane of a cluster that is gone: kwiz reset with its answers"
}

# selinux_allow: haproxy may connect to ports that are not of the web.
selinux_allow() {
    if has_command getsebool && [ "$(getsebool haproxy_connect_any 2>/dev/null)" = 'haproxy_connect_any --> off' ]; then
        : >"$UNDO/haproxy-connect-any"
        setsebool -P haproxy_connect_any on
        changed
    fi
}

# balancer_put: writes both configurations, has them judged by their programs, and starts what was changed.
balancer_put() {
    balancer_texts
    said=$(haproxy -c -q -f "$UNDO/haproxy.new" 2>&1) || kwiz_fail "haproxy does not accept its configuration: $said" "is haproxy older than 2.0?"
    status=0
    said=$(keepalived -t -f "$UNDO/keepalived.new" 2>&1) || status=$?
    # 143: keepalived 2.2 ends its own process after a test that found nothing, if there are scripts.
    case $status in
    0 | 143) ;;
    *) kwiz_fail "keepalived does not accept its configuration: $said" "is keepalived older than 2.0?" ;;
    esac
    for unit in haproxy keepalived; do
        case $unit in
        haproxy) file=$HAPROXY_FILE ;;
        keepalived) file=$KEEPALIVED_FILE ;;
        esac
        if ! file_is "$file" <"$UNDO/$unit.new"; then
            way=restart
            # With a configuration of ours it works for the cluster: told of another one, it lets go of neither connections nor the address.
            if [ -e "$UNDO/files/$(undo_name "$file").ours" ] && systemctl is-active --quiet "$unit.service"; then way=reload; fi
            file_put "$file" 644 <"$UNDO/$unit.new"
            systemctl reset-failed "$unit.service" 2>/dev/null || true
            systemctl "$way" "$unit.service" || systemctl restart "$unit.service" || kwiz_fail "$unit does not start" "look at: journalctl -u $unit"
        fi
        if ! systemctl is-active --quiet "$unit.service"; then
            # Debian skips a keepalived without configuration when it installs it.
            systemctl start "$unit.service" || kwiz_fail "$unit does not start" "look at: journalctl -u $unit"
            changed
        fi
        if ! systemctl is-enabled --quiet "$unit.service"; then
            systemctl enable --quiet "$unit.service"
            changed
        fi
    done
    rm -f "$UNDO/haproxy.new" "$UNDO/keepalived.new"
}

# balancer_undo: the address goes first, so that another control plane has it.
balancer_undo() {
    if [ -e "$UNDO/balancer" ] && has_systemd; then
        systemctl stop keepalived.service haproxy.service 2>/dev/null || true
        while read -r unit state; do
            [ "$state" = enabled ] || systemctl disable --quiet "$unit.service" 2>/dev/null || true
        done <"$UNDO/balancer"
    fi
    file_restore "$KEEPALIVED_FILE"
    file_restore "$HAPROXY_FILE"
    if [ -s "$UNDO/packages-load-balancer" ]; then
        package_undo load-balancer
        # A place for its log that Debian's unit makes, and its package leaves.
        if ! has_command haproxy; then
            rm -f /var/lib/haproxy/dev/log
            rmdir /var/lib/haproxy/dev /var/lib/haproxy 2>/dev/null || true
        fi
    fi
    if [ -e "$UNDO/haproxy-connect-any" ]; then
        setsebool -P haproxy_connect_any off || kwiz_warn "haproxy_connect_any of SELinux stays on"
    fi
    rm -f "$UNDO/balancer" "$UNDO/haproxy-connect-any" "$UNDO/haproxy.new" "$UNDO/keepalived.new"
}

# balancer_connects: what comes of a connection to the endpoint before there is an API server: refused and closed are answers, silence is none.
balancer_connects() {
    wanted=$(cluster_endpoint)
    if has_command curl; then
        status=0
        curl --silent --insecure --noproxy '*' --output /dev/null --connect-timeout 5 --max-time 8 "https://$wanted/readyz" || status=$?
        case $status in
        6) kwiz_fail "the name $(endpoint_host "$wanted") leads nowhere on $KWIZ_HOST" "let DNS know it, or answer control_plane_endpoint with an address" ;;
        28) kwiz_fail "nothing answers at $wanted from $KWIZ_HOST" "is the load balancer on, and may $KWIZ_HOST reach its port ${wanted##*:}?" ;;
        esac
        echo "$wanted can be reached (curl says $status; before the control plane is there, 7, 35 and 52 are as expected)"
    else
        kwiz_warn "$wanted was not tried: this host has no curl"
    fi
}

# ---- kube-vip ----

# kube_vip_text KUBECONFIG INTERFACE: a static pod. Inside, the file is always admin.conf.
kube_vip_text() {
    case $(answer virtual_address) in
    *:*) subnet=128 ;;
    *) subnet=32 ;;
    esac
    image=$(image_moved "$(answer kube_vip_image)")
    cat <<END
# Written by kwiz.
apiVersion: v1
kind: Pod
metadata:
  name: kube-vip
  namespace: kube-system
spec:
  containers:
  - name: kube-vip
    image: $(yaml_text "$image")
    imagePullPolicy: IfNotPresent
    args: ["manager"]
    env:
    - {name: address, value: $(yaml_text "$(answer virtual_address)")}
    - {name: port, value: "$API_PORT"}
    - {name: vip_interface, value: $(yaml_text "$2")}
    - {name: vip_subnet, value: "$subnet"}
    - {name: vip_arp, value: "true"}
    - {name: cp_enable, value: "true"}
    - {name: cp_namespace, value: kube-system}
    - {name: vip_leaderelection, value: "true"}
    - {name: vip_leasename, value: plndr-cp-lock}
    - {name: vip_leaseduration, value: "5"}
    - {name: vip_renewdeadline, value: "3"}
    - {name: vip_retryperiod, value: "1"}
    securityContext:
      capabilities:
        add: ["NET_ADMIN", "NET_RAW"]
        drop: ["ALL"]
    volumeMounts:
    - {name: kubeconfig, mountPath: /etc/kubernetes/admin.conf}
  # The API server of this very host, whoever has the address.
  hostAliases:
  - ip: 127.0.0.1
    hostnames: ["kubernetes"]
  hostNetwork: true
  volumes:
  - name: kubeconfig
    hostPath: {path: $1, type: File}
END
}

# kube_vip_put KUBECONFIG: right before kubeadm, as whatever clears a failed attempt away takes it too.
kube_vip_put() {
    [ "$(balancer)" = kube-vip ] || return 0
    device=$(interface_of "$(node_address)")
    folder_make /etc/kubernetes/manifests
    text=$(kube_vip_text "$1" "$device")
    if ! printf '%s\n' "$text" | file_is "$KUBE_VIP_FILE"; then
        printf '%s\n' "$text" | replace "$KUBE_VIP_FILE"
        echo "wrote $KUBE_VIP_FILE with $1"
    fi
}

# kube_vip_first: whose rights it has during the first init: admin.conf has none before kubeadm has bound it to a role, from 1.29 on (kube-vip 684).
kube_vip_first() {
    if at_least "$(minor_of "$(version_wanted)")" 1.29; then
        echo "$ADMIN_SUPER"
    else
        echo "$ADMIN"
    fi
}

# kube_vip_is: with the rights it is to have for good?
kube_vip_is() {
    [ "$(balancer)" != kube-vip ] || kube_vip_text "$ADMIN" "$(interface_of "$(node_address)")" | file_is "$KUBE_VIP_FILE"
}
