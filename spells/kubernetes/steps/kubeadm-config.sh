# shellcheck shell=sh
# The configuration for kubeadm init, for the release that is installed.
changes_begin
release_check
text=$(kubeadm_wanted)
printf '%s\n' "$text" | file_put "$KUBEADM_CONFIG" 600
# From 1.26 on kubeadm judges it by itself; before, it does when it reads it, and only warns of keys that it does not know.
if kubeadm config validate --help >/dev/null 2>&1 && kubeadm config --help 2>/dev/null | grep -q '^ *validate'; then
    said=$(kubeadm config validate --config "$KUBEADM_CONFIG" 2>&1) || invalid=yes
else
    said=$(kubeadm config images list --config "$KUBEADM_CONFIG" 2>&1) || invalid=yes
fi
case $said in
*'unknown field'* | *'strict decoding'*) invalid=yes ;;
esac
if [ "${invalid-no}" = yes ]; then
    printf '%s\n' "$said"
    file_restore "$KUBEADM_CONFIG"
    kwiz_fail "kubeadm does not accept its configuration" "its reason stands above; look at the answers that it names"
fi
changes_tell
