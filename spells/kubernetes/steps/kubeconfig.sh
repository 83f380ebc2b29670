# shellcheck shell=sh
# The administrator's kubeconfig, for the operator's machine.
[ -s "$ADMIN" ] || kwiz_fail "$ADMIN is not there" "the step init makes it"
# Of nodes in containers, what leads there from outside.
server=$(result lxd_server | grep -vx none) || server=$(sed -n 's/^ *server: *//p' "$ADMIN" | head -n 1)
sed "s|^\( *server: \).*|\1$server|" "$ADMIN" | kwiz_secret kubeconfig
kwiz_result api_server "$server"
kwiz_unchanged
