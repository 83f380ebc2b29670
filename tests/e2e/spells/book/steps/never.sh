# shellcheck shell=sh
: >/var/tmp/book/never
