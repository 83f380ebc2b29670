# shellcheck shell=sh disable=SC2154,SC2034
# The same comparison as the check of the step that writes it, told in words.
if [ ! -f "$KWIZ_ANSWER_folder/greeting" ]; then
    echo "there is no greeting in $KWIZ_ANSWER_folder" >&2
    exit 1
fi
if ! greeting_text | cmp -s - "$KWIZ_ANSWER_folder/greeting"; then
    echo "$KWIZ_ANSWER_folder/greeting is not what the answers say" >&2
    exit 1
fi
echo "the greeting stands"
