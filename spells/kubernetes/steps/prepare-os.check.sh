# shellcheck shell=sh
cluster_text | file_is "$ETC/cluster" || exit 1
if ! in_lxd; then
    modules_text | file_is "$MODULES_FILE" || exit 1
    module_works overlay || exit 1
    module_works br_netfilter || exit 1
    swap_is_off || exit 1
fi
sysctl_text | file_is "$SYSCTL_FILE" || exit 1
sysctl_each sysctl_is || exit 1
hosts_text | file_is /etc/hosts || exit 1
if uses_network_manager; then
    network_manager_text | file_is "$NETWORK_MANAGER_FILE" || exit 1
fi
