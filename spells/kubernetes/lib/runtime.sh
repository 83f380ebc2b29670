# shellcheck shell=sh
# shellcheck disable=SC2034 # names that steps and other files of the library use
# The container runtime: which it is, and its configuration.

CONTAINERD_CONFIG=/etc/containerd/config.toml

# The runtime this host was set up with, once container-runtime has run.
runtime_name() {
    sed -n 's/^runtime=//p' "$ETC/runtime" 2>/dev/null || true
}

# The socket that kubeadm and the kubelet are told, as they want it written.
runtime_socket() {
    path=$(sed -n 's/^socket=//p' "$ETC/runtime" 2>/dev/null) || path=
    [ -n "$path" ] || return 1
    # Before 1.24 the kubelet takes a bare path; for Docker it must be exactly that.
    if at_least "$(minor_of "$(version_wanted)")" 1.24; then
        printf 'unix://%s' "$path"
    else
        printf '%s' "$path"
    fi
}

runtime_text() {
    printf 'runtime=%s\nsocket=%s\n' "$1" "$(runtime_path "$1")"
}

# runtime_path RUNTIME: where the kubelet finds it.
runtime_path() {
    if [ "$1" != docker ]; then
        table_get runtimes.table "runtime=$1" socket
    elif [ "$(release_fact docker)" = dockershim ]; then
        echo /var/run/dockershim.sock
    else
        echo /var/run/cri-dockerd.sock
    fi
}

# runtimes_found: by their sockets; Docker with the containerd below it is one.
runtimes_found() {
    found=$(table runtimes.table | sed 1d | while IFS='	' read -r name socket _; do
        [ ! -S "$socket" ] || printf '%s\n' "$name"
    done)
    case " $(echo "$found" | tr '\n' ' ') " in
    *' docker '*) found=$(printf '%s\n' "$found" | grep -vx containerd) ;;
    esac
    [ -z "$found" ] || printf '%s\n' "$found"
}

# runtime_choose: prints the runtime to use: what this host was set up with, what was answered, what is found, else containerd.
runtime_choose() {
    before=$(runtime_name)
    wanted=$(answer runtime auto)
    if [ -n "$before" ] && { [ "$wanted" = auto ] || [ "$wanted" = "$before" ]; }; then
        printf '%s' "$before"
        return
    fi
    if [ -n "$before" ] && [ -f /var/lib/kubelet/config.yaml ]; then
        kwiz_fail "this node runs with $before; another runtime (runtime: $wanted) needs a reset first" "kwiz reset, then install again"
    fi
    if [ "$wanted" != auto ]; then
        printf '%s' "$wanted"
        return
    fi
    found=$(runtimes_found)
    case $(printf '%s' "$found" | grep -c .) in
    0) echo containerd ;;
    1) printf '%s' "$found" ;;
    *) kwiz_fail "several container runtimes are on this host: $(echo "$found" | tr '\n' ' ')" \
        "say which one is to be used: answer runtime: $(echo "$found" | tr '\n' ' ' | sed -e 's/ $//' -e 's/ / or /g')" ;;
    esac
}

# containerd_version: 1.6.20, of the program that is installed.
containerd_version() {
    version_of "$(containerd --version 2>/dev/null | awk '{ print $3 }')"
}

# containerd_is_offered FAMILY: do the host's own package sources have one that is new enough?
containerd_is_offered() {
    offer=$(package_candidate "$(table_get runtimes.table runtime=containerd "$1")") || return 1
    at_least "$(version_of "${offer#* }")" "$(release_fact containerd)"
}

# docker_repository: where containerd's current packages are published, as "REPOSITORY KEY"; 1 where there are none for this system, or where the
# operator has a package repository of his own, as on sites without the internet.
docker_repository() (
    if is_answered package_repository; then return 1; fi
    # shellcheck source=/dev/null
    . "${1:-/etc/os-release}"
    base=https://download.docker.com/linux
    case ${ID:-} in
    debian | ubuntu)
        [ -n "${VERSION_CODENAME:-}" ] || return 1
        printf '%s/%s %s stable %s/%s/gpg' "$base" "$ID" "$VERSION_CODENAME" "$base" "$ID"
        ;;
    fedora) printf '%s/fedora/%s/%s/stable %s/fedora/gpg' "$base" "${VERSION_ID%%.*}" "$(uname -m)" "$base" ;;
    rhel | centos | rocky | almalinux | ol) printf '%s/centos/%s/%s/stable %s/centos/gpg' "$base" "${VERSION_ID%%.*}" "$(uname -m)" "$base" ;;
    *) return 1 ;;
    esac
)

# crio_repository FAMILY: where CRI-O publishes its packages, one repository for each minor from 1.28 on; as docker_repository.
crio_repository() {
    minor=$(minor_of "$(version_wanted)")
    if is_answered package_repository || ! at_least "$minor" 1.28; then return 1; fi
    base=https://download.opensuse.org/repositories/isv:/cri-o:/stable:/v$minor
    case $1 in
    apt) printf '%s/deb/ %s/deb/Release.key' "$base" "$base" ;;
    dnf) printf '%s/rpm/ %s/rpm/repodata/repomd.xml.key' "$base" "$base" ;;
    *) return 1 ;;
    esac
}

# crio_is_offered FAMILY: do the host's own package sources have that of this minor?
crio_is_offered() {
    offer=$(package_candidate "$(table_get runtimes.table runtime=crio "$1")") || return 1
    [ "$(minor_of "$(version_of "${offer#* }")")" = "$(minor_of "$(version_wanted)")" ]
}

# The sections of containerd's configuration, by its version: 2 (containerd 1.x), 3 (2.x).
containerd_section() {
    case $1.$2 in
    2.runc) echo 'plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc' ;;
    2.cri | 2.images) echo 'plugins."io.containerd.grpc.v1.cri"' ;;
    2.cni) echo 'plugins."io.containerd.grpc.v1.cri".cni' ;;
    2.registry) echo 'plugins."io.containerd.grpc.v1.cri".registry' ;;
    3.runc) echo "plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc" ;;
    3.cri) echo "plugins.'io.containerd.cri.v1.runtime'" ;;
    3.cni) echo "plugins.'io.containerd.cri.v1.runtime'.cni" ;;
    3.images) echo "plugins.'io.containerd.cri.v1.images'.pinned_images" ;;
    3.registry) echo "plugins.'io.containerd.cri.v1.images'.registry" ;;
    esac
}

# containerd_base: the configuration to start from. What is there is edited; but a file of the first format, or none, says nothing about what the
# kubelet needs (containerd.io's own even switches that off): then containerd's own defaults.
containerd_base() {
    format=$(toml_get '' version <"$CONTAINERD_CONFIG" 2>/dev/null) || format=1
    case $format in
    2 | 3) cat "$CONTAINERD_CONFIG" ;;
    *)
        if grep -Evqs '^[[:space:]]*(#|$|disabled_plugins|version)' "$CONTAINERD_CONFIG"; then
            kwiz_warn "$CONTAINERD_CONFIG has the first format: it is replaced by containerd's defaults, the old one is kept for reset"
        fi
        containerd config default
        ;;
    esac
}

# containerd_edit SANDBOX LIMITED: standard input, a configuration of format 2 or 3, to standard output. LIMITED: yes where processes may not
# lower their oom score.
containerd_edit() {
    config=$(cat)
    format=$(printf '%s\n' "$config" | toml_get '' version)
    edit() {
        config=$(printf '%s\n' "$config" | toml_set "$@")
    }
    disabled=$(printf '%s\n' "$config" | toml_get '' disabled_plugins) || disabled=
    case $disabled in
    *cri*) edit '' disabled_plugins "$(printf '%s' "$disabled" | sed -e "s/[\"'][^\"',]*cri[\"'] *,* *//" -e 's/, *\]/]/')" ;;
    esac
    runc=$(containerd_section "$format" runc)
    if ! printf '%s\n' "$config" | toml_get "$runc" runtime_type >/dev/null; then
        edit "$runc" runtime_type '"io.containerd.runc.v2"'
    fi
    edit "$runc.options" SystemdCgroup true
    case $format in
    2) edit "$(containerd_section 2 images)" sandbox_image "\"$1\"" ;;
    3) edit "$(containerd_section 3 images)" sandbox "'$1'" ;;
    esac
    # Where Kubernetes' own package has the network plugins; distributions have other ideas.
    cni=$(containerd_section "$format" cni)
    case $(printf '%s\n' "$config" | toml_get "$cni" bin_dir || true) in
    '' | *[\"\']/opt/cni/bin[\"\']) ;;
    *) edit "$cni" bin_dir '"/opt/cni/bin"' ;;
    esac
    if [ "$2" = yes ]; then
        edit "$(containerd_section "$format" cri)" restrict_oom_score_adj true
    fi
    if registry_host >/dev/null; then
        # Several folders may be named, with colons between them.
        folders=$(printf '%s\n' "$config" | toml_get "$(containerd_section "$format" registry)" config_path | tr -d "\"'") || folders=
        case ":$folders:" in
        *:/etc/containerd/certs.d:*) ;;
        *) edit "$(containerd_section "$format" registry)" config_path "\"/etc/containerd/certs.d${folders:+:$folders}\"" ;;
        esac
    fi
    printf '%s\n' "$config"
}

# may_not_raise: is this a container whose root lacks CAP_SYS_RESOURCE (bit 24)?
may_not_raise() {
    bounds=$(sed -n 's/^CapBnd:[[:space:]]*//p' /proc/self/status)
    # The last seven hexadecimal digits hold bit 24.
    [ $((0x$(printf '%s' "$bounds" | tail -c 7) >> 24 & 1)) = 0 ]
}

sandbox_image() {
    printf '%s/pause:%s' "$(image_registry)" "$(release_fact pause)"
}

containerd_text() {
    limited=no
    ! may_not_raise || limited=yes
    containerd_base | containerd_edit "$(sandbox_image)" "$limited"
}

# registry_text HOST CA: hosts.toml for a registry of one's own.
registry_text() {
    echo '# Written by kwiz.'
    if is_true image_registry_insecure; then
        printf 'server = "https://%s"\n\n[host."https://%s"]\n  capabilities = ["pull", "resolve"]\n  skip_verify = true\n' "$1" "$1"
        printf '\n[host."http://%s"]\n  capabilities = ["pull", "resolve"]\n' "$1"
    else
        printf 'server = "https://%s"\n\n[host."https://%s"]\n  capabilities = ["pull", "resolve"]\n' "$1" "$1"
        [ -z "$2" ] || printf '  ca = "%s"\n' "$2"
    fi
}

# registry_folder RUNTIME HOST: where it looks for what it should know about a registry.
registry_folder() {
    case $1 in
    containerd) printf '/etc/containerd/certs.d/%s' "$2" ;;
    docker) printf '/etc/docker/certs.d/%s' "$2" ;;
    crio) printf '/etc/containers/certs.d/%s' "$2" ;;
    esac
}

# registry_put RUNTIME: makes the answered registry known and trusted.
registry_put() {
    host=$(registry_host) || return 0
    folder=$(registry_folder "$1" "$host")
    authority=
    if is_answered image_registry_ca; then
        undo_folder
        text_or_file "$(answer image_registry_ca)" "$UNDO/ca.new"
        grep -q '^-----BEGIN CERTIFICATE-----' "$UNDO/ca.new" ||
            kwiz_fail "image_registry_ca is no certificate" "expected the address, path or text of a block that begins with -----BEGIN CERTIFICATE-----"
        authority=$folder/ca.crt
        file_put "$authority" 644 <"$UNDO/ca.new"
        rm -f "$UNDO/ca.new"
    fi
    case $1 in
    containerd) registry_text "$host" "$authority" | file_put "$folder/hosts.toml" 644 ;;
    crio)
        if is_true image_registry_insecure; then
            printf '# Written by kwiz.\n[[registry]]\nlocation = "%s"\ninsecure = true\n' "$host" |
                file_put /etc/containers/registries.conf.d/50-kwiz.conf 644
        fi
        ;;
    esac
}

registry_undo() {
    host=$(registry_host) || return 0
    for name in containerd docker crio; do
        folder=$(registry_folder "$name" "$host")
        file_restore "$folder/ca.crt"
        file_restore "$folder/hosts.toml"
    done
    file_restore /etc/containers/registries.conf.d/50-kwiz.conf
}

# docker_text: daemon.json. Docker's own networking stays out of the way of pods.
docker_text() {
    printf '{\n  "exec-opts": ["native.cgroupdriver=systemd"],\n  "log-driver": "json-file",\n  "log-opts": {"max-size": "100m"}'
    if is_true image_registry_insecure && host=$(registry_host); then
        printf ',\n  "insecure-registries": ["%s"]' "$host"
    fi
    printf '\n}\n'
}

# crio_text: its own file beside those of its package. Network plugins: where packages of Kubernetes have them, then where ALT and Enterprise Linux do.
crio_text() {
    cat <<END
# Written by kwiz.
[crio.runtime]
cgroup_manager = "systemd"
conmon_cgroup = "pod"

[crio.image]
pause_image = "$(sandbox_image)"

[crio.network]
plugin_dirs = ["/opt/cni/bin", "/usr/libexec/cni"]
END
}

CRI_DOCKERD_SOCKET=/run/cri-dockerd.sock
CRI_DOCKERD_UNIT=/etc/systemd/system/cri-docker.service
CRI_DOCKERD=$PROGRAMS/cri-dockerd

# cri_dockerd_text: its unit. Upstream's has a socket unit too, which starts it when it is asked; the kubelet asks all the time.
cri_dockerd_text() {
    cat <<END
# Written by kwiz.
[Unit]
Description=What the kubelet reaches Docker through
After=network-online.target docker.service
Wants=network-online.target
Requires=docker.service

[Service]
Type=notify
ExecStart=$CRI_DOCKERD --container-runtime-endpoint unix://$CRI_DOCKERD_SOCKET --network-plugin=cni --cni-conf-dir=/etc/cni/net.d --cni-bin-dir=/opt/cni/bin --pod-infra-container-image=$(sandbox_image)
Restart=always
RestartSec=2
LimitNOFILE=infinity
LimitNPROC=infinity
TasksMax=infinity
Delegate=yes
KillMode=process

[Install]
WantedBy=multi-user.target
END
}

# cri_dockerd_is_wanted: Docker is the runtime, and the kubelet has no way of its own to it.
cri_dockerd_is_wanted() {
    [ "$(release_fact docker)" != dockershim ]
}

cri_dockerd_is_ours() {
    grep -Fqsx "$CRI_DOCKERD" "$UNDO/programs-container-runtime"
}

# cri_dockerd_is: is it there and running? Somebody else's will do as it is.
cri_dockerd_is() {
    if cri_dockerd_is_ours; then
        cri_dockerd_text | file_is "$CRI_DOCKERD_UNIT" && systemctl is-active --quiet cri-docker.service
    else
        [ -S "$CRI_DOCKERD_SOCKET" ]
    fi
}

# cri_dockerd_put: from its release, unless there is one that kwiz did not bring.
cri_dockerd_put() {
    ! cri_dockerd_is || return 0
    if ! cri_dockerd_is_ours; then
        kwiz_progress 50 "cri-dockerd"
        undo_folder
        download cri-dockerd "$UNDO/cri-dockerd.tgz"
        unpack "$UNDO/cri-dockerd.tgz" "$UNDO/unpacked"
        program_put container-runtime "$UNDO/unpacked/cri-dockerd/cri-dockerd" "$CRI_DOCKERD"
        rm -rf "$UNDO/unpacked" "$UNDO/cri-dockerd.tgz"
    fi
    cri_dockerd_text | file_put "$CRI_DOCKERD_UNIT" 644
    systemctl daemon-reload
    systemctl enable --quiet cri-docker.service
    systemctl restart cri-docker.service
    kwiz_wait 60 test -S "$CRI_DOCKERD_SOCKET" ||
        kwiz_fail "cri-dockerd does not listen on $CRI_DOCKERD_SOCKET after 60 s" "look at: journalctl -u cri-docker --since -5min"
}

CONTAINERD_UNIT=/etc/systemd/system/containerd.service

# containerd_unit_text: where its release was unpacked, which brings none.
containerd_unit_text() {
    cat <<END
# Written by kwiz.
[Unit]
Description=containerd container runtime
After=network.target local-fs.target

[Service]
Type=notify
ExecStart=$PROGRAMS/containerd
Delegate=yes
KillMode=process
Restart=always
RestartSec=5
LimitNPROC=infinity
LimitCORE=infinity
LimitNOFILE=infinity
TasksMax=infinity
OOMScoreAdjust=-999

[Install]
WantedBy=multi-user.target
END
}

# containerd_release_put: containerd and runc from their releases.
containerd_release_put() {
    undo_folder
    download containerd "$UNDO/containerd.tar.gz"
    unpack "$UNDO/containerd.tar.gz" "$UNDO/unpacked"
    for program in "$UNDO/unpacked/bin"/*; do
        program_put container-runtime "$program" "$PROGRAMS/$(basename "$program")"
    done
    rm -rf "$UNDO/unpacked" "$UNDO/containerd.tar.gz"
    if ! has_command runc; then
        download runc "$UNDO/runc"
        program_put container-runtime "$UNDO/runc" "$PROGRAMS/runc"
        rm -f "$UNDO/runc"
    fi
    containerd_unit_text | file_put "$CONTAINERD_UNIT" 644
    systemctl daemon-reload
}

# runtime_is_ours: did kwiz bring it? Then what it stored goes with it.
runtime_is_ours() {
    [ -s "$UNDO/packages-container-runtime" ] || grep -qs '/containerd$' "$UNDO/programs-container-runtime"
}

# proxy_text: for the runtime's service, which fetches the images.
proxy_text() {
    printf '# Written by kwiz.\n[Service]\nEnvironment="HTTP_PROXY=%s" "HTTPS_PROXY=%s" "NO_PROXY=%s"\n' \
        "$(answer http_proxy)" "$(answer https_proxy "$(answer http_proxy)")" "$(no_proxy_list)" | sed 's/%/%%/g'
}

proxy_file() {
    printf '/etc/systemd/system/%s.service.d/kwiz-proxy.conf' "$1"
}

uses_proxy() {
    is_answered http_proxy || is_answered https_proxy
}

# runtime_service: of the runtime that this host was set up with.
runtime_service() {
    table_get runtimes.table "runtime=$(runtime_name)" service
}

# follows_proxy: has this host a file that names all the others, as what is not reached through a proxy?
follows_proxy() {
    uses_proxy && [ -n "$(runtime_name)" ]
}
