# shellcheck shell=sh
minikube_need
if ! minikube_runs; then
    echo "minikube does not run"
    kwiz_unchanged
else
    watched mini 600 stop --profile=minikube || kwiz_fail "minikube did not stop" "minikube's own words stand above"
    ! minikube_runs || kwiz_fail "minikube says that it stopped, but runs" "minikube status, as $user"
fi
