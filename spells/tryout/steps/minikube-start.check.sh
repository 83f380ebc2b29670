# shellcheck shell=sh
user_begin
noted minikube-user || exit 1
minikube_runs || exit 1
