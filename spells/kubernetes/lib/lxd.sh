# shellcheck shell=sh
# shellcheck disable=SC2034 # names that steps and other files of the library use
# LXD or Incus on the host that has the cluster's containers: which it is, its storage, its bridge. What is there is used as it is and never changed;
# what does not fit is said. What is made is noted below UNDO, so that reset removes that and nothing else.

# Of each cluster by itself: several may have their containers on one host.
LXD_UNDO=${KWIZ_UNDO:-/var/lib/kwiz/undo}/kubernetes-lxd
# The oldest that has all that is used here: storage pools came with LXD 2.9, networks with 2.3, proxy devices with 2.21 (its release notes, and the order
# of api_extensions in its doc/api-extensions.md). Incus, which began as LXD 5.16, had them from its beginning.
LXD_LEAST=2.21
# By this key containers and profiles of kwiz are known: its value is the cluster.
LXD_MARK=user.kwiz.cluster

# lxd_begin: first in each script for the LXD host.
lxd_begin() {
    UNDO=$LXD_UNDO/$KWIZ_CLUSTER
    PATH=$PATH:/snap/bin
    lxd_find
}

# Is this host a container that kwiz made?
in_lxd() {
    [ "${KWIZ_TOPOLOGY-}" = lxd ] && [ -n "$(host_address "$KWIZ_HOST")" ]
}

# overlay_works FOLDER: can layers of images be put on each other there? Yes as well where that can't be tried.
overlay_works() {
    unshare -m true 2>/dev/null || return 0
    mkdir -p "$1/.kwiz/lower" "$1/.kwiz/upper" "$1/.kwiz/work" "$1/.kwiz/all" || return 0
    works=0
    unshare -m mount -t overlay overlay -o "lowerdir=$1/.kwiz/lower,upperdir=$1/.kwiz/upper,workdir=$1/.kwiz/work" "$1/.kwiz/all" || works=1
    rm -rf "$1/.kwiz"
    return "$works"
}

# lxd_layers_check RUNTIME: what the LXD host has below the container's pool may take no overlays (another overlay, NFS, older ZFS); no pod would start,
# and init wait for that until its limit.
lxd_layers_check() {
    case $1 in
    containerd | crio) ;;
    *) return 0 ;;
    esac
    overlay_works /var/lib ||
        kwiz_fail "no overlay can be made in /var/lib of $KWIZ_HOST, which is on $(stat -f -c %T /var/lib) by the storage pool $(lxd_pool); $1 needs overlays" \
            "on the LXD host make a pool in a folder on ext4 or XFS (lxc storage create NAME dir source=FOLDER); kwiz reset, answer lxd_pool: NAME, kwiz run"
}

# lxd_skips: what kubeadm's preflight wants of a machine and a container has from the LXD host: no swap (its memory is none of the disk's, see
# lxd_profile_text), the kernel's configuration, and before Linux 5.3 the settings of bridges.
lxd_skips() {
    in_lxd || return 0
    printf 'Swap,SystemVerification'
    [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ] || printf ',FileContent--proc-sys-net-bridge-bridge-nf-call-iptables'
}

# lxd_find: sets lxd_client to lxc or incus, or to nothing: the client whose server is here, LXD's before that of Incus, else one that is here. The facts
# and whoever reaches the containers choose alike. All calls go by lxd() and by this name: Incus has kept what is used here of LXD.
lxd_find() {
    lxd_client=
    for lxd_each in lxc:/var/lib/lxd lxc:/var/snap/lxd/common/lxd incus:/var/lib/incus lxc: incus:; do
        has_command "${lxd_each%%:*}" || continue
        ! lxd_only_installs "${lxd_each%%:*}" || continue
        [ -z "${lxd_each#*:}" ] || [ -d "${LXD_ROOT-}${lxd_each#*:}" ] || continue
        lxd_client=${lxd_each%%:*}
        return
    done
}

# lxd_only_installs NAME: is it the command of Ubuntu's lxd-installer, which would install the snap, whoever calls it for whatever?
lxd_only_installs() {
    [ "$1" = lxc ] && [ -e "${LXD_ROOT-}/run/lxd-installer.socket" ] && [ ! -e "${LXD_ROOT-}/snap/bin/lxc" ]
}

# lxd ARGUMENT...: the client, which reads standard input and prints progress if it is let.
lxd() {
    "$lxd_client" -q "$@" </dev/null
}

# lxd_version: of the server.
lxd_version() {
    lxd query /1.0 2>/dev/null | sed -n 's/^[[:space:]]*"server_version": "\([0-9.]*\).*/\1/p' | head -n 1
}

# lxd_name: what people call it.
lxd_name() {
    if [ "$lxd_client" = incus ]; then
        printf Incus
    else
        printf LXD
    fi
}

# lxd_extension NAME: has the server this extension of its programming interface?
lxd_extension() {
    lxd query /1.0 2>/dev/null | grep -Fq "\"$1\""
}

lxd_answers() {
    [ -n "$lxd_client" ] && lxd query /1.0 >/dev/null 2>&1
}

# lxd_need: it is there, answers and is new enough.
lxd_need() {
    [ -n "$lxd_client" ] || kwiz_fail "there is neither LXD nor Incus on $KWIZ_HOST" "answer lxd_install: true, or install one of them"
    kwiz_wait 60 lxd_answers || kwiz_fail "$(lxd_name) does not answer on $KWIZ_HOST" "look at: $lxd_client info; journalctl -u lxd -u incus -u snap.lxd.daemon --since -5min"
    [ "$lxd_client" = incus ] || at_least "$(lxd_version)" "$LXD_LEAST" ||
        kwiz_fail "LXD $(lxd_version) on $KWIZ_HOST is too old" "install LXD $LXD_LEAST or newer; what is older has no proxy devices, and 2.0 neither storage pools nor networks of its own"
}

# lxd_note FILE TEXT: one line of what was made, once, before it is made.
lxd_note() {
    undo_folder
    grep -Fqxs "$2" "$UNDO/$1" || printf '%s\n' "$2" >>"$UNDO/$1"
    sync_file "$UNDO/$1"
}

lxd_noted() {
    [ ! -f "$UNDO/$1" ] || cat "$UNDO/$1"
}

# lxd_others: do other clusters of kwiz have containers on this host?
lxd_others() {
    [ "$(find "$LXD_UNDO" -mindepth 1 -maxdepth 1 ! -name "$KWIZ_CLUSTER" 2>/dev/null | wc -l)" -gt 0 ]
}

# ---- installing ----

# lxd_offer: what can be installed here: "lxd dnsmasq-base", incus (with dnsmasq-base, which gives out addresses), or snap. Ubuntu's package lxd is only a way to the snap, and has a version below 1.
lxd_offer() {
    if family=$(package_family); then
        # shellcheck disable=SC2154 # set by package_candidate's caller
        if candidate=$(package_candidate lxd) && at_least "$(version_of "${candidate#* }")" "$LXD_LEAST"; then
            echo lxd dnsmasq-base
            return
        elif package_candidate incus >/dev/null; then
            [ "$family" != apt ] || set -- dnsmasq-base
            echo incus "$@"
            return
        fi
    fi
    if has_command snap; then
        echo snap
        return
    fi
    return 1
}

# ---- storage ----

lxd_pool() {
    answer lxd_pool default
}

# lxd_pool_driver: of the pool; nothing where there is none of that name.
lxd_pool_driver() {
    lxd storage show "$(lxd_pool)" 2>/dev/null | sed -n 's/^driver: //p'
}

# lxd_pools_fit: names of pools that would do, with commas.
lxd_pools_fit() {
    lxd query /1.0/storage-pools 2>/dev/null | sed -n 's|^.*"/1.0/storage-pools/\([A-Za-z0-9_.-]*\)".*|\1|p' | while read -r name; do
        case $(lxd storage show "$name" 2>/dev/null | sed -n 's/^driver: //p') in
        '' | zfs | btrfs) ;;
        *) printf '%s\n' "$name" ;;
        esac
    done | paste -sd , - | sed 's/,/, /g'
}

# lxd_pool_check: may containers with containers inside be on it?
lxd_pool_check() {
    driver=$(lxd_pool_driver)
    case $driver in
    zfs | btrfs)
        fit=$(lxd_pools_fit)
        kwiz_fail "the storage pool $(lxd_pool) of $(lxd_name) is on $driver: container runtimes inside containers fail there" \
            "${fit:+answer lxd_pool with one that would do ($fit), or }make another one ($lxd_client storage create NAME dir) and answer lxd_pool: NAME; kwiz leaves this one as it is"
        ;;
    esac
}

# lxd_pool_free: MiB that are free in the pool, as the server says (it knows of LVM and Ceph, too), else below its folders.
lxd_pool_free() {
    space=$(lxd query "/1.0/storage-pools/$(lxd_pool)/resources" 2>/dev/null | tr -d '[:space:]' | sed -n 's/.*"space":{\([^}]*\)}.*/\1/p')
    if [ -n "$space" ]; then
        printf '%s\n' "$space" | tr , '\n' | awk -F : '{ n[$1] = $2 } END { printf "%d\n", (n["\"total\""] - n["\"used\""]) / 1048576 }'
        return
    fi
    folder=/var/lib
    for each in /var/lib/lxd /var/lib/incus /var/snap/lxd/common/lxd; do
        [ ! -d "$each/storage-pools" ] || folder=$each/storage-pools
    done
    df -Pk "$folder" | awk 'NR == 2 { print int($4 / 1024) }'
}

# ---- bridge ----

lxd_bridge() {
    answer lxd_bridge lxdbr0
}

# lxd_bridge_get KEY: of its settings.
lxd_bridge_get() {
    lxd network get "$(lxd_bridge)" "$1" 2>/dev/null
}

lxd_bridge_is_there() {
    lxd network show "$(lxd_bridge)" >/dev/null 2>&1
}

# in_network ADDRESS NETWORK: is the IPv4 address in it (address/length)?
in_network() {
    awk -v address="$1" -v network="$2" '
        function number(text, part) { return split(text, part, ".") == 4 ? ((part[1] * 256 + part[2]) * 256 + part[3]) * 256 + part[4] : -1 }
        BEGIN {
            split(network, n, "/")
            size = 2 ^ (32 - n[2])
            a = number(address); b = number(n[1])
            exit !(a >= 0 && b >= 0 && int(a / size) == int(b / size))
        }'
}

# first_of NETWORK: its first address with the length, for the bridge itself.
first_of() {
    awk -v network="$1" 'BEGIN { split(network, n, "/"); split(n[1], part, "."); print part[1] "." part[2] "." part[3] "." part[4] + 1 "/" n[2] }'
}

# lxd_bridge_network: address/length of the bridge that is there, or that will be.
lxd_bridge_network() {
    if lxd_bridge_is_there; then
        lxd_bridge_get ipv4.address
    else
        first_of "$(answer lxd_subnet 10.61.0.0/24)"
    fi
}

# lxd_bridges_fit: names of bridges that would do, with commas.
lxd_bridges_fit() {
    lxd query /1.0/networks 2>/dev/null | sed -n 's|^.*"/1.0/networks/\([A-Za-z0-9_.-]*\)".*|\1|p' | while read -r name; do
        ! lxd network show "$name" 2>/dev/null | grep -q '^managed: true$' ||
            [ "$(lxd network get "$name" ipv6.address 2>/dev/null)" != none ] || printf '%s\n' "$name"
    done | paste -sd , - | sed 's/,/, /g'
}

# lxd_bridge_check: does it fit, and are the containers' addresses in its network?
lxd_bridge_check() {
    if lxd_bridge_is_there; then
        if ! lxd network show "$(lxd_bridge)" | grep -q '^managed: true$'; then
            kwiz_fail "$(lxd_bridge) is no bridge of $(lxd_name)'s own" "answer lxd_bridge with another name; where there is none of that name, kwiz makes it"
        fi
        case $(lxd_bridge_get ipv6.address) in
        none | '') ;;
        *)
            fit=$(lxd_bridges_fit)
            kwiz_fail "the bridge $(lxd_bridge) of $(lxd_name) has the IPv6 address $(lxd_bridge_get ipv6.address): nodes would get addresses that nobody chose" \
                "if nothing needs them: $lxd_client network set $(lxd_bridge) ipv6.address none; or answer lxd_bridge with another name${fit:+ ($fit would do)}, which is made where there is none. kwiz leaves this one as it is"
            ;;
        esac
    fi
    network=$(lxd_bridge_network)
    case $network in
    *.*/*) ;;
    *) kwiz_fail "the bridge $(lxd_bridge) of $(lxd_name) has no IPv4 network" "answer lxd_bridge with another name; where there is none of that name, kwiz makes it" ;;
    esac
    lxd_nodes | while read -r name address; do
        if ! in_network "$address" "$network" || [ "$address" = "${network%/*}" ]; then
            kwiz_fail "$name has the address $address, which is no free one of the bridge $(lxd_bridge) ($network)" "give $name an address in that network, other than ${network%/*}"
        fi
    done
}

# network_of: 10.61.0.0/24 of 10.61.0.1/24, of standard input.
network_of() {
    awk -F '[./]' '{
        size = 2 ^ (32 - $5)
        n = int((($1 * 256 + $2) * 256 + $3) * 256 + $4)
        n -= n % size
        printf "%d.%d.%d.%d/%d\n", int(n / 16777216), int(n / 65536) % 256, int(n / 256) % 256, n % 256, $5
    }'
}
