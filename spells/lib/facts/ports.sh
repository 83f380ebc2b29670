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

# State 0A is LISTEN, of UDP 07 is unconnected; the address is HEX:PORT. See proc_net_tcp of the kernel's documentation.
listeners_of() {
    [ -r "$1" ] || return
    while read -r _ local _ state _; do
        [ "$state" = "$2" ] || continue
        is_hex "${local##*:}" && once "$3" "$((0x${local##*:}))"
    done <"$1"
}

# It asks the kernel for the listening ones alone, and tells who it is, where that may be known (only root sees the processes of others).
listeners_by_ss() {
    has ss || return 1
    { limited 2 ss -H -lntup && echo end; } | {
        is_whole=no
        while read -r kind _ _ _ local _ users; do
            case $kind in
            tcp) key= ;;
            udp) key=.udp ;;
            end) is_whole=yes && continue ;;
            *) continue ;;
            esac
            port=${local##*:}
            is_number "$port" || continue
            once "listen$key" "$port" || continue
            case $users in
            *'(("'*)
                users=${users#*\(\(\"}
                say "holder$key:$port" "${users%%\"*}"
                ;;
            esac
        done
        [ "$is_whole" = yes ]
    }
}

listeners() {
    ports=' '
    if listeners_by_ss; then
        say listeners known
    elif [ -r /proc/net/tcp ]; then
        listeners_of /proc/net/tcp 0A listen
        listeners_of /proc/net/tcp6 0A listen
        listeners_of /proc/net/udp 07 listen.udp
        listeners_of /proc/net/udp6 07 listen.udp
        say listeners known
    fi
    [ "$kwiz_uid" = 0 ] || need_root holder
}
