# shellcheck shell=sh
# Services, firewalls, and what another installation has left.

services='kubelet containerd docker crio cri-docker k3s k3s-agent rke2-server rke2-agent k0scontroller k0sworker snap.microk8s.daemon-kubelite
firewalld ufw nftables iptables NetworkManager nm-cloud-setup fapolicyd systemd-resolved systemd-timesyncd chronyd chrony ntpd ntp
netfilter-persistent unattended-upgrades keepalived haproxy'

# What was said of a unit.
service() {
    case $id in
    '') return ;;
    swap.target)
        [ "$load" != masked ] || active=masked
        say swap.target "$active"
        return
        ;;
    esac
    unit=${id%.service}
    case $load$active in
    not-found*) active=absent ;;
    masked*) active=masked ;;
    *failed | *activating | *reloading) ;;
    *) [ "$active" = active ] || active=inactive ;;
    esac
    say "service:$unit" "$active"
    [ "$active" = absent ] || case $enabled in
    enabled*) say "service.enabled:$unit" yes ;;
    *) say "service.enabled:$unit" no ;;
    esac
    case $unit$active in
    firewalldactive | nftablesactive) say firewall "$unit" ;;
    esac
}

# Where systemd looks for units, those that it makes itself among them.
unit_folders='/etc/systemd/system.control /run/systemd/system.control /run/systemd/transient /run/systemd/generator.early /etc/systemd/system
/etc/systemd/system.attached /run/systemd/system /run/systemd/system.attached /run/systemd/generator /usr/local/lib/systemd/system
/usr/lib/systemd/system /lib/systemd/system /run/systemd/generator.late'

# Of each unit that it is asked for systemd reads a score of folders, so it is only asked for those that have a file: they are left in $units.
units_with_files() {
    units=
    folders=
    for folder in $unit_folders; do
        [ ! -d "$folder" ] || folders="$folders $folder"
    done
    for name; do
        file=
        for folder in $folders; do
            [ -e "$folder/$name" ] || [ -L "$folder/$name" ] || continue
            file=$folder/$name
            break
        done
        if [ -n "$file" ]; then
            units="$units $name"
        else
            say "service:${name%.service}" absent
        fi
    done
}

unit_line() {
    name=${line%%=*}
    value=${line#*=}
    if [ "$name" = "$first" ]; then
        service
        id='' load='' active='' enabled=''
    fi
    first=${first:-$name}
    case $name in
    Id) id=$value ;;
    LoadState) load=$value ;;
    ActiveState) active=$value ;;
    UnitFileState) enabled=$value ;;
    esac
}

units() {
    set --
    for name in $services; do
        set -- "$@" "$name.service"
    done
    units_with_files "$@" nm-cloud-setup.timer
    # shellcheck disable=SC2086 # words
    ask 2 systemctl show -p Id -p LoadState -p ActiveState -p UnitFileState swap.target $units
    # units are told apart by empty lines, which the splitting of $answer leaves out: so by what comes again
    id='' load='' active='' enabled='' first=''
    each_line unit_line
    [ "$limited_status" -ne 0 ] || service
}

services() {
    if [ -d /run/systemd/system ] && has systemctl; then
        units
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
    node_of /etc/kubernetes/kubelet.conf
}

# node_of KUBECONFIG: whose node this host is.
node_of() {
    if is_file "$1"; then
        server=
        while read -r name value _; do
            [ "$name" != server: ] || server=$value
        done <"$1"
        say kube.server "$server"
    elif [ "$kwiz_uid" != 0 ] && [ -e "$1" ]; then
        need_root kube.server
    fi
}

# Chains that Kubernetes and pod networks make, and whether what nobody allows is dropped. Asking would load a module that is not there, so it is
# not asked where there is none.
chains() {
    if [ "$kwiz_uid" != 0 ]; then
        need_root chains
        need_root firewall.input
        [ ! -e /proc/net/ip_tables_names ] || need_root iptables.legacy
        return
    fi
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
    chains_by "$nft" "$legacy"
}

# chains_by COMMAND...: what each prints, of which there may be much.
chains_by() {
    n=0 policy=accept
    for call; do
        [ -n "$call" ] || continue
        # shellcheck disable=SC2086 # words
        ask 2 $call || return
        IFS=$nl
        for line in $answer; do
            IFS=$blanks
            # shellcheck disable=SC2086 # words
            case $line in
            '-A '*) ;;
            *'hook input '*'policy drop'* | ':INPUT DROP'*) policy=drop ;;
            *KUBE[-_]* | *CALI[-_]* | *cali[-_]* | *FLANNEL[-_]* | *FLN[-_]* | *CILIUM[-_]* | *CNI[-_]*) is_chain_of_cluster $line && n=$((n + 1)) ;;
            esac
        done
        IFS=$blanks
    done
    say chains "$n"
    say firewall.input "$policy"
}

is_chain_of_cluster() {
    case $1 in
    chain) name=$2 ;;
    :*) name=${1#:} ;;
    *) return 1 ;;
    esac
    case $name in
    KUBE[-_]* | CALI[-_]* | cali[-_]* | FLANNEL[-_]* | FLN[-_]* | CILIUM[-_]* | CNI[-_]*) return 0 ;;
    esac
    return 1
}
