# shellcheck shell=sh
node_reset
rm -f "$UNDO/settled" "$UNDO/verified"
folders_undo
