# shellcheck shell=sh disable=SC2154,SC2034
# Only what kwiz made; a folder that holds other things stays.
[ -f "$KWIZ_ANSWER_folder/.made-by-kwiz" ] || exit 0
rm -f "$KWIZ_ANSWER_folder/.made-by-kwiz"
rmdir "$KWIZ_ANSWER_folder" 2>/dev/null || kwiz_warn "$KWIZ_ANSWER_folder is not empty and stays"
