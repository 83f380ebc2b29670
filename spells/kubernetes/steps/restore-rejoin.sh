# shellcheck shell=sh
# This control plane becomes a member of the restored etcd, and gets its data from there. As a learner first: so it can't cost the others their majority.
leader=$(peer_address "$KWIZ_TARGETS")
own=https://$(bracketed "$(node_address)"):2380
members=$(etcd_members "$leader") || kwiz_fail "etcd of $KWIZ_TARGETS does not answer" "look at: crictl ps -a on $KWIZ_TARGETS; then kwiz resume"
id=$(printf '%s\n' "$members" | awk -v peer="$own" '$3 == peer { print $1 }')
if [ "$(cat "$UNDO/rejoined" 2>/dev/null)" != "$KWIZ_RUN" ]; then
    control_stop
    if [ -z "$id" ]; then
        said=$(etcd_call "$leader" /v3/cluster/member/add "{\"peerURLs\":[\"$own\"],\"isLearner\":true}") || kwiz_fail "$KWIZ_HOST could not be announced to etcd of $KWIZ_TARGETS" "is it healthy? kwiz verify tells; then kwiz resume"
        members=$(etcd_members "$leader")
        id=$(printf '%s\n' "$members" | awk -v peer="$own" '$3 == peer { print $1 }')
    fi
    etcd_aside
    [ -z "$etcd_kept" ] || echo "what etcd had before is in $etcd_kept"
    list=$(printf '%s\n' "$members" | awk -v peer="$own" -v name="$(etcd_flag name)" '{ printf "%s%s=%s", gap, $3 == peer ? name : $2, $3; gap = "," }')
    etcd_join_text "$list" <"$STOPPED/etcd.yaml" >"$STOPPED/.etcd.yaml.new"
    chmod 600 "$STOPPED/.etcd.yaml.new"
    mv "$STOPPED/.etcd.yaml.new" "$STOPPED/etcd.yaml"
    printf '%s\n' "$KWIZ_RUN" >"$UNDO/rejoined.new"
    sync_file "$UNDO/rejoined.new"
    mv "$UNDO/rejoined.new" "$UNDO/rejoined"
fi
voter() {
    kubelet_wait 240 promoted || kwiz_fail "etcd of $KWIZ_HOST did not catch up with $KWIZ_TARGETS within 240 s" "look at: crictl ps -a; crictl logs of etcd; then kwiz resume"
}
promoted() {
    etcd_is_voter "$leader" "$id" || etcd_promote "$leader" "$id"
}
control_start_all voter
