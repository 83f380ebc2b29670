# shellcheck shell=sh
control_plane_was_made && [ -e /etc/kubernetes/manifests/kube-apiserver.yaml ] || exit 1
kube_vip_is || exit 1
# After a boot it takes a while.
kwiz_wait 30 api_is_ready || exit 1
