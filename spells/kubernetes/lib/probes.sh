# shellcheck shell=sh
# Probe pods: one on each node, of an image with nginx, that answer over HTTP and ask others when told to. So pods are tried from within, and images need
# neither a shell nor a client. They stand in a namespace of their own, with which all of them go.

PROBES=kwiz-verify

# probe_image: the sample's; where none was asked for, one with nginx that a node has. 1 where there is none.
probe_image() {
    if is_true sample; then
        image_moved "$(answer sample_image)"
        return
    fi
    found=$(kube get nodes -o jsonpath='{range .items[*].status.images[*]}{.names[-1:]}{"\n"}{end}' 2>/dev/null | tr -d '[]"' | grep -E '(^|/)nginx[:@]' | head -n 1) || found=''
    [ -n "$found" ] && printf '%s' "$found"
}

# cluster_dns_address: that pods are told to ask.
cluster_dns_address() {
    awk '/^clusterDNS:/ { on = 1; next } on && $1 == "-" { gsub(/["'\'']/, "", $2); print $2; exit } on { exit }' /var/lib/kubelet/config.yaml
}

# probe_configuration [DNS]: of nginx. /to/HOST:PORT asks that one; names are looked up at the cluster's DNS.
probe_configuration() {
    cat <<END
pid /tmp/nginx.pid;
error_log stderr error;
events {}
http {
  access_log off;
  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
END
    [ -z "${1-}" ] || printf '  resolver %s valid=1s;\n  resolver_timeout 3s;\n' "$(bracketed "$1")"
    cat <<'END'
  server {
    listen 8080;
    listen [::]:8080;
    location = / { return 200 "kwiz probe $hostname\n"; }
    location ~ ^/to/(.+)$ {
      proxy_connect_timeout 3s;
      proxy_read_timeout 3s;
      proxy_set_header Host probe;
      proxy_pass http://$1/;
    }
  }
}
END
}

# probe_text IMAGE [DNS]: all that is made for it. The pods go to all hosts of the answers, to tainted and cordoned nodes, too. Others are left alone: with
# the network bridge they have no routes to hosts that came without their knowledge.
probe_text() {
    cat <<END
apiVersion: v1
kind: Namespace
metadata:
  name: $PROBES
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: probe
  namespace: $PROBES
data:
  nginx.conf: |
$(probe_configuration "${2-}" | sed 's/^/    /')
---
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: probe
  namespace: $PROBES
spec:
  selector:
    matchLabels: {app: probe}
  template:
    metadata:
      labels: {app: probe}
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: 1
      tolerations:
      - operator: Exists
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
$(for name in $(all_hosts); do printf '            - matchFields: [{key: metadata.name, operator: In, values: [%s]}]\n' "$(yaml_text "$name")"; done)
      securityContext: {runAsUser: 65534, runAsGroup: 65534}
      containers:
      - name: probe
        image: $(yaml_text "$1")
        command: [nginx, -c, /etc/kwiz-probe/nginx.conf, -g, "daemon off;"]
        ports:
        - containerPort: 8080
        readinessProbe:
          httpGet: {path: /, port: 8080}
          periodSeconds: 1
        resources:
          requests: {cpu: 10m, memory: 16Mi}
          limits: {memory: 64Mi}
        volumeMounts:
        - {name: configuration, mountPath: /etc/kwiz-probe}
        - {name: tmp, mountPath: /tmp}
      volumes:
      - name: configuration
        configMap: {name: probe}
      - name: tmp
        emptyDir: {}
---
apiVersion: v1
kind: Service
metadata:
  name: probe
  namespace: $PROBES
spec:
  type: NodePort
  selector: {app: probe}
  ports:
  - port: 80
    targetPort: 8080
END
}

probes_are_gone() {
    ! kube get namespace "$PROBES" >/dev/null 2>&1
}

# probes_remove SECONDS: they go; for so long it is waited until all is gone. Pods first and without grace: a namespace that still has some when it is to go
# takes a minute.
probes_remove() {
    if probes_are_gone; then return 0; fi
    kube -n "$PROBES" delete daemonset,service,configmap --all --ignore-not-found --wait=false >/dev/null 2>&1 || true
    kube -n "$PROBES" delete pods --all --ignore-not-found --wait=false --grace-period=0 --force >/dev/null 2>&1 || true
    kube delete namespace "$PROBES" --ignore-not-found --wait=false >/dev/null 2>&1 || true
    [ "$1" -eq 0 ] || kwiz_wait "$1" probes_are_gone
}

# probes_list: lines "NODE POD ADDRESS READY", in the order of nodes.
probes_list() {
    kube -n "$PROBES" get pods -l app=probe -o jsonpath='{range .items[*]}{.spec.nodeName} {.metadata.name} {.status.podIP} {.status.containerStatuses[0].ready}{"\n"}{end}' |
        awk 'NF == 4' | sort
}

# probes_ready: on every host; else what keeps each from it.
probes_ready() {
    probes=$(probes_list) || return 1
    probes_bad=$(for name in $(all_hosts); do
        printf '%s\n' "$probes" | awk -v node="$name" '$1 == node && $4 == "true" { found = 1 } END { exit !found }' || printf 'none ready on %s\n' "$name"
    done)
    if [ -z "$probes_bad" ]; then
        echo "one on each of $(printf '%s\n' "$probes" | grep -c .) nodes"
        return
    fi
    printf '%s\n' "$probes_bad"
    # The same from all pods most often: images that can't be had, programs that are not there.
    kube -n "$PROBES" get pods -l app=probe -o jsonpath='{range .items[*]}{.status.containerStatuses[0].state.waiting.reason}{" "}{.status.containerStatuses[0].state.waiting.message}{"\n"}{end}' 2>/dev/null |
        grep -v '^ *$' | sort -u | head -n 2
    return 1
}

# http_get ADDRESS: over HTTP, past any proxy, within 5 seconds.
http_get() {
    if has_command curl; then
        curl --silent --show-error --fail --globoff --noproxy '*' --max-time 5 "$1" 2>&1
    elif has_command wget; then
        wget -q -T 5 -t 1 --no-proxy -O - "$1" 2>&1
    else
        echo "this host has neither curl nor wget"
        return 1
    fi
}

# http_answers ADDRESS: is anybody there who speaks HTTP, whatever is said?
http_answers() {
    if has_command curl; then
        curl --silent --output /dev/null --globoff --noproxy '*' --max-time 5 "$1" 2>/dev/null
    else
        wget -S -q -T 5 -t 1 --no-proxy -O /dev/null "$1" 2>&1 | grep -q '^ *HTTP/'
    fi
}

# is_probe ADDRESS: does a probe answer there? What was said else.
is_probe() {
    probe_said=$(http_get "$1") || :
    case $probe_said in
    'kwiz probe '*) return 0 ;;
    esac
    printf '%s\n' "${probe_said:-no answer}" | head -n 1
    return 1
}

# probe_asks ADDRESS TARGET: the probe at ADDRESS asks TARGET.
probe_asks() {
    is_probe "http://$(bracketed "$1"):8080/to/$2"
}

# probes_whose: of which nodes there are probes, for people.
probes_whose() {
    whose=$(probes_list | grep -c .)
    if [ "$whose" = "$(all_hosts | wc -l)" ]; then
        echo "all nodes"
    else
        echo "$whose of $(all_hosts | wc -l) nodes"
    fi
}

# probes_each COMMAND [ARGUMENT]: COMMAND NODE ADDRESS ARGUMENT for each probe; what each that failed said. Fails where there is none.
probes_each() {
    each_command=$1 each_argument=${2-}
    each_list=$(probes_list) || return 1
    [ -n "$each_list" ] || {
        echo "there is no probe pod"
        return 1
    }
    each_bad=$(printf '%s\n' "$each_list" | while read -r node pod address ready; do
        [ -n "$pod$ready" ] || continue
        found=$("$each_command" "$node" "$address" "$each_argument" </dev/null) || printf 'from %s: %s\n' "$node" "$found"
    done)
    [ -n "$each_bad" ] || return 0
    printf '%s\n' "$each_bad" | head -n 6
    [ "$(printf '%s\n' "$each_bad" | wc -l)" -le 6 ] || echo "and more"
    return 1
}

# Each asks those behind it in the list, the first coming after the last: all where there are few, eight where there are many.
probe_to_others() {
    others=$(probes_list | awk -v own="$1" '{ name[NR] = $1; address[NR] = $3; if ($1 == own) at = NR }
        END { n = NR - 1; if (n > 20) n = 8; for (i = 1; i <= n; i++) { j = (at + i - 1) % NR + 1; print name[j], address[j] } }')
    [ -n "$others" ] || return 0
    others_bad=$(printf '%s\n' "$others" | while read -r other address; do
        said=$(probe_asks "$2" "$(bracketed "$address"):8080" </dev/null) || printf 'to %s: %s\n' "$other" "$said"
    done)
    [ -n "$others_bad" ] || return 0
    printf '%s' "$others_bad" | tr '\n' ','
    return 1
}

probe_from_here() {
    is_probe "http://$(bracketed "$2"):8080/"
}

probe_to() {
    probe_asks "$2" "$3"
}

verify_here_to_pods() {
    said=$(probes_each probe_from_here) || {
        printf '%s\n' "$said" | sed 's/^from /to the pod on /'
        return 1
    }
    echo "this host reaches the pods of $(probes_whose)"
}

verify_pod_to_pod() {
    probes_each probe_to_others || return 1
    if [ "$(all_hosts | wc -l)" -gt 1 ]; then
        echo "the pods of $(probes_whose) reach each other"
    else
        echo "one node: there is nobody to reach"
    fi
}

verify_service() {
    service=$(kube -n "$PROBES" get service probe -o jsonpath='{.spec.clusterIP}') || return 1
    probes_each probe_to "$(bracketed "$service"):80" && echo "the pods of $(probes_whose) reach one at $service"
}

verify_dns() {
    dns_nodes=$(kube -n kube-system get pods -l k8s-app=kube-dns -o jsonpath='{range .items[*]}{.spec.nodeName}{" "}{end}') || return 1
    probes_each probe_to "probe.$PROBES.svc.$(answer dns_domain cluster.local):80" || return 1
    echo "the pods of $(probes_whose) find a service by its name; DNS is on ${dns_nodes:-nodes that are not told}"
}

# verify_node_port ADDRESS
verify_node_port() {
    port=$(kube -n "$PROBES" get service probe -o jsonpath='{.spec.ports[0].nodePort}') || return 1
    is_probe "http://$(bracketed "$1"):$port/" || return 1
    echo "a pod answers at $(bracketed "$1"):$port"
}

# verify_ingress ADDRESS: does the controller listen where browsers come?
verify_ingress() {
    if http_answers "http://$(bracketed "$1")/"; then
        echo "its controller answers on port 80"
    else
        echo "there are ingress classes in the cluster, and nobody answers at $(bracketed "$1"):80"
        return 1
    fi
}
