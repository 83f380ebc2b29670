# shellcheck shell=sh
# What stands before a script that mends a host (kwiz-spell(5), `mend`), after its variables: the helpers that steps have, as far as they mean something
# without a run. kwiz puts all of it together and runs it once; standard output is what the operator is told.
exec 2>&1
umask 022

kwiz_one_line() {
    kwiz_text=$(printf '%s' "$*" | tr '\n' ' ')
}

kwiz_progress() {
    printf '%s\n' "$2"
}

kwiz_result() {
    :
}

kwiz_warn() {
    kwiz_one_line "$*"
    printf 'warning: %s\n' "$kwiz_text"
}

# kwiz_fail MESSAGE [HINT]: ends the script with status 1. The last line is the one that is shown first.
kwiz_fail() {
    kwiz_one_line "$1"
    if [ -n "${2-}" ]; then
        printf 'error: %s\nhint: %s\n' "$kwiz_text" "$2"
    else
        printf 'error: %s\n' "$kwiz_text"
    fi
    exit 1
}

kwiz_unchanged() {
    echo 'nothing had to be changed'
}

kwiz_uptime() {
    read -r kwiz_up _ </proc/uptime
    kwiz_up=${kwiz_up%.*}
}

kwiz_without_first() {
    shift
    "$@"
}

# kwiz_wait SECONDS COMMAND...: runs COMMAND once a second until it succeeds; 1 if it never did.
kwiz_wait() {
    kwiz_uptime
    kwiz_up=$((kwiz_up + $1))
    shift
    set -- "$kwiz_up" "$@"
    until kwiz_without_first "$@"; do
        kwiz_uptime
        [ "$kwiz_up" -lt "$1" ] || return 1
        sleep 1
    done
}

# kwiz_retry TIMES DELAY COMMAND...: runs COMMAND up to TIMES times, DELAY seconds apart; the last status.
kwiz_retry() {
    while :; do
        if kwiz_try "$@"; then return 0; fi
        [ "$1" -gt 1 ] || return 1
        sleep "$2"
        kwiz_up=$(($1 - 1))
        shift
        set -- "$kwiz_up" "$@"
    done
}

kwiz_try() {
    shift 2
    "$@"
}

# kwiz_lives PID START: is it still this process?
kwiz_lives() {
    case $1 in '' | *[!0-9]*) return 1 ;; esac
    [ -r "/proc/$1/stat" ] && [ "$(sed 's/.*) //' "/proc/$1/stat" | cut -d' ' -f20)" = "$2" ]
}

# kwiz_run_at_work: does another kwiz run have this host (/run/kwiz/lock)? Then its steps and this would change the same things at once.
kwiz_run_at_work() {
    [ -r /run/kwiz/lock ] || return 1
    while read -r kwiz_run kwiz_host _; do
        kwiz_pid='' kwiz_start=''
        [ -r "/run/kwiz/$kwiz_run/$kwiz_host/sup" ] || continue
        read -r kwiz_pid kwiz_start _ <"/run/kwiz/$kwiz_run/$kwiz_host/sup" || continue
        ! kwiz_lives "$kwiz_pid" "$kwiz_start" || return 0
    done </run/kwiz/lock
    return 1
}

# kwiz_take_host: this script alone changes the host until it ends; runs look at the same file (lock.sh). The mutex is theirs; where there is no flock(1),
# two that come in the same moment do not see each other.
kwiz_take_host() {
    kwiz_pid='' kwiz_start=''
    (umask 077 && mkdir -p /run/kwiz) || kwiz_fail "/run/kwiz can't be made"
    {
        if command -v flock >/dev/null && ! flock -w 25 8 && ! flock -n 8; then
            kwiz_fail "/run/kwiz/attach.lock is held for 25 s"
        fi
        if kwiz_run_at_work; then
            kwiz_fail "the kwiz run $kwiz_run is at work on this host" 'mend it when that run has ended'
        fi
        [ ! -r /run/kwiz/mending ] || read -r kwiz_pid kwiz_start _ </run/kwiz/mending
        if kwiz_lives "$kwiz_pid" "$kwiz_start"; then
            kwiz_fail "another script of kwiz mends this host (process $kwiz_pid)" 'try again when it has ended'
        fi
        kwiz_uptime
        printf '%s %s %s\n' "$$" "$(sed 's/.*) //' "/proc/$$/stat" | cut -d' ' -f20)" "$kwiz_up" >/run/kwiz/mending ||
            kwiz_fail "/run/kwiz/mending can't be written"
    } 8>>/run/kwiz/attach.lock
    trap 'rm -f /run/kwiz/mending' EXIT
}

if [ "$(id -u)" != 0 ]; then
    kwiz_fail 'only root can mend this host' 'log in as root, or as a user who may use sudo'
fi
kwiz_take_host
