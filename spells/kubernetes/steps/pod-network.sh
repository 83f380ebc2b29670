# shellcheck shell=sh
# The pod network: flannel and Calico by their manifests, bridge by this node's own part of it.
changes_begin
release_check
case $(answer cni) in
bridge)
    range=$(pod_range kube)
    bridge_put "$range"
    ;;
flannel | calico)
    network=$(answer cni)
    kwiz_progress 10 "manifest of $network"
    manifest=$UNDO/manifest.yaml
    manifest_fetch "$network" "$manifest"
    manifest_adapt "$network" "$manifest"
    kwiz_progress 50 "applying the manifest"
    # Server-side: Calico's definitions are too long for the annotation that the other way keeps.
    kube apply --server-side --force-conflicts -f "$manifest.adapted" >"$manifest.said" || {
        cat "$manifest.said"
        kwiz_fail "the manifest of $network was not accepted" "the API server's reason stands above; does this release of it fit Kubernetes $(version_wanted)?"
    }
    cat "$manifest.said"
    manifest_mark "$network" | file_put "$ETC/pod-network.applied" 644
    rm -f "$manifest" "$manifest.adapted" "$manifest.said"
    changed
    ;;
none) echo "no pod network is installed: nodes turn Ready when you have installed one" ;;
esac
changes_tell
