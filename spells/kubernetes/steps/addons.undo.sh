# shellcheck shell=sh
# Of the whole cluster: where only hosts leave, it stays.
[ "${KWIZ_ACTION:-reset}" = reset ] || exit 0
for name in $ADDONS; do
    manifest_remove "$name"
done
folders_undo
