# shellcheck shell=sh disable=SC2154,SC2034
# 0: nothing to do, 1: to do.
[ -f "$KWIZ_ANSWER_folder/.made-by-kwiz" ] || exit 1
