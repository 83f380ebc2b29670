# shellcheck shell=sh
# Backups are the operator's: who wanted them once may want them now.
rm -rf "$ETCD_TOOLS" "$UNDO/snapshot.said"
rm -f "$SNAPSHOTS"/.new-*
if [ -n "$(snapshots_list)" ]; then
    kwiz_warn "snapshots of etcd stay on $KWIZ_HOST, with all secrets of the cluster: remove $SNAPSHOTS when nobody needs them"
else
    rmdir "$SNAPSHOTS" 2>/dev/null || true
fi
