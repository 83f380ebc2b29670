file_restore "$KUBEADM_CONFIG"
folders_undo
