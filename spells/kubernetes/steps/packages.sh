# shellcheck shell=sh
# kubeadm, kubelet and kubectl, from the repository of one minor release, held there.
changes_begin
release_check
wanted=$(version_wanted)

if packages_fit; then
    echo "kubeadm, kubelet and kubectl $(kubeadm_version) are here already"
elif uses_binaries; then
    packages_refuse
    binaries_put
    packages_fit || kwiz_fail "kubeadm, kubelet and kubectl of $wanted do not run here" "run: kubeadm version; is the processor $(uname -m)?"
else
    family=$(family_or_fail) || exit 1
    packages_refuse
    # ALT has Kubernetes among its own packages.
    repository="of $(distribution)"
    if [ "$family" != apt-rpm ] || is_answered package_repository; then
        kwiz_progress 5 "package repository"
        repository=$(packages_repository "$family") || exit 1
        key=$(answer package_key "$(packages_key "$family" "$repository")")
        repository_add kubernetes "$repository" "$key"
    fi
    kwiz_progress 25 "installing kubeadm, kubelet and kubectl"
    # dpkg takes the folder away with the last package that has something in it.
    [ ! -d /opt ] || : >"$UNDO/opt"
    # shellcheck disable=SC2046 # words are wanted
    set -- $(packages_wanted "$family" "$wanted")
    [ $# -gt 0 ] || kwiz_fail "the repository $repository has no Kubernetes $wanted" "look at kubernetes_version and package_repository"
    echo "installing $*"
    package_install packages "$@" || kwiz_fail "the packages of Kubernetes could not be installed" "the lines above are the package manager's"
    [ "$family" != apt-rpm ] || cni_plugins_put
    changed
fi
if packages_can_be_held && ! packages_are_held; then
    apt-mark hold kubelet kubeadm kubectl
    undo_folder
    : >"$UNDO/held"
    changed
fi
if ! systemctl is-enabled --quiet kubelet.service; then
    systemctl enable --quiet kubelet.service
    changed
fi
changes_tell
