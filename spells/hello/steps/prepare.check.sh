# 0: nothing to do, 1: to do.
[ -f "$KWIZ_ANSWER_folder/.made-by-kwiz" ] || exit 1
