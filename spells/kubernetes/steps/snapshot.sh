# shellcheck shell=sh
# A snapshot of etcd, on this control plane.
undo_folder
snapshot_take "${KWIZ_ACTION:-snapshot}"
kwiz_result snapshot "$snapshot_file"
