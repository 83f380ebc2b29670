# shellcheck shell=sh
node_reset
folders_undo
