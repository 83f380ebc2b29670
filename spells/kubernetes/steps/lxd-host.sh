# shellcheck shell=sh
# What nodes in containers can't set for themselves: the kernel is this host's.
lxd_begin
changes_begin
kwiz_progress 20 "kernel modules"
lxd_modules_text | file_put "$LXD_MODULES_FILE" 644
lxd_modules_load
kwiz_progress 60 "kernel settings"
lxd_sysctls_text | file_put "$LXD_SYSCTLS_FILE" 644
lxd_sysctls_each lxd_sysctl_raise
changes_tell
