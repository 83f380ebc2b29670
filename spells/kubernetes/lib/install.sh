# shellcheck shell=sh
# What single steps share with their checks.

# packages_fit: is what is installed the release that was asked for? 1.36 is any 1.36.x.
packages_fit() {
    if ! has_command kubelet || ! has_command kubectl; then
        return 1
    fi
    installed=$(kubeadm_version) || return 1
    case ${installed#v} in
    "$(version_wanted)" | "$(version_wanted)".*) return 0 ;;
    esac
    return 1
}

packages_are_held() {
    [ "$(apt-mark showhold kubelet kubeadm kubectl 2>/dev/null | wc -l)" -eq 3 ]
}

# packages_refuse: another release on a node that is in use is not replaced here.
packages_refuse() {
    if installed=$(kubeadm_version) && [ -e /etc/kubernetes/kubelet.conf ]; then
        kwiz_fail "this host is a node with Kubernetes $installed; $(version_wanted) was asked for" \
            "upgrades are not part of an install: answer kubernetes_version: $(minor_of "$installed"), or kwiz reset first"
    fi
}

# packages_repository FAMILY: as answered, else where Kubernetes publishes: one repository for each minor, from 1.24 on.
packages_repository() {
    if is_answered package_repository; then
        answer package_repository
        return
    fi
    minor=$(minor_of "$(version_wanted)")
    at_least "$minor" 1.24 || kwiz_fail "packages of Kubernetes $minor are not published any more" \
        "answer package_repository and package_key with a mirror that has them"
    case $1 in
    apt) printf 'https://pkgs.k8s.io/core:/stable:/v%s/deb/' "$minor" ;;
    dnf) printf 'https://pkgs.k8s.io/core:/stable:/v%s/rpm/' "$minor" ;;
    esac
}

# packages_key FAMILY REPOSITORY: where such repositories have their key.
packages_key() {
    case $1 in
    apt) printf '%s/Release.key' "$(printf '%s' "${2%% *}" | sed 's,/*$,,')" ;;
    dnf) printf '%s/repodata/repomd.xml.key' "$(printf '%s' "$2" | sed 's,/*$,,')" ;;
    esac
}

# packages_wanted FAMILY VERSION: names with versions, as the package manager takes them; nothing when the repository has none that fit.
packages_wanted() {
    case $1 in
    apt)
        exact=$(apt-cache madison kubeadm 2>/dev/null | awk -F '[ |]+' -v wanted="$2" '
            { version = $3; sub(/^[0-9]+:/, "", version); sub(/-.*/, "", version) }
            version == wanted || index(version, wanted ".") == 1 { print $3; exit }')
        [ -z "$exact" ] || printf 'kubeadm=%s kubelet=%s kubectl=%s' "$exact" "$exact" "$exact"
        ;;
    dnf)
        case $2 in
        *.*.*) printf 'kubeadm-%s kubelet-%s kubectl-%s' "$2" "$2" "$2" ;;
        *) printf 'kubeadm-%s.* kubelet-%s.* kubectl-%s.*' "$2" "$2" "$2" ;;
        esac
        ;;
    esac
}

# kubeadm_wanted: the configuration for this host, with the version that is installed: 1.36 becomes v1.36.4.
kubeadm_wanted() {
    fixed=no
    ! is_container || fixed=yes
    kubeadm_text "$(kubeadm_version)" "$(runtime_socket)" "$(node_address)" "$fixed"
}

# cluster_text: whose host this is; kwiz reads it where it looks for what stands in the way of an install.
cluster_text() {
    printf '%s\n' "${KWIZ_CLUSTER:-kubernetes}"
}

# all_have_joined [ROLE]: every other host (with that role) is a node that answers, so that nobody needs a token.
all_have_joined() {
    for name in $(printf '%s\n' "$KWIZ_HOSTS_TABLE" | awk -v role="${1-}" 'role == "" || index("," $3 ",", "," role ",") { print $1 }'); do
        [ "$name" != "$KWIZ_HOST" ] || continue
        kube get node "$name" >/dev/null 2>&1 || return 1
        case $(node_state "$name") in
        *NodeStatusUnknown*) return 1 ;;
        esac
    done
}

# kube_token: kubeadm's join command, which holds a new token: never shown.
kube_token() {
    NO_PROXY='*' no_proxy='*' kubeadm --kubeconfig "$ADMIN" token create --ttl 2h --print-join-command 2>"$UNDO/token.said" || {
        cat "$UNDO/token.said" >&2
        rm -f "$UNDO/token.said"
        return 1
    }
    rm -f "$UNDO/token.said"
}

# token_is_known ENDPOINT TOKEN_ID: has the control plane signed its public information with that token? (The id is no secret.) Where nothing is
# here to ask with, kubeadm will find out, only later.
token_is_known() {
    token_address=https://$1/api/v1/namespaces/kube-public/configmaps/cluster-info
    token_id=$2
    if has_command curl; then
        kwiz_wait 60 token_ask curl --silent --insecure --noproxy '*' --max-time 10 "$token_address"
    elif has_command wget; then
        kwiz_wait 60 token_ask wget -q -T 10 --no-proxy --no-check-certificate -O - "$token_address"
    fi
}

token_ask() {
    "$@" 2>/dev/null | grep -q "jws-kubeconfig-$token_id\""
}

KUBELET_CONF=/etc/kubernetes/kubelet.conf
CLUSTER_CA=/etc/kubernetes/pki/ca.crt

# node_server: the API server that this host's kubelet knows.
node_server() {
    sed -n 's/^ *server: *//p' "$KUBELET_CONF" 2>/dev/null | head -n 1
}

# is_of_other_cluster: is the certificate authority that this host trusts another one than that of the cluster? Where that is not told (nobody needs a
# token), or nothing is here to find out with, it is not.
is_of_other_cluster() {
    [ -n "$(result ca_hash)" ] && [ -s "$CLUSTER_CA" ] && has_command openssl || return 1
    own_key=$(openssl x509 -pubkey -noout -in "$CLUSTER_CA" 2>/dev/null) || return 1
    own_hash=$(printf '%s\n' "$own_key" | openssl pkey -pubin -outform der 2>/dev/null | sha256sum | cut -d' ' -f1)
    [ "sha256:$own_hash" != "$(result ca_hash)" ]
}

# is_joined: does this node answer for itself in the cluster?
is_joined() {
    [ -f "$KUBELET_CONF" ] && [ ! -e "$UNDO/join-began" ] && ! is_of_other_cluster && systemctl is-active --quiet kubelet.service &&
        kube_node get node "$KWIZ_HOST" >/dev/null 2>&1 && control_plane_is_joined
}

join_skips() {
    ignored=$(answer ignore_preflight_errors | tr -s ', ' ',')
    # As in kubeadm_skips: a control plane's preflight pulls CoreDNS, wanted or not.
    if has_role control-plane && [ "$(answer cluster_dns)" = none ]; then
        ignored=${ignored:+$ignored,}ImagePull
    fi
    [ -z "$ignored" ] || printf '%s\n' "--ignore-preflight-errors=$ignored"
}

# manifest_row CNI COLUMN: of the first row that is for this release.
manifest_row() {
    minor=$(minor_of "$(version_wanted)")
    table manifests.table | sed 1d | while IFS='	' read -r name version least range sum url; do
        if [ "$name" = "$1" ] && at_least "$minor" "$least"; then
            case $2 in
            version) echo "$version" ;;
            pod_cidr) echo "$range" ;;
            sha256) echo "$sum" ;;
            url) echo "$url" ;;
            esac
            break
        fi
    done
}

# manifest_fetch CNI FILE: as answered or as the table says, with its digest looked at.
manifest_fetch() {
    url=$(answer cni_manifest "$(manifest_row "$1" url)")
    wanted=$(answer cni_manifest_sha256)
    if [ -z "$wanted" ] && ! is_answered cni_manifest; then
        wanted=$(manifest_row "$1" sha256 | grep -vx -e -) || wanted=
    fi
    text_or_file "$url" "$2"
    found=$(digest "$2")
    if [ -n "$wanted" ]; then
        [ "$found" = "$wanted" ] || kwiz_fail "$url has the digest sha256 $found, expected $wanted" "it was changed since: look at it before you trust it"
    else
        kwiz_warn "$url is not pinned; to pin it: cni_manifest_sha256: $found"
    fi
}

# manifest_adapt CNI FILE: pod range and image registry, into FILE.adapted.
manifest_adapt() {
    range=$(manifest_row "$1" pod_cidr)
    pods=$(answer pod_cidr)
    case $1 in
    flannel) sed "s,\"Network\": \"$range\",\"Network\": \"$pods\"," "$2" ;;
    # Calico reads kubeadm's range by itself unless it is told one.
    calico) cat "$2" ;;
    esac | if registry=$(registry_host >/dev/null && image_registry); then
        # The registry's place is taken, the path stays: ghcr.io/flannel-io/flannel becomes REGISTRY/flannel-io/flannel.
        sed -E "s,^([[:space:]]*(- )?image:[[:space:]]*\"?)(([a-z0-9-]+\.)+[a-z]+(:[0-9]+)?/)?,\1$registry/,"
    else
        cat
    fi >"$2.adapted"
    case $1 in
    flannel) grep -Fq "\"Network\": \"$pods\"" "$2.adapted" || kwiz_fail "the manifest of flannel has no pod range to set" "is cni_manifest one of flannel?" ;;
    esac
}

# manifest_mark: what was applied, for which answers; the check compares.
manifest_mark() {
    printf '%s %s %s %s\n' "$1" "$(answer cni_manifest "$(manifest_row "$1" url)")" "$(answer pod_cidr)" "$(registry_host >/dev/null && image_registry)"
}

manifest_mark_is() {
    manifest_mark "$1" | file_is "$ETC/pod-network.applied"
}

# manifest_workload CNI: namespace, kind and name of what it runs.
manifest_workload() {
    case $1 in
    flannel) echo kube-flannel daemonset kube-flannel-ds ;;
    calico) echo kube-system daemonset calico-node ;;
    esac
}

# sample_text: namespace, deployment and service of the sample.
sample_text() {
    cat <<END
apiVersion: v1
kind: Namespace
metadata:
  name: kwiz-sample
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: nginx
  namespace: kwiz-sample
spec:
  replicas: 1
  selector:
    matchLabels: {app: nginx}
  template:
    metadata:
      labels: {app: nginx}
    spec:
      terminationGracePeriodSeconds: 2
      containers:
      - name: nginx
        image: $(yaml_text "$(answer sample_image)")
        ports:
        - containerPort: 80
        readinessProbe:
          httpGet: {path: /, port: 80}
          periodSeconds: 2
        resources:
          requests: {cpu: 10m, memory: 16Mi}
          limits: {memory: 64Mi}
---
apiVersion: v1
kind: Service
metadata:
  name: nginx
  namespace: kwiz-sample
spec:
  type: NodePort
  selector: {app: nginx}
  ports:
  - port: 80
    targetPort: 80
    nodePort: $(answer sample_node_port 30080)
END
}
