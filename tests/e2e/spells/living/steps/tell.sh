# shellcheck shell=sh disable=SC2154,SC2034
printf '%s of %s, lost %s\n' "$KWIZ_ACTION" "$KWIZ_TARGETS" "${KWIZ_LOST:--}" >/root/living/told
