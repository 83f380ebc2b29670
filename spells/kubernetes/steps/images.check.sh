# shellcheck shell=sh
[ -f "$KUBEADM_CONFIG" ] || exit 1
images=$(wanted_images)
[ -n "$images" ] || exit 1
for image in $images; do
    image_is_here "$image" || exit 1
done
