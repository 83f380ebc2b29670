# shellcheck shell=sh
# A token for the hosts that are to join, made anew for every run that needs one; it lives two hours. With it goes the hash of the cluster's
# certificate authority, by which a host knows that it talks to this cluster and to nobody else.
if all_have_joined; then
    # kwiz wants the secret before it even asks the hosts whether they need it. None needs one: nothing is made, and this says so. A word would be taken out
    # of everything that is printed.
    printf %s - | kwiz_secret join_token
    kwiz_unchanged
    exit 0
fi
command=$(kube_token) || kwiz_fail "no token could be made" "kubeadm's reason stands above"
token=$(printf '%s\n' "$command" | sed -n 's/.*--token \([^ ]*\).*/\1/p')
hash=$(printf '%s\n' "$command" | sed -n 's/.*--discovery-token-ca-cert-hash \([^ ]*\).*/\1/p')
server=$(printf '%s\n' "$command" | sed -n 's/.*kubeadm join \([^ ]*\).*/\1/p')
case $hash in
sha256:????????????????????????????????????????????????????????????????) ;;
*) kwiz_fail "kubeadm gave no hash of the certificate authority" "run kubeadm token create --print-join-command on $KWIZ_HOST and see" ;;
esac
if [ -z "$token" ] || [ -z "$server" ]; then
    kwiz_fail "kubeadm gave no token" "run kubeadm token create --print-join-command on $KWIZ_HOST and see"
fi
printf '%s' "$token" | kwiz_secret join_token
kwiz_result ca_hash "$hash"
kwiz_result join_endpoint "$server"
