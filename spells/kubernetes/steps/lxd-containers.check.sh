# shellcheck shell=sh
lxd_begin
lxd_need
lxd_profile_text "$(lxd_version)" | file_is "$UNDO/profile.yaml" || exit 1
[ "$(lxd_owner profile "$(lxd_profile)")" = "$KWIZ_CLUSTER" ] || exit 1
for name in $(lxd_nodes | awk '{ print $1 }'); do
    lxd_runs "$name" || exit 1
    [ "$(lxd_owner container "$name")" = "$KWIZ_CLUSTER" ] || exit 1
    lxd_container_has "$name" "$(host_address "$name")" || exit 1
done
