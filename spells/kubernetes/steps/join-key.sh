# shellcheck shell=sh
# The cluster's certificates for control planes that are to join: in a secret of the cluster for two hours, under a key made anew for every run that needs
# one. kubeadm init uploads none: its key would have to be shown or kept.
if all_have_joined control-plane; then
    printf %s - | kwiz_secret certificate_key
    kwiz_unchanged
    exit 0
fi
key=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
[ "${#key}" -eq 64 ] || kwiz_fail "no random key could be made" "is /dev/urandom there on $KWIZ_HOST?"
printf '%s' "$key" | kwiz_secret certificate_key
# kubeadm would show the key.
certificate_key_put "$key" <"$KUBEADM_CONFIG" |
    kubeadm init phase upload-certs --upload-certs --skip-certificate-key-print --config /dev/stdin ||
    kwiz_fail "the certificates could not be put into the cluster" "kubeadm's reason stands above"
