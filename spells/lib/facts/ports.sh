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

# It asks the kernel for the listening ones alone, and tells who it is, where that may be known (only root sees the processes of others).
listeners_by_ss() {
    has ss && ask 2 ss -H -lntup || return
    IFS=$nl
    for line in $answer; do
        IFS=$blanks
        listener_of_ss "$line"
    done
    IFS=$blanks
}

listener_of_ss() {
    line=$1
    # shellcheck disable=SC2086 # words
    set -- $1
    case $1 in
    tcp) key= ;;
    udp) key=.udp ;;
    *) return ;;
    esac
    port=${5##*:}
    is_number "$port" && once "listen$key" "$port" || return
    case $line in
    *'(("'*)
        users=${line#*\(\(\"}
        say "holder$key:$port" "${users%%\"*}"
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
