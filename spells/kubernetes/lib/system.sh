# shellcheck shell=sh
# shellcheck disable=SC2094 # a file is compared with what is made from it, and only then written
# shellcheck disable=SC2034 # names that steps and other files of the library use
# The operating system: swap, modules, sysctls, names of the other hosts, firewalls. Each thing as a pair: is it so, make it so.

MODULES_FILE=/etc/modules-load.d/kwiz-kubernetes.conf
SYSCTL_FILE=/etc/sysctl.d/99-kwiz-kubernetes.conf
# Services that make swap by themselves, of Debian, Ubuntu and Raspberry Pi OS.
SWAP_SERVICES='zramswap.service zram-config.service dphys-swapfile.service systemd-swap.service'

has_systemd() {
    [ -d /run/systemd/system ]
}

modules_text() {
    printf '# Written by kwiz: what containers and pod networks need.\noverlay\nbr_netfilter\n'
}

module_works() {
    case $1 in
    overlay) grep -qw overlay /proc/filesystems ;;
    br_netfilter) [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ] ;;
    esac
}

modules_load() {
    for module in overlay br_netfilter; do
        if ! module_works "$module"; then
            if modprobe "$module" && module_works "$module"; then
                undo_folder
                printf '%s\n' "$module" >>"$UNDO/modules"
                changed
            else
                kwiz_fail "the kernel module $module can't be loaded" \
                    "install the kernel's extra modules (kernel-modules-extra, linux-modules-extra-$(uname -r)), take what blocks it out of modprobe.d; in a container, load it on the machine below"
            fi
        fi
    done
}

# modules_keep: loaded, now and at each boot.
modules_keep() {
    modules_text | file_put "$MODULES_FILE" 644
    modules_load
}

modules_unload() {
    [ -f "$UNDO/modules" ] || return 0
    while read -r module; do
        modprobe -r "$module" 2>/dev/null || true
    done <"$UNDO/modules"
    rm -f "$UNDO/modules"
}

sysctl_text() {
    echo '# Written by kwiz: pods are reached through the kernel and its packet filter.'
    echo 'net.ipv4.ip_forward = 1'
    # Before Linux 5.3 they are not seen in containers, and those of the machine below count.
    ! in_lxd || [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ] || return 0
    echo 'net.bridge.bridge-nf-call-iptables = 1'
    [ ! -e /proc/sys/net/bridge/bridge-nf-call-ip6tables ] || echo 'net.bridge.bridge-nf-call-ip6tables = 1'
    case $(answer pod_cidr) in
    *:*) echo 'net.ipv6.conf.all.forwarding = 1' ;;
    esac
}

# sysctl_each COMMAND: calls COMMAND PATH VALUE for each line.
sysctl_each() {
    sysctl_text | sed -n 's/^\([a-z].*\) = \(.*\)$/\1 \2/p' | {
        while read -r key value; do
            "$1" "/proc/sys/$(printf '%s' "$key" | tr . /)" "$value" || exit 1
        done
    }
}

sysctl_is() {
    [ "$(cat "$1" 2>/dev/null)" = "$2" ]
}

sysctl_set() {
    sysctl_is "$1" "$2" && return 0
    undo_folder
    printf '%s %s\n' "$1" "$(cat "$1")" >>"$UNDO/sysctl"
    changed
    printf '%s\n' "$2" >"$1" ||
        kwiz_fail "$1 can't be set to $2" "in a container it must be set on the machine below"
}

# sysctl_keep: set, now and at each boot.
sysctl_keep() {
    sysctl_text | file_put "$SYSCTL_FILE" 644
    sysctl_each sysctl_set
    # Applied last at every boot, so they would win.
    if grep -Eqs '^[[:space:]]*net[./]ipv4[./]ip_forward[[:space:]]*=[[:space:]]*0' /etc/sysctl.conf; then
        kwiz_warn "/etc/sysctl.conf sets net.ipv4.ip_forward to 0 at the next boot; pods would then reach nobody: remove that line"
    fi
}

sysctl_undo() {
    [ -f "$UNDO/sysctl" ] || return 0
    while read -r path value; do
        { printf '%s\n' "$value" >"$path"; } 2>/dev/null || true
    done <"$UNDO/sysctl"
    rm -f "$UNDO/sysctl"
}

# The fstab without swap: its lines become comments that begin with a mark, so that they can be found again.
fstab_without_swap() {
    awk '$1 !~ /^#/ && $3 == "swap" { print "#kwiz-swap# " $0; next } { print }'
}

fstab_with_swap() {
    sed 's/^#kwiz-swap# //'
}

swap_is_off() {
    [ "$(sed 1d /proc/swaps | wc -l)" -eq 0 ] || return 1
    if [ -f /etc/fstab ]; then
        fstab_without_swap </etc/fstab | file_is /etc/fstab || return 1
    fi
    [ -z "$(swap_units)" ]
}

# swap_units: services and units that would bring swap back at the next boot (those made from fstab vanish with its lines).
swap_units() {
    has_systemd || return 0
    for unit in $SWAP_SERVICES; do
        ! systemctl is-enabled --quiet "$unit" 2>/dev/null || printf '%s\n' "$unit"
    done
    systemctl list-units --type=swap --all --plain --no-legend 2>/dev/null | awk '{ print $1 }' | while read -r unit; do
        case $(systemctl show -p LoadState -p FragmentPath "$unit" | tr '\n' ' ') in
        *LoadState=masked* | *FragmentPath=/run/systemd/generator*) ;;
        *FragmentPath=/*) printf '%s\n' "$unit" ;;
        esac
    done
}

swap_off() {
    undo_folder
    if [ ! -e "$UNDO/swaps" ]; then
        sed 1d /proc/swaps | awk '{ print $1, $5 }' >"$UNDO/swaps"
    fi
    if [ -f /etc/fstab ] && ! fstab_without_swap </etc/fstab | file_is /etc/fstab; then
        fstab_without_swap </etc/fstab | file_put /etc/fstab
        ! has_systemd || systemctl daemon-reload
    fi
    swap_units | while read -r unit; do
        case $unit in
        *.service)
            printf 'disabled %s\n' "$unit" >>"$UNDO/units"
            systemctl disable --now "$unit"
            ;;
        *)
            printf 'masked %s\n' "$unit" >>"$UNDO/units"
            systemctl mask --now "$unit"
            ;;
        esac
    done
    # After the units, which may hold it.
    swapoff -a
    [ "$(sed 1d /proc/swaps | wc -l)" -eq 0 ] || kwiz_fail "swap is still in use: $(sed 1d /proc/swaps | awk '{ print $1 }' | tr '\n' ' ')" \
        "turn it off by hand (swapoff), or find out what brings it back"
    changed
}

swap_undo() {
    if [ -f /etc/fstab ]; then
        file_undo_lines /etc/fstab fstab_with_swap
        ! has_systemd || systemctl daemon-reload
    fi
    if [ -f "$UNDO/units" ]; then
        while read -r what unit; do
            case $what in
            disabled) systemctl enable --now "$unit" ;;
            masked) systemctl unmask "$unit" && systemctl start "$unit" ;;
            esac || kwiz_warn "$unit could not be started again"
        done <"$UNDO/units"
        rm -f "$UNDO/units"
    fi
    if [ -f "$UNDO/swaps" ]; then
        while read -r device priority; do
            grep -q "^$device " /proc/swaps && continue
            case $device in
            /dev/zram*) continue ;;
            esac
            if [ "$priority" -ge 0 ]; then
                swapon -p "$priority" "$device"
            else
                swapon "$device"
            fi || kwiz_warn "swap on $device could not be turned on again"
        done <"$UNDO/swaps"
        rm -f "$UNDO/swaps"
    fi
}

# hosts_block: names of all hosts of the cluster. Hosts that the operator names by an alias of his own have no address to write.
hosts_block() {
    echo '# kwiz begin'
    hosts_table | while read -r name address _; do
        if is_ip "$address"; then
            printf '%s %s\n' "$address" "$name"
        elif [ "$name" = "$KWIZ_HOST" ]; then
            printf '%s %s\n' "$(node_address)" "$name"
        fi
    done
    # A name of the endpoint that leads to an address of ours; that of an external load balancer is DNS's business.
    if is_ha && is_answered virtual_address && is_answered control_plane_endpoint; then
        named=$(endpoint_host "$(answer control_plane_endpoint)")
        is_ip "$named" || printf '%s %s\n' "$(answer virtual_address)" "$named"
    fi
    echo '# kwiz end'
}

hosts_without_block() {
    awk '/^# kwiz begin$/ { inside = 1 } !inside { print } /^# kwiz end$/ { inside = 0 }'
}

# hosts_text: /etc/hosts as it should be.
hosts_text() {
    hosts_without_block </etc/hosts
    hosts_block
}

# Does the host resolve its own name to itself? Debian's 127.0.1.1 line stands before ours and would win.
own_name_is_loopback() {
    grep -Eq "^127\.[0-9.]+[[:space:]](.*[[:space:]])?$KWIZ_HOST([[:space:]]|\$)" /etc/hosts
}

network_manager_text() {
    printf '# Written by kwiz: interfaces of pods are not for NetworkManager.\n[keyfile]\n'
    printf 'unmanaged-devices=interface-name:cni*;interface-name:veth*;interface-name:flannel*;interface-name:cali*;interface-name:tunl*;interface-name:vxlan.calico\n'
}

NETWORK_MANAGER_FILE=/etc/NetworkManager/conf.d/kwiz-kubernetes.conf

uses_network_manager() {
    has_systemd && systemctl is-active --quiet NetworkManager.service
}

# ports_needed: PORT/PROTOCOL that others must reach on this host.
ports_needed() {
    echo 10250/tcp
    echo 30000-32767/tcp
    echo 30000-32767/udp
    if has_role control-plane; then
        printf '%s\n' 6443/tcp 2379-2380/tcp
        [ "$(balancer)" != keepalived ] || echo "$BALANCER_PORT/tcp"
    fi
    case $(answer cni) in
    flannel) echo 8472/udp ;;
    calico) printf '%s\n' 179/tcp 4789/udp 5473/tcp ;;
    esac
}

# firewall_warn: kwiz never switches a firewall off, and a step does not open ports: it says which. fixes/firewall.sh does, when it is named.
firewall_warn() {
    if has_command firewall-cmd && firewall-cmd --state >/dev/null 2>&1; then
        closed=$(ports_needed | while read -r port; do
            firewall-cmd --quiet --query-port="$port" 2>/dev/null || printf -- '--add-port=%s ' "$port"
        done)
        firewall-cmd --quiet --zone=trusted --query-source="$(answer pod_cidr)" 2>/dev/null ||
            kwiz_warn "firewalld keeps pods from being reached: firewall-cmd --permanent --zone=trusted --add-source=$(answer pod_cidr) && firewall-cmd --reload"
        if firewall_vrrp && ! firewall-cmd --quiet --query-protocol=vrrp 2>/dev/null; then
            closed="$closed--add-protocol=vrrp "
        fi
        [ -z "$closed" ] || kwiz_warn "firewalld is active; other hosts must get in: firewall-cmd --permanent $closed&& firewall-cmd --reload"
    fi
    if has_command ufw && ufw status 2>/dev/null | grep -q '^Status: active'; then
        kwiz_warn "ufw is active; other hosts must get in: $(ports_needed | sed -e 's/-\([0-9]\)/:\1/' -e 's/^/ufw allow /' | tr '\n' ';')" \
            "$(! firewall_vrrp || echo "and keepalived: ufw allow from ADDRESS proto vrrp, for each control plane; ")and pods: ufw route allow from $(answer pod_cidr); ufw route allow to $(answer pod_cidr)"
    fi
}
