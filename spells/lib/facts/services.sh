# shellcheck shell=sh
# Services, firewalls, and what another installation has left.

services='kubelet containerd docker crio cri-docker k3s k3s-agent rke2-server rke2-agent k0scontroller k0sworker snap.microk8s.daemon-kubelite
firewalld ufw nftables iptables NetworkManager nm-cloud-setup fapolicyd systemd-resolved systemd-timesyncd chronyd chrony ntpd ntp
netfilter-persistent unattended-upgrades keepalived haproxy'

# What is said of a unit is over with an empty line.
service() {
    case $id in
    '') return ;;
    swap.target)
        [ "$load" != masked ] || active=masked
        say swap.target "$active"
        return
        ;;
    esac
    name=${id%.service}
    case $load$active in
    not-found*) active=absent ;;
    masked*) active=masked ;;
    *failed | *activating | *reloading) ;;
    *) [ "$active" = active ] || active=inactive ;;
    esac
    say "service:$name" "$active"
    [ "$active" = absent ] || case $enabled in
    enabled*) say "service.enabled:$name" yes ;;
    *) say "service.enabled:$name" no ;;
    esac
    case $name$active in
    firewalldactive | nftablesactive) say firewall "$name" ;;
    esac
}

services() {
    if [ -d /run/systemd/system ] && has systemctl; then
        units=swap.target
        for name in $services; do
            units="$units $name.service"
        done
        # shellcheck disable=SC2086 # words
        { limited 2 systemctl show -p Id -p LoadState -p ActiveState -p UnitFileState $units nm-cloud-setup.timer && echo; } | {
            id= load= active= enabled=
            while IFS='=' read -r name value; do
                case $name in
                Id) id=$value ;;
                LoadState) load=$value ;;
                ActiveState) active=$value ;;
                UnitFileState) enabled=$value ;;
                '')
                    service
                    id= load= active= enabled=
                    ;;
                esac
            done
        }
    fi
    if is_file /etc/ufw/ufw.conf; then
        while IFS='=' read -r name value; do
            [ "$name=$value" != ENABLED=yes ] || say firewall ufw
        done </etc/ufw/ufw.conf
    fi
    # NetworkManager must leave a pod network's interfaces alone
    if [ -d /etc/NetworkManager ]; then
        set +f
        set -- /etc/NetworkManager/NetworkManager.conf /etc/NetworkManager/conf.d/*.conf
        set -f
        whether nm.unmanaged:cali setting 'unmanaged-devices*cali*' "$@"
        whether nm.unmanaged:flannel setting 'unmanaged-devices*flannel*' "$@"
    fi
}

# Is there something at a path: absent, file, folder, empty (folder), unknown.
left_over() {
    if [ -d "$1" ]; then
        if [ ! -r "$1" ] || [ ! -x "$1" ]; then
            say "path:$1" unknown
            need_root "path:$1"
            return
        fi
        set +f
        set -- "$1" "$1"/* "$1"/.[!.]* "$1"/..?*
        set -f
        path=$1
        shift
        for entry; do
            if [ -e "$entry" ] || [ -L "$entry" ]; then
                say "path:$path" folder
                return
            fi
        done
        say "path:$path" empty
    elif [ -e "$1" ] || [ -L "$1" ]; then
        say "path:$1" file
    else
        # absent only if every folder above may be looked into
        above=${1%/*}
        while [ -n "$above" ] && [ ! -d "$above" ]; do
            above=${above%/*}
        done
        if [ -x "${above:-/}" ]; then
            say "path:$1" absent
        else
            say "path:$1" unknown
            need_root "path:$1"
        fi
    fi
}

left_overs() {
    for left_path in $kwiz_paths; do
        left_over "$left_path"
    done
    [ -z "$HOME" ] || whether home.kubeconfig [ -e "$HOME/.kube/config" ]
}

# Chains that Kubernetes and pod networks make, and whether what nobody allows is dropped. Asking would load a module that is not there, so it is
# not asked where there is none.
chains() {
    if [ "$kwiz_uid" != 0 ]; then
        need_root chains
        need_root firewall.input
        return
    fi
    has grep || return
    read_word /proc/net/ip_tables_names
    legacy=
    [ ! -e /proc/net/ip_tables_names ] || whether iptables.legacy [ -n "$word" ]
    if [ -n "$word" ]; then
        legacy=iptables-legacy-save
        has "$legacy" || legacy=iptables-save
        has "$legacy" || return
    fi
    case $nf_tables in
    loaded | builtin) nft='nft list chains' ;;
    unknown) return ;;
    *) nft= ;;
    esac
    if [ -n "$nft" ] && ! has nft; then
        [ "$legacy" != iptables-save ] && has iptables-save || return
        nft=iptables-save
    fi
    pattern='^(:|[[:space:]]*chain )(KUBE|CALI|cali|FLANNEL|FLN|CILIUM|CNI)[-_]'
    drops='^:INPUT DROP|hook input .*policy drop'
    found=$({
        # shellcheck disable=SC2086 # words
        [ -z "$nft" ] || limited 2 $nft || echo failed
        [ -z "$legacy" ] || limited 2 "$legacy" || echo failed
    } | grep -E "$pattern|$drops|^failed\$")
    case $nl$found$nl in
    *"${nl}failed$nl"*) return ;;
    esac
    say chains "$(printf '%s\n' "$found" | grep -cE "$pattern")"
    if printf '%s\n' "$found" | grep -qE "$drops"; then
        say firewall.input drop
    else
        say firewall.input accept
    fi
}
