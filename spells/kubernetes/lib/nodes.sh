# shellcheck shell=sh
# Labels and taints by which workloads find the nodes that are for them.

# labels_wanted: lines "label|taint NODE TEXT".
labels_wanted() {
    hosts_table | awk '
        function has(role) { return index("," $3 ",", "," role ",") }
        NF && has("worker") { print "label", $1, "node-role.kubernetes.io/worker=" }
        NF && has("ingress") {
            print "label", $1, "node-role.kubernetes.io/ingress="
            print "label", $1, "kwiz.io/ingress=true"
            if (!has("worker") && !has("control-plane")) print "taint", $1, "node-role.kubernetes.io/ingress=:NoSchedule"
        }'
}

# labels_missing: those of them that the cluster has not yet.
labels_missing() {
    # shellcheck disable=SC2016 # a template of kubectl's
    there=$(kube get nodes -o go-template='{{range .items}}{{$node := .metadata.name}}{{range $key, $value := .metadata.labels}}label {{$node}} {{$key}}={{$value}}
{{end}}{{range .spec.taints}}taint {{$node}} {{.key}}={{if .value}}{{.value}}{{end}}:{{.effect}}
{{end}}{{end}}') || return 1
    labels_wanted | while IFS= read -r line; do
        printf '%s\n' "$there" | grep -Fqx "$line" || printf '%s\n' "$line"
    done
}

# dns_is_spread: on two nodes at least, or is there only one pod of it?
dns_is_spread() {
    places=$(kube -n kube-system get pods -l k8s-app=kube-dns -o jsonpath='{range .items[*]}{.spec.nodeName}{"\n"}{end}' 2>/dev/null) || return 1
    [ "$(printf '%s\n' "$places" | grep -c .)" -lt 2 ] || [ "$(printf '%s\n' "$places" | grep . | sort -u | wc -l)" -gt 1 ]
}
