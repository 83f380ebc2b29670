# shellcheck shell=sh disable=SC2154,SC2034
# KWIZ_TARGETS: the hosts that leave; KWIZ_LOST: those of them that are dead.
mkdir -p "$KWIZ_ANSWER_folder"
for name in $KWIZ_TARGETS; do
    case " $KWIZ_LOST " in
    *" $name "*) echo "$name was lost" ;;
    *) echo "farewell, $name" ;;
    esac
done >>"$KWIZ_ANSWER_folder/farewells"
cat "$KWIZ_ANSWER_folder/farewells"
