# shellcheck shell=sh
# The administrator's kubeconfig, for the operator's machine.
[ -s "$ADMIN" ] || kwiz_fail "$ADMIN is not there" "the step init makes it"
kwiz_secret kubeconfig <"$ADMIN"
kwiz_result api_server "$(sed -n 's/^ *server: *//p' "$ADMIN" | head -n 1)"
kwiz_unchanged
