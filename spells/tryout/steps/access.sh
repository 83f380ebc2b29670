# shellcheck shell=sh
if [ "$KWIZ_TOPOLOGY" = minikube ]; then
    # Does kubectl mean this cluster now, and from where is it reached?
    minikube_need
    current=$(as_user sed -n 's/^current-context: *//p' "$kubeconfig" 2>/dev/null | tr -d "\"'" | head -n 1) || true
    [ "$current" = minikube ] || kwiz_fail "the current context of $user's kubectl is ${current:-none}, not minikube" "minikube update-context; kubectl config use-context minikube, as $user"
    [ "$(minikube_state | state_field Kubeconfig)" = Configured ] || kwiz_fail "minikube says that its kubeconfig is not in order" "minikube update-context, as $user"
    kwiz_result context minikube
    server=$(mini 120 kubectl --profile=minikube -- config view --minify --context minikube -o 'jsonpath={.clusters[0].cluster.server}')
    kwiz_result api_server "${server:-unknown}"
    if is_here || [ "$(answer driver)" = none ]; then
        mini 120 kubectl --profile=minikube -- config view --raw --flatten --minify --context minikube | kwiz_secret kubeconfig
    else
        echo "the API server ($server) is reached from $KWIZ_HOST only: use kubectl there, as $user"
    fi
else
    # The administrator's kubeconfig, whose server is an address of this host.
    microk8s_need
    micro 60 config | kwiz_secret kubeconfig
    kwiz_result api_server "$(micro 60 config | sed -n 's/^ *server: *//p' | head -n 1)"
fi
kwiz_unchanged
