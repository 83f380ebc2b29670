# shellcheck shell=sh
dns_is_spread
