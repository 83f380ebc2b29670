# shellcheck shell=sh
[ -e /root/e2e/good ]
