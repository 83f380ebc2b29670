# shellcheck shell=sh
lxd_begin
file_restore "$LXD_SYSCTLS_FILE"
file_restore "$LXD_MODULES_FILE"
# Another cluster in containers here goes on needing what runs.
if lxd_others; then
    rm -f "$UNDO/sysctl" "$UNDO/modules"
else
    sysctl_undo
    modules_unload
fi
folders_undo
