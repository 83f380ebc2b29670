# shellcheck shell=sh
# When etcd goes from one member to two, it answers nobody for some seconds. Watches of the controller manager and the scheduler that lived through that
# can be dead for minutes: new services then get no endpoints. Both are started anew once the members of etcd have changed.
undo_folder
# After a boot it takes a while.
kwiz_wait 90 etcd_is_healthy "$(node_address)" || true
members=$(settle_members) || kwiz_fail "etcd of $KWIZ_HOST does not answer" "look at: crictl ps -a; crictl logs of etcd"
for program in kube-controller-manager kube-scheduler; do
    kwiz_progress 50 "$program"
    program_restart "$program" 120 ||
        kwiz_fail "$program did not come back within 120 s" "look at: crictl ps -a; journalctl -u kubelet"
    settle_lease "$program"
done
printf '%s\n' "$members" >"$UNDO/settled.new"
mv "$UNDO/settled.new" "$UNDO/settled"
