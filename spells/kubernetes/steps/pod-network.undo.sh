# shellcheck shell=sh
bridge_undo
file_restore "$ETC/pod-network.applied"
rm -f "$UNDO/manifest.yaml" "$UNDO/manifest.yaml.adapted" "$UNDO/manifest.yaml.said"
folders_undo
