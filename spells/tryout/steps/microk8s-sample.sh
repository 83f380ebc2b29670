# shellcheck shell=sh
# A web server behind a NodePort service.
microk8s_need
kube() { micro 180 kubectl "$@"; }
is_new=false
if ! kube get deployment hello >/dev/null 2>&1; then
    kube create deployment hello --image="$(answer sample_image)"
    is_new=true
fi
if ! kube get service hello >/dev/null 2>&1; then
    kube expose deployment hello --type=NodePort --port=8080
    is_new=true
fi
kwiz_progress 40 "waiting for its pod"
micro 330 kubectl rollout status deployment/hello --timeout=300s || {
    kube get pods -o wide || true
    kwiz_fail "the sample did not come up within 300 s" "microk8s kubectl describe pod, as root; look at the answer sample_image"
}
port=$(kube get service hello -o 'jsonpath={.spec.ports[0].nodePort}')
case $port in
'' | *[!0-9]*) kwiz_fail "the service of the sample has no port on the node" "microk8s kubectl get service hello, as root" ;;
esac
kwiz_wait 60 page_answers "http://127.0.0.1:$port/" || kwiz_fail "http://127.0.0.1:$port/ does not answer on $KWIZ_HOST" "microk8s kubectl get pods,services, as root"
address=$KWIZ_ADDRESS
! is_here || address=127.0.0.1
case $address in *:*) address="[$address]" ;; esac
kwiz_result sample_url "http://$address:$port/"
[ "$is_new" = true ] || kwiz_unchanged
