# shellcheck shell=sh
# The containers that kwiz made, with all that is in them, their profile, and the images that came for them.
lxd_begin
if lxd_answers; then
    for name in $(lxd_noted containers); do
        kwiz_progress 50 "container $name"
        lxd_container_delete "$name"
    done
    for name in $(lxd_noted profiles); do
        [ "$(lxd_owner profile "$name")" != "$KWIZ_CLUSTER" ] || lxd profile delete "$name" ||
            kwiz_warn "the profile $name stays, as something else uses it"
    done
    for name in $(lxd_noted images); do
        lxd image delete "$name" 2>/dev/null || ! lxd image info "$name" >/dev/null 2>&1 || kwiz_warn "the image $name stays, as $(lxd_name) does not delete it"
    done
    # What is noted is forgotten below: not while its server may only have gone away meanwhile.
    lxd_answers || kwiz_fail "$(lxd_name) on $KWIZ_HOST does not answer any more, so something may be left" "look at: $lxd_client info; then kwiz reset again"
elif [ -f "$UNDO/containers" ] && [ -n "$lxd_client" ]; then
    kwiz_fail "$(lxd_name) does not answer on $KWIZ_HOST, so the containers stay" "look at: $lxd_client info; then kwiz reset again"
fi
rm -f "$UNDO/containers" "$UNDO/profiles" "$UNDO/profile.yaml" "$UNDO/images" "$UNDO/image"
