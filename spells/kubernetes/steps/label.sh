# shellcheck shell=sh
# What each node is for. Hosts that are only for ingress take no other pods.
missing=$(labels_missing) || exit 1
[ -n "$missing" ] || { kwiz_unchanged; exit 0; }
printf '%s\n' "$missing" | while read -r what node text; do
    kube "$what" node "$node" "$text" --overwrite </dev/null
done
