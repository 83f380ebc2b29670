# shellcheck shell=sh
release_check
packages_fit || exit 1
if packages_can_be_held; then
    packages_are_held || exit 1
fi
systemctl is-enabled --quiet kubelet.service
