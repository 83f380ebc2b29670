# shellcheck shell=sh
# shellcheck disable=SC2016,SC2154 # texts for another shell; variables of what reads this file
# The spell tryout: how minikube is called, what its words and those of snapd and MicroK8s are taken for. Part of tests/spells/run.

# try_is SHELL TEXT WANTED [STEP]: what TEXT prints with the library of tryout, and the script of STEP behind it.
try_is() {
    {
        printf '%s\n' 'kwiz_fail() { printf "fail: %s\nhint: %s\n" "$1" "${2-}" >&2; exit 1; }' 'kwiz_warn() { printf "warn: %s\n" "$1" >&2; }' \
            'kwiz_progress() { :; }' 'kwiz_unchanged() { echo unchanged; }' 'kwiz_wait() { shift; "$@"; }' 'kwiz_result() { echo "result $1 $2"; }' \
            'kwiz_secret() { echo "secret $1 $(cat)"; }' 'KWIZ_HOST=box KWIZ_ADDRESS=10.1.4.60 KWIZ_TOPOLOGY=minikube KWIZ_ACTION=install KWIZ_ANSWER_driver=docker'
        SPELL=tryout "$here/scripts.sh"
        printf '%s\n' "$2"
        [ $# -lt 4 ] || cat "$here/../../spells/tryout/steps/$4.sh"
    } >"$work/script"
    # shellcheck disable=SC2086 # words are wanted
    found=$(KWIZ_UNDO=$work/undo $1 "$work/script" 2>&1) || found="$found (status $?)"
    rm -rf "$work/undo"
    if [ "$found" = "$3" ]; then
        ok "$1: tryout: $2"
    else
        bad "$1: tryout: $2: expected '$3', found '$found'"
    fi
}

tryouts() {
    try_is "$1" 'as_user() { :; }; start_words | tr "\n" " "' \
        '--profile=minikube --interactive=false --driver=docker --wait=all --wait-timeout=20m0s --cpus=2 '
    try_is "$1" 'as_user() { false; }; KWIZ_ANSWER_driver=podman KWIZ_ANSWER_cpus=4 KWIZ_ANSWER_memory=4g KWIZ_ANSWER_kubernetes_version=v1.31.0 KWIZ_ANSWER_base_image=r/k:1
        KWIZ_ANSWER_image_repository=r/k8s KWIZ_ANSWER_download_mirror=http://m/files/ KWIZ_ANSWER_start_minutes=5; start_words | sed 1,2d | tr "\n" " "' \
        '--driver=podman --wait=all --wait-timeout=5m0s --kubernetes-version=v1.31.0 --container-runtime=containerd --rootless=true --cpus=4 --memory=4g --base-image=r/k:1 --image-repository=r/k8s --binary-mirror=http://m/files/dl.k8s.io/release '
    # sudo podman works: not rootless, and the runtime that was asked for
    try_is "$1" 'as_user() { :; }; KWIZ_ANSWER_driver=podman KWIZ_ANSWER_container_runtime=cri-o; start_words | sed 1,2d | tr "\n" " "' \
        '--driver=podman --wait=all --wait-timeout=20m0s --container-runtime=cri-o --cpus=2 '
    try_is "$1" 'KWIZ_ANSWER_driver=none KWIZ_ANSWER_memory=4g; start_words | sed 1,2d | tr "\n" " "' '--driver=none --wait=all --wait-timeout=20m0s '
    # What status says; the exit status of a cluster that is stopped is 7.
    try_is "$1" 'user=root home=/root profile=/etc/passwd; mini() { echo "{\"Name\":\"minikube\",\"Host\":\"Running\",\"Kubelet\":\"Running\",\"APIServer\":\"Running\",\"Kubeconfig\":\"Configured\",\"Worker\":false}"; }
        minikube_runs && echo runs; minikube_state | state_field Kubeconfig' 'runs
Configured'
    try_is "$1" 'user=root home=/root profile=/etc/passwd; mini() { printf "{\"Name\":\"minikube\",\n\"Host\":\"Running\",\"Kubelet\":\"Running\",\"APIServer\":\"Stopped\"}"; return 7; }; minikube_runs || echo not' not
    try_is "$1" 'user=root home=/root profile=/nonexistent; mini() { echo "{\"Host\":\"Running\"}"; }; minikube_runs || echo not' not
    for reason in 'PROVIDER_DOCKER_NOT_RUNNING=start it: systemctl start docker' 'PROVIDER_DOCKER_NOT_FOUND=install docker on box, or answer driver with another' \
        'RSRC_INSUFFICIENT_CONTAINER_MEMORY=give box more memory, or answer memory with less, at least 1800m' 'GUEST_MISSING_CONNTRACK=install conntrack on box' \
        'INET_DOWNLOAD_TIMEOUT=look at the network of box and the answers http_proxy, download_mirror and image_repository' \
        "NO_SUCH_REASON=minikube's own words stand above; minikube logs tells more"; do
        try_is "$1" "undo_folder; printf '* words\nX Exiting due to ${reason%%=*}: its text\n* more\n' >\"\$UNDO/said\"; start_hint" "${reason#*=}"
    done
    try_is "$1" 'KWIZ_ANSWER_download_digests="minikube=aa minikube-$(machine_kind)=bb"; pinned minikube; KWIZ_ANSWER_download_digests=minikube=aa; echo; pinned minikube; pinned kubectl' 'bb
aa'
    try_is "$1" 'snap() { case $1 in set) echo "called: $*" ;; esac; }; KWIZ_ANSWER_http_proxy=http://p:1; proxy_set' 'called: set system proxy.http=http://p:1
called: set system proxy.https=http://p:1'
    try_is "$1" 'KWIZ_ANSWER_http_proxy=http://p:1 KWIZ_ANSWER_no_proxy="a.example, b.example"; (proxy_export; echo "$HTTPS_PROXY $NO_PROXY") | cut -d, -f1-3; (is_here || echo elsewhere)' 'http://p:1 a.example,b.example,127.0.0.1
elsewhere'
    # Channels as they are answered, and as snap list shortens them.
    try_is "$1" 'KWIZ_ANSWER_channel=1.32; channel_wanted; echo; snap() { printf "Name Version Rev Tracking Publisher Notes\nmicrok8s v1 100 %s c -\n" "$tracks"; }
        for tracks in 1.32/stable 1.32/st… 1.31/stable; do channel_is && echo same || echo other; done' '1.32/stable
same
same
other'
    try_is "$1" 'micro() { echo "microk8s is not running. Use microk8s inspect for a deeper inspection."; }; microk8s_is_ready || echo not; micro() { echo disabled; }; addon_is dns || echo off; micro() { echo enabled; }; addon_is dns && echo on' 'not
off
on'
    try_is "$1" 'watched sh -c "echo out; echo err >&2; exit 5" || echo "status $?"; cat "$UNDO/said"; within 1 sleep 9 || { was_ended $? && echo ended; }' 'out
err
status 5
out
err
ended'
    # On the machine where kwiz runs, kwiz fetches the sample's page and the kubeconfig itself.
    try_is "$1" 'KWIZ_ADDRESS=local; minikube_need() { :; }; page_answers() { :; }; mini() { case $* in *" service "*) echo "* words"; echo http://192.168.49.2:31234 ;; esac; }' 'http://192.168.49.2:31234 answers
result hello_url http://192.168.49.2:31234
result sample_url http://192.168.49.2:31234
unchanged' minikube-sample
    try_is "$1" 'KWIZ_ADDRESS=local; minikube_need() { user=me; kubeconfig=x; }; as_user() { echo minikube; }; minikube_state() { echo "{\"Kubeconfig\":\"Configured\"}"; }
        mini() { case $* in *jsonpath*) echo https://192.168.49.2:8443 ;; *--raw*) echo text ;; esac; }' 'result context minikube
result api_server https://192.168.49.2:8443
secret kubeconfig text
unchanged' access
    try_is "$1" 'minikube_need() { user=me; kubeconfig=x; }; as_user() { echo "\"work\""; }' "fail: the current context of me's kubectl is work, not minikube
hint: minikube update-context; kubectl config use-context minikube, as me (status 1)" access
}
