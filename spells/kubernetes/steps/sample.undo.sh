# Quickly, or not at all: where the cluster is going too, nobody should wait for one that is broken.
if api_is_ready && kube get namespace kwiz-sample >/dev/null 2>&1; then
    kube delete --wait=false namespace kwiz-sample
    sample_is_gone() {
        ! kube get namespace kwiz-sample >/dev/null 2>&1
    }
    kwiz_wait 60 sample_is_gone || kwiz_warn "the namespace kwiz-sample is still being removed"
fi
