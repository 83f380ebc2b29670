# shellcheck shell=sh
# Finds or installs the container runtime, and sets it up as the kubelet needs it.
changes_begin
release_check
name=$(runtime_choose)
echo "container runtime: $name"
! in_lxd || lxd_layers_check "$name"

socket=$(table_get runtimes.table "runtime=$name" socket)
service=$(table_get runtimes.table "runtime=$name" service)

runtime_is_installed() {
    [ -S "$socket" ] || systemctl cat "$service.service" >/dev/null 2>&1
}

if ! runtime_is_installed && [ "$name" = containerd ] && uses_binaries; then
    kwiz_progress 10 "containerd $(download_row containerd version)"
    containerd_release_put
    changed
elif ! runtime_is_installed; then
    family=$(family_or_fail) || exit 1
    kwiz_progress 5 "package sources"
    if is_answered runtime_repository; then
        is_answered runtime_key || kwiz_fail "runtime_repository is answered, runtime_key is not" "give the repository's key: address, path or text"
        repository_add runtime "$(answer runtime_repository)" "$(answer runtime_key)"
    elif [ "$name" = containerd ] && ! containerd_is_offered "$family" && repository=$(docker_repository); then
        kwiz_warn "the package sources of $KWIZ_HOST have no containerd that Kubernetes $(version_wanted) works with: it is taken from ${repository% *}"
        repository_add runtime "${repository% *}" "${repository##* }"
    elif [ "$name" = crio ] && ! crio_is_offered "$family" && repository=$(crio_repository "$family"); then
        repository_add runtime "${repository% *}" "${repository##* }"
    fi
    candidate=$(package_candidate "$(table_get runtimes.table "runtime=$name" "$family")") ||
        kwiz_fail "no package of $name is in the package sources of $KWIZ_HOST" "answer runtime_repository and runtime_key, or install $name yourself"
    if [ "$name" = containerd ]; then
        least=$(release_fact containerd)
        at_least "$(version_of "${candidate#* }")" "$least" ||
            kwiz_fail "Kubernetes $(version_wanted) needs containerd $least or newer; the package sources of $KWIZ_HOST have ${candidate#* }" \
                "answer runtime_repository (for example Docker's repository, with its package containerd.io) and runtime_key, or an older kubernetes_version"
    fi
    # With forwarding on before it starts, Docker does not close it for everybody else.
    kwiz_progress 20 "installing ${candidate%% *}"
    package_install container-runtime "${candidate%% *}" ||
        kwiz_fail "${candidate%% *} could not be installed" "the lines above are the package manager's"
    changed
fi

kwiz_progress 60 "configuration"
# configure_*: write what is to be written; what changed it says by a mark.
configure_containerd() {
    least=$(release_fact containerd)
    version=$(containerd_version)
    at_least "$version" "$least" ||
        kwiz_fail "Kubernetes $(version_wanted) needs containerd $least or newer; $KWIZ_HOST has $version" \
            "upgrade containerd, or choose an older kubernetes_version"
    text=$(containerd_text)
    printf '%s\n' "$text" | file_put "$CONTAINERD_CONFIG" 644
}

configure_docker() {
    text=$(docker_text)
    if [ ! -s /etc/docker/daemon.json ] || [ -e "$UNDO/files/$(undo_name /etc/docker/daemon.json).ours" ]; then
        printf '%s\n' "$text" | file_put /etc/docker/daemon.json 644
    elif ! grep -q 'native.cgroupdriver=systemd' /etc/docker/daemon.json; then
        kwiz_fail "Docker on this host has a configuration of its own without the systemd cgroup driver" \
            'add "exec-opts": ["native.cgroupdriver=systemd"] to /etc/docker/daemon.json, restart Docker, run again'
    fi
}

configure_crio() {
    crio_text | file_put /etc/crio/crio.conf.d/50-kwiz.conf 644
}

registry_put "$name"
"configure_$name"
if uses_proxy; then
    proxy_text | file_put "$(proxy_file "$service")" 600
else
    file_restore "$(proxy_file "$service")"
fi

kwiz_progress 80 "starting $name"
if changes_made || ! systemctl is-active --quiet "$service.service"; then
    systemctl daemon-reload
    systemctl enable --quiet "$service.service"
    systemctl restart "$service.service"
    changed
fi
kwiz_wait 60 test -S "$socket" ||
    kwiz_fail "$name does not listen on $socket after 60 s" "look at: journalctl -u $service --since -5min"
if [ "$name" = containerd ]; then
    # Without its CRI plugin containerd runs, and the kubelet finds nobody.
    cri_works() {
        ctr --connect-timeout 5s plugins ls 2>/dev/null | awk '$1 ~ /^io.containerd.(grpc.v1|cri.v1)$/ && $2 ~ /cri|runtime/ && $NF == "ok" { ok = 1 } END { exit !ok }'
    }
    kwiz_wait 30 cri_works || kwiz_fail "containerd runs without its CRI plugin" "look at: ctr plugins ls -d id==cri; journalctl -u containerd --since -5min"
fi
if [ "$name" = docker ] && cri_dockerd_is_wanted; then
    cri_dockerd_put
fi
runtime_text "$name" | file_put "$ETC/runtime" 644
changes_tell
