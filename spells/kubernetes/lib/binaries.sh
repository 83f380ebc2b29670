# shellcheck shell=sh
# Kubernetes from its release binaries: on hosts without a package manager that kwiz knows, or where that is answered.

# uses_binaries: rather than packages?
uses_binaries() {
    [ "$(answer install_from)" = binaries ] || ! package_family >/dev/null
}

CNI_PROGRAMS=/opt/cni/bin
KUBELET_UNIT=/etc/systemd/system/kubelet.service
KUBELET_DROPIN=/etc/systemd/system/kubelet.service.d/10-kubeadm.conf

kubelet_unit_text() {
    cat <<END
# Written by kwiz.
[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=$PROGRAMS/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
END
}

# kubelet_dropin_text: what kubeadm leaves for the kubelet to read, as the unit of its packages says it.
kubelet_dropin_text() {
    cat <<END
# Written by kwiz.
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=$PROGRAMS/kubelet \$KUBELET_KUBECONFIG_ARGS \$KUBELET_CONFIG_ARGS \$KUBELET_KUBEADM_ARGS \$KUBELET_EXTRA_ARGS
END
}

# binaries_version: v1.36.4; of a minor the newest, as dl.k8s.io tells it.
binaries_version() {
    case $(version_wanted) in
    *.*.*) printf 'v%s' "$(version_wanted)" ;;
    *)
        text_or_file "$(mirrored "dl.k8s.io/release/stable-$(version_wanted).txt")" "$UNDO/stable"
        newest=$(head -n 1 "$UNDO/stable")
        rm -f "$UNDO/stable"
        case $newest in
        v"$(version_wanted)".[0-9]*) printf '%s' "$newest" ;;
        *) kwiz_fail "$(mirrored "dl.k8s.io/release/stable-$(version_wanted).txt") has no release of $(version_wanted)" \
            "it begins with '$(printf '%s' "$newest" | head -c 40)'; answer kubernetes_version with an exact release, such as 1.36.4" ;;
        esac
        ;;
    esac
}

# binary_put VERSION NAME: with the digest that stands beside it, or the one that is answered.
binary_put() {
    address=$(mirrored "dl.k8s.io/release/$1/bin/linux/$(machine)/$2")
    wanted=$(pinned "$2")
    if [ -z "$wanted" ]; then
        text_or_file "$address.sha256" "$UNDO/sum"
        wanted=$(head -n 1 "$UNDO/sum" | cut -d' ' -f1)
        rm -f "$UNDO/sum"
        case $wanted in
        *[!0-9a-f]* | '') wanted= ;;
        esac
        [ "${#wanted}" -eq 64 ] || kwiz_fail "$address.sha256 is no digest" "is the mirror whole? download_digests: $2=SHA256 gives it"
    fi
    text_or_file "$address" "$UNDO/program"
    digest_check "$2" "$address" "$UNDO/program" "$wanted"
    program_put packages "$UNDO/program" "$PROGRAMS/$2"
    rm -f "$UNDO/program"
}

# tools_need: programs that kubeadm's preflight ends without, from packages where there are some.
tools_need() {
    missing=
    for program in ip iptables mount $([ "$(release_fact conntrack)" != yes ] || echo conntrack); do
        has_command "$program" || missing="$missing $program"
    done
    [ -n "$missing" ] || return 0
    family=$(package_family) || kwiz_fail "programs that Kubernetes needs are not on this host:$missing" "install them on $KWIZ_HOST, then run again"
    names=
    for program in $missing; do
        case $program.$family in
        ip.dnf) names="$names iproute" ;;
        ip.*) names="$names iproute2" ;;
        mount.dnf) names="$names util-linux" ;;
        conntrack.apt) names="$names conntrack" ;;
        conntrack.*) names="$names conntrack-tools" ;;
        *) names="$names $program" ;;
        esac
    done
    echo "installing$names"
    # shellcheck disable=SC2086 # words are wanted
    package_install packages $names || kwiz_fail "$names could not be installed" "the lines above are the package manager's"
}

# cni_plugins_put: unless there are some.
cni_plugins_put() {
    [ ! -x "$CNI_PROGRAMS/host-local" ] || return 0
    undo_folder
    download cni-plugins "$UNDO/cni.tgz"
    unpack "$UNDO/cni.tgz" "$UNDO/unpacked"
    for program in "$UNDO/unpacked"/*; do
        [ ! -x "$program" ] || [ ! -f "$program" ] || program_put packages "$program" "$CNI_PROGRAMS/$(basename "$program")"
    done
    rm -rf "$UNDO/unpacked" "$UNDO/cni.tgz"
}

# crictl_put: unless it is there.
crictl_put() {
    ! has_command crictl || return 0
    undo_folder
    download crictl "$UNDO/crictl.tar.gz"
    unpack "$UNDO/crictl.tar.gz" "$UNDO/unpacked"
    program_put packages "$UNDO/unpacked/crictl" "$PROGRAMS/crictl"
    rm -rf "$UNDO/unpacked" "$UNDO/crictl.tar.gz"
}

# binaries_put: all that the packages would bring.
binaries_put() {
    undo_folder
    tools_need
    version=$(binaries_version) || exit 1
    done=0
    for name in kubeadm kubelet kubectl; do
        kwiz_progress $((20 + done * 20)) "$name $version"
        binary_put "$version" "$name"
        done=$((done + 1))
    done
    kwiz_progress 80 "crictl and network plugins"
    crictl_put
    cni_plugins_put
    kubelet_unit_text | file_put "$KUBELET_UNIT" 644
    kubelet_dropin_text | file_put "$KUBELET_DROPIN" 644
    systemctl daemon-reload
}

# binaries_are_here: was Kubernetes installed so?
binaries_are_here() {
    grep -Fqsx "$PROGRAMS/kubelet" "$UNDO/programs-packages"
}

# binaries_undo: stopped, and gone.
binaries_undo() {
    if binaries_are_here; then
        systemctl disable --now --quiet kubelet.service 2>/dev/null || true
        file_restore "$KUBELET_DROPIN"
        file_restore "$KUBELET_UNIT"
    fi
    programs_undo packages
    rm -rf "$UNDO/unpacked" "$UNDO/program" "$UNDO/sum" "$UNDO/stable" "$UNDO/cni.tgz" "$UNDO/crictl.tar.gz"
}
