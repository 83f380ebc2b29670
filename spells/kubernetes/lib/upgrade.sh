# shellcheck shell=sh
# Upgrades to the next minor release, or to another of the same: what is asked before anything is changed, and what is done with each node. All of it may be
# cut short and done again.

# Which release this node's kubeadm has upgraded it to.
UPGRADED=$UNDO/upgraded
# There as long as it was kwiz who cordoned this node.
CORDONED=$UNDO/cordoned
UPGRADER=kwiz-upgrade

# upgrade_version: what upgrade-first found: v1.36.4 where 1.36 was asked for.
upgrade_version() {
    result upgrade_version
}

kubelet_version() {
    kubelet --version 2>/dev/null | sed 's/^Kubernetes //'
}

minor_number() {
    minor_of "$1" | sed 's/^[0-9]*\.//'
}

# cgroup_kind: as versions.table calls them.
cgroup_kind() {
    case $(stat -f -c %T /sys/fs/cgroup 2>/dev/null) in
    cgroup2fs) echo v2 ;;
    *) if [ -d /sys/fs/cgroup/unified ]; then echo hybrid; else echo v1; fi ;;
    esac
}

# upgrade_host_bad: what of this host the release that is wanted does not work with; nothing where all is well.
upgrade_host_bad() {
    if ! binaries_are_here; then
        case $(package_family) in
        apt | dnf) ;;
        *) upgrade_by_hand ;;
        esac
    fi
    case $(runtime_name) in
    containerd)
        least=$(release_fact containerd)
        there=$(containerd_version)
        at_least "${there:-0}" "$least" || echo "it needs containerd $least or newer, here is ${there:-none}: upgrade that first, one host after the other"
        ;;
    docker)
        if [ "$(release_fact docker)" != dockershim ] && [ ! -S /run/cri-dockerd.sock ]; then
            echo "it reaches Docker only through cri-dockerd, which is not here: install that, or go over to containerd first"
        fi
        ;;
    esac
    kinds=$(release_fact cgroups)
    case ",$kinds," in
    *",$(cgroup_kind),"*) ;;
    *) echo "it needs cgroups $kinds, here are $(cgroup_kind): boot the host with the unified hierarchy first" ;;
    esac
    least=$(release_fact kernel)
    at_least "$(version_of "$(uname -r)")" "$least" || echo "it needs Linux $least or newer, here is $(uname -r)"
}

upgrade_by_hand() {
    echo "its kubeadm, kubelet and kubectl are neither packages of dpkg or dnf nor releases that kwiz fetched: upgrade them by hand (kubernetes.io, upgrading kubeadm clusters)"
}

# upgrade_nodes_bad NOW: which nodes are not fit to be upgraded from the cluster's version NOW; lines.
upgrade_nodes_bad() {
    wanted_minor=$(minor_number "$(version_wanted)")
    now_minor=$(minor_number "$1")
    kube get nodes -o jsonpath='{range .items[*]}{.metadata.name} {.status.nodeInfo.kubeletVersion} {.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}' | while read -r name version ready; do
        [ -n "$name" ] || continue
        if ! all_hosts | grep -Fqx "$name"; then
            echo "$name is a node and no host of the answers: take it into them, or kubectl delete node $name"
            continue
        fi
        [ "$ready" = True ] || echo "$name is not Ready"
        minor=$(minor_number "$version")
        [ "$minor" = "$now_minor" ] || [ "$minor" = "$wanted_minor" ] ||
            echo "the kubelet of $name is $version, the control plane $1: bring that node to $(minor_of "$1") first"
    done
    for name in $(all_hosts); do
        kube get node "$name" >/dev/null 2>&1 || echo "$name is a host of the answers and no node: kwiz run takes it in"
    done
}

# upgrade_step_bad NOW: may one go from that to what is wanted? A minor release by the other, and never back.
upgrade_step_bad() {
    wanted=$(version_wanted)
    if [ "${wanted%%.*}" != "$(minor_of "$1" | cut -d. -f1)" ]; then
        echo "the cluster has $1: there is no way from there to $wanted"
    elif [ "$(minor_number "$wanted")" -gt $(($(minor_number "$1") + 1)) ]; then
        echo "the cluster has $1: the next is 1.$(($(minor_number "$1") + 1)), minor releases can't be skipped"
    elif ! at_least "$wanted" "$(minor_of "$1")" || { [ "$(minor_of "$wanted")" != "$wanted" ] && ! at_least "$wanted" "${1#v}"; }; then
        echo "the cluster has $1, which is newer than $wanted: there is no way back, but to restore a snapshot"
    fi
}

# upgrade_before VERSION: nodes that come before this one, control planes first, and do not have that version: with commas. One that failed stops all behind it.
upgrade_before() {
    for name in $(
        hosts_with_role control-plane
        hosts_table | awk '!index("," $3 ",", ",control-plane,") { print $1 }'
    ); do
        [ "$name" != "$KWIZ_HOST" ] || break
        [ "$(kube get node "$name" -o jsonpath='{.status.nodeInfo.kubeletVersion}' 2>/dev/null)" = "$1" ] || echo "$name"
    done | in_words
}

# cluster_version: of the API server that answers.
cluster_version() {
    kube get --raw /version 2>/dev/null | sed -n 's/.*"gitVersion": *"\([^"]*\)".*/\1/p'
}

# upgrade_repository: that of the release that is wanted, in place of the old one.
upgrade_repository() {
    ! binaries_are_here || return 0
    family=$(family_or_fail) || exit 1
    repository=$(packages_repository "$family") || exit 1
    key=$(answer package_key "$(packages_key "$family" "$repository")")
    repository_add kubernetes "$repository" "$key"
}

# upgrade_packages VERSION NAME...: of exactly this version (v1.36.4), held again afterwards.
upgrade_packages() {
    if binaries_are_here; then
        case $1 in
        v*.*.*) exact=$1 ;;
        *) exact=$(binaries_version) || exit 1 ;;
        esac
        shift
        for name; do
            binary_put "$exact" "$name"
        done
        return
    fi
    family=$(family_or_fail) || exit 1
    exact=$(packages_exact "$family" "${1#v}")
    [ -n "$exact" ] || kwiz_fail "the package repository has no Kubernetes $1" "is package_repository the one of this minor release? --set package_repository=... names another"
    shift
    words=
    for name; do
        case $family in
        apt) words="$words $name=$exact" ;;
        dnf) words="$words $name-$exact" ;;
        esac
    done
    echo "installing$words"
    # shellcheck disable=SC2086 # words are wanted
    package_install packages $words || kwiz_fail "the packages$words could not be installed" "the lines above are the package manager's; kwiz resume goes on from here"
    if [ "$family" = apt ]; then
        apt-mark hold kubelet kubeadm kubectl >/dev/null
    fi
    changed
}

# upgrade_kubeadm [VERSION]: kubeadm of that version, or of what is wanted: 1.36 is the newest of it, but the one that an attempt before took.
upgrade_kubeadm() {
    installed=$(kubeadm_version)
    case ${installed#v} in
    "$(printf %s "${1-}" | sed s/^v//)") return 0 ;;
    "$(version_wanted)" | "$(version_wanted)".*) [ $# -gt 0 ] || [ "$installed" = "$(cluster_version)" ] || return 0 ;;
    esac
    kwiz_progress 5 "package repository"
    upgrade_repository
    kwiz_progress 10 "kubeadm"
    upgrade_packages "${1:-v$(version_wanted)}" kubeadm
}

# upgrade_skips: options of kubeadm upgrade that come from the answers.
upgrade_skips() {
    ignored=$(answer ignore_preflight_errors | tr -s ', ' ',')
    # As for init: CoreDNS is looked at and pulled, wanted or not. Where its ConfigMap is not there, kubeadm installs none.
    [ "$(answer cluster_dns)" != none ] || ignored=${ignored:+$ignored,}ImagePull,CoreDNSUnsupportedPlugins,CoreDNSMigration
    [ -z "$ignored" ] || printf '%s\n' "--ignore-preflight-errors=$ignored"
}

# access_put: on a host that has no administrator's kubeconfig, what upgrade-access gave takes its place, which can drain nodes and nothing else: where
# kubectl can read it, in memory, as long as the step runs.
access_put() {
    [ ! -s "$ADMIN" ] || return 0
    ADMIN=$KWIZ_SECRETS/upgrade-access
    trap 'rm -f "$ADMIN"' EXIT
    trap 'exit 143' TERM INT HUP
    (umask 077 && kwiz_read_secret upgrade_access >"$ADMIN") || kwiz_fail "nothing was sent to drain this node with" "kwiz upgrade once more"
}

# access_text: who may drain nodes. What a token of theirs is worth ends when they are removed.
access_text() {
    cat <<END
apiVersion: v1
kind: ServiceAccount
metadata: {name: $UPGRADER, namespace: kube-system}
---
apiVersion: v1
kind: Secret
metadata: {name: $UPGRADER, namespace: kube-system, annotations: {kubernetes.io/service-account.name: $UPGRADER}}
type: kubernetes.io/service-account-token
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: $UPGRADER}
rules:
- {apiGroups: [""], resources: [nodes], verbs: [get, list, patch, update]}
- {apiGroups: [""], resources: [pods], verbs: [get, list]}
- {apiGroups: [""], resources: [pods/eviction], verbs: [create]}
- {apiGroups: [apps], resources: [daemonsets], verbs: [get, list]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: $UPGRADER}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: $UPGRADER}
subjects: [{kind: ServiceAccount, name: $UPGRADER, namespace: kube-system}]
END
}

access_is_made() {
    access_token=$(kube -n kube-system get secret "$UPGRADER" -o jsonpath='{.data.token}' 2>/dev/null | base64 -d) && [ -n "$access_token" ]
}

# access_kubeconfig TOKEN
access_kubeconfig() {
    cat <<END
apiVersion: v1
kind: Config
current-context: upgrade
clusters:
- name: cluster
  cluster:
$(sed -n 's/^ *\(certificate-authority-data:.*\)/    \1/p; s/^ *\(server:.*\)/    \1/p' "$ADMIN")
contexts:
- name: upgrade
  context: {cluster: cluster, user: upgrade}
users:
- name: upgrade
  user:
    token: $1
END
}

access_remove() {
    kube delete clusterrolebinding,clusterrole "$UPGRADER" --ignore-not-found
    kube -n kube-system delete secret,serviceaccount "$UPGRADER" --ignore-not-found
}

# node_empty: drained by kwiz; who was cordoned before stays so afterwards.
node_empty() {
    if [ ! -e "$CORDONED" ] && [ "$(kube get node "$KWIZ_HOST" -o jsonpath='{.spec.unschedulable}')" != true ]; then
        : >"$CORDONED"
        sync_file "$CORDONED"
    fi
    node_drain "$KWIZ_HOST"
}

node_uncordon() {
    [ -e "$CORDONED" ] || return 0
    kube uncordon "$KWIZ_HOST" || return 1
    rm -f "$CORDONED"
}

node_is_new() {
    [ "$(kube get node "$KWIZ_HOST" -o jsonpath='{.status.nodeInfo.kubeletVersion} {.status.conditions[?(@.type=="Ready")].status}' 2>/dev/null)" = "$1 True" ]
}

# upgrade_kubelet VERSION: drained, with new packages, and in use again.
upgrade_kubelet() {
    if [ "$(kubelet_version)" != "$1" ] || ! node_is_new "$1"; then
        kwiz_progress 60 "draining"
        node_empty
        kwiz_progress 75 "kubelet and kubectl"
        [ "$(kubelet_version)" = "$1" ] || upgrade_packages "$1" kubelet kubectl
        systemctl daemon-reload
        systemctl restart kubelet.service
        changed
        kwiz_progress 85 "kubelet $1"
        kwiz_wait 240 node_is_new "$1" || kwiz_fail "the node $KWIZ_HOST is not Ready with kubelet $1 after 240 s" "look at: journalctl -u kubelet; the node is cordoned; when the cause is gone: kwiz resume"
    fi
    kwiz_wait 60 node_uncordon || kwiz_fail "$KWIZ_HOST is upgraded and could not be uncordoned" "kubectl uncordon $KWIZ_HOST, or kwiz resume"
}

# health_job_remove: kubeadm tries out whether a pod can be started, with a job of always the same name: one that an earlier call left is in its way.
health_job_remove() {
    kube -n kube-system delete job upgrade-health-check --ignore-not-found --wait=false >/dev/null 2>&1 || true
    kwiz_wait 60 health_job_is_gone || true
}

health_job_is_gone() {
    [ -z "$(kube -n kube-system get job,pods -l job-name=upgrade-health-check -o name 2>/dev/null)" ] && [ -z "$(kube -n kube-system get job upgrade-health-check -o name --ignore-not-found 2>/dev/null)" ]
}

# upgrade_by_kubeadm VERSION COMMAND...: unless it was done.
upgrade_by_kubeadm() {
    version=$1
    shift
    [ "$(cat "$UPGRADED" 2>/dev/null)" != "$version" ] || return 0
    # Of an attempt before: kubeadm tries whether pods can be started.
    node_uncordon || true
    "$@" || return 1
    printf '%s\n' "$version" >"$UPGRADED.new"
    sync_file "$UPGRADED.new"
    mv "$UPGRADED.new" "$UPGRADED"
    changed
}
