# shellcheck shell=sh disable=SC2154,SC2034
# Already there, word for word?
[ -f "$KWIZ_ANSWER_folder/greeting" ] || exit 1
[ "$(cat "$KWIZ_ANSWER_folder/greeting")" = "$(greeting_text)" ] || exit 1
