# shellcheck shell=sh
# shellcheck disable=SC2034 # names that steps and other files of the library use
# The cluster's containers: their profile, themselves, and the ways to them from outside.

# lxd_nodes: lines "NAME ADDRESS" of all that are containers.
lxd_nodes() {
    printf '%s\n' "$KWIZ_HOSTS_TABLE" | awk 'NF { print $1, $2 }'
}

lxd_profile() {
    printf 'kwiz-%s' "$KWIZ_CLUSTER"
}

# Modules that the cluster needs; LXD loads them before a container starts. What the kernel has neither built in nor as a module would keep it from
# starting, and is left out.
LXD_MODULES='ip_tables ip6_tables netlink_diag nf_nat overlay br_netfilter nf_conntrack'

lxd_modules() {
    for module in $LXD_MODULES; do
        if [ -d "/sys/module/$module" ] || modprobe -q -n "$module" 2>/dev/null; then
            printf '%s\n' "$module"
        fi
    done
}

# lxd_raw VERSION: what LXD has no words of its own for. liblxc 3 took the old name away.
lxd_raw() {
    if at_least "$1" 3.0; then
        echo 'lxc.apparmor.profile=unconfined'
    else
        echo 'lxc.aa_profile=unconfined'
    fi
    echo 'lxc.cap.drop='
    echo 'lxc.cgroup.devices.allow=a'
    ! at_least "$1" 4.0 || echo 'lxc.cgroup2.devices.allow=a'
    echo 'lxc.mount.auto=proc:rw sys:rw cgroup:rw'
}

# lxd_size SIZE VERSION: 4G as LXD writes it; before 3.0, its GB were binary.
lxd_size() {
    if at_least "$2" 3.0; then
        printf '%siB' "$1"
    else
        printf '%sB' "$1"
    fi
}

lxd_has_device() {
    [ -c "/dev/$1" ]
}

# lxd_profile_text VERSION: the profile of the cluster's containers.
lxd_profile_text() {
    echo 'config:'
    if is_answered lxd_cpus; then
        printf '  limits.cpu: "%s"\n' "$(answer lxd_cpus)"
    fi
    if is_answered lxd_memory; then
        printf '  limits.memory: %s\n' "$(lxd_size "$(answer lxd_memory)" "$1")"
    fi
    # The kubelet counts on memory that is none of the disk's.
    echo '  limits.memory.swap: "false"'
    # shellcheck disable=SC2119 # no arguments
    printf '  linux.kernel_modules: %s\n' "$(lxd_modules | paste -sd , -)"
    echo '  raw.lxc: |-'
    lxd_raw "$1" | sed 's/^/    /'
    echo '  security.nesting: "true"'
    echo '  security.privileged: "true"'
    printf '  %s: %s\n' "$LXD_MARK" "$KWIZ_CLUSTER"
    printf 'description: Nodes of the cluster %s, made by kwiz\n' "$KWIZ_CLUSTER"
    echo 'devices:'
    # The kubelet reads the kernel's log.
    for device in kmsg mem; do
        ! lxd_has_device "$device" || printf '  %s:\n    path: /dev/%s\n    source: /dev/%s\n    type: unix-char\n' "$device" "$device" "$device"
    done
    printf '  root:\n    path: /\n    pool: %s\n' "$(lxd_pool)"
    if is_answered lxd_disk; then
        printf '    size: %s\n' "$(lxd_size "$(answer lxd_disk)" "$1")"
    fi
    echo '    type: disk'
}

# lxd_owner KIND NAME: whose it is: the cluster, or nothing. 1 where there is none of that name.
lxd_owner() {
    case $1 in
    container)
        [ -n "$(lxd_state "$2")" ] || return 1
        lxd config get "$2" "$LXD_MARK"
        ;;
    profile)
        lxd profile show "$2" >/dev/null 2>&1 || return 1
        lxd profile get "$2" "$LXD_MARK"
        ;;
    esac
}

# lxd_state NAME: RUNNING, STOPPED ...; nothing where it is not there.
lxd_state() {
    lxd list "^$1\$" -c s --format csv | head -n 1
}

lxd_runs() {
    [ "$(lxd_state "$1")" = RUNNING ]
}

# lxd_names_check: whatever has a name of ours must be ours.
lxd_names_check() {
    lxd_nodes | while read -r name _; do
        if owner=$(lxd_owner container "$name") && [ "$owner" != "$KWIZ_CLUSTER" ]; then
            if [ -n "$owner" ]; then
                owner="it belongs to the cluster $owner"
            else
                owner="no kwiz made it"
            fi
            kwiz_fail "there is a container $name on $KWIZ_HOST already: $owner" \
                "give the node another name, or remove that container yourself; kwiz does not touch it"
        fi
    done
    if owner=$(lxd_owner profile "$(lxd_profile)") && [ "$owner" != "$KWIZ_CLUSTER" ]; then
        kwiz_fail "there is a profile $(lxd_profile) in LXD already, and it is not kwiz's" "give the cluster another name (name), or remove that profile yourself"
    fi
}

# What a node holds before anything of the operator's runs on it, in MiB of memory: its programs and those of the cluster, as measured with Kubernetes 1.20
# (450 and 76, without what the page cache has), and something for add-ons; and of the disk: image, packages, images of the cluster.
LXD_LEAST_CONTROL_PLANE=600
LXD_LEAST_NODE=150
LXD_LEAST_DISK=2560
LXD_MEMINFO=/proc/meminfo

# meminfo_mib KEY
meminfo_mib() {
    awk -v key="$1:" '$1 == key { print int($2 / 1024) }' "$LXD_MEMINFO"
}

# lxd_missing: names of the containers that are yet to be made.
lxd_missing() {
    lxd_nodes | while read -r name _; do
        [ -n "$(lxd_state "$name")" ] || printf '%s\n' "$name"
    done
}

# lxd_room_check: is there memory and room on the disk for those that are missing? Limits that are more than there is are no more than a promise.
lxd_room_check() {
    missing=$(lxd_missing)
    [ -n "$missing" ] || return 0
    count=$(printf '%s\n' "$missing" | wc -l)
    least=0
    for name in $missing; do
        case ,$(lxd_roles "$name"), in
        *,control-plane,*) least=$((least + LXD_LEAST_CONTROL_PLANE)) ;;
        *) least=$((least + LXD_LEAST_NODE)) ;;
        esac
    done
    free=$(meminfo_mib MemAvailable)
    [ "${free:-$least}" -ge "$least" ] || kwiz_fail "$KWIZ_HOST has $free MiB of memory free; $count containers that are to be made need $least MiB before anything of yours runs in them" \
        "free some, take a larger host, or take nodes out of the answers"
    free=$(lxd_pool_free)
    [ "$free" -ge $((count * LXD_LEAST_DISK)) ] || kwiz_fail "the storage of $(lxd_name) on $KWIZ_HOST has $free MiB free; $count containers need $((count * LXD_LEAST_DISK)) MiB before anything of yours runs in them" \
        "make room on $KWIZ_HOST, or answer lxd_pool with a pool that has it"
    if is_answered lxd_disk; then
        wants=$(($(size_mib "$(answer lxd_disk)") * count))
        [ "$wants" -le "$free" ] || kwiz_warn "$count containers with $(answer lxd_disk) each may take $wants MiB of the disk together; $free MiB are free"
    fi
    if is_answered lxd_memory; then
        has=$(meminfo_mib MemTotal)
        wants=$(size_mib "$(answer lxd_memory)")
        [ "$wants" -le "$has" ] || kwiz_fail "lxd_memory is $(answer lxd_memory); $KWIZ_HOST has no more than $has MiB" "answer less; empty is no limit"
        all=$(($(lxd_nodes | wc -l) * wants))
        [ "$all" -le "$has" ] || kwiz_warn "$(lxd_nodes | wc -l) containers with $(answer lxd_memory) each may take $all MiB together; $KWIZ_HOST has $has MiB"
    fi
}

# lxd_roles NAME
lxd_roles() {
    printf '%s\n' "$KWIZ_HOSTS_TABLE" | awk -v name="$1" '$1 == name { print $3 }'
}

# size_mib SIZE: 4G or 1700M in MiB.
size_mib() {
    case $1 in
    *G) echo $((${1%G} * 1024)) ;;
    *) echo "${1%M}" ;;
    esac
}

# ---- image ----

# lxd_image_find: writes UNDO/image, the image as containers are made from it.
lxd_image_find() {
    lxd_image_here >"$UNDO/image"
}

# lxd_image_here: prints that. A tarball is imported under a name of ours; a server of the operator's is known to a
# configuration of the client's that nobody else has.
lxd_image_here() {
    image=$(answer lxd_image ubuntu:24.04)
    case $image in
    /*)
        [ -f "$image" ] || kwiz_fail "the image $image is not on $KWIZ_HOST" "lxd_image: copy the file there, or name an image (images:debian/12, an alias)"
        alias=$(lxd_profile)
        if ! lxd image alias list --format csv 2>/dev/null | cut -d, -f1 | grep -Fqx "$alias"; then
            lxd image import "$image" --alias "$alias" >&2 ||
                kwiz_fail "$(lxd_name) does not take $image as an image" "its reason stands above; expected a tarball with metadata.yaml and rootfs, for the snap below a home folder"
        fi
        printf '%s' "$alias"
        ;;
    *)
        if is_answered lxd_image_server; then
            LXD_CONF=$UNDO/client INCUS_CONF=$UNDO/client
            export LXD_CONF INCUS_CONF
            mkdir -p "$UNDO/client"
            lxd remote list --format csv | cut -d, -f1 | grep -Fqx kwiz ||
                lxd remote add kwiz "$(answer lxd_image_server)" --protocol simplestreams --public >&2 ||
                kwiz_fail "the image server $(answer lxd_image_server) can't be used" "lxd_image_server: its reason stands above; expected the address of a simplestreams server"
            printf 'kwiz:%s' "${image#*:}"
        elif [ "$lxd_client" = incus ] && [ "${image%%:*}" = ubuntu ]; then
            # Incus knows only of the servers of linuxcontainers.org.
            printf 'images:ubuntu/%s' "${image#*:}"
        else
            printf '%s' "$image"
        fi
        ;;
    esac
}

lxd_images() {
    lxd image list --format csv -c F | LC_ALL=C sort
}

# lxd_images_note COMMAND...: images that are new after it are noted.
lxd_images_note() {
    lxd_images >"$UNDO/images.before"
    status=0
    "$@" || status=$?
    lxd_images | LC_ALL=C comm -13 "$UNDO/images.before" - | while read -r image; do
        lxd_note images "$image"
    done
    rm -f "$UNDO/images.before"
    return "$status"
}

# ---- containers ----

# lxd_init ARGUMENT...: it prints advice about networks, which containers of ours get next.
lxd_init() {
    lxd init "$@" >/dev/null
}

# lxd_container_make NAME IMAGE: not started. It is noted and marked before anything can go wrong.
lxd_container_make() {
    lxd_note containers "$1"
    lxd_images_note lxd_init "$2" "$1" -p "$(lxd_profile)" -c "$LXD_MARK=$KWIZ_CLUSTER" ||
        kwiz_fail "the container $1 can't be made of the image $(answer lxd_image ubuntu:24.04)$(! is_answered lxd_image_server || printf ' of %s' "$(answer lxd_image_server)")" \
            "the reason stands above. Where $KWIZ_HOST does not reach the image server: answer lxd_image with a local image or a tarball there, lxd_image_server, or tell LXD its proxy ($lxd_client config set core.proxy_https)"
}

# lxd_container_net NAME ADDRESS: its card, with an address that DHCP gives to nobody else.
lxd_container_net() {
    if [ "$(lxd config device get "$1" eth0 ipv4.address 2>/dev/null)" != "$2" ]; then
        lxd config device remove "$1" eth0 >/dev/null 2>&1 || true
        lxd config device add "$1" eth0 nic nictype=bridged "parent=$(lxd_bridge)" name=eth0 "ipv4.address=$2" ||
            kwiz_fail "LXD does not give $1 the address $2" "its reason stands above; is another container to have it?"
    fi
}

# lxd_container_is_up NAME: has it booted, and an address?
lxd_container_is_up() {
    lxd exec "$1" -- sh -c 'ip -4 -o addr show dev eth0 scope global | grep -q . && test -d /run/systemd/system && { systemctl is-system-running || :; } | grep -Eq "running|degraded"' 2>/dev/null
}

# lxd_container_has NAME ADDRESS
lxd_container_has() {
    lxd exec "$1" -- ip -4 -o addr show dev eth0 2>/dev/null | grep -Fq " $2/"
}

# lxd_container_delete NAME: if it is ours.
lxd_container_delete() {
    owner=$(lxd_owner container "$1") || return 0
    if [ "$owner" != "$KWIZ_CLUSTER" ]; then
        kwiz_warn "the container $1 is not of the cluster $KWIZ_CLUSTER any more: it stays"
        return
    fi
    lxd delete --force "$1"
}

# ---- ways to them ----

# lxd_is_direct: does whoever runs kwiz reach the bridge itself? From the LXD host, or by a route.
lxd_is_direct() {
    case $(answer lxd_expose auto) in
    route) return 0 ;;
    proxy) return 1 ;;
    *) [ "$KWIZ_ADDRESS" = local ] ;;
    esac
}

# lxd_ports_check: can this server let ranges of ports through? LXD 3.0 and older know of single ones only (api_extensions).
lxd_ports_check() {
    ! lxd_is_direct || return 0
    case $(lxd_ports) in
    *-*)
        lxd_extension proxy_tcp_udp_multi_port_handling ||
            kwiz_fail "$(lxd_name) $(lxd_version) on $KWIZ_HOST lets single ports through, and no ranges such as $(lxd_ports | tr ' ' '\n' | grep -e - | head -n 1)" \
                "answer lxd_node_ports with single ports, such as $(answer sample_node_port 30080), or lxd_expose: route"
        ;;
    esac
}

# lxd_outside: the address of this host that the proxies listen on.
lxd_outside() {
    node_address || kwiz_fail "no address of $KWIZ_HOST is known to listen on" "give the LXD host by address in the answers, or answer lxd_expose: route"
}

# lxd_ports: what is let through to pods: words such as 30080 or 30000-30099.
lxd_ports() {
    ports=$(answer lxd_node_ports 30000-30099 | tr -s ', ' ' ')
    if is_true sample; then
        sample=$(answer sample_node_port 30080)
        for each in $ports; do
            [ "$sample" -ge "${each%-*}" ] && [ "$sample" -le "${each#*-}" ] && sample=
            [ -n "$sample" ] || break
        done
        ports="$ports${sample:+ $sample}"
    fi
    printf '%s' "$ports"
}

# lxd_proxies: lines "CONTAINER DEVICE LISTEN CONNECT" of what there is to be. The API server by its virtual address, where it has one: it moves.
lxd_proxies() {
    ! lxd_is_direct || return 0
    outside=$(bracketed "$(lxd_outside)")
    first=$(hosts_with_role control-plane | head -n 1)
    front=$(hosts_with_role worker | head -n 1)
    front=${front:-$first}
    inside=$(cluster_endpoint)
    if [ -z "$inside" ] || is_answered control_plane_endpoint; then
        inside=$(host_address "$first"):$API_PORT
    fi
    printf '%s kwiz-api tcp:%s:%s tcp:%s\n' "$first" "$outside" "$(answer lxd_api_port 6443)" "$inside"
    number=0
    for ports in $(lxd_ports); do
        number=$((number + 1))
        printf '%s kwiz-ports-%s tcp:%s:%s tcp:%s:%s\n' "$front" "$number" "$outside" "$ports" "$(host_address "$front")" "$ports"
    done
}

# lxd_proxy_is CONTAINER DEVICE LISTEN CONNECT
lxd_proxy_is() {
    [ "$(lxd config device get "$1" "$2" listen 2>/dev/null)" = "$3" ] && [ "$(lxd config device get "$1" "$2" connect 2>/dev/null)" = "$4" ]
}

# lxd_proxies_there: lines "CONTAINER DEVICE" of ours that are there.
lxd_proxies_there() {
    lxd_nodes | while read -r name _; do
        lxd config device list "$name" 2>/dev/null | grep '^kwiz-' | sed "s/^/$name /" || true
    done
}
