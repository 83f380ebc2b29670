# shellcheck shell=sh
# Who listens on which port.

# once KEY NUMBER: said only the first time.
once() {
    case $ports in
    *" $1=$2 "*) return 1 ;;
    esac
    ports="$ports$1=$2 "
    say "$1" "$2"
}

# State 0A is LISTEN, of UDP 07 is unconnected; the address is HEX:PORT. See proc_net_tcp of the kernel's documentation. The kernel puts listening
# ones first, and of the others there may be a million. Status 1: not all were seen.
listeners_of() {
    [ -r "$1" ] || return 0
    n=0
    while read -r _ local _ state _; do
        n=$((n + 1))
        [ "$n" -le "$lines_max" ] || return 1
        if [ "$state" = "$2" ]; then
            is_hex "${local##*:}" && once "$3" "$((0x${local##*:}))"
        elif [ "$2" = 0A ] && [ "$state" != st ]; then
            return 0
        fi
    done <"$1"
    return 0
}

# It asks the kernel for these alone, and tells who it is, where that may be known (only root sees the processes of others). Of -l it makes a question for
# closed ones as well, for which the kernel walks through a table of all.
listeners_by_ss() {
    has ss && ask 2 ss -H -ntp state listening || return
    kind=
    each_line listener_line
    # who it is, ss finds by looking at all files that all processes have open
    ask 2 ss -H -nu state unconnected || return
    [ -z "$answer" ] || ask 2 ss -H -nup state unconnected || return
    kind=.udp
    each_line listener_line
}

# port_of WORD...: of the local address, which is the first with a colon, in $port.
port_of() {
    port=
    for word; do
        case $word in
        *:*)
            port=${word##*:}
            return
            ;;
        esac
    done
}

listener_line() {
    # shellcheck disable=SC2086 # words
    port_of $line
    is_number "$port" && once "listen$kind" "$port" || return
    case $line in
    *'(("'*)
        users=${line#*\(\(\"}
        say "holder$kind:$port" "${users%%\"*}"
        ;;
    esac
}

listeners() {
    ports=' '
    if listeners_by_ss; then
        say listeners known
    elif [ -r /proc/net/tcp ]; then
        seen_all=yes
        listeners_of /proc/net/tcp 0A listen || seen_all=no
        listeners_of /proc/net/tcp6 0A listen || seen_all=no
        listeners_of /proc/net/udp 07 listen.udp || seen_all=no
        listeners_of /proc/net/udp6 07 listen.udp || seen_all=no
        [ "$seen_all" = no ] || say listeners known
    fi
    [ "$kwiz_uid" = 0 ] || need_root holder
}
