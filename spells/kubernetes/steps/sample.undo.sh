# shellcheck shell=sh
# Of the whole cluster: where only hosts leave, it stays.
[ "${KWIZ_ACTION:-reset}" = reset ] || exit 0
# Quickly, or not at all: where the cluster is going too, nobody should wait for one that is broken.
if api_is_ready && kube get namespace kwiz-sample >/dev/null 2>&1; then
    kube -n kwiz-sample delete --ignore-not-found --timeout=15s service nginx || true
    kube -n kwiz-sample delete --ignore-not-found --timeout=30s deployment nginx || true
    # Its end is the API server's business; it waits for no one.
    kube delete --wait=false namespace kwiz-sample
fi
