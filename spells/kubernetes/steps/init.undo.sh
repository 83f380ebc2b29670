# shellcheck shell=sh
run_note
reset_refuse
node_undo
