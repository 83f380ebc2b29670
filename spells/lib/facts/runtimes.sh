# shellcheck shell=sh
# Container runtimes: their sockets, versions and settings.

sockets() {
    seen=' '
    set --
    for socket in /run/containerd/containerd.sock /run/docker.sock /var/run/docker.sock /run/crio/crio.sock /run/cri-dockerd.sock; do
        [ -S "$socket" ] || continue
        name=${socket##*/}
        case $seen in
        *" $name "*) continue ;; # /var/run is most often another name of /run
        esac
        seen="$seen$name "
        say runtime "$socket"
        set -- "$@" "$socket"
    done
    [ $# -gt 0 ] || return
    ! has ls || limited 2 ls -lnL "$@" | while read -r mode _ owner group rest; do
        is_number "$owner" && is_number "$group" && say "runtime.mode:${rest##* }" "${mode%.} $owner $group"
    done
    [ -r /proc/net/unix ] && has grep || return
    # a runtime that was killed leaves its socket behind; this flag is of those that are listened on
    found=$(limited 2 grep -E ' 00010000 .* (/var)?/run/[a-z/-]*\.sock$' /proc/net/unix)
    for socket; do
        name=${socket#/var}
        case "$found$nl" in
        *" $name$nl"* | *" /var$name$nl"*) say "runtime.open:$socket" yes ;;
        *) say "runtime.open:$socket" no ;;
        esac
    done
}

# The first word that begins with a digit, without a v before it and a comma behind.
version_in() {
    # shellcheck disable=SC2086 # words
    set -- $1
    word=
    for text; do
        text=${text#v}
        case $text in
        [0-9]*.[0-9]*)
            word=${text%%,*}
            return
            ;;
        esac
    done
}

# version KEY COMMAND...: in the background, as each takes a while.
version() {
    has "$2" || return
    key=$1
    shift
    text=$(limited 3 "$@" 2>&1)
    version_in "$text"
    say "$key" "$word"
}

versions() {
    version runtime.version:containerd containerd --version &
    version runtime.version:docker dockerd --version &
    version runtime.version:crio crio --version &
    version runtime.version:cri-dockerd cri-dockerd --version &
    version kube.version:kubelet kubelet --version &
    version kube.version:kubeadm kubeadm version -o short &
    version nft.version nft --version &
    if has iptables; then
        text=$(limited 2 iptables --version)
        case $text in
        *nf_tables*) say iptables.mode nft ;;
        *legacy*) say iptables.mode legacy ;;
        iptables*) say iptables.mode legacy ;; # older than the choice
        esac
        version_in "$text"
        say iptables.version "$word"
    fi
    wait
}

# disabled_plugins may go over several lines; SystemdCgroup may stand in a file that `imports` names.
containerd_config() {
    cri=enabled cgroup=cgroupfs
    is_list=no
    n=0
    while read -r line; do
        n=$((n + 1))
        [ "$n" -le "$lines_max" ] || break
        case $line in
        '#'*) continue ;;
        disabled_plugins*=*) is_list=yes ;;
        imports*=*'"'*) [ "$cgroup" = systemd ] || cgroup=unknown ;;
        SystemdCgroup*true*) cgroup=systemd ;;
        SystemdCgroup*false*) cgroup=cgroupfs ;;
        esac
        [ "$is_list" = yes ] || continue
        case ${line%%#*} in
        *'"cri"'* | *'"io.containerd.grpc.v1.cri"'* | *'"io.containerd.cri.v1.runtime"'*) cri=disabled ;;
        esac
        case $line in
        *']'*) is_list=no ;;
        esac
    done </etc/containerd/config.toml
    say runtime.cri:containerd "$cri"
    say runtime.cgroup:containerd "$cgroup"
}

settings_of_containerd() {
    if is_file /etc/containerd/config.toml; then
        containerd_config
    elif [ -e /etc/containerd/config.toml ] || { [ -d /etc/containerd ] && [ ! -x /etc/containerd ]; }; then
        need_root runtime.cri:containerd
        need_root runtime.cgroup:containerd
    else
        say runtime.cri:containerd enabled
        say runtime.cgroup:containerd cgroupfs
    fi
}

# setting PATTERN FILE...: does a line match it?
setting() {
    pattern=$1
    shift
    for file; do
        is_file "$file" || continue
        n=0
        while read -r line || [ -n "$line" ]; do
            n=$((n + 1))
            [ "$n" -le "$lines_max" ] || break
            # shellcheck disable=SC2254 # a pattern
            case $line in
            '#'* | ';'*) ;;
            $pattern) return 0 ;;
            esac
        done <"$file"
    done
    return 1
}

settings_of_docker() {
    if [ -e /etc/docker/daemon.json ] && [ ! -r /etc/docker/daemon.json ]; then
        need_root runtime.cgroup:docker
    elif setting '*native.cgroupdriver=systemd*' /etc/docker/daemon.json; then
        say runtime.cgroup:docker systemd
    elif setting '*native.cgroupdriver=cgroupfs*' /etc/docker/daemon.json; then
        say runtime.cgroup:docker cgroupfs
    elif [ "$cgroup2" = root ] && [ -d /run/systemd/system ]; then
        say runtime.cgroup:docker systemd
    else
        say runtime.cgroup:docker cgroupfs
    fi
}

settings_of_crio() {
    set +f
    set -- /etc/crio/crio.conf /etc/crio/crio.conf.d/*
    set -f
    if setting 'cgroup_manager*=*cgroupfs*' "$@"; then
        say runtime.cgroup:crio cgroupfs
    else
        say runtime.cgroup:crio systemd
    fi
}

runtime_settings() {
    if has containerd || [ -S /run/containerd/containerd.sock ]; then
        settings_of_containerd
    fi
    if has dockerd || [ -S /run/docker.sock ]; then
        settings_of_docker
    fi
    if has crio || [ -S /run/crio/crio.sock ]; then
        settings_of_crio
    fi
    # a runtime that is to go through a proxy has it in its unit
    set +f
    set -- /etc/systemd/system/containerd.service.d/*.conf /etc/systemd/system/docker.service.d/*.conf /etc/systemd/system/crio.service.d/*.conf
    set -f
    ! setting '*[Hh][Tt][Tt][Pp]*_[Pp][Rr][Oo][Xx][Yy]=?*' "$@" || say proxy:runtime yes
    exempt_in runtime "$@"
}
