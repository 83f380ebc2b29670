# shellcheck shell=sh
node_reset
rm -f "$UNDO/join-began" "$UNDO/settled"
bridge_undo
folders_undo
