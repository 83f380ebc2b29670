rm -f "$KWIZ_ANSWER_folder/greeting" "$KWIZ_ANSWER_folder/.greeting.new"
