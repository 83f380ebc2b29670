# shellcheck shell=sh
for name in contour ingress-nginx; do
    manifest_remove "$name"
done
folders_undo
