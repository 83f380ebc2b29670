# shellcheck shell=sh
node_undo
