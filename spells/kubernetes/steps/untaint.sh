# shellcheck shell=sh
# Where no host is only a worker, pods must be allowed on the control plane: both generations of its taint.
taints=$(kube get node "$KWIZ_HOST" -o jsonpath='{range .spec.taints[*]}{.key}{"\n"}{end}')
removed=0
for key in node-role.kubernetes.io/master node-role.kubernetes.io/control-plane; do
    if printf '%s\n' "$taints" | grep -Fqx "$key"; then
        kube taint node "$KWIZ_HOST" "$key-"
        removed=$((removed + 1))
    fi
done
# Load balancers leave nodes with this label out.
label=node.kubernetes.io/exclude-from-external-load-balancers
if kube get node "$KWIZ_HOST" -o jsonpath='{.metadata.labels}' | grep -q "$label"; then
    kube label node "$KWIZ_HOST" "$label-"
    removed=$((removed + 1))
fi
[ "$removed" -gt 0 ] || kwiz_unchanged
