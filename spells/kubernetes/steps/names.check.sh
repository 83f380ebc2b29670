# shellcheck shell=sh
# What the firewall lets in can't be told without trying.
[ ! -s "$UNDO/firewall" ] || exit 1
hosts_text | file_is /etc/hosts || exit 1
! follows_proxy || proxy_text | file_is "$(proxy_file "$(runtime_service)")" || exit 1
