# shellcheck shell=sh
# shellcheck disable=SC2034 # names that steps and other files of the library use
# kubeadm: its configuration, and what is asked of the cluster.

KUBEADM_CONFIG=$ETC/kubeadm.yaml
ADMIN=/etc/kubernetes/admin.conf
KUBELET_CONF=/etc/kubernetes/kubelet.conf

# kube ARGUMENT...: kubectl as the cluster's administrator, past any proxy, never waiting for ever.
kube() {
    NO_PROXY='*' no_proxy='*' kubectl --kubeconfig "$ADMIN" --request-timeout=20s "$@"
}

# kube_node ARGUMENT...: as this node.
kube_node() {
    NO_PROXY='*' no_proxy='*' kubectl --kubeconfig "$KUBELET_CONF" --request-timeout=20s "$@"
}

api_is_ready() {
    [ -f "$ADMIN" ] && [ "$(kube get --raw /readyz 2>/dev/null)" = ok ]
}

# kubeadm_version: v1.36.4, of the program that is installed.
kubeadm_version() {
    kubeadm version -o short 2>/dev/null
}

# kubeadm_patched ARGUMENT...: kubeadm, which writes manifests. Up to 1.21 that of etcd asks for room on the disk. A kubelet that was just started and has
# not measured its disk yet then refuses the pod and does not come back to it: a join hangs, or a host has no etcd after it was started anew
# (kubernetes/kubernetes#99305; #102673 took the request away). So it is left out.
kubeadm_patched() {
    if at_least "$(minor_of "$(kubeadm_version)")" 1.22; then
        kubeadm "$@"
        return
    fi
    undo_folder
    mkdir -p "$UNDO/patches"
    cat >"$UNDO/patches/etcd.yaml" <<'END'
spec:
  containers:
  - name: etcd
    resources:
      requests:
        ephemeral-storage: null
END
    ended=0
    kubeadm "$@" --experimental-patches "$UNDO/patches" || ended=$?
    rm -rf "$UNDO/patches"
    return "$ended"
}

# extra_arguments INDENT API TEXT: "--a=b --c" for kubeletExtraArgs: a map up to v1beta3, a list of name and value from v1beta4 on.
extra_arguments() {
    for argument in $3; do
        argument=${argument#--}
        name=${argument%%=*}
        case $argument in
        *=*) value=${argument#*=} ;;
        *) value=true ;;
        esac
        if [ "$2" = v1beta4 ]; then
            printf '%s- name: %s\n%s  value: %s\n' "$1" "$name" "$1" "$(yaml_text "$value")"
        else
            printf '%s%s: %s\n' "$1" "$name" "$(yaml_text "$value")"
        fi
    done
}

# yaml_text VALUE: in quotes, so that no value means anything else.
yaml_text() {
    printf '"%s"' "$(printf '%s' "$1" | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g')"
}

# node_registration API SOCKET NODE_ADDRESS: of InitConfiguration and JoinConfiguration.
node_registration() {
    echo 'nodeRegistration:'
    printf '  name: %s\n  criSocket: %s\n  kubeletExtraArgs:\n' "$(yaml_text "$KWIZ_HOST")" "$(yaml_text "$2")"
    extra_arguments '    ' "$1" "--node-ip=$3 $(answer kubelet_extra_args)"
}

# kubeadm_text VERSION SOCKET NODE_ADDRESS FIXED: the configuration for kubeadm init. FIXED: yes where the size of the connection table can't be set.
kubeadm_text() {
    api=$(release_fact api)
    advertise=$(answer advertise_address "$3")
    cat <<END
# Written by kwiz for Kubernetes $1.
apiVersion: kubeadm.k8s.io/$api
kind: InitConfiguration
localAPIEndpoint:
  advertiseAddress: $(yaml_text "$advertise")
  bindPort: 6443
END
    node_registration "$api" "$2" "$3"
    # The token that kubeadm makes by itself is never shown and used by nobody: it is not to live long.
    cat <<END
bootstrapTokens:
- ttl: 5m0s
---
apiVersion: kubeadm.k8s.io/$api
kind: ClusterConfiguration
clusterName: $(yaml_text "${KWIZ_CLUSTER:-kubernetes}")
kubernetesVersion: $(yaml_text "$1")
END
    wanted=$(cluster_endpoint)
    [ -z "$wanted" ] || printf 'controlPlaneEndpoint: %s\n' "$(yaml_text "$wanted")"
    kubeadm_images_text
    cat <<END
networking:
  dnsDomain: $(yaml_text "$(answer dns_domain cluster.local)")
  podSubnet: $(yaml_text "$(answer pod_cidr)")
  serviceSubnet: $(yaml_text "$(answer service_cidr)")
apiServer:
  certSANs:
END
    {
        printf '%s\n' "$KWIZ_HOST" "$advertise" "$3"
        case $KWIZ_ADDRESS in
        *[.:]*) printf '%s\n' "$KWIZ_ADDRESS" ;;
        esac
        balancer_names
        result lxd_address | grep -vx none || true
        printf '%s\n' "$(answer api_extra_names)" | tr -s ', ' '\n'
    } | awk 'NF && !seen[$0]++ && /^[0-9A-Za-z.:*-]+$/ { print "  - \"" $0 "\"" }'
    cat <<END
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: systemd
END
    # Swap of the LXD host, which no container can turn off.
    ! in_lxd || echo 'failSwapOn: false'
    if [ "$4" = yes ]; then
        cat <<END
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
conntrack:
  maxPerCore: 0
END
    fi
}

# kubeadm_images_text: where images come from. Nothing when it is where this kubeadm looks by itself. k8s.gcr.io is frozen; what took its place has
# CoreDNS one level deeper, which kubeadm knows only of its own default.
kubeadm_images_text() {
    if is_answered image_registry; then
        printf 'imageRepository: %s\n' "$(yaml_text "$(image_registry)")"
    elif [ "$(release_fact registry)" != registry.k8s.io ]; then
        echo 'imageRepository: registry.k8s.io'
        case $(release_fact coredns) in
        v*) printf 'dns:\n  imageRepository: registry.k8s.io/coredns\n' ;;
        esac
    fi
}

# join_text ENDPOINT CA_HASH TOKEN SOCKET NODE_ADDRESS [CERTIFICATE_KEY]: the configuration for kubeadm join, with a key as control plane; it holds
# secrets and must not be stored.
join_text() {
    api=$(release_fact api)
    cat <<END
apiVersion: kubeadm.k8s.io/$api
kind: JoinConfiguration
discovery:
  bootstrapToken:
    apiServerEndpoint: $(yaml_text "$1")
    token: $(yaml_text "$3")
    caCertHashes:
    - $(yaml_text "$2")
END
    if [ -n "${6-}" ]; then
        cat <<END
controlPlane:
  localAPIEndpoint:
    advertiseAddress: $(yaml_text "$5")
    bindPort: 6443
  certificateKey: $(yaml_text "$6")
END
    fi
    node_registration "$api" "$4" "$5"
}

# is_container: the connection table's size is not for a container to set.
is_container() {
    has_command systemd-detect-virt && systemd-detect-virt --quiet --container
}

# wanted_images: what this kubeadm needs, without CoreDNS where that is not installed. Only the first control plane has a configuration in a file.
wanted_images() {
    if [ -e "$KUBEADM_CONFIG" ]; then
        cat "$KUBEADM_CONFIG"
    else
        kubeadm_wanted
    fi | kubeadm config images list --config /dev/stdin 2>/dev/null | {
        if [ "$(answer cluster_dns)" = none ]; then
            grep -v '/coredns:'
        else
            cat
        fi
    }
}

# image_is_here IMAGE, image_pull IMAGE: through whatever the kubelet will use.
image_is_here() {
    if [ "$(runtime_name)" = docker ]; then
        docker image inspect "$1" >/dev/null 2>&1
    else
        [ -n "$(crictl --runtime-endpoint "unix://$(runtime_path "$(runtime_name)")" images -q "$1" 2>/dev/null)" ]
    fi
}

image_pull() {
    if [ "$(runtime_name)" = docker ]; then
        docker pull --quiet "$1"
    else
        crictl --runtime-endpoint "unix://$(runtime_path "$(runtime_name)")" pull "$1"
    fi
}

# preflight_ignored: names with commas between them.
preflight_ignored() {
    {
        answer ignore_preflight_errors
        printf ','
        lxd_skips
    } | tr -s ', ' ',' | sed -e 's/^,//' -e 's/,$//'
}

# kubeadm_skips: options that init needs because of the answers.
kubeadm_skips() {
    ignored=$(preflight_ignored)
    if [ "$(answer cluster_dns)" = none ]; then
        printf '%s\n' --skip-phases=addon/coredns
        # Its preflight pulls CoreDNS all the same; the images that are needed were pulled by the step before.
        ignored=${ignored:+$ignored,}ImagePull
    fi
    [ -z "$ignored" ] || printf '%s\n' "--ignore-preflight-errors=$ignored"
}

# node_state NAME: Ready, or why not, in a few words.
node_state() {
    # shellcheck disable=SC2016 # a template of kubectl's
    kube get node "$1" -o go-template='{{range .status.conditions}}{{if eq .type "Ready"}}{{.status}} {{.reason}}: {{.message}}{{end}}{{end}}' 2>/dev/null |
        awk 'NR == 1 { if ($1 == "True") print "Ready"; else { sub(/^[^ ]+ /, ""); print } seen = 1 } END { if (!seen) print "not in the cluster" }'
}
