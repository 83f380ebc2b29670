# shellcheck shell=sh
# Hosts that leave the cluster are containers: with their nodes gone, they go too.
lxd_begin
changes_begin
lxd_need
for name in $KWIZ_TARGETS; do
    lxd_container_delete "$name"
    changed
    echo "deleted the container $name"
done
changes_tell
