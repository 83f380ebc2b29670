# shellcheck shell=sh
minikube_need
mini 60 status --profile=minikube || true
minikube_runs || kwiz_fail "minikube does not run whole" "kwiz action start starts it; minikube logs, as $user, tells more"
mini 120 kubectl --profile=minikube -- --context minikube get nodes -o wide
if is_true sample; then
    url=$(mini 120 service hello-minikube --profile=minikube --url | grep -Eo 'http://[^ ]+' | head -n 1) || true
    [ -n "$url" ] || kwiz_fail "the sample is not there" "kwiz run installs it"
    kwiz_wait 30 page_answers "$url" || kwiz_fail "$url does not answer on $KWIZ_HOST" "minikube kubectl -- get pods,services, as $user"
    echo "$url answers"
fi
kwiz_unchanged
