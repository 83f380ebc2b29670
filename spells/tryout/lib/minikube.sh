# shellcheck shell=sh
# minikube: the program, the user that it belongs to, and its one profile, which is called minikube.

MINIKUBE=/usr/local/bin/minikube
minikube_release() {
    answer minikube_version | sed 's/^v//'
}

# user_begin: sets user and home of whom minikube belongs to: root without a driver, else the operator's user there.
user_begin() {
    if [ "$(answer driver)" = none ]; then
        user=root
    elif noted minikube-user; then
        user=$(cat "$UNDO/minikube-user")
    else
        user=$(answer minikube_user "${KWIZ_RESULT_login_user-}")
    fi
    [ -n "$user" ] || kwiz_fail "it is not known who minikube is to belong to" "answer minikube_user"
    home=$(getent passwd "$user" 2>/dev/null | cut -d: -f6) || true
    [ -n "$home" ] || home=$(awk -F: -v user="$user" '$1 == user { print $6 }' /etc/passwd)
    [ -d "${home:-/nonexistent}" ] || kwiz_fail "$user is no user of $KWIZ_HOST, or has no home folder" "answer minikube_user with one that has"
    profile=$home/.minikube/profiles/minikube/config.json
    kubeconfig=$home/.kube/config
}

# as_user COMMAND...: with the user's groups, home and nothing of root's. Whatever is read or deleted below the home is done so: it is the user's.
as_user() {
    id=$(id -u "$user")
    if [ "$id" = "$(id -u)" ]; then
        env HOME="$home" USER="$user" LOGNAME="$user" MINIKUBE_IN_STYLE=false MINIKUBE_WANTUPDATENOTIFICATION=false MINIKUBE_HOME= KUBECONFIG= "$@"
    elif has_command runuser; then
        (cd / && runuser -u "$user" -- env HOME="$home" USER="$user" LOGNAME="$user" XDG_RUNTIME_DIR="/run/user/$id" MINIKUBE_IN_STYLE=false \
            MINIKUBE_WANTUPDATENOTIFICATION=false MINIKUBE_HOME= KUBECONFIG= "$@")
    else
        kwiz_fail "this host has no runuser" "install util-linux on $KWIZ_HOST"
    fi
}

# mini SECONDS WORD...: minikube as the user, with the proxy, nothing to read and a limit. timeout starts programs and no functions: it stands inside.
mini() {
    mini_seconds=$1
    shift
    (proxy_export && as_user timeout -k 20 "$mini_seconds" "$MINIKUBE" "$@") </dev/null
}

# minikube_is: is the program there, in the release that was asked for?
minikube_is() {
    [ -x "$MINIKUBE" ] && [ "$("$MINIKUBE" version --short 2>/dev/null | head -n 1)" = "v$(minikube_release)" ]
}

# minikube_state: what its status says, as JSON; nothing where there is no profile.
minikube_state() {
    as_user test -e "$profile" || return 0
    mini 60 status --profile minikube --output json 2>/dev/null || true
}

# state_field NAME: of that JSON on standard input.
state_field() {
    tr -d '\n' | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"
}

minikube_runs() {
    state=$(minikube_state)
    [ "$(printf '%s' "$state" | state_field Host)" = Running ] && [ "$(printf '%s' "$state" | state_field Kubelet)" = Running ] &&
        [ "$(printf '%s' "$state" | state_field APIServer)" = Running ]
}

# node_images: the images of nodes that the driver has.
node_images() {
    case $(answer driver) in
    docker | podman) as_user "$(answer driver)" images --format '{{.Repository}}:{{.Tag}}' 2>/dev/null | grep kicbase || true ;;
    esac
}

# podman_is_rootless: minikube uses podman through sudo, unless it is told otherwise.
podman_is_rootless() {
    ! as_user sudo -n podman version >/dev/null 2>&1
}

# start_words: the options of minikube start, one a line; none has a blank in it.
start_words() {
    printf '%s\n' --profile=minikube --interactive=false "--driver=$(answer driver)" "--wait=all" "--wait-timeout=$(answer start_minutes 20)m0s"
    if is_answered kubernetes_version; then
        printf -- '--kubernetes-version=v%s\n' "$(answer kubernetes_version | sed 's/^v//')"
    fi
    if [ "$(answer container_runtime auto)" != auto ]; then
        printf -- '--container-runtime=%s\n' "$(answer container_runtime)"
    elif [ "$(answer driver)" = podman ] && podman_is_rootless; then
        echo --container-runtime=containerd
    fi
    if [ "$(answer driver)" = podman ] && podman_is_rootless; then
        echo --rootless=true
    fi
    if [ "$(answer driver)" != none ]; then
        printf -- '--cpus=%s\n' "$(answer cpus 2)"
        ! is_answered memory || printf -- '--memory=%s\n' "$(answer memory)"
        ! is_answered base_image || printf -- '--base-image=%s\n' "$(answer base_image)"
    fi
    ! is_answered image_repository || printf -- '--image-repository=%s\n' "$(answer image_repository)"
    [ "$(answer download_mirror https://)" = https:// ] || printf -- '--binary-mirror=%s\n' "$(mirrored dl.k8s.io/release)"
}

# start_hint: what to do about the reason that minikube gave in UNDO/said (reasons: pkg/minikube/reason of its source).
start_hint() {
    case $(sed -n 's/.*Exiting due to \([A-Z0-9_]*\).*/\1/p' "$UNDO/said" | tail -n 1) in
    PROVIDER_*_NOT_RUNNING) echo "start it: systemctl start $(answer driver)" ;;
    PROVIDER_*_NOT_FOUND) echo "install $(answer driver) on $KWIZ_HOST, or answer driver with another" ;;
    PROVIDER_*_NEWGRP | PROVIDER_*_PERM*) echo "let $user use it: usermod -aG docker $user" ;;
    DRV_AS_ROOT) echo "answer minikube_user with a user that is not root" ;;
    DRV_NEEDS_ROOT | DRV_NEEDS_ADMINISTRATOR) echo "that driver wants root" ;;
    RSRC_*MEMORY*) echo "give $KWIZ_HOST more memory, or answer memory with less, at least 1800m" ;;
    RSRC_*CORES*) echo "give $KWIZ_HOST more processors, or answer cpus with fewer" ;;
    RSRC_*STORAGE*) echo "make room on $KWIZ_HOST" ;;
    INET_* | *_PULL*) echo "look at the network of $KWIZ_HOST and the answers http_proxy, download_mirror and image_repository" ;;
    GUEST_MISSING_CONNTRACK) echo "install conntrack on $KWIZ_HOST" ;;
    NOT_FOUND_CRI_DOCKERD | NOT_FOUND_CRICTL | RUNTIME_*) echo "install the container runtime with crictl (and cri-dockerd for Docker) on $KWIZ_HOST, or answer container_runtime" ;;
    *) echo "minikube's own words stand above; minikube logs tells more" ;;
    esac
}

# minikube_need: for actions.
minikube_need() {
    user_begin
    [ -x "$MINIKUBE" ] || kwiz_fail "there is no minikube on $KWIZ_HOST" "kwiz run installs it"
    as_user test -e "$profile" || kwiz_fail "$user has no cluster minikube on $KWIZ_HOST" "kwiz run makes it"
}
