# shellcheck shell=sh
programs_undo helm
rm -rf "$UNDO/unpacked" "$UNDO/helm.tar.gz"
folders_undo
