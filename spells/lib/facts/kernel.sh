# shellcheck shell=sh
# The kernel: its settings, modules, configuration, what it runs on and what watches over it.

sysctls='net.bridge.bridge-nf-call-iptables net.bridge.bridge-nf-call-ip6tables net.ipv4.ip_forward net.ipv4.conf.all.rp_filter
net.ipv6.conf.all.disable_ipv6 net.ipv6.conf.all.forwarding net.ipv6.conf.default.forwarding net.netfilter.nf_conntrack_max
fs.inotify.max_user_instances fs.inotify.max_user_watches fs.file-max kernel.keys.root_maxkeys kernel.keys.root_maxbytes kernel.panic
kernel.panic_on_oops kernel.pid_max user.max_user_namespaces vm.max_map_count vm.overcommit_memory vm.panic_on_oom'

sysctls() {
    [ -d /proc/sys/kernel ] || return
    set --
    readable=
    for name in $sysctls; do
        file=/proc/sys
        rest=$name.
        while [ -n "$rest" ]; do
            file=$file/${rest%%.*}
            rest=${rest#*.}
        done
        if [ -r "$file" ]; then
            set -- "$@" "$file"
            readable="$readable $name"
        elif [ ! -e "$file" ]; then
            say "sysctl:$name" absent
        fi
    done
    sysctls_read "$@" || for name in $readable; do
        file=$1
        shift
        readable=$name
        sysctls_read "$file"
    done
    # What a container may not change, its host must. Some shells think that root may write whatever there is, also this, which nobody may.
    if [ "$kwiz_uid" != 0 ]; then
        need_root sysctl.writable
    elif [ ! -w /proc/sys/kernel/ostype ]; then
        file=/proc/sys/net/netfilter/nf_conntrack_max
        [ ! -e "$file" ] || whether sysctl.writable:net.netfilter.nf_conntrack_max [ -w "$file" ]
        whether sysctl.writable:net.ipv4.ip_forward [ -w /proc/sys/net/ipv4/ip_forward ]
    fi
}

# Not by a shell's read: it takes byte after byte, and of a number the kernel shows it only the first digit.
sysctls_read() {
    has cat || return
    ask 2 cat "$@"
    n=0
    IFS=$nl
    for line in $answer; do
        n=$((n + 1))
    done
    IFS=$blanks
    # else lines can't be told apart
    [ "$limited_status" -eq 0 ] && [ "$n" -eq $# ] || return
    # shellcheck disable=SC2086 # words
    set -- $readable
    IFS=$nl
    for line in $answer; do
        IFS=$blanks
        say "sysctl:$1" "$line"
        shift
    done
    IFS=$blanks
}

# What kubeadm looks for, then what modules are called by.
options='NAMESPACES NET_NS PID_NS IPC_NS UTS_NS CGROUPS CGROUP_BPF CGROUP_CPUACCT CGROUP_DEVICE CGROUP_FREEZER CGROUP_PIDS CGROUP_SCHED CPUSETS
MEMCG INET EXT4_FS PROC_FS NETFILTER_XT_TARGET_REDIRECT NETFILTER_XT_MATCH_COMMENT FAIR_GROUP_SCHED OVERLAY_FS AUFS_FS BLK_DEV_DM CFS_BANDWIDTH
CGROUP_HUGETLB SECCOMP SECCOMP_FILTER'
modules='overlay=OVERLAY_FS br_netfilter=BRIDGE_NETFILTER nf_conntrack=NF_CONNTRACK nf_tables=NF_TABLES ip_tables=IP_NF_IPTABLES
ip6_tables=IP6_NF_IPTABLES ip_set=IP_SET ip_vs=IP_VS ip_vs_rr=IP_VS_RR ip_vs_wrr=IP_VS_WRR ip_vs_sh=IP_VS_SH vxlan=VXLAN ipip=NET_IPIP wireguard=WIREGUARD'

# The kernel's configuration as lines NAME=y, NAME=m in $config, or nothing.
read_config() {
    config=
    has grep || return
    pattern=
    for name in $options $modules; do
        pattern="$pattern|${name#*=}"
    done
    pattern="^CONFIG_(${pattern#|})=[ym]"
    for file in "/boot/config-$kwiz_kernel" "/lib/modules/$kwiz_kernel/config" "/usr/lib/modules/$kwiz_kernel/config" "/lib/modules/$kwiz_kernel/build/.config"; do
        [ -r "$file" ] || continue
        ask 2 grep -E "$pattern" "$file"
        config=$answer
        [ -z "$config" ] || return
    done
    [ -r /proc/config.gz ] || return
    # zcat may be a script that runs gzip
    for unzip in gzip zcat; do
        has "$unzip" || continue
        [ "$unzip" = zcat ] || unzip='gzip -dc'
        # shellcheck disable=SC2086 # words
        config=$(limited 2 $unzip /proc/config.gz | grep -E "$pattern")
        return
    done
}

# option NAME: y, m or n, in $word.
option() {
    case $nl$config$nl in
    *"${nl}CONFIG_$1=y$nl"*) word=y ;;
    *"${nl}CONFIG_$1=m$nl"*) word=m ;;
    *) word=n ;;
    esac
}

kernel_config() {
    [ -n "$config" ] || return
    for name in $options; do
        option "$name"
        say "kernel.config:$name" "$word"
    done
}

# Modules that modprobe is told not to load, as hardened systems do, as " name name ". To it - and _ are alike.
read_blocked() {
    blocked=' '
    has grep || return
    pattern=
    for name in $modules; do
        name=${name%%=*}
        while [ "$name" != "${name%_*}" ]; do
            name=${name%_*}.${name##*_}
        done
        pattern="$pattern|$name"
    done
    set +f
    set -- /etc/modprobe.d/*.conf /run/modprobe.d/*.conf /usr/lib/modprobe.d/*.conf /lib/modprobe.d/*.conf
    set -f
    ask 2 grep -hoE "^[[:space:]]*install[[:space:]]+(${pattern#|})[[:space:]]+([^[:space:]]*/)?(true|false)([[:space:]]|\$)" "$@"
    # shellcheck disable=SC2086 # words
    set -- $answer
    while [ $# -ge 3 ]; do
        name=$2
        while [ "$name" != "${name%-*}" ]; do
            name=${name%-*}_${name##*-}
        done
        blocked="$blocked$name "
        shift 3
    done
}

# The lists of modules that are loaded, built in, and on the disk, each as " name name ".
read_modules() {
    loaded=' ' builtin=' ' loadable=' '
    if [ -r /proc/modules ]; then
        while read -r name _; do
            loaded="$loaded$name "
        done </proc/modules
    fi
    folder=/lib/modules/$kwiz_kernel
    known=no
    [ -r "$folder/modules.dep" ] && has grep || return
    pattern=
    for name in $modules; do
        pattern="$pattern|${name%%=*}"
    done
    # of a file that is not there grep complains, but not of the other
    ask 2 grep -oE "^[^:]*/(${pattern#|})\\.ko" "$folder/modules.dep" "$folder/modules.builtin"
    [ "$limited_status" -le 2 ] || return
    known=yes
    for line in $answer; do
        name=${line##*/}
        case $line in
        "$folder/modules.builtin:"*) builtin="$builtin${name%.ko*} " ;;
        *) loadable="$loadable${name%.ko*} " ;;
        esac
    done
}

module_state() {
    word=
    case $loadable in
    *" $1 "*) word=loadable ;;
    esac
    case $blocked in
    *" $1 "*) [ -z "$word" ] || word=blocked ;;
    esac
    case $builtin in
    *" $1 "*) word=builtin ;;
    esac
    case $loaded in
    *" $1 "*) word=loaded ;;
    esac
    if [ -n "$word" ]; then
        return
    elif [ -n "$config" ]; then
        option "$2"
        case $word$known in
        y*) word=builtin ;;
        mno) word=unknown ;; # a module, of which it is not told whether it is on the disk
        *) word=missing ;;
        esac
    elif [ -d "/sys/module/$1" ]; then
        word=builtin
    elif [ "$known" = yes ]; then
        word=missing
    else
        word=unknown
    fi
}

# Modules that are loaded at each boot, by the files that say so.
modules_at_boot() {
    booted=' '
    set +f
    set -- /etc/modules /etc/modules-load.d/*.conf /run/modules-load.d/*.conf /usr/lib/modules-load.d/*.conf
    set -f
    for file; do
        is_file "$file" || continue
        n=0
        while read -r name _; do
            n=$((n + 1))
            [ "$n" -le 200 ] || break
            booted="$booted$name "
        done <"$file"
    done
}

modules() {
    read_modules
    read_blocked
    modules_at_boot
    for name in $modules; do
        module_state "${name%%=*}" "${name#*=}"
        say "module:${name%%=*}" "$word"
        [ "$name" != nf_tables=NF_TABLES ] || nf_tables=$word
        case $booted in
        *" ${name%%=*} "*) say "module.boot:${name%%=*}" yes ;;
        esac
    done
}

# A container sees its host's kernel and may not have all of it.
virtualization() {
    virt=
    if has systemd-detect-virt; then
        ask 2 systemd-detect-virt
        virt=$answer
    fi
    if [ -z "$virt" ]; then
        read_word /run/systemd/container
        virt=$word
    fi
    if [ -z "$virt" ] && [ -e /.dockerenv ]; then
        virt=docker
    elif [ -z "$virt" ] && [ -e /run/.containerenv ]; then
        virt=podman
    elif [ -z "$virt" ] && { [ -e /dev/lxd/sock ] || [ -e /dev/incus/sock ]; }; then
        virt=lxc
    elif [ -z "$virt" ]; then
        read_line /sys/class/dmi/id/sys_vendor
        case $line in
        QEMU*) virt=kvm ;;
        VMware*) virt=vmware ;;
        innotek*) virt=oracle ;;
        Xen*) virt=xen ;;
        Microsoft*) virt=microsoft ;;
        'Amazon EC2'*) virt=amazon ;;
        esac
    fi
    say virt "$virt"
    [ ! -e /dev/lxd/sock ] || say lxd yes
    [ ! -e /dev/incus/sock ] || say lxd yes
    if [ "$virt" = lxc ]; then
        # what it is given to mount below it once more
        whether lxd.nesting [ -d /dev/.lxc/proc ]
    fi
    whether kmsg [ -e /dev/kmsg ]
    read_line /proc/self/uid_map
    if [ -n "$line" ]; then
        # shellcheck disable=SC2086 # three numbers
        set -- $line
        whether userns [ "$1 $2 $3" != '0 0 4294967295' ]
    fi
}

security() {
    if [ -r /sys/fs/selinux/enforce ]; then
        read_word /sys/fs/selinux/enforce
        case $word in
        1) say selinux enforcing ;;
        *) say selinux permissive ;;
        esac
    else
        say selinux off
    fi
    if is_file /etc/selinux/config; then
        n=0
        while IFS='=' read -r name value; do
            n=$((n + 1))
            [ "$n" -le 200 ] || break
            [ "$name" != SELINUX ] || say selinux.config "$value"
        done </etc/selinux/config
    fi
    read_word /sys/module/apparmor/parameters/enabled
    case $word in
    Y) say apparmor enabled ;;
    N) say apparmor disabled ;;
    *)
        say apparmor absent
        return
        ;;
    esac
    read_line /proc/self/attr/current
    say apparmor.profile "$line"
    file=/sys/kernel/security/apparmor/profiles
    if [ "$kwiz_uid" != 0 ]; then
        need_root apparmor.profiles
    elif [ -r "$file" ]; then
        n=0
        while read -r _; do
            n=$((n + 1))
        done <"$file"
        say apparmor.profiles "$n"
    fi
}
