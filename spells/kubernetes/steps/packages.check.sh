# shellcheck shell=sh
release_check
packages_fit || exit 1
if [ "$(package_family)" = apt ]; then
    packages_are_held || exit 1
fi
systemctl is-enabled --quiet kubelet.service
