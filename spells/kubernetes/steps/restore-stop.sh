# shellcheck shell=sh
# Every control plane stops: one that runs on with what was would be a cluster of its own.
undo_folder
kwiz_progress 10 "stopping the control plane"
control_stop
