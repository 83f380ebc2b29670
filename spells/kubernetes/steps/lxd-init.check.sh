# shellcheck shell=sh
lxd_begin
lxd_need
[ -n "$(lxd_pool_driver)" ] && lxd_bridge_is_there || exit 1
# What does not fit is for the step to say.
(lxd_pool_check && lxd_bridge_check && lxd_names_check) >/dev/null 2>&1 3>/dev/null || exit 1
