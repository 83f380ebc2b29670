# shellcheck shell=sh disable=SC2154,SC2034
# What the steps of this spell share: this text stands before each of them.
greeting_text() {
    line="$KWIZ_ANSWER_greeting, $KWIZ_HOST"
    [ -z "${KWIZ_ANSWER_domain-}" ] || line="$line.$KWIZ_ANSWER_domain"
    [ "$KWIZ_ANSWER_language" = german ] || line=$(printf '%s\n' "$line" | sed 's/, / /')
    [ "$KWIZ_ANSWER_loud" = false ] || line=$(printf '%s\n' "$line" | tr '[:lower:]' '[:upper:]')
    [ "$KWIZ_ANSWER_language" != silent ] || return 0
    n=0
    while [ "$n" -lt "$KWIZ_ANSWER_times" ]; do
        printf '%s\n' "$line"
        n=$((n + 1))
    done
    for extra in $KWIZ_ANSWER_extras; do
        case $extra in
        date) date +%Y-%m-%d ;;
        kernel) uname -s ;;
        esac
    done
    [ -z "${KWIZ_ANSWER_network-}" ] || printf 'also to %s\n' "$KWIZ_ANSWER_network"
    [ -z "${KWIZ_ANSWER_neighbour-}" ] || printf 'also to %s\n' "$KWIZ_ANSWER_neighbour"
    printf 'edition %s\n' "$KWIZ_ANSWER_edition"
}
