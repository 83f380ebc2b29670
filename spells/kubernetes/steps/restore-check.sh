# shellcheck shell=sh
# Before anything is stopped: is there such a snapshot, is it one, is there room, and what is needed to restore it?
# shellcheck disable=SC2086 # words are wanted
set -- $KWIZ_TARGETS
[ $# -eq 1 ] || kwiz_fail "a snapshot is restored onto one control plane, not $#: $KWIZ_TARGETS" "name the one that has it; the others take it over from there"
undo_folder
wanted=$(answer snapshot)
file=$(snapshot_find "$wanted") || kwiz_fail "there is no snapshot ${wanted:-in $SNAPSHOTS} on $KWIZ_HOST" \
    "--set snapshot=NAME or /PATH names one; there are: $(snapshots_list | sed 's,.*/,,' | tr '\n' ' ')"
etcd_tools_keep
status=$(snapshot_status "$file") || kwiz_fail "$file is no snapshot of etcd: $(printf '%s\n' "$status" | tail -n 1)" "name another with --set snapshot=NAME or /PATH"
echo "$file: $(printf '%s\n' "$status" | tail -n 1) (hash, revision, keys, size)"
size=$(wc -c <"$file")
room_or_fail "$(etcd_data)" $((size * 2 + SNAPSHOT_MARGIN)) "what is restored"
kwiz_result restore_from "$file"
if etcd_is_healthy "$(node_address)"; then
    # Should this one have been the wrong one.
    snapshot_take restore
else
    kwiz_warn "etcd of $KWIZ_HOST is not healthy, so no snapshot is taken of what it has; its files are kept beside"
fi
