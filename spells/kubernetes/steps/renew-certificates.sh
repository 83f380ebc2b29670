# shellcheck shell=sh
# New certificates for this control plane, and its programs started anew with them, one after the other. Cut short, it simply begins again.
# Where they have ended already, nobody can be asked whether this host can be done without.
run_note
if list=$(certificates); then
    [ -n "$list" ] || kwiz_fail "there are no certificates of a cluster on $KWIZ_HOST" "kwiz run installs what the answers describe"
else
    list=''
fi
if [ -n "$list" ] && ! printf '%s\n' "$list" | awk '$2 < 0 { over = 1 } END { exit !over }'; then
    others_or_fail
fi
kwiz_progress 10 "new certificates"
kubeadm certs renew all || kwiz_fail "kubeadm could not renew the certificates" "its reason stands above; what it had renewed is valid, and the programs still run with the old ones"
address=$(node_address)
kwiz_progress 30 "etcd"
if ! program_restart etcd 180 || ! kwiz_wait 120 etcd_is_healthy "$address"; then
    kwiz_fail "etcd did not come back with the new certificates" "look at: crictl ps -a; crictl logs of etcd; journalctl -u kubelet; then kwiz resume"
fi
kwiz_progress 50 "API server"
if ! program_restart kube-apiserver 180 || ! kubelet_wait 180 api_of "$address"; then
    kwiz_fail "the API server did not come back with the new certificates" "look at: crictl ps -a; crictl logs of kube-apiserver; journalctl -u kubelet; then kwiz resume"
fi
for program in kube-controller-manager kube-scheduler; do
    kwiz_progress 80 "$program"
    program_restart "$program" 180 || kwiz_fail "$program did not come back with its new kubeconfig" "look at: crictl ps -a; journalctl -u kubelet; then kwiz resume"
    settle_lease "$program"
done
if [ -e "$KUBE_VIP_FILE" ]; then
    program_restart kube-vip 180 || kwiz_fail "kube-vip did not come back with its new kubeconfig" "look at: crictl ps -a; journalctl -u kubelet; then kwiz resume"
fi
