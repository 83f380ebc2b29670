# shellcheck shell=sh
# After a boot it takes a while.
kwiz_wait 30 etcd_is_healthy "$(node_address)" || exit 1
settle_is_done
