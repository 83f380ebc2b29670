# shellcheck shell=sh
# A snapshot of etcd, on this control plane; of a removal only where members of etcd leave.
if [ "${KWIZ_ACTION-}" = remove ] && [ -z "$(hosts_leaving control-plane)" ]; then
    kwiz_unchanged
    exit 0
fi
undo_folder
snapshot_take "${KWIZ_ACTION:-snapshot}"
kwiz_result snapshot "$snapshot_file"
