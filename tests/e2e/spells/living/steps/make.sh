# shellcheck shell=sh disable=SC2154,SC2034
mkdir -p /root/living
echo "$KWIZ_ACTION" >/root/living/made
