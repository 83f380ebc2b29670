# shellcheck shell=sh
[ ! -e /var/tmp/book/token ] || kwiz_fail "undone too early"
rm -rf /var/tmp/book
