# shellcheck shell=sh
bridge_undo
file_restore "$ETC/pod-network.applied"
for network in flannel calico; do
    manifest_forget "$network"
done
folders_undo
