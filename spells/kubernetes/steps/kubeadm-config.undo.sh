# shellcheck shell=sh
file_restore "$KUBEADM_CONFIG"
folders_undo
