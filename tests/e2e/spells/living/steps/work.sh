# shellcheck shell=sh disable=SC2154,SC2034
echo "$KWIZ_ACTION" >>/root/living/works
eval "$KWIZ_ANSWER_work"
