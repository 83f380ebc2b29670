# shellcheck shell=sh
file_undo_lines /etc/hosts hosts_without_block
file_restore "$NETWORK_MANAGER_FILE"
swap_undo
# What was mended before the run, by name (fixes/).
firewall_undo
hostname_undo
time_undo
file_restore "$SYSCTL_FILE"
sysctl_undo
file_restore "$MODULES_FILE"
modules_unload
file_restore "$ETC/cluster"
folders_undo
runs_remove
# Nothing that is needed for reset is left: the last undo of a host removes the folder itself.
rm -f "$UNDO"/changed-* "$UNDO"/staged-* "$UNDO"/folders-* "$UNDO/wanted" "$UNDO/there" "$UNDO/nftables"
rmdir "$UNDO/files" "$UNDO" "${UNDO%/*}" "$(dirname "${UNDO%/*}")" 2>/dev/null || true
residue_tell
