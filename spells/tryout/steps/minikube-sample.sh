# shellcheck shell=sh
# The deployment of minikube's own first steps: made, exposed, its address asked for, its page fetched.
minikube_need
kube() { mini 180 kubectl --profile=minikube -- --context minikube "$@"; }
is_new=false
if ! kube get deployment hello-minikube >/dev/null 2>&1; then
    kube create deployment hello-minikube --image="$(answer sample_image)"
    is_new=true
fi
if ! kube get service hello-minikube >/dev/null 2>&1; then
    kube expose deployment hello-minikube --type=NodePort --port=8080
    is_new=true
fi
kwiz_progress 40 "waiting for its pod"
mini 330 kubectl --profile=minikube -- --context minikube rollout status deployment/hello-minikube --timeout=300s || {
    kube get pods -o wide || true
    kwiz_fail "the sample did not come up within 300 s" "minikube kubectl -- describe pod, as $user; look at the answer sample_image"
}
url=$(mini 120 service hello-minikube --profile=minikube --url | grep -Eo 'http://[^ ]+' | head -n 1) || true
[ -n "$url" ] || kwiz_fail "minikube tells no address of the sample" "minikube service hello-minikube --url, as $user"
kwiz_wait 60 page_answers "$url" || kwiz_fail "$url does not answer on $KWIZ_HOST" "minikube kubectl -- get pods,services, as $user"
echo "$url answers"
kwiz_result hello_url "$url"
# Where kwiz runs, kwiz looks itself.
! is_here || kwiz_result sample_url "$url"
[ "$is_new" = true ] || kwiz_unchanged
