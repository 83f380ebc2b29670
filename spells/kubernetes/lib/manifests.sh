# shellcheck shell=sh
# Manifests of others: pod networks, what leads HTTP into the cluster, add-ons. Fetched, fitted to this cluster, applied, and taken out again.

# manifest_row NAME COLUMN: of the first row that is for this release.
manifest_row() {
    minor=$(minor_of "$(version_wanted)")
    table manifests.table | sed 1d | while IFS='	' read -r name version least range sum address _; do
        if [ "$name" = "$1" ] && at_least "$minor" "$least"; then
            case $2 in
            version) echo "$version" ;;
            pod_cidr) echo "$range" ;;
            sha256) echo "$sum" ;;
            address) echo "$address" ;;
            esac
            break
        fi
    done
}

# manifest_address NAME: as answered, which only pod networks can be, or as the table says.
manifest_address() {
    if [ "$1" = "$(answer cni)" ] && is_answered cni_manifest; then
        answer cni_manifest
    else
        mirrored "$(manifest_row "$1" address)"
    fi
}

# manifest_fetch NAME FILE: with its digest looked at.
manifest_fetch() {
    address=$(manifest_address "$1")
    wanted=
    [ "$1" != "$(answer cni)" ] || wanted=$(answer cni_manifest_sha256)
    [ -n "$wanted" ] || wanted=$(pinned "$1")
    if [ -z "$wanted" ] && [ "$address" = "$(mirrored "$(manifest_row "$1" address)")" ]; then
        wanted=$(manifest_row "$1" sha256)
    fi
    text_or_file "$address" "$2"
    digest_check "$1" "$address" "$2" "$wanted"
}

# images_moved: standard input, a manifest, to standard output: where a registry is answered, it takes the place of each image's own, and the path stays:
# ghcr.io/flannel-io/flannel becomes REGISTRY/flannel-io/flannel.
images_moved() {
    if registry_host >/dev/null; then
        sed -E "s,^([[:space:]]*(- )?image:[[:space:]]*\"?)(([a-z0-9-]+\.)+[a-z]+(:[0-9]+)?/)?,\1$(image_registry)/,"
    else
        cat
    fi
}

# manifest_adapt NAME FILE: to this cluster, into FILE.adapted.
manifest_adapt() {
    case $1 in
    flannel) sed "s,\"Network\": \"$(manifest_row flannel pod_cidr)\",\"Network\": \"$(answer pod_cidr)\"," "$2" ;;
    contour) pods_place DaemonSet envoy <"$2" ;;
    ingress-nginx) pods_place Deployment ingress-nginx-controller <"$2" | ingress_nginx_ports ;;
    metrics-server) metrics_server_text <"$2" ;;
    local-path) local_path_text <"$2" ;;
    # Calico reads kubeadm's range by itself unless it is told one.
    *) cat "$2" ;;
    esac | images_moved >"$2.adapted"
    case $1 in
    flannel) grep -Fq "\"Network\": \"$(answer pod_cidr)\"" "$2.adapted" ||
        kwiz_fail "the manifest of flannel has no pod range to set" "is cni_manifest one of flannel?" ;;
    contour | ingress-nginx) ! is_placed || grep -q '^        kwiz.io/ingress: "true"$' "$2.adapted" ||
        manifest_is_other "$1" "the pods that take in HTTP" ;;
    metrics-server) grep -q -e '--kubelet-insecure-tls' "$2.adapted" || manifest_is_other "$1" "arguments of metrics-server" ;;
    # An image without a version is another one tomorrow.
    local-path) ! grep -Eq '^ +(- )?image: *([^ ]*/)?[^ :/@]+$' "$2.adapted" || manifest_is_other "$1" "the version of an image" ;;
    esac
}

manifest_is_other() {
    kwiz_fail "the manifest of $1 has no place for $2" "it is not written as the releases that this spell knows: $(manifest_address "$1")"
}

# manifest_apply NAME: fetched, adapted, handed to the API server; what was applied is kept for undo.
manifest_apply() {
    undo_folder
    manifest=$UNDO/$1.yaml
    manifest_fetch "$1" "$manifest"
    manifest_adapt "$1" "$manifest"
    # Server-side: Calico's definitions are too long for the annotation that the other way keeps.
    kube apply --server-side --force-conflicts -f "$manifest.adapted" >"$manifest.said" || {
        cat "$manifest.said"
        kwiz_fail "the manifest of $1 was not accepted" "the API server's reason stands above; does this release of it fit Kubernetes $(version_wanted)?"
    }
    cat "$manifest.said"
    rm -f "$manifest" "$manifest.said"
    mv "$manifest.adapted" "$UNDO/$1.applied.yaml"
    changed
}

# manifest_remove NAME: what manifest_apply put there; nobody waits for the ends of pods. Where the cluster is going too, it is quick, or not at all. Where only
# this host leaves, it stays in the cluster.
manifest_remove() {
    if [ "${KWIZ_ACTION-}" != remove ] && [ -f "$UNDO/$1.applied.yaml" ] && api_is_ready; then
        kube delete --ignore-not-found --wait=false -f "$UNDO/$1.applied.yaml" || kwiz_warn "not all of $1 could be removed"
    fi
    manifest_forget "$1"
}

manifest_forget() {
    rm -f "$UNDO/$1.applied.yaml" "$UNDO/$1.yaml" "$UNDO/$1.yaml.adapted" "$UNDO/$1.yaml.said"
    file_restore "$ETC/$1.applied"
}

# manifest_mark NAME: what was applied, for which answers; the check compares.
manifest_mark() {
    printf '%s %s %s %s\n' "$1" "$(manifest_address "$1")" "$(answer pod_cidr)" "$(registry_host >/dev/null && image_registry)"
    case $1 in
    contour | ingress-nginx) ingress_hosts ;;
    esac
}

# manifest_workloads NAME: namespace, kind and name of what it runs, one a line.
manifest_workloads() {
    case $1 in
    flannel) echo kube-flannel daemonset kube-flannel-ds ;;
    calico) echo kube-system daemonset calico-node ;;
    contour) printf 'projectcontour deployment contour\nprojectcontour daemonset envoy\n' ;;
    ingress-nginx) echo ingress-nginx deployment ingress-nginx-controller ;;
    metrics-server) echo kube-system deployment metrics-server ;;
    local-path) echo local-path-storage deployment local-path-provisioner ;;
    headlamp) echo headlamp deployment headlamp ;;
    esac
}

# workload_is_ready NAMESPACE KIND NAME: all its pods are, and there is one.
workload_is_ready() {
    # shellcheck disable=SC2016 # a template of kubectl's
    kube -n "$1" get "$2" "$3" -o jsonpath='{.status.desiredNumberScheduled}{.spec.replicas} {.status.numberReady}{.status.readyReplicas}' 2>/dev/null |
        awk '{ ok = $1 > 0 && $2 >= $1 } END { exit !ok }'
}

# manifest_is_running NAME
manifest_is_running() {
    manifest_workloads "$1" | {
        while read -r namespace kind name; do
            workload_is_ready "$namespace" "$kind" "$name" </dev/null || exit 1
        done
    }
}

# manifest_wait NAME SECONDS HINT: until it runs; where it does not, what the cluster says of it is shown.
manifest_wait() {
    kwiz_wait "$2" manifest_is_running "$1" && return 0
    for namespace in $(manifest_workloads "$1" | awk '{ print $1 }' | sort -u); do
        kube -n "$namespace" get pods -o wide || true
        kube -n "$namespace" get events --sort-by=.lastTimestamp | tail -n 10 || true
    done
    kwiz_fail "$1 does not run after $2 s" "its pods and events stand above; $3"
}
