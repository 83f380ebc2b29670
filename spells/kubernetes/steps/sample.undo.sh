# shellcheck shell=sh
# Of the whole cluster: where only hosts leave, it stays.
[ "${KWIZ_ACTION:-reset}" = reset ] || exit 0
# Quickly, or not at all: where the cluster is going too, nobody should wait for one that is broken.
if api_is_ready && sample_is_there; then
    sample_remove 15s
fi
