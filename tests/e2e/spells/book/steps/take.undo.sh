# shellcheck shell=sh
rm -f /var/tmp/book/token
