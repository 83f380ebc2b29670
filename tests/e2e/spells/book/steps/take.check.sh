# shellcheck shell=sh
[ -e /var/tmp/book/token ]
