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
    modes_of "$@"
    [ -r /proc/net/unix ] && has grep || return
    # a runtime that was killed leaves its socket behind; this flag is of those that are listened on
    ask 2 grep -E ' 00010000 .* (/var)?/run/[a-z/-]*\.sock$' /proc/net/unix
    for socket; do
        name=${socket#/var}
        case "$answer$nl" in
        *" $name$nl"* | *" /var$name$nl"*) say "runtime.open:$socket" yes ;;
        *) say "runtime.open:$socket" no ;;
        esac
    done
}

modes_of() {
    has ls && ask 2 ls -lnL "$@" && each_line mode_line
}

mode_line() {
    # shellcheck disable=SC2086 # words
    set -- $line
    is_number "$3" && is_number "$4" && say "runtime.mode:${line##* }" "${1%.} $3 $4"
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

# version KEY PROGRAM OPTION...
version() {
    key=$1
    shift
    ask_both 3 "$@"
    version_in "$answer"
    say "$key" "$word"
}

# Those of runtimes and of Kubernetes take a while each.
versions() {
    jobs=
    for each in runtime.version:containerd=containerd runtime.version:docker=dockerd runtime.version:crio=crio \
        runtime.version:cri-dockerd=cri-dockerd kube.version:kubelet=kubelet; do
        has "${each#*=}" || continue
        begin version "${each%%=*}" "${each#*=}" --version
        jobs="$jobs $!"
    done
    if has kubeadm; then
        begin version kube.version:kubeadm kubeadm version -o short
        jobs="$jobs $!"
    fi
    ! has nft || version nft.version nft --version
    if has iptables; then
        version iptables.version iptables --version
        case $answer in
        *nf_tables*) say iptables.mode nft ;;
        *legacy*) say iptables.mode legacy ;;
        iptables*) say iptables.mode legacy ;; # older than the choice
        esac
    fi
    # shellcheck disable=SC2086 # numbers
    [ -z "$jobs" ] || wait $jobs
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

# settings PATTERN FUNCTION FILE...: for each line that matches, in $line, until the function's status is 0: then this one's is, too.
settings() {
    pattern=$1 call=$2
    shift 2
    for file; do
        is_file "$file" || continue
        n=0
        while read -r line || [ -n "$line" ]; do
            n=$((n + 1))
            [ "$n" -le "$lines_max" ] || break
            # shellcheck disable=SC2254 # a pattern
            case $line in
            '#'* | ';'*) ;;
            $pattern) ! "$call" || return 0 ;;
            esac
        done <"$file"
    done
    return 1
}

# setting PATTERN FILE...: does a line match it?
setting() {
    pattern=$1
    shift
    settings "$pattern" true "$@"
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
