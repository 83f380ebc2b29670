# shellcheck shell=sh disable=SC2154,SC2034
rm -f "$KWIZ_ANSWER_folder/greeting" "$KWIZ_ANSWER_folder/.greeting.new" "$KWIZ_ANSWER_folder/farewells"
