# shellcheck shell=sh
# The containers: their profile, then each of them, made or taken up where it is.
lxd_begin
changes_begin
lxd_need
lxd_names_check
version=$(lxd_version)
text=$(lxd_profile_text "$version")
if ! printf '%s\n' "$text" | file_is "$UNDO/profile.yaml" || ! lxd_owner profile "$(lxd_profile)" >/dev/null; then
    kwiz_progress 5 "profile $(lxd_profile)"
    lxd_note profiles "$(lxd_profile)"
    lxd_owner profile "$(lxd_profile)" >/dev/null || lxd profile create "$(lxd_profile)"
    printf '%s\n' "$text" | "$lxd_client" -q profile edit "$(lxd_profile)" || kwiz_fail "$(lxd_name) does not take the profile of the containers" "its reason stands above"
    printf '%s\n' "$text" >"$UNDO/profile.yaml"
    changed
    echo "wrote the profile $(lxd_profile)"
fi
total=$(lxd_nodes | wc -l)
made=0
image=
for name in $(lxd_nodes | awk '{ print $1 }'); do
    if [ -z "$(lxd_state "$name")" ]; then
        if [ -z "$image" ]; then
            kwiz_progress 10 "image $(answer lxd_image ubuntu:24.04)"
            lxd_images_note lxd_image_find
            image=$(cat "$UNDO/image")
        fi
        kwiz_progress $((20 + made * 60 / total)) "container $name"
        lxd_container_make "$name" "$image"
        changed
        echo "made the container $name"
    fi
    made=$((made + 1))
    lxd_container_net "$name" "$(host_address "$name")"
    if ! lxd_runs "$name"; then
        lxd start "$name" || {
            lxd info "$name" --show-log | tail -n 20 || true
            kwiz_fail "the container $name does not start" "its log stands above; what the kernel lacks can't be had in a container"
        }
        changed
        echo "started the container $name"
    fi
done
rm -f "$UNDO/image"
for name in $(lxd_nodes | awk '{ print $1 }'); do
    kwiz_progress 90 "waiting for $name"
    kwiz_wait 120 lxd_container_is_up "$name" ||
        kwiz_fail "the container $name has not come up within 120 s" "look at: $lxd_client list; $lxd_client exec $name -- journalctl -b. The image must boot systemd and ask for its address by DHCP on eth0"
    lxd_container_has "$name" "$(host_address "$name")" ||
        kwiz_fail "the container $name has not the address $(host_address "$name")" "look at: $lxd_client list; the image must ask for its address by DHCP on eth0"
done
changes_tell
