# shellcheck shell=sh
# Its exit status tells nothing: what it says does.
microk8s_need
seconds=$(($(answer start_minutes 20) * 60))
kwiz_progress 10 "waiting until it is ready"
watched micro "$((seconds + 30))" status --wait-ready --timeout "$seconds" || true
grep -q '^microk8s is running' "$UNDO/said" ||
    kwiz_fail "MicroK8s is not ready after $(answer start_minutes 20) minutes" "microk8s inspect, as root, tells more; are images reached (docker.io), or is a proxy wanted?"
micro 60 kubectl get nodes -o wide
if [ "$KWIZ_ACTION" = verify ] && is_true sample; then
    port=$(micro 60 kubectl get service hello -o 'jsonpath={.spec.ports[0].nodePort}') || kwiz_fail "the sample is not there" "kwiz run installs it"
    kwiz_wait 30 page_answers "http://127.0.0.1:$port/" || kwiz_fail "http://127.0.0.1:$port/ does not answer" "microk8s kubectl get pods,services, as root"
fi
undo_end
kwiz_unchanged
