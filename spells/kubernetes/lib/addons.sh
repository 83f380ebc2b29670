# shellcheck shell=sh
# shellcheck disable=SC2034 # names that steps use
# What leads HTTP into the cluster, and add-ons: how their manifests are fitted to this cluster.

# All that the answer addons has and that runs in the cluster.
ADDONS='metrics-server headlamp local-path'
HELM=$PROGRAMS/helm

# helm_is: the release that this spell brings, brought by it.
helm_is() {
    [ -x "$HELM" ] && [ "$("$HELM" version --template '{{.Version}}' 2>/dev/null)" = "v$(download_row helm version)" ] && ! helm_is_theirs
}

# helm_is_theirs: is there one that kwiz did not bring?
helm_is_theirs() {
    has_command helm && ! grep -Fqsx "$HELM" "$UNDO/programs-helm"
}

# ingress_hosts: names of the hosts that take in HTTP; nothing where no host has that role, then each node does that takes pods.
ingress_hosts() {
    hosts_with_role ingress
}

is_placed() {
    [ -n "$(ingress_hosts)" ]
}

# pods_place KIND NAME: standard input, a manifest, to standard output. The pods of that workload go to the hosts for ingress, which take no others.
pods_place() {
    if ! is_placed; then
        cat
        return
    fi
    awk -v kind="kind: $1" -v name="  name: $2" '
        function tell(   i, has_selector, has_tolerations) {
            if (is_kind && is_name) {
                for (i = 1; i <= n; i++) {
                    if (line[i] == "      nodeSelector:") has_selector = 1
                    if (line[i] == "      tolerations:") has_tolerations = 1
                }
            }
            for (i = 1; i <= n; i++) {
                print line[i]
                if (!is_kind || !is_name) continue
                if (line[i] == "      nodeSelector:" || (line[i] == "    spec:" && !has_selector)) {
                    if (!has_selector) print "      nodeSelector:"
                    print "        kwiz.io/ingress: \"true\""
                }
                if (line[i] == "      tolerations:" || (line[i] == "    spec:" && !has_tolerations)) {
                    if (!has_tolerations) print "      tolerations:"
                    print "      - key: node-role.kubernetes.io/ingress"
                    print "        operator: Exists"
                    print "        effect: NoSchedule"
                }
            }
            n = is_kind = is_name = 0
        }
        /^---/ { tell(); print; next }
        { line[++n] = $0 }
        $0 == kind { is_kind = 1 }
        $0 == name { is_name = 1 }
        END { tell() }'
}

# ingress_nginx_ports: its pods take the ports 80 and 443 of their nodes, one pod each, as Contour's do by themselves.
ingress_nginx_ports() {
    count=$(ingress_hosts | grep -c . || true)
    awk -v count="$count" '
        /^---/ { is_controller = 0 }
        $0 == "kind: Deployment" { is_controller = 1 }
        { print }
        is_controller && /^ +- containerPort: (80|443)$/ { at = $0; sub(/- containerPort.*/, "  hostPort: ", at); print at $3 }
        is_controller && $0 == "spec:" && count > 1 { print "  replicas: " count }'
}

# metrics_server_text: the certificates that kubelets made for themselves are signed by nobody: without this argument it asks none. The registry that v0.5
# names is frozen, the other has the same images.
metrics_server_text() {
    awk '
        { sub(/image: k8s\.gcr\.io\//, "image: registry.k8s.io/"); print }
        /^ +- --metric-resolution=/ { at = $0; sub(/- .*/, "- --kubelet-insecure-tls", at); print at }'
}

# local_path_text: the image without a version gets one; the class is the one that claims get who name none.
local_path_text() {
    awk '
        /^---/ { is_class = 0 }
        $0 == "kind: StorageClass" { is_class = 1 }
        /^ +(- )?image: (docker.io\/library\/)?busybox$/ { sub(/image: .*/, "image: docker.io/library/busybox:1.37.0") }
        { print }
        is_class && $0 == "metadata:" { print "  annotations:"; print "    storageclass.kubernetes.io/is-default-class: \"true\"" }'
}

# headlamp_text: there is no manifest of a release; what upstream shows names no version.
headlamp_text() {
    cat <<END
apiVersion: v1
kind: Namespace
metadata:
  name: headlamp
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: headlamp
  namespace: headlamp
  labels: {app: headlamp}
spec:
  replicas: 1
  selector:
    matchLabels: {app: headlamp}
  template:
    metadata:
      labels: {app: headlamp}
    spec:
      # Its own account may do nothing: what one may there is what the token may that one logs in with.
      nodeSelector:
        kubernetes.io/os: linux
      containers:
      - name: headlamp
        image: $(answer headlamp_image)
        args:
        - -in-cluster
        - -plugins-dir=/headlamp/plugins
        ports:
        - containerPort: 4466
        readinessProbe:
          httpGet: {path: /, port: 4466}
        resources:
          requests: {cpu: 10m, memory: 64Mi}
---
apiVersion: v1
kind: Service
metadata:
  name: headlamp
  namespace: headlamp
spec:
  selector: {app: headlamp}
  ports:
  - port: 80
    targetPort: 4466
END
}

# addon_wanted NAME
addon_wanted() {
    case " $(answer addons) " in
    *" $1 "*) return 0 ;;
    esac
    return 1
}

# addon_mark NAME: what was applied for which answers.
addon_mark() {
    if [ "$1" = headlamp ]; then
        headlamp_text | images_moved | sha256sum
    else
        manifest_mark "$1"
    fi
}

# addon_apply NAME
addon_apply() {
    if [ "$1" != headlamp ]; then
        manifest_apply "$1"
        return
    fi
    undo_folder
    headlamp_text | images_moved >"$UNDO/headlamp.applied.yaml"
    kube apply -f "$UNDO/headlamp.applied.yaml" || kwiz_fail "Headlamp was not accepted" "the API server's reason stands above"
    changed
}

# ingress_addresses: of the hosts that take in HTTP, for each a line "NAME ADDRESS".
ingress_addresses() {
    names=$(ingress_hosts)
    if [ -z "$names" ]; then
        case $(answer ingress_controller) in
        contour) set -- projectcontour app=envoy ;;
        *) set -- ingress-nginx app.kubernetes.io/component=controller ;;
        esac
        names=$(kube -n "$1" get pods -l "$2" -o jsonpath='{range .items[*]}{.spec.nodeName}{"\n"}{end}' | sort -u)
    fi
    for name in $names; do
        printf '%s %s\n' "$name" "$(kube get node "$name" -o jsonpath='{.status.addresses[?(@.type=="InternalIP")].address}')"
    done
}

# page_answers ADDRESS HOST: does the server there answer for HOST with a page? Past any proxy.
page_answers() {
    if has_command curl; then
        curl --fail --silent --noproxy '*' --max-time 10 --output /dev/null --header "Host: $2" "http://$1/"
    else
        wget -q -T 10 --no-proxy -O /dev/null --header "Host: $2" "http://$1/"
    fi
}
