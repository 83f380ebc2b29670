# shellcheck shell=sh
# shellcheck disable=SC2016,SC2154 # texts for another shell; names of the program that reads this
# What the spell fetches, and how it is fitted to a cluster: manifests against golden files, programs from a server on loopback. Read by run.

# adapted SHELL NAME ANSWERS GOLDEN
adapted() {
    in_shell "$1" "KWIZ_ANSWER_kubernetes_version=1.36 KWIZ_ANSWER_pod_cidr=10.1.0.0/16; $3
        cp '$here/manifests/$2.yaml' '$work/m'; manifest_adapt $2 '$work/m'; cat '$work/m.adapted'" >"$work/out" 2>&1 || cat "$work/out"
    same "$1: manifest of $4" "$here/golden/manifest-$4.yaml" "$work/out"
}

manifests() {
    ingress='KWIZ_HOSTS_TABLE="m1 10.0.0.1 control-plane
i1 10.0.0.2 ingress
i2 10.0.0.3 ingress,worker"'
    adapted "$1" contour "$ingress" contour
    adapted "$1" contour 'KWIZ_ANSWER_image_registry=mirror.example:5000/k8s' contour-everywhere
    adapted "$1" ingress-nginx "$ingress" ingress-nginx
    adapted "$1" ingress-nginx '' ingress-nginx-everywhere
    adapted "$1" metrics-server '' metrics-server
    adapted "$1" local-path 'KWIZ_ANSWER_image_registry=mirror.example:5000/k8s' local-path
    in_shell "$1" 'KWIZ_ANSWER_headlamp_image=ghcr.io/headlamp-k8s/headlamp:v0.45.0 KWIZ_ANSWER_image_registry=mirror.example:5000/k8s; headlamp_text | images_moved' >"$work/out"
    same "$1: headlamp" "$here/golden/manifest-headlamp.yaml" "$work/out"
    in_shell "$1" 'KWIZ_ANSWER_ingress_controller=contour sample_text' >"$work/out"
    same "$1: sample with an ingress" "$here/golden/sample-ingress.yaml" "$work/out"
    # What is not written as those releases are is refused, and nothing is applied as if it had been changed.
    is "$1" "$ingress
        KWIZ_ANSWER_kubernetes_version=1.36; printf 'kind: DaemonSet\n' >'$work/m'; manifest_adapt contour '$work/m'" \
        'fail: the manifest of contour has no place for the pods that take in HTTP
hint: it is not written as the releases that this spell knows: https://raw.githubusercontent.com/projectcontour/contour/v1.33.7/examples/render/contour.yaml (status 1)'
    is "$1" "KWIZ_ANSWER_kubernetes_version=1.36; printf 'kind: Deployment\n' >'$work/m'; manifest_adapt metrics-server '$work/m'" \
        'fail: the manifest of metrics-server has no place for arguments of metrics-server
hint: it is not written as the releases that this spell knows: https://github.com/kubernetes-sigs/metrics-server/releases/download/v0.8.1/components.yaml (status 1)'
    is "$1" "printf '        image: busybox\n' >'$work/m'; manifest_adapt local-path '$work/m'; cat '$work/m.adapted'
        KWIZ_ANSWER_kubernetes_version=1.36
        printf '      - image: registry.example:5000/tools\n' >'$work/m'; manifest_adapt local-path '$work/m'" \
        '        image: docker.io/library/busybox:1.37.0
fail: the manifest of local-path has no place for the version of an image
hint: it is not written as the releases that this spell knows: https://raw.githubusercontent.com/rancher/local-path-provisioner/v0.0.36/deploy/local-path-storage.yaml (status 1)'
    is "$1" "printf '        - --metric-resolution=15s\n        image: k8s.gcr.io/metrics-server/metrics-server:v0.5.2\n' | metrics_server_text" \
        '        - --metric-resolution=15s
        - --kubelet-insecure-tls
        image: registry.k8s.io/metrics-server/metrics-server:v0.5.2'
    # What plan tells of each is a release and images with a version.
    is "$1" 'table manifests.table | awk -F "\t" "NR > 1 && (NF != 7 || \$7 !~ /^[a-z0-9.]+\/[^ ,]+:[^ ,]+(,[a-z0-9.]+\/[^ ,]+:[^ ,]+)*\$/ || \$6 ~ /:\/\//)"' ''
    is "$1" 'for KWIZ_ANSWER_kubernetes_version in 1.20 1.24 1.31 1.36; do for name in contour ingress-nginx metrics-server local-path; do printf "%s " "$(manifest_row $name version)"; done; echo; done' \
        'v1.18.1 v1.3.1 v0.5.2 v0.0.36 
v1.24.3 v1.8.1 v0.5.2 v0.0.36 
v1.32.0 v1.15.1 v0.8.1 v0.0.36 
v1.33.7 v1.15.1 v0.8.1 v0.0.36 '
    is "$1" 'KWIZ_ANSWER_kubernetes_version=1.36 KWIZ_ANSWER_download_mirror=http://mirror.example/files/ KWIZ_ANSWER_cni_manifest=/root/flannel.yml
        manifest_address flannel; echo; manifest_address contour; echo; KWIZ_ANSWER_cni_manifest=; manifest_address flannel' '/root/flannel.yml
http://mirror.example/files/raw.githubusercontent.com/projectcontour/contour/v1.33.7/examples/render/contour.yaml
http://mirror.example/files/github.com/flannel-io/flannel/releases/download/v0.28.4/kube-flannel.yml'
    is "$1" 'uname() { echo aarch64; }; KWIZ_ANSWER_download_digests="helm=aa helm-arm64=bb contour=cc"; pinned helm; echo; pinned contour; echo; pinned runc
        machine; uname() { echo x86_64; }; pinned helm' 'bb
cc
arm64
aa'
    is "$1" 'kube() { case $* in *"get daemonset envoy"*) echo "2 1" ;; *) echo "1 1" ;; esac; }; manifest_is_running contour || echo waits; kube() { echo "2 2"; }; manifest_is_running contour && echo runs; kube() { echo "0 0"; }
        manifest_is_running headlamp || echo none' 'waits
runs
none'
    # The service before the deployment, and the namespace without waiting for it.
    is "$1" 'kube() { echo "$*"; }; sample_remove 9s' '-n kwiz-sample delete --ignore-not-found --timeout=9s ingress nginx
-n kwiz-sample delete --ignore-not-found --timeout=9s service nginx
-n kwiz-sample delete --ignore-not-found --timeout=9s deployment nginx
delete --ignore-not-found --wait=false namespace kwiz-sample'
    is "$1" 'KWIZ_ANSWER_ingress_controller=contour; kube() { case $* in *"-n projectcontour get pods -l app=envoy"*) printf "w2\nw1\nw2\n" ;; "get node w1"*) echo 10.0.0.1 ;; *) echo fd00::2 ;; esac; }; ingress_addresses' 'w1 10.0.0.1
w2 fd00::2'
    is "$1" "$ingress
        kube() { echo \"10.9.9.9\"; }; ingress_addresses" 'i1 10.9.9.9
i2 10.9.9.9'
    is "$1" 'KWIZ_ANSWER_addons="metrics-server helm"; addon_wanted helm && ! addon_wanted headlamp && ! addon_wanted metrics && echo yes' yes
}

# serve: a web server on loopback with files as their own servers have them; its address in $served. Nothing where there is no python3.
serve() {
    served=
    command -v python3 >/dev/null 2>&1 || return 0
    mkdir -p "$work/files"
    (cd "$work/files" && exec python3 -u -m http.server --bind 127.0.0.1 0 >"$work/server.log" 2>&1) &
    server=$!
    tries=0
    while [ -z "$served" ] && [ "$tries" -lt 50 ]; do
        sleep 0.1
        served=$(sed -n 's,.*(\(http://127.0.0.1:[0-9]*/\)).*,\1,p' "$work/server.log")
        tries=$((tries + 1))
    done
}

serve_end() {
    [ -z "${server-}" ] || kill "$server" 2>/dev/null || true
    server=
}

# fetched SHELL: a release from a mirror: with the right digest it is there and undone; with another, it is refused and nothing is left.
fetched() {
    if [ -z "$served" ]; then
        skip "$1: downloads: python3 is not on this machine"
        return
    fi
    rm -rf "${work:?}/undo" "$work/release"
    mkdir -p "$work/release/linux-amd64" "$work/files/get.helm.sh"
    printf '#!/bin/sh\necho v3.18.4\n' >"$work/release/linux-amd64/helm"
    chmod 755 "$work/release/linux-amd64/helm"
    archive=$work/files/get.helm.sh/helm-v3.18.4-linux-amd64.tar.gz
    tar -czf "$archive" -C "$work/release" linux-amd64
    sum=$(sha256sum <"$archive" | cut -d' ' -f1)
    mirror="uname() { echo x86_64; }; KWIZ_ANSWER_kubernetes_version=1.36 KWIZ_ANSWER_download_mirror=$served HELM=$work/programs/helm"
    is "$1" "$mirror; undo_folder; download helm '$work/got'; cat '$work/got'" \
        "fail: ${served}get.helm.sh/helm-v3.18.4-linux-amd64.tar.gz has the digest sha256 $sum, expected f8180838c23d7c7d797b208861fecb591d9ce1690d8704ed1e4cb8e2add966c1
hint: it was changed, or broke on the way: look at it before you trust it; download_digests: helm=DIGEST takes another (status 1)"
    if [ -e "$work/got" ]; then
        bad "$1: what has another digest is not kept"
    else
        ok "$1: what has another digest is not kept"
    fi
    is "$1" "$mirror KWIZ_ANSWER_download_digests=helm-amd64=$sum; kwiz_progress() { :; }; kwiz_unchanged() { echo unchanged; }; has_command() { [ \"\$1\" != helm ] || [ -x \"\$HELM\" ] && command -v \"\$1\" >/dev/null; }
        $(cat "$spell/steps/helm.sh")
        \"\$HELM\"; helm_is && echo is
        $(sed 1d "$spell/steps/helm.sh")
        $(cat "$spell/steps/helm.undo.sh")
        test ! -e \"\$HELM\" && test ! -d '$work/programs' && ls \"\$UNDO\"" "wrote $work/programs/helm
v3.18.4
is
unchanged
files"
    is "$1" "$mirror KWIZ_ANSWER_download_mirror=${served}nothing/; download helm '$work/got' 2>&1 | grep -v '^curl\|^wget'" \
        "fail: cannot fetch ${served}nothing/get.helm.sh/helm-v3.18.4-linux-amd64.tar.gz
hint: look at the address, the network of kub-master-1 and the answers http_proxy and no_proxy"
    is "$1" "$mirror; uname() { echo riscv64; }; download helm '$work/got'" 'fail: no release of helm for riscv64 is known to this spell
hint: install helm on kub-master-1 yourself, then run again (status 1)'
}
