# shellcheck shell=sh
# Do packets as large as the interface sends them arrive at the other hosts, in one piece? Those of ping, which are not to be taken apart on the way.

# send COUNT SIZE ADDRESS: 0 when one came back; 1 when none did; 2 when it could not be tried.
send() {
    text=$(limited 4 ping -n -q -c "$1" -i 0.2 -W 1 -M "do" -s "$2" "$3" 2>&1)
    status=$?
    case $text in
    *nvalid\ option* | *nrecognized* | *sage:* | *nvalid\ argument*) found='unknown no-ping' ;;
    *ermission\ denied* | *'not permitted'*) found='unknown denied' ;;
    *'not known'* | *'ot resolve'* | *'bad address'* | *'name resolution'*) found='unknown unresolved' ;;
    *)
        [ "$status" -ne 0 ] || return 0
        return 1
        ;;
    esac
    return 2
}

# What a way lets through, smallest first: a size that is lost costs a second, one that arrives nothing.
sizes='1280 1350 1380 1400 1420 1440 1450 1460 1472 1480 1492 1500 8900 8950'

# narrowest ADDRESS MTU HEAD: the largest of these that arrives, in $passes.
narrowest() {
    passes=
    for size in $sizes; do
        [ "$size" -lt "$2" ] || return 0
        send 2 $((size - $3)) "$1" || return 0
        passes=$size
    done
}

# way_to HOST,ADDRESS
way_to() {
    host=${1%%,*}
    address=${1#*,}
    case $address in
    *:*) ;;
    *[!0-9.]*)
        text=$(limited 3 getent ahosts "$address")
        address=${text%%[!0-9A-Fa-f:.]*}
        if [ -z "$address" ]; then
            say "pmtu:$host" 'unknown unresolved'
            return
        fi
        ;;
    esac
    head=28 # of IP and ICMP
    case $address in
    *:*) head=48 ;;
    esac
    device_of "$address"
    read_word "/sys/class/net/$device/mtu"
    mtu=$word
    if [ -z "$device" ] || ! is_number "$mtu"; then
        found='unknown failed'
    elif [ "$mtu" -gt 65535 ]; then
        found="ok $mtu" # to itself
    elif send 2 $((mtu - head)) "$address"; then
        found="ok $mtu"
    elif [ $? -eq 1 ]; then
        if send 2 56 "$address"; then
            narrowest "$address" "$mtu" "$head"
            found="too-big $mtu${passes:+ $passes}"
        elif [ "$?" -eq 1 ]; then
            found='unknown silent'
        fi
    fi
    say "pmtu:$host" "$found"
}

ways() {
    jobs=
    for each in $kwiz_peers; do
        if has ping; then
            way_to "$each" &
            jobs="$jobs $!"
        else
            say "pmtu:${each%%,*}" 'unknown no-ping'
        fi
    done
    # shellcheck disable=SC2086 # numbers
    [ -z "$jobs" ] || wait_for 12 $jobs
}
