# shellcheck shell=sh
# shellcheck disable=SC2034 # names that steps and other files of the library use
# The LXD host's kernel, which is that of all its containers; and what installing LXD leaves.

LXD_MODULES_FILE=/etc/modules-load.d/kwiz-lxd-$KWIZ_CLUSTER.conf
LXD_SYSCTLS_FILE=/etc/sysctl.d/99-kwiz-lxd-$KWIZ_CLUSTER.conf

lxd_modules_text() {
    echo '# Written by kwiz: what nodes in containers need of the kernel.'
    printf '%s\n' overlay br_netfilter nf_conntrack
}

# lxd_modules_load: those without which no cluster works must be there; of the others LXD loads what there is, see lxd_modules.
lxd_modules_load() {
    modules_load
    [ -e /proc/sys/net/netfilter/nf_conntrack_max ] || modprobe nf_conntrack 2>/dev/null || true
}

# lxd_sysctls_text: limits that are one for host and containers: each node's kubelet and runtime watch files and hold keys. Raised, never lowered.
lxd_sysctls_text() {
    count=$(lxd_nodes | wc -l)
    echo '# Written by kwiz: nodes in containers share these with the host.'
    echo 'net.ipv4.ip_forward = 1'
    echo 'net.bridge.bridge-nf-call-iptables = 1'
    echo "fs.inotify.max_user_instances = $((1024 * (1 + count)))"
    echo "fs.inotify.max_user_watches = $((131072 * (1 + count)))"
    echo "kernel.keys.maxkeys = $((2000 * (1 + count)))"
    echo 'net.netfilter.nf_conntrack_max = 131072'
}

# lxd_sysctls_each COMMAND: calls COMMAND PATH VALUE for each that this kernel has.
lxd_sysctls_each() {
    lxd_sysctls_text | sed -n 's/^\([a-z].*\) = \(.*\)$/\1 \2/p' | {
        while read -r key value; do
            path=/proc/sys/$(printf '%s' "$key" | tr . /)
            [ ! -e "$path" ] || "$1" "$path" "$value" || exit 1
        done
    }
}

lxd_sysctl_is() {
    [ "$(cat "$1")" -ge "$2" ]
}

lxd_sysctl_raise() {
    lxd_sysctl_is "$1" "$2" || sysctl_set "$1" "$2"
}

# lxd_packages_remove: with what its server made, which its package leaves behind.
lxd_packages_remove() {
    systemctl stop lxd.service lxd.socket incus.service incus.socket 2>/dev/null || true
    package_undo lxd-install
    lxd_find
    [ -z "$lxd_client" ] || return 0
    for folder in lxd incus; do
        mounts_remove "/var/lib/$folder"
        rm -rf "/var/lib/$folder" "/var/log/$folder" "/var/cache/$folder" "/run/$folder"
    done
}
