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

# packages_can_be_held: did apt install them?
packages_can_be_held() {
    [ "$(package_family)" = apt ] && package_is_installed kubelet
}

packages_are_held() {
    [ "$(apt-mark showhold kubelet kubeadm kubectl 2>/dev/null | wc -l)" -eq 3 ]
}

# packages_refuse: another release on a node that is in use is not replaced here.
packages_refuse() {
    if installed=$(kubeadm_version) && [ -e /etc/kubernetes/kubelet.conf ]; then
        kwiz_fail "this host is a node with Kubernetes $installed; $(version_wanted) was asked for" \
            "an install upgrades nothing: answer kubernetes_version: $(minor_of "$installed"), and then kwiz upgrade FILE --to $(version_wanted)"
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

# packages_exact FAMILY VERSION: the version as the package manager has it, of 1.36 the newest; nothing when the repository has none that fits.
packages_exact() {
    case $1 in
    apt)
        apt-cache madison kubeadm 2>/dev/null | awk -F '[ |]+' -v wanted="$2" '
            { version = $3; sub(/^[0-9]+:/, "", version); sub(/-.*/, "", version) }
            version == wanted || index(version, wanted ".") == 1 { print $3; exit }'
        ;;
    dnf)
        case $2 in
        *.*.*) echo "$2" ;;
        *) echo "$2.*" ;;
        esac
        ;;
    esac
}

# packages_alt VERSION: ALT has a set of packages for each minor, on older branches one set for the branch; with them what kubeadm looks for.
packages_alt() {
    for prefix in "kubernetes$(minor_of "$1")" kubernetes; do
        offer=$(package_candidate "$prefix-kubeadm") || continue
        case $(version_of "${offer#* }") in
        "$1" | "$1".*) ;;
        *) continue ;;
        esac
        printf '%s-kubeadm %s-kubelet %s-client' "$prefix" "$prefix" "$prefix"
        for name in cri-tools conntrack-tools cni-plugins; do
            ! package_candidate_now "$name" >/dev/null || printf ' %s' "$name"
        done
        return
    done
}

# packages_wanted FAMILY VERSION: names with versions, as the package manager takes them; nothing when the repository has none that fit.
packages_wanted() {
    if [ "$1" = apt-rpm ]; then
        packages_alt "$2"
        return
    fi
    exact=$(packages_exact "$1" "$2")
    [ -n "$exact" ] || return 0
    case $1 in
    apt) printf 'kubeadm=%s kubelet=%s kubectl=%s' "$exact" "$exact" "$exact" ;;
    dnf) printf 'kubeadm-%s kubelet-%s kubectl-%s' "$exact" "$exact" "$exact" ;;
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
    for name in $(hosts_table | awk -v role="${1-}" 'role == "" || index("," $3 ",", "," role ",") { print $1 }'); do
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

# is_joined: does this node answer for itself in the cluster? Only one that kwiz has made a node, and not of another cluster: that may have a node of
# this name, too.
is_joined() {
    [ -f "$KUBELET_CONF" ] && [ ! -e "$UNDO/join-began" ] && joined_is_this && ! is_of_other_cluster && systemctl is-active --quiet kubelet.service &&
        kube_node get node "$KWIZ_HOST" >/dev/null 2>&1 && control_plane_is_joined
}

# joined_is_this: UNDO/joined has the endpoint that this host joined by. Which one this cluster has is not known where nobody needs a token.
joined_is_this() {
    [ ! -e "$UNDO/init-done" ] || return 0
    [ -s "$UNDO/joined" ] || return 1
    [ -z "$(result join_endpoint)" ] || [ "$(cat "$UNDO/joined")" = "$(result join_endpoint)" ]
}

# control_plane_was_made: by kwiz, here: begun by this host, or joined. The first of them may have been another one, which left.
control_plane_was_made() {
    [ -e "$UNDO/init-done" ] || { [ -e "$UNDO/joined" ] && [ ! -e "$UNDO/join-began" ] && [ -e /etc/kubernetes/manifests/kube-apiserver.yaml ]; }
}

join_skips() {
    ignored=$(preflight_ignored)
    # As in kubeadm_skips: a control plane's preflight pulls CoreDNS, wanted or not.
    if has_role control-plane && [ "$(answer cluster_dns)" = none ]; then
        ignored=${ignored:+$ignored,}ImagePull
    fi
    [ -z "$ignored" ] || printf '%s\n' "--ignore-preflight-errors=$ignored"
}

# The name by which the sample is asked for where HTTP comes in; no name server knows it.
SAMPLE_HOST=sample.kwiz.internal

sample_is_there() {
    kube get namespace kwiz-sample >/dev/null 2>&1
}

# sample_remove TIME: service, then deployment, for each of which that time is waited; the end of the namespace is the API server's business.
sample_remove() {
    kube -n kwiz-sample delete --ignore-not-found --timeout="$1" ingress nginx || true
    kube -n kwiz-sample delete --ignore-not-found --timeout="$1" service nginx || true
    kube -n kwiz-sample delete --ignore-not-found --timeout="$1" deployment nginx || true
    kube delete --ignore-not-found --wait=false namespace kwiz-sample
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
        image: $(yaml_text "$(image_moved "$(answer sample_image)")")
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
    [ "$(answer ingress_controller none)" = none ] || cat <<END
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: nginx
  namespace: kwiz-sample
spec:
  ingressClassName: $(answer ingress_controller | sed 's/^ingress-//')
  rules:
  - host: $SAMPLE_HOST
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: nginx
            port: {number: 80}
END
}
