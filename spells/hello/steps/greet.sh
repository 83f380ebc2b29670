# shellcheck shell=sh disable=SC2154,SC2034
# Written beside and renamed, so that there is never half a greeting.
greeting_text >"$KWIZ_ANSWER_folder/.greeting.new"
mv "$KWIZ_ANSWER_folder/.greeting.new" "$KWIZ_ANSWER_folder/greeting"
kwiz_progress 50 "greeting written"
if secret=$(kwiz_read_secret password 2>/dev/null) && [ -n "$secret" ]; then
    echo "the secret has ${#secret} characters"
fi
cat "$KWIZ_ANSWER_folder/greeting"
kwiz_result greeting_bytes "$(wc -c <"$KWIZ_ANSWER_folder/greeting" | tr -d ' ')"
