# shellcheck shell=sh
# Takes apart what another cluster left here: stops the kubelet and its pods, runs kubeadm reset where there is one, and removes the paths that the check
# names (KWIZ_PATHS), interfaces of pod networks and packet filter rules of Kubernetes. NOTHING of this can be taken back: etcd's data is gone. k3s, RKE2,
# k0s and MicroK8s have uninstallers of their own; while they run, nothing is done.
changes_begin
if [ -f "$ETC/cluster" ] && [ "$(head -n 1 "$ETC/cluster")" = "$(cluster_text | head -n 1)" ]; then
    kwiz_fail "this host is in the cluster $KWIZ_CLUSTER itself" "kwiz reset takes that apart"
fi
if has_systemd; then
    for unit in k3s k3s-agent rke2-server rke2-agent k0scontroller k0sworker snap.microk8s.daemon-kubelite; do
        ! systemctl is-active --quiet "$unit.service" ||
            kwiz_fail "$unit.service runs here" "take it away with its own uninstaller (k3s-uninstall.sh, rke2-uninstall.sh, k0s reset, snap remove microk8s)"
    done
    if systemctl cat kubelet.service >/dev/null 2>&1; then
        systemctl stop kubelet.service || true
        echo "kubelet is stopped"
    fi
fi
if has_command kubeadm; then
    socket=$(runtime_socket) || socket=
    kubeadm reset --force ${socket:+"--cri-socket=$socket"} || kwiz_warn "kubeadm reset ended with an error; going on"
fi
pods_remove
mounts_remove /var/lib/kubelet
for path in $KWIZ_PATHS; do
    if [ -L "$path" ] || [ -f "$path" ]; then
        rm -f "$path"
        echo "removed $path"
        changed
    elif [ -d "$path" ] && [ -n "$(ls -A "$path")" ]; then
        empty_folder "$path"
        [ -z "$(ls -A "$path")" ] || kwiz_fail "$path could not be emptied: $(find "$path" -mindepth 1 -maxdepth 1 | head -n 3 | tr '\n' ' ')" "it may hold a mount, or be read-only"
        echo "emptied $path"
        changed
    fi
done
links_remove
rules_remove
changes_tell
