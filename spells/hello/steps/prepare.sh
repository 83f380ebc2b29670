# shellcheck shell=sh disable=SC2154,SC2034
# Make the folder, and remember that it was kwiz who made it.
mkdir -p "$KWIZ_ANSWER_folder"
: >"$KWIZ_ANSWER_folder/.made-by-kwiz"
