# shellcheck shell=sh
# Taking a node apart: what kubeadm reset leaves behind goes too, but only what Kubernetes and its networks made.

# Of kubeadm reset, where its member of etcd is out already: it takes its own etcd's word for who is a member, and tries for minutes to take out one that is out.
KEEP_MEMBER=--skip-phases=remove-etcd-member
# Where the whole cluster goes: with no kubeconfig kubeadm asks no API server. One whose etcd lost its majority to the reset of another host answers after
# minutes only.
ASK_NOBODY=--kubeconfig=/etc/kubernetes/none

# node_reset [OPTION...]: idempotent; also where nothing was ever installed. The options are kubeadm reset's.
node_reset() {
    if has_command kubeadm; then
        socket=$(runtime_socket) || socket=
        kwiz_progress 10 "kubeadm reset"
        # Runs to the end also when parts of it fail; what stays is looked for below.
        kubeadm reset --force ${socket:+"--cri-socket=$socket"} "$@" || kwiz_warn "kubeadm reset ended with an error; going on"
    fi
    if has_systemd && systemctl cat kubelet.service >/dev/null 2>&1; then
        systemctl stop kubelet.service || true
    fi
    kwiz_progress 50 "removing what is left of pods"
    pods_remove
    namespaces_remove
    mounts_remove /var/lib/kubelet
    for folder in /var/lib/etcd /var/lib/kubelet /var/lib/cni /var/log/pods /var/log/containers; do
        empty_folder "$folder"
    done
    rm -f /etc/kubernetes/admin.conf /etc/kubernetes/super-admin.conf /etc/kubernetes/kubelet.conf /etc/kubernetes/bootstrap-kubelet.conf \
        /etc/kubernetes/controller-manager.conf /etc/kubernetes/scheduler.conf
    for folder in /etc/kubernetes/manifests /etc/kubernetes/pki /etc/kubernetes/tmp; do
        empty_folder "$folder"
    done
    kwiz_progress 80 "removing interfaces and packet filter rules"
    links_remove
    network_files_remove
    rules_remove
    slices_remove
    # Made by kubeadm's own reset, of old.
    rmdir /var/lib/dockershim 2>/dev/null || true
    # Of a restore that was cut short.
    rm -rf "$STOPPED" "$UNDO/patches"
    rm -f "$UNDO/init-began" "$UNDO/init-done" "$UNDO/joined" "$UNDO/restored" "$UNDO/rejoined" "$UNDO/verified" "$UNDO/upgraded" "$UNDO/cordoned"
}

# undo_options: those of kubeadm reset, where a node leaves or the cluster goes.
undo_options() {
    case ${KWIZ_ACTION-} in
        remove) printf '%s\n' "$KEEP_MEMBER" ;;
        reset) [ -n "$(control_planes_staying)" ] || printf '%s\n' "$KEEP_MEMBER" "$ASK_NOBODY" ;;
    esac
}

# node_undo: what init and the joins did, whichever of them made this a node: the first of the control planes may be another one by now.
node_undo() {
    # shellcheck disable=SC2046 # none, where there is none
    node_reset $(undo_options)
    rm -f "$UNDO/join-began" "$UNDO/settled"
    for name in flannel calico contour ingress-nginx $ADDONS; do
        manifest_forget "$name"
    done
    bridge_undo
    file_restore "$ETC/pod-network.applied"
    file_restore "$KUBEADM_CONFIG"
    folders_undo
}

# pods_remove: with whatever talks to the runtime.
pods_remove() {
    if [ "$(runtime_name)" = docker ]; then
        # shellcheck disable=SC2046 # words are wanted
        docker rm --force $(docker ps --all --quiet --filter label=io.kubernetes.pod.name) 2>/dev/null || true
    elif has_command crictl && [ -n "$(runtime_name)" ]; then
        endpoint=unix://$(runtime_path "$(runtime_name)")
        crictl --runtime-endpoint "$endpoint" pods -q 2>/dev/null | while read -r pod; do
            crictl --runtime-endpoint "$endpoint" stopp "$pod" >/dev/null 2>&1 || true
            crictl --runtime-endpoint "$endpoint" rmp -f "$pod" >/dev/null 2>&1 || true
        done
    fi
}

# namespaces_remove: networks of pods that could not be taken down in order, with their interfaces. Only containerd's CRI plugin calls them so.
namespaces_remove() {
    for space in /run/netns/cni-*; do
        [ -e "$space" ] || continue
        umount "$space" 2>/dev/null || umount -l "$space" 2>/dev/null || true
        rm -f "$space" || true
    done
}

# mounts_remove FOLDER: those below it, the deepest first; not the folder itself, which may be a mount of the operator's.
mounts_remove() {
    awk -v folder="$1/" 'index($2, folder) == 1 { print $2 }' /proc/mounts | sort -r | while read -r mount; do
        umount "$mount" 2>/dev/null || umount -l "$mount" 2>/dev/null || true
    done
}

NODE_LINKS='cni0 flannel.1 flannel-v6.1 kube-ipvs0 nodelocaldns vxlan.calico'

links_remove() {
    for link in $NODE_LINKS; do
        if ip link show "$link" >/dev/null 2>&1; then
            ip link delete "$link" || true
        fi
    done
    ip -o link show | sed -n 's/^[0-9]*: \(cali[0-9a-f]*\)[@:].*/\1/p' | while read -r link; do
        ip link delete "$link" || true
    done
}

network_files_remove() {
    rm -rf /run/flannel /run/calico /var/lib/calico /etc/cni/net.d/10-flannel.conflist /etc/cni/net.d/10-calico.conflist \
        /etc/cni/net.d/calico-kubeconfig /opt/cni/bin/flannel /opt/cni/bin/calico /opt/cni/bin/calico-ipam
}

# Of kube-proxy, the networks of pods, and kwiz.
CHAINS_OURS='^(KUBE-|CNI-|CNI_|FLANNEL-|cali-|KWIZ-)'

# rules_remove [CHAINS [RULES]]: chains that the pattern CHAINS fits (CHAINS_OURS), rules that jump to them, and rules of others' chains that RULES fits
# (none); everybody else's stay. Each table in one go.
rules_remove() {
    for family in iptables ip6tables; do
        for kind in '' -nft -legacy; do
            save=$family$kind-save restore=$family$kind-restore
            if ! has_command "$save" || ! has_command "$restore"; then
                continue
            fi
            # Looking would bring the old tables to life.
            if [ "$kind" = -legacy ] && [ ! -s /proc/net/ip_tables_names ]; then
                continue
            fi
            commands=$("$save" 2>/dev/null | rules_commands "$@")
            [ -z "$commands" ] || printf '%s\n' "$commands" | "$restore" --noflush || kwiz_warn "not all rules of $family could be removed"
        done
    done
    if has_command ipvsadm && [ -e /proc/net/ip_vs ]; then
        ipvsadm --clear || true
    fi
}

# rules_commands [CHAINS [RULES]]: from what iptables-save says to what iptables-restore --noflush is told. A chain that is named is emptied, then removed.
rules_commands() {
    awk -v chains="${1-$CHAINS_OURS}" -v rules="${2-}" '
        function ours(name) { return name ~ chains }
        function drop(rule) { sub(/^-A/, "-D", rule); gone = gone rule "\n" }
        /^\*/ { table = $0; count = 0; gone = ""; next }
        /^:/ { name = substr($1, 2); if (ours(name)) chain[++count] = name; next }
        /^-A / && !ours($2) {
            if (rules != "" && $0 ~ rules) { drop($0); next }
            for (i = 3; i < NF; i++)
                if (($i == "-j" || $i == "-g") && ours($(i + 1))) { drop($0); break }
            next
        }
        /^COMMIT/ {
            if (count) {
                print table
                for (i = 1; i <= count; i++) print ":" chain[i] " - [0:0]"
                printf "%s", gone
                for (i = 1; i <= count; i++) print "-X " chain[i]
                print "COMMIT"
            }
        }'
}

# docker_leftovers_remove: what dockerd made and its package leaves behind: what it stored, its bridge, its chains, its key.
docker_leftovers_remove() {
    mounts_remove /var/lib/docker
    empty_folder /var/lib/docker
    if ip link show docker0 >/dev/null 2>&1; then
        ip link delete docker0
    fi
    rules_remove '^DOCKER($|-)' ' -[io] docker0( |$)'
    rm -f /etc/docker/key.json
    rmdir /var/lib/docker /etc/docker 2>/dev/null || true
}

# residue_list: what of Kubernetes and kwiz is here, one a line; after the last undo there is nothing.
residue_list() {
    for path in /etc/kubernetes/*.conf /etc/kubernetes/manifests/* /etc/kubernetes/pki/* /var/lib/etcd/* /var/lib/kubelet/* "$CONFLIST" "$NETWORK_UNIT" \
        "$NETWORK_SCRIPT" "$NETWORK_ETC" "$ETC/cluster" "$ETC/runtime" "$KUBEADM_CONFIG" "$UNDO"; do
        [ ! -e "$path" ] || printf '%s\n' "$path"
    done
    for path in "$HAPROXY_FILE" "$KEEPALIVED_FILE"; do
        ! grep -q '^# Written by kwiz' "$path" 2>/dev/null || printf '%s\n' "$path"
    done
    ! grep -q '^# kwiz begin' /etc/hosts || echo "names in /etc/hosts"
    for link in $NODE_LINKS; do
        ! ip link show "$link" >/dev/null 2>&1 || echo "interface $link"
    done
    ! has_command iptables-save || [ -z "$(iptables-save 2>/dev/null | rules_commands)" ] || echo "rules of iptables"
    for program in kube-apiserver kube-controller-manager kube-scheduler kube-proxy; do
        [ -z "$(settle_pids "$program")" ] || echo "process $program"
    done
    ! awk '$2 ~ "^/var/lib/kubelet/" { found = 1 } END { exit !found }' /proc/mounts || echo "mounts below /var/lib/kubelet"
}

residue_tell() {
    left=$(residue_list)
    [ -z "$left" ] || kwiz_warn "left behind on $KWIZ_HOST: $(printf '%s\n' "$left" | in_words)"
}

slices_remove() {
    has_systemd || return 0
    systemctl list-units --type=slice --all --plain --no-legend 'kubepods*' 2>/dev/null | awk '{ print $1 }' | while read -r slice; do
        systemctl stop "$slice" 2>/dev/null || true
    done
}
