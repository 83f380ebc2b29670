# shellcheck shell=sh disable=SC2154,SC2034
rm -f /root/living/made
