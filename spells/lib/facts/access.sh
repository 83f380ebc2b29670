# shellcheck shell=sh
# Who we are there, what we may, and with which tools.

tools='apparmor_parser apt-get arping awk base64 chronyc conntrack containerd crictl crio curl dnf dockerd ebtables ethtool fio flock getent gpg grep gzip helm ip ipset
iptables ipvsadm kubeadm kubectl kubelet modprobe mount nc nft nsenter openssl ping python3 rpm sed setsid sha256sum socat ss sudo swapoff sysctl systemctl
tar tc tcpdump timeout touch tr umount wget xz yum'

tools() {
    for name in $tools; do
        whether "tool:$name" has "$name"
    done
}

# exempt KEY LIST: only what can be nothing but a list, and is whole; that there is another is told.
exempt() {
    case $2 in
    *[!A-Za-z0-9.,:*/_\ -]*) set -- "$1" "" ;;
    '') return ;;
    esac
    if [ -z "$2" ] || [ "${#2}" -gt 900 ]; then
        say "no-proxy.untold:$1" yes
    else
        say "no-proxy:$1" "$2"
    fi
}

# From lines such as no_proxy="a,b" and Environment="HTTP_PROXY=x" "NO_PROXY=a,b"; status 1: go on.
exempt_line() {
    [ "${#line}" -le 4000 ] || return
    value=${line#*[Nn][Oo]_[Pp][Rr][Oo][Xx][Yy]=}
    case $value in
    '"'*) value=${value#?} value=${value%%'"'*} ;;
    "'"*) value=${value#?} value=${value%%"'"*} ;;
    *) value=${value%%[\"\'\ ]*} ;;
    esac
    exempt "$key" "$value"
    return 1
}

# exempt_in KEY FILE...
exempt_in() {
    key=$1
    shift
    settings '*[Nn][Oo]_[Pp][Rr][Oo][Xx][Yy]=*' exempt_line "$@"
}

user() {
    kwiz_uid=
    if [ -r /proc/self/status ]; then
        while read -r name _ value _; do
            [ "$name" = Uid: ] || continue
            kwiz_uid=$value
            break
        done </proc/self/status
    fi
    if [ -z "$kwiz_uid" ]; then
        ask 2 id -u
        kwiz_uid=$answer
    fi
    say uid "$kwiz_uid"
    case :$kwiz_path: in
    *:/usr/sbin:*) say path.sbin yes ;;
    *) whether path.sbin [ -L /usr/sbin ] ;; # where it is another name of /usr/bin
    esac
    # never their values: they may hold passwords
    for name in http_proxy https_proxy no_proxy all_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY; do
        eval "value=\$$name"
        [ -z "$value" ] || say "proxy:$name" yes
    done
    exempt login "${no_proxy:-$NO_PROXY}"
    exempt_in environment /etc/environment
    set +f
    set -- /etc/apt/apt.conf /etc/apt/apt.conf.d/*
    set -f
    ! setting '*Acquire*[Hh][Tt][Tt][Pp]*[Pp]roxy*' "$@" || say proxy:apt yes
    ! setting 'proxy*=?*' /etc/dnf/dnf.conf /etc/yum.conf || say proxy:dnf yes
    ! setting '*[Hh][Tt][Tt][Pp]*_[Pp][Rr][Oo][Xx][Yy]=?*' /etc/environment || say proxy:environment yes
}

# One that takes it back counts, wherever it stands; status 1: go on.
tty_line() {
    case $line in
    *'!requiretty'*) needs_tty=no ;;
    *)
        needs_tty=yes
        return 1
        ;;
    esac
}

privileges() {
    if [ "$kwiz_uid" = 0 ]; then
        say root yes
        set +f
        set -- /etc/sudoers /etc/sudoers.d/*
        set -f
        is_file /etc/sudoers || return
        needs_tty=no
        settings 'Defaults*requiretty*' tty_line "$@"
        say sudo.requiretty "$needs_tty"
        return
    fi
    [ -n "$kwiz_uid" ] || return
    if ! has sudo; then
        say root no
        return
    fi
    ask_both 5 sudo -n true
    case $? in
    0) say root sudo ;;
    *) say root password ;;
    esac
    # said before a password is asked for
    case $answer in
    *'must have a tty'*) say sudo.requiretty yes ;;
    *) say sudo.requiretty no ;;
    esac
}
