# shellcheck shell=sh
# The sample has done what it was for: its service goes first, so that nobody is sent to pods that are about to end, then the deployment.
kwiz_wait 30 api_is_ready || kwiz_fail "the API server does not answer" "look at: crictl ps -a; journalctl -u kubelet"
if ! sample_is_there; then
    echo "there is no sample"
    kwiz_unchanged
    exit 0
fi
sample_remove 60s
kwiz_progress 70 "waiting for its pods to end"
sample_is_gone() { ! sample_is_there; }
kwiz_wait 150 sample_is_gone ||
    kwiz_fail "the namespace kwiz-sample is still there after 150 s" "kubectl describe namespace kwiz-sample says what holds it"
