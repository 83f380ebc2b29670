# shellcheck shell=sh
# The images of the control plane, before init, so that init does not wait for a slow network without saying so.
proxy_export
images=$(wanted_images)
[ -n "$images" ] || kwiz_fail "kubeadm names no images" "run: kubeadm config images list --config $KUBEADM_CONFIG"
total=$(printf '%s\n' "$images" | wc -l)
undo_folder
done=0
pulled=0
for image in $images; do
    kwiz_progress $((done * 100 / total)) "$image"
    if ! image_is_here "$image"; then
        kwiz_retry 3 5 image_pull "$image" || kwiz_fail "the image $image can't be had" \
            "look at the answers image_registry, image_registry_ca and http_proxy; the runtime's own words stand above"
        printf '%s\n' "$image" >>"$UNDO/images"
        pulled=$((pulled + 1))
    fi
    done=$((done + 1))
done
echo "$pulled of $total images pulled"
[ "$pulled" -gt 0 ] || kwiz_unchanged
