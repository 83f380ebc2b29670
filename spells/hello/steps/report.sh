# shellcheck shell=sh disable=SC2154,SC2034
# One host tells of all: the table has a line "name address roles" for each; a fourth word says that the action is about it.
printf '%s\n' "$KWIZ_HOSTS_TABLE" | while read -r name address roles mark; do
    case $mark in leaving | lost) continue ;; esac
    echo "$name ($address) was greeted as $roles"
done >"$KWIZ_ANSWER_folder/report"
cat "$KWIZ_ANSWER_folder/report"
kwiz_result report "$KWIZ_ANSWER_folder/report"
