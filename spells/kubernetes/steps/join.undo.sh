# shellcheck shell=sh
node_reset
rm -f "$UNDO/join-began"
bridge_undo
folders_undo
