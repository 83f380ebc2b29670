# Make the folder, and remember that it was kwiz who made it.
mkdir -p "$KWIZ_ANSWER_folder"
: >"$KWIZ_ANSWER_folder/.made-by-kwiz"
