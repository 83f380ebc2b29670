# shellcheck shell=sh
# Whoever could drain nodes for the upgrade can't any more.
said=$(access_remove) || kwiz_fail "the service account $UPGRADER could not be removed" "kubectl -n kube-system delete serviceaccount,secret $UPGRADER; kubectl delete clusterrole,clusterrolebinding $UPGRADER"
printf '%s\n' "$said"
[ -n "$said" ] || kwiz_unchanged
