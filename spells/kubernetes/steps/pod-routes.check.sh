# shellcheck shell=sh
ranges=$(result pod_ranges)
[ -n "$ranges" ] || exit 1
printf '%s\n' "$ranges" | tr ',=' '\n ' | file_is "$NETWORK_ETC/routes" || exit 1
systemctl is-active --quiet kwiz-pod-network.service
