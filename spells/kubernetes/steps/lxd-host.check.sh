# shellcheck shell=sh
lxd_begin
lxd_modules_text | file_is "$LXD_MODULES_FILE" || exit 1
lxd_sysctls_text | file_is "$LXD_SYSCTLS_FILE" || exit 1
lxd_sysctls_each lxd_sysctl_is || exit 1
module_works overlay && module_works br_netfilter || exit 1
