# shellcheck shell=sh
# The package manager, who uses it, and packages of Kubernetes and runtimes.

packages='kubelet kubeadm kubectl kubernetes-cni cri-tools containerd containerd.io docker.io docker-ce docker-engine moby-engine podman-docker
cri-o cri-dockerd runc conntrack conntrack-tools container-selinux kernel-modules-extra nftables iptables chrony'

package_manager() {
    manager=none
    if has dpkg && has apt-get; then
        manager=apt
    elif has apt-get && has rpm; then
        manager=apt-rpm
    else
        for name in dnf yum zypper pacman apk; do
            has "$name" || continue
            manager=$name
            break
        done
    fi
    say pkg.manager "$manager"
}

# lock_holder DEVICE INODE: the process that has it locked, by $locks, in $word.
lock_holder() {
    word=
    major=${1%%:*}
    minor=${1##*:}
    for lock in $locks; do
        place=${lock#*=}
        case $place in
        *":$2") ;;
        *) continue ;;
        esac
        place=${place%:*}
        is_hex "${place%%:*}" && is_hex "${place##*:}" && is_number "$major" && is_number "$minor" || continue
        [ $((0x${place%%:*})) -eq "$major" ] && [ $((0x${place##*:})) -eq "$minor" ] || continue
        pid=${lock%%=*}
        word="process $pid"
        line=
        [ ! -r "/proc/$pid/comm" ] || read_line "/proc/$pid/comm"
        word=${line:-$word}
        return
    done
}

# What is locked, as PID=PLACE, in $locks.
read_locks() {
    locks=
    all_of /proc/locks
    each_line lock_line
}

lock_line() {
    # shellcheck disable=SC2086 # words
    set -- $line
    locks="$locks $5=$6"
}

# Locks of dpkg, apt, rpm and apk are the kernel's; dnf, yum and zypper keep a file with the process's number; pacman's lock is the file itself.
package_lock() {
    [ "$manager" != none ] || return
    holder=
    [ "$manager" != pacman ] || [ ! -e /var/lib/pacman/db.lck ] || holder=pacman
    set +f
    set -- /run/yum.pid /var/cache/dnf/*_lock.pid /var/lib/dnf/*_lock.pid /run/zypp.pid
    set -f
    for file; do
        [ -f "$file" ] || continue
        read_word "$file"
        is_number "$word" && [ -r "/proc/$word/comm" ] || continue
        read_word "/proc/$word/comm"
        holder=$word
    done
    set --
    for file in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/lib/rpm/.rpm.lock \
        /usr/lib/sysimage/rpm/.rpm.lock /lib/apk/db/lock; do
        [ ! -e "$file" ] || set -- "$@" "$file"
    done
    if [ $# -gt 0 ] && [ -z "$holder" ]; then
        [ -r /proc/locks ] && has ls || return
        read_locks
        ask 2 ls -i "$@" || return
        # shellcheck disable=SC2086 # pairs of inode and path
        set -- $answer
        while [ $# -ge 2 ] && [ -z "$holder" ]; do
            for name in $lock_devices; do
                case $2 in
                "${name%%=*}"/*) device=${name#*=} ;;
                *) continue ;;
                esac
                word=
                [ -z "$device" ] || lock_holder "$device" "$1"
                holder=$word
            done
            shift 2
        done
    fi
    say pkg.lock "${holder:-free}"
}

dpkg_line() {
    # shellcheck disable=SC2086 # words
    set -- $line
    [ "$4" = installed ] || return
    say "pkg:$1" "$2"
    [ "$3" != hold ] || say pkg.held "$1"
}

dpkg_packages() {
    # shellcheck disable=SC2086,SC2016 # words; dpkg's own variables
    ask 3 dpkg-query -W -f '${Package} ${Version} ${db:Status-Want} ${db:Status-Status}\n' $packages
    each_line dpkg_line
    if [ -r /var/lib/dpkg/status ] && has grep; then
        ask 2 grep -cE '^Status: [a-z]+ (reinstreq .*|ok (half-installed|unpacked|half-configured|triggers-awaited|triggers-pending))$' /var/lib/dpkg/status
        say pkg.broken "$answer"
    fi
    set +f
    set -- /var/lib/dpkg/updates/*
    set -f
    whether pkg.interrupted [ -e "$1" ]
}

rpm_line() {
    # shellcheck disable=SC2086 # words
    set -- $line
    [ "$1" = package ] && [ $# -eq 3 ] && say "pkg:$2" "$3"
}

rpm_packages() {
    # shellcheck disable=SC2086 # words
    ask 3 rpm -q --qf 'package %{NAME} %{VERSION}-%{RELEASE}\n' $packages
    each_line rpm_line
    for file in /etc/dnf/plugins/versionlock.list /etc/yum/pluginconf.d/versionlock.list /etc/dnf/versionlock.toml; do
        is_file "$file" || continue
        n=0
        while read -r line; do
            n=$((n + 1))
            [ "$n" -le 1000 ] || break
            case $line in
            '#'* | '!'*) continue ;;
            esac
            for name in kubelet kubeadm kubectl; do
                case $line in
                "$name"-[0-9]* | "$name" | [0-9]*:"$name"-* | 'name = "'"$name"'"'*) say pkg.held "$name" ;;
                esac
            done
        done <"$file"
    done
}

# Lists that name a repository of Kubernetes. Addresses may hold passwords: only what is known in advance is said.
repositories() {
    set +f
    set -- /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources /etc/yum.repos.d/*.repo /etc/zypp/repos.d/*.repo
    set -f
    seen=' '
    for file; do
        is_file "$file" || continue
        n=0
        while read -r line; do
            n=$((n + 1))
            [ "$n" -le "$lines_max" ] || break
            key=repo.dead
            case $line in
            '#'*) continue ;;
            *apt.kubernetes.io*) word=apt.kubernetes.io ;;
            *yum.kubernetes.io*) word=yum.kubernetes.io ;;
            *packages.cloud.google.com/yum/repos/kubernetes*) word=packages.cloud.google.com ;;
            *pkgs.k8s.io/core:/stable:/v[0-9]*)
                key=repo.kubernetes
                word=${line##*pkgs.k8s.io/core:/stable:/v}
                word=v${word%%[!0-9.]*}
                ;;
            *) continue ;;
            esac
            case $seen in
            *" $word "*) ;;
            *) say "$key" "$word" ;;
            esac
            seen="$seen$word "
        done <"$file"
    done
}

packages() {
    if [ "$manager" = apt ]; then
        dpkg_packages
    elif has rpm; then
        rpm_packages
    fi
}
