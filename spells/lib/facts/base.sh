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
for folder in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin; do
    case :$PATH: in
    *":$folder:"*) ;;
    *) PATH=$PATH:$folder ;;
    esac
done
export PATH
set +e
set -f
nl='
'
blanks=$IFS
lines_max=5000 # of a file that may be anything

# Not `command -v`, which prints: that would be opening and closing /dev/null for each.
has() {
    hash "$1"
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

# ---- limits ----
# One process, the watch, ends what takes too long. It is told on descriptor 9: "+ NAME SECONDS PID" when something begins that may hang, "- NAME" when that has
# ended, "tick" once a second, "gone" when nobody is left who would say "end", "over" when it all takes too long. So what is well costs two lines, where timeout(1), which some machines lack, costs a program and two processes.

# The number of the process that calls it, in $self. A shell reads byte after byte, and here it is among the first.
read_self() {
    self=
    [ -r /proc/self/status ] || return
    while read -r name self _; do
        [ "$name" != Tgid: ] || return
    done </proc/self/status
    self=
}

# watched FUNCTION: all that is limited or waited for below is done in there.
watched() {
    # may be of other numbers than ours, where processes have numbers of their own but /proc is not theirs
    read_self
    knows_self=no
    [ "$self" != "$$" ] || knows_self=yes
    can_wait=no
    ! has sleep || can_wait=yes
    { watched_main "$1" 9>&1 >&8 8>&- | watch >/dev/null 8>&-; } 8>&1
}

watched_main() {
    asked=0 asker=ask with_errors=no
    if [ "$knows_self" = yes ]; then
        read_self
        echo "main $self" >&9
    fi
    if [ "$can_wait" = yes ]; then
        ticks >&9 &
        ticker=$!
    fi
    "$1"
    echo end >&9
    [ "$can_wait" = no ] || kill "$ticker"
}

# Of all of it: by then kwiz has given it up, and the shells themselves hang, stopped or at a path of a file server that is gone.
seconds_max=35

ticks() {
    n=0
    while [ "$n" -lt "$seconds_max" ]; do
        n=$((n + 1))
        sleep 1 &
        trap 'kill "$!"; exit' TERM # not before: $! would be a job
        wait "$!" || return
        # asked here, and not by the watch: what main had to say stands before this, so nothing that has ended counts as running
        if [ "$knows_self" = yes ] && ! kill -0 "$self"; then
            echo gone
            return
        fi
        echo tick
    done
    echo over
}

# Its status is that of the script, and 0 however that ends: whether all is there, the last line tells.
watch() {
    running=' ' main=
    while read -r sign name limit pid; do
        case $sign in
        +) running="$running$name:$limit:$pid " ;;
        -)
            case $running in
            *" $name:"*)
                rest=${running#*" $name:"}
                running="${running%%" $name:"*} ${rest#* }"
                ;;
            esac
            ;;
        main) main=$name ;;
        tick) watch_tick ;;
        over)
            [ -z "$main" ] || running="${running}main:0:$main "
            break
            ;;
        # the last word, too: what was told to end just before it may not have
        gone | end) break ;;
        esac
    done
    for each in $running; do
        family "${each##*:}"
        # shellcheck disable=SC2086 # numbers
        kill -9 $family
    done
    return 0
}

# A second after the word that it should end, whatever has not is killed.
watch_tick() {
    left_over=$running
    running=' '
    for each in $left_over; do
        pid=${each##*:}
        name=${each%%:*}
        limit=${each%:*}
        limit=${limit#*:}
        if [ "$limit" -gt 0 ]; then
            running="$running$name:$((limit - 1)):$pid "
            continue
        fi
        family "$pid"
        if [ "$limit" -eq 0 ]; then
            # shellcheck disable=SC2086 # numbers
            kill $family
            running="$running$name:-1:$pid "
            # each by itself: who ignores the word outlives who has started it, and is nobody's family then
            for pid in ${family#* "$pid"}; do
                running="${running}left:-1:$pid "
            done
        else
            # shellcheck disable=SC2086 # numbers
            kill -9 $family
        fi
    done
}

# family PID: it and what it has started, in $family. What a tool has started might hold its output open.
family() {
    family=
    set -- "$1"
    while [ $# -gt 0 ] && [ "${#family}" -lt 2000 ]; do
        family="$family $1"
        line=
        [ ! -r "/proc/$1/task/$1/children" ] || read -r line <"/proc/$1/task/$1/children"
        shift
        # shellcheck disable=SC2086 # numbers
        set -- "$@" $line
    done
}

# In $limited_status 124, as timeout(1) has it, of what was ended: by TERM or KILL, which nobody else sends.
tell_late() {
    case $limited_status in
    137 | 143) limited_status=124 ;;
    esac
}

# limited SECONDS COMMAND...: ended after one more second at most.
limited() {
    [ "$can_wait" = yes ] || return 127
    limit=$1
    shift
    "$@" 9>&- &
    limited_job=$!
    echo "+ $limited_job $limit $limited_job" >&9
    wait "$limited_job"
    limited_status=$?
    echo "- $limited_job" >&9
    tell_late
    return "$limited_status"
}

# ask SECONDS PROGRAM...: the same for what it prints, which then is in $answer.
ask() {
    answer='' limited_status=127
    [ "$can_wait" = yes ] || return "$limited_status"
    asked=$((asked + 1))
    answer=$(become "$asker.$asked" "$@")
    limited_status=$?
    echo "- $asker.$asked" >&9
    tell_late
    return "$limited_status"
}

# The same, with what it complains of.
ask_both() {
    with_errors=yes
    ask "$@"
    with_errors=no
    return "$limited_status"
}

# all_of FILE: in $answer. What is long, or made anew for each byte that a shell reads, is read at once.
all_of() {
    has cat && ask 2 cat "$1" && return
    answer=
    while read -r line; do
        answer=$answer$nl$line
    done <"$1"
}

# each_line FUNCTION: called for each line of $answer, in $line.
each_line() {
    lines_read=0
    IFS=$nl
    for line in $answer; do
        IFS=$blanks
        lines_read=$((lines_read + 1))
        [ "$lines_read" -le "$lines_max" ] || break
        "$1"
    done
    IFS=$blanks
}

# become NAME SECONDS PROGRAM...: without a process more, where its number can be known.
become() {
    [ "$with_errors" = no ] || exec 2>&1
    if [ "$knows_self" = no ]; then
        shift
        limited "$@"
        return
    fi
    read_self
    echo "+ $1 $2 $self" >&9
    shift 2
    exec "$@" 9>&-
}

# begin FUNCTION...: beside the rest; its number is in $!.
begin() {
    asked=$((asked + 1))
    aside "$@" &
}
aside() {
    asker=$asker.$asked
    asked=0
    "$@"
}

# wait_for SECONDS JOB...: those that have not ended by then are ended, and stand in $late. A shell may hang itself, by looking at a path on a
# file server that is gone, and no tool ends that.
wait_for() {
    late=' '
    seconds=$1
    shift
    for job; do
        echo "+ $job $seconds $job" >&9
    done
    for job; do
        wait "$job"
        [ $? -le 128 ] || late="$late$job "
        echo "- $job" >&9
    done
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
