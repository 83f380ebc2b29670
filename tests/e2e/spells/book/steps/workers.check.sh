# shellcheck shell=sh
[ -e /var/tmp/book/self ]
