# shellcheck shell=sh
# The cluster. In the action start it is there already, and goes on as it was.
user_begin
if as_user test -e "$profile" && ! noted minikube-user; then
    kwiz_fail "$user has a cluster minikube on $KWIZ_HOST that kwiz did not make" "it stays as it is; if it can go: minikube delete, as $user, then run again"
fi
if [ "$KWIZ_ACTION" = start ]; then
    minikube_need
else
    # What was before, so that reset leaves the rest.
    as_user test -e "$home/.minikube" || note minikube-home-new </dev/null
    as_user test -e "$home/.kube" || note minikube-kube-new </dev/null
    node_images | note minikube-images
    printf '%s\n' "$user" | note minikube-user
fi
kwiz_progress 5 "minikube start"
minutes=$(answer start_minutes 20)
status=0
if [ "$KWIZ_ACTION" = start ]; then
    watched mini $((minutes * 60)) start --profile=minikube --interactive=false || status=$?
else
    # shellcheck disable=SC2046 # words are wanted
    watched mini $((minutes * 60)) start $(start_words) || status=$?
fi
! was_ended "$status" || kwiz_fail "minikube did not start within $minutes minutes and was ended" \
    "its last words stand above; a slow network: answer start_minutes with more, or download_mirror and image_repository with nearer ones"
[ "$status" -eq 0 ] || kwiz_fail "minikube did not start (exit status $status)" "$(start_hint)"
minikube_runs || kwiz_fail "minikube says that it started, but not that all of it runs" "minikube status, as $user, says what does not"
