# shellcheck shell=sh
# Tells what a host is, for the checks before an installation. Changes nothing, writes no file, needs no root, and no tool but a shell: what
# can't be found out is left out, and counts as unknown; what only root could tell is said as `need-root:KEY yes`. Lines "key value" between
# "facts 1" and "end 1"; doc/facts.md has all keys. The files of this folder are one script, put together in the order of spells/local.mk.
# kwiz puts three lines before it: kwiz_disks (paths whose free space is wanted), kwiz_paths (paths that may be left over from another
# installation) and kwiz_names (names that the host should be able to resolve).
# No here-documents: some shells keep them in files. $(...) costs a process, so what is read from files comes back in variables.
kwiz_path=$PATH
LC_ALL=C
export LC_ALL
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
set +e
set -f
nl='
'
blanks=$IFS
lines_max=5000 # of a file that may be anything

has() {
    command -v "$1" >/dev/null
}

# say KEY VALUE: nothing when the value is empty. Names of interfaces and the like come from the host: a key that would not be one is left
# out, and of a value that has several lines only the first is said.
say() {
    case $1 in
    *[!A-Za-z0-9_.:/@+-]*) return ;;
    esac
    # nothing that is worth saying is so long, and cutting it would take some shells minutes
    [ "${#1}" -le 200 ] && [ "${#2}" -le 4000 ] || return
    said=${2%%"$nl"*}
    [ -z "$said" ] || printf '%s %.900s\n' "$1" "$said"
}

# whether KEY COMMAND...: yes or no.
whether() {
    whether_key=$1
    shift
    if "$@"; then
        say "$whether_key" yes
    else
        say "$whether_key" no
    fi
}

need_root() {
    say "need-root:$1" yes
}

# May it be read, and does it end? Not so a pipe, or a link to a device.
is_file() {
    [ -r "$1" ] && [ -f "$1" ]
}

# The first word of a file, in $word; the first line, in $line.
read_word() {
    word=
    ! is_file "$1" || read -r word _ <"$1"
}
read_line() {
    line=
    ! is_file "$1" || read -r line <"$1"
}

# How to end what takes too long: some timeout(1) can't end what does not want to, some machines have none.
read_timeout() {
    kwiz_timeout=
    has timeout || return
    if timeout -k 1 5 true; then
        kwiz_timeout='timeout -k 1'
    elif timeout 5 true; then
        kwiz_timeout=timeout
    fi
}

# limited SECONDS COMMAND...: without a tool for that, a second process ends it.
limited() {
    if [ -n "$kwiz_timeout" ]; then
        $kwiz_timeout "$@"
        return
    fi
    has sleep || return 127
    limit=$1
    shift
    "$@" &
    limited_job=$!
    { sleep "$limit" && kill "$limited_job" && sleep 1 && kill -9 "$limited_job"; } >/dev/null &
    limited_dog=$!
    wait "$limited_job"
    limited_status=$?
    kill "$limited_dog"
    return "$limited_status"
}

# wait_for SECONDS JOB...: those that have not ended by then are ended, and stand in $late. A shell may hang itself, by looking at a path on a
# file server that is gone, and no tool ends that.
wait_for() {
    late=' '
    dog=
    if has sleep; then
        seconds=$1
        shift
        {
            sleep "$seconds" &
            trap 'kill "$!"; exit' TERM # not before: $! would be a job
            wait
            kill "$@"
        } >/dev/null &
        dog=$!
    else
        shift
    fi
    for job; do
        wait "$job"
        [ $? -le 128 ] || late="$late$job "
    done
    [ -z "$dog" ] || kill "$dog"
}

# What is no number must not get into $(( )): some shells run commands that stand in it, others end. A 0 before other digits is octal to them.
is_number() {
    case $1 in
    '' | *[!0-9]* | 0?*) return 1 ;;
    esac
    [ "${#1}" -le 18 ]
}
is_hex() {
    case $1 in
    '' | *[!0-9A-Fa-f]*) return 1 ;;
    esac
    [ "${#1}" -le 15 ]
}
