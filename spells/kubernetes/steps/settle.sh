# shellcheck shell=sh
# When etcd goes from one member to two, it answers nobody for some seconds. Watches of the controller manager and the scheduler that lived through that
# can be dead for minutes: new services then get no endpoints. Both are started anew once the members of etcd have changed.
undo_folder
# After a boot it takes a while.
kwiz_wait 90 etcd_is_healthy "$(node_address)" || true
members=$(settle_members) || kwiz_fail "etcd of $KWIZ_HOST does not answer" "look at: crictl ps -a; crictl logs of etcd"
for program in kube-controller-manager kube-scheduler; do
    before=$(settle_pids "$program")
    # shellcheck disable=SC2086 # words are wanted
    [ -z "$before" ] || kill $before 2>/dev/null || true
    kwiz_progress 50 "$program"
    kwiz_wait 120 settle_is_new "$program" "$before" ||
        kwiz_fail "$program did not come back within 120 s" "look at: crictl ps -a; journalctl -u kubelet"
    settle_lease "$program"
done
printf '%s\n' "$members" >"$UNDO/settled.new"
mv "$UNDO/settled.new" "$UNDO/settled"
