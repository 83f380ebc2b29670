# shellcheck shell=sh
for name in $ADDONS; do
    manifest_remove "$name"
done
folders_undo
