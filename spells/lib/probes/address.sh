# shellcheck shell=sh
# Does somebody have an address that the cluster wants? Its neighbours are asked (arping, as root), else it is asked itself; what does not answer ping may
# still have told the kernel its hardware address.

# hardware_in TEXT: the first hardware address of a text, in $mac.
hardware_in() {
    mac=
    for word in $1; do
        word=${word#'['}
        word=${word%']'}
        case $word in
        [0-9A-Fa-f][0-9A-Fa-f]:[0-9A-Fa-f][0-9A-Fa-f]:[0-9A-Fa-f][0-9A-Fa-f]:[0-9A-Fa-f][0-9A-Fa-f]:[0-9A-Fa-f][0-9A-Fa-f]:[0-9A-Fa-f][0-9A-Fa-f])
            mac=$word
            return
            ;;
        esac
    done
}

# neighbour_forget ADDRESS: what the kernel knows of it may be a minute old, from before a reset that gave the address up. $is_forgotten: it is gone, and
# what the kernel knows afterwards was told after that. Where the right is missing, what was there stays.
neighbour_forget() {
    is_forgotten=no
    limited 2 ip neigh flush to "$1" >/dev/null 2>&1
    neighbour_of "$1"
    [ -n "$mac" ] || is_forgotten=yes
}

# neighbour_of ADDRESS: the hardware address that the kernel knows of it, in $mac.
neighbour_of() {
    mac=
    text=$(limited 2 ip neigh show to "$1")
    case $text in
    *FAILED* | *INCOMPLETE*) ;;
    *) hardware_in "$text" ;;
    esac
}

# device_of ADDRESS: by which interface packets to it leave, in $device.
device_of() {
    text=$(limited 2 ip route get "$1")
    device=${text#*' dev '}
    [ "$device" != "$text" ] || device=
    device=${device%% *}
    case $device in
    *[!A-Za-z0-9_.:@-]*) device= ;;
    esac
    device=${device%%@*}
}

address_of_nobody() {
    address=$1
    found='unknown no-arping'
    device_of "$address"
    case $address in
    *:*) ;;
    *)
        if has arping && [ -n "$device" ] && [ "$device" != lo ]; then
            text=$(limited 5 arping -c 2 -w 3 -I "$device" "$address" 2>&1)
            case $?,$text in
            0,*) hardware_in "$text" && found="answers $mac" ;;
            *ermission* | *ermitted* | *sage:*) ;;
            1,*) found=silent ;;
            esac
        fi
        ;;
    esac
    if [ "$found" = 'unknown no-arping' ] && has ping; then
        neighbour_forget "$address"
        text=$(limited 5 ping -n -c 2 -W 1 "$address" 2>&1)
        case $?,$text in
        0,*) found=answers ;;
        *ermission* | *ermitted* | *nvalid\ option* | *sage:*) ;;
        1,*) found=silent ;;
        *'nreachable'*) found=silent ;;
        esac
        neighbour_of "$address"
        case $found,$is_forgotten,$mac in
        *,*,) ;;
        answers,*,* | *,yes,*) found="answers $mac" ;;
        *) found='unknown stale' ;; # who had it may only be silent to ping
        esac
    fi
    say "address:$address" "$found"
}

addresses_free() {
    jobs=
    for each in $kwiz_addresses; do
        address_of_nobody "$each" &
        jobs="$jobs $!"
    done
    # shellcheck disable=SC2086 # numbers
    [ -z "$jobs" ] || wait_for 12 $jobs
}
