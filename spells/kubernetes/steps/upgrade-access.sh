# shellcheck shell=sh
# What the nodes that are no control planes drain themselves with: a service account for the time of the upgrade, which can do that and nothing else.
access_text | kube apply -f - || kwiz_fail "the service account $UPGRADER could not be made" "the API server's reason stands above"
kwiz_wait 60 access_is_made || kwiz_fail "the service account $UPGRADER got no token within 60 s" "look at: kubectl -n kube-system describe secret $UPGRADER; kube-controller-manager makes it"
access_kubeconfig "$access_token" | kwiz_secret upgrade_access
