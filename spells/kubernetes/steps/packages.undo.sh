# shellcheck shell=sh
if [ -e "$UNDO/held" ]; then
    apt-mark unhold kubelet kubeadm kubectl || true
    rm -f "$UNDO/held"
fi
if [ -s "$UNDO/packages-packages" ]; then
    systemctl stop kubelet.service 2>/dev/null || true
fi
kwiz_progress 20 "removing packages"
binaries_undo
package_undo packages
if package_family >/dev/null; then
    repository_remove kubernetes
fi
if ! has_command kubelet; then
    # Empty by now, or the operator's.
    rmdir /etc/kubernetes/manifests /etc/kubernetes/pki /etc/kubernetes /var/lib/kubelet /var/lib/etcd /var/lib/cni /opt/cni/bin /opt/cni \
        /etc/cni/net.d /etc/cni /var/log/pods /var/log/containers 2>/dev/null || true
    systemctl reset-failed kubelet.service 2>/dev/null || true
fi
if [ -e "$UNDO/opt" ]; then
    [ -d /opt ] || mkdir -m 755 /opt
    rm -f "$UNDO/opt"
fi
! has_systemd || systemctl daemon-reload
folders_undo
