# shellcheck shell=sh
is_joined || exit 1
if [ "$(answer cni)" = bridge ]; then
    range=$(kube_node get node "$KWIZ_HOST" -o jsonpath='{.spec.podCIDR}' 2>/dev/null) || exit 1
    [ -n "$range" ] && bridge_is "$range"
fi
