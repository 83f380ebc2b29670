# shellcheck shell=sh
release_check
text=$(kubeadm_wanted)
printf '%s\n' "$text" | file_is "$KUBEADM_CONFIG"
