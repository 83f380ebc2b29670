# shellcheck shell=sh
# Quickly, or not at all: where the cluster is going too, nobody should wait for one that is broken.
if api_is_ready && sample_is_there; then
    sample_remove 15s
fi
