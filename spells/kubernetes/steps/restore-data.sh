# shellcheck shell=sh
# The snapshot becomes the data of this control plane, which is then the only member of etcd.
file=$(result restore_from)
[ -f "$file" ] || kwiz_fail "the snapshot ${file:-(none)} is not there" "kwiz action restore begins anew"
if [ "$(cat "$UNDO/restored" 2>/dev/null)" != "$KWIZ_RUN" ]; then
    control_stop
    kwiz_progress 20 "restoring $file"
    etcd_restore "$file"
    printf '%s\n' "$KWIZ_RUN" >"$UNDO/restored.new"
    sync_file "$UNDO/restored.new"
    mv "$UNDO/restored.new" "$UNDO/restored"
fi
control_start_all true
etcd_members "$(node_address)"
