# shellcheck shell=sh
# Looking at something part by part: each is tried until it is well or the time is over, each gets a line with what was found and how long it took,
# and at the end all that is not well is told, not only the first.

# uptime_tenths: tenths of a second since the boot: the time of day may be set.
uptime_tenths() {
    awk '{ printf "%d", $1 * 10 }' /proc/uptime
}

# parts_begin SECONDS: for all parts together; when they are over, each is still tried once.
parts_begin() {
    parts_limit=$1 parts_began=$(uptime_tenths)
    run_note
    parts_count=0 parts_bad=0 parts_failed='' parts_hint=''
}

# part WHAT HINT COMMAND...: COMMAND prints what it found, which is the reason where it ends with anything but 0. It must change nothing, as it is tried again.
part() {
    part_what=$1 part_hint=$2
    shift 2
    part_began=$(uptime_tenths) part_said='' part_shown=''
    part_left=$((parts_limit - (part_began - parts_began) / 10))
    [ "$part_left" -gt 0 ] || part_left=0
    parts_count=$((parts_count + 1))
    part_mark='ok  '
    kwiz_wait "$part_left" part_try "$@" || part_mark=FAIL
    part_took=$(($(uptime_tenths) - part_began))
    printf '%s  %s: %s (%d.%d s)\n' "$part_mark" "$part_what" "${part_said:-no reason was given}" $((part_took / 10)) $((part_took % 10))
    [ "$part_mark" = FAIL ] || return 0
    parts_bad=$((parts_bad + 1))
    parts_failed="$parts_failed${parts_failed:+; }$part_what: $part_said"
    parts_hint=${parts_hint:-$part_hint}
}

# Each second it is looked whether the reason is another by now: then it is told.
part_try() {
    part_status=0
    part_said=$("$@" 2>&1 </dev/null) || part_status=$?
    part_said=$(printf '%s\n' "$part_said" | awk 'NF { printf "%s%s", gap, $0; gap = "; " }' | cut -c1-600)
    if [ "$part_status" -ne 0 ] && [ "$part_said" != "$part_shown" ]; then
        part_shown=$part_said
        kwiz_progress $((($(uptime_tenths) - parts_began) * 10 / (parts_limit + 10))) "waiting for $part_what: $part_said"
    fi
    return "$part_status"
}

# parts_skip WHAT REASON: what is not looked at, and why.
parts_skip() {
    printf 'skip  %s: %s\n' "$1" "$2"
}

# parts_end: ends the step where anything was not well.
parts_end() {
    [ "$parts_bad" -gt 0 ] || return 0
    kwiz_fail "$parts_bad of $parts_count parts are not as they should be: $parts_failed" "$parts_hint"
}
