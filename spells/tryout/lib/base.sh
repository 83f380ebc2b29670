# shellcheck shell=sh
# shellcheck disable=SC2034 # names that steps and other files of the library use
# Answers, results, programs and the way back. The files below lib/ stand in front of every script of this spell, with the engine's helpers (kwiz_*) before
# them. Functions print what they find out and end with 1 where there is nothing to print.

set -eu
# Programs that no package brought, and snaps; sudo may have left them out.
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin:/snap/bin
export PATH
UNDO=${KWIZ_UNDO:-/var/lib/kwiz/undo}/tryout

# answer KEY [DEFAULT]: the operator's answer; the default also where the question was not asked. KEY is always a literal of ours.
answer() {
    eval "answer_value=\${KWIZ_ANSWER_$1-}"
    # shellcheck disable=SC2154 # set by eval
    printf '%s' "${answer_value:-${2-}}"
}

is_answered() {
    [ -n "$(answer "$1")" ]
}

is_true() {
    [ "$(answer "$1")" = true ]
}

has_command() {
    command -v "$1" >/dev/null 2>&1
}

undo_folder() {
    (umask 077 && mkdir -p "$UNDO")
}

# note NAME: a mark for reset; its standard input is what is to be known then. Only the first time: what was before kwiz counts.
note() {
    undo_folder
    if [ -e "$UNDO/$1" ]; then
        cat >/dev/null
    else
        cat >"$UNDO/$1.new"
        mv "$UNDO/$1.new" "$UNDO/$1"
    fi
}

noted() {
    [ -e "$UNDO/$1" ]
}

# undo_end: the folder goes when nothing is noted any more.
undo_end() {
    rm -f "$UNDO/said" "$UNDO/status" "$UNDO/fetched" "$UNDO/sum"
    rmdir "$UNDO" 2>/dev/null || true
    rmdir "${UNDO%/*}" 2>/dev/null || true
}

# is_here: is this the machine that kwiz runs on, so that what listens on it can be reached by its operator as it is?
is_here() {
    [ "$KWIZ_ADDRESS" = local ]
}

# within SECONDS COMMAND...: a program, which is ended when its time is up; the status is 124 then (143 with BusyBox of old).
within() {
    timeout -k 20 "$@"
}

# watched COMMAND...: with its output both shown and kept in UNDO/said. Its exit status.
watched() {
    undo_folder
    { "$@" && echo 0 >"$UNDO/status" || echo $? >"$UNDO/status"; } 2>&1 | tee "$UNDO/said"
    return "$(cat "$UNDO/status")"
}

# was_ended STATUS: was it the limit?
was_ended() {
    case $1 in
    124 | 137 | 143) return 0 ;;
    esac
    return 1
}

# page_answers URL: 200, asked past any proxy.
page_answers() {
    if has_command curl; then
        curl --noproxy '*' --fail --silent --output /dev/null --max-time 10 "$1"
    else
        http_proxy='' https_proxy='' no_proxy='*' wget -q -T 10 -O /dev/null "$1"
    fi
}
