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
    manifest_apply "$network"
    manifest_mark "$network" | file_put "$ETC/pod-network.applied" 644
    changed
    ;;
none) echo "no pod network is installed: nodes turn Ready when you have installed one" ;;
esac
changes_tell
