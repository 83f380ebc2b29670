rm -f "$KWIZ_ANSWER_folder/report"
