# shellcheck shell=sh
# An external one is tried every time.
[ "$(balancer)" = keepalived ] || exit 1
balancer_is || exit 1
