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

crio_text() {
    printf '# Written by kwiz.\n[crio.runtime]\ncgroup_manager = "systemd"\nconmon_cgroup = "pod"\n\n[crio.image]\npause_image = "%s"\n' "$(sandbox_image)"
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
