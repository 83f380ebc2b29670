# shellcheck shell=sh
release_check
case $(answer cni) in
bridge)
    range=$(kube get node "$KWIZ_HOST" -o jsonpath='{.spec.podCIDR}' 2>/dev/null) || exit 1
    [ -n "$range" ] && bridge_is "$range"
    ;;
flannel | calico)
    # The manifest is not fetched again to find out; what was applied, for which answers, is noted.
    manifest_mark "$(answer cni)" | file_is "$ETC/pod-network.applied" || exit 1
    manifest_workloads "$(answer cni)" | {
        read -r namespace kind name
        kube -n "$namespace" get "$kind" "$name" >/dev/null 2>&1
    }
    ;;
none) : ;;
esac
