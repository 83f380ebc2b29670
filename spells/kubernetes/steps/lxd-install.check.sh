# shellcheck shell=sh
lxd_begin
[ -n "$lxd_client" ] || exit 1
lxd_need
