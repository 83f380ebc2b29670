# shellcheck shell=sh
node_reset
rm -f "$UNDO/settled"
folders_undo
