# shellcheck shell=sh
# Interfaces, addresses, routes, and what names resolve to.

# A node has one of these for each pod: they say nothing about the host.
is_of_pod() {
    case $1 in
    veth* | cali[0-9a-f]* | lxc[0-9a-f]* | tap* | azv* | eni[0-9a-f]*) return 0 ;;
    esac
    return 1
}

# What networks of pods and clusters are called by.
is_of_cluster() {
    case $1 in
    kube-* | cni[0-9]* | cbr[0-9]* | flannel* | vxlan.calico | tunl0 | wireguard.cali | nodelocaldns | cilium_* | weave | docker[0-9]* | antrea-* | ovn-*)
        return 0
        ;;
    esac
    return 1
}

interfaces() {
    set +f
    set -- /sys/class/net/*
    set -f
    n=0
    for folder; do
        name=${folder##*/}
        [ -r "$folder/mtu" ] || continue
        ! is_of_cluster "$name" || say "link:$name" present
        if is_of_pod "$name" || [ "$name" = lo ]; then
            continue
        fi
        n=$((n + 1))
        [ "$n" -le 100 ] || break
        read_word "$folder/type"
        if [ "$word" = 1 ]; then
            read_word "$folder/address"
            [ "$word" = 00:00:00:00:00:00 ] || say "mac:$name" "$word"
        fi
        read_word "$folder/mtu"
        say "mtu:$name" "$word"
    done
}

# Four numbers with dots.
is_address() {
    parts=0
    dotted=$1.
    while [ -n "$dotted" ]; do
        is_number "${dotted%%.*}" || return
        dotted=${dotted#*.}
        parts=$((parts + 1))
    done
    [ "$parts" -eq 4 ]
}

# 0A04010B, as the kernel of a machine that begins with the low byte shows 11.1.4.10, in $word.
address_of() {
    word=$1
    [ "${#word}" -eq 8 ] && is_hex "$word" || return
    d=${word#??????}
    c=${word%??}
    c=${c#????}
    b=${word%????}
    b=${b#??}
    a=${word%??????}
    word=$((0x$d)).$((0x$c)).$((0x$b)).$((0x$a))
}

# The length of a mask in the same form, in $word.
length_of() {
    mask=$1
    word=0
    while [ -n "$mask" ]; do
        case $mask in
        [Ff]*) word=$((word + 4)) ;;
        [Ee]*) word=$((word + 3)) ;;
        [Cc]*) word=$((word + 2)) ;;
        8*) word=$((word + 1)) ;;
        esac
        mask=${mask#?}
    done
}

# The main table; the best default route is the one with the lowest metric.
routes() {
    [ -r /proc/net/route ] || return
    best=
    connected=
    n=0
    while read -r name destination gateway _ _ _ metric mask _; do
        is_hex "$destination" && is_hex "$gateway" && is_hex "$mask" && is_number "$metric" && [ "${#destination}${#gateway}${#mask}" = 888 ] || continue
        length_of "$mask"
        length=$word
        address_of "$gateway"
        gateway=$word
        if [ "$destination$length" = 000000000 ]; then
            # a route that rejects is no way out
            [ "$name" != '*' ] || continue
            if [ -z "$best" ] || [ "$metric" -lt "$best" ]; then
                best=$metric best_name=$name best_gateway=$gateway
            fi
            continue
        fi
        n=$((n + 1))
        if [ "$n" -gt 200 ]; then
            say routes.more yes
            break
        fi
        address_of "$destination"
        if [ "$gateway" = 0.0.0.0 ]; then
            gateway=
            connected="$connected $destination=$length=$name"
        else
            gateway=" via $gateway"
        fi
        say route "$word/$length$gateway dev $name"
    done </proc/net/route
    [ -z "$best" ] || say iface.default "$best_name"
    [ -z "$best" ] || say gateway "$best_gateway"
}

# 32 digits as groups with colons, in $word.
address6_of() {
    rest=$1
    word=
    while [ -n "$rest" ]; do
        group=${rest%"${rest#????}"}
        rest=${rest#????}
        group=${group#0}
        group=${group#0}
        word=$word:${group#0}
        [ "${#rest}" -ne 0 ] && [ "${#rest}" -lt 4 ] && return
    done
    word=${word#:}
}

routes6() {
    [ -r /proc/net/ipv6_route ] || return
    best=
    n=0
    while read -r destination length _ _ gateway metric _ _ _ name; do
        [ "${#destination}" -eq 32 ] && [ "${#gateway}" -eq 32 ] && [ "$name" != lo ] && is_hex "$length" && is_hex "$metric" || continue
        case $destination in
        fe8* | ff*) continue ;;
        esac
        length=$((0x$length))
        [ "$length" -lt 128 ] || continue
        address6_of "$gateway"
        gateway=$word
        if [ "$length" = 0 ]; then
            if [ -z "$best" ] || [ "$((0x$metric))" -lt "$best" ]; then
                best=$((0x$metric)) best_name=$name best_gateway=$gateway
            fi
            continue
        fi
        n=$((n + 1))
        [ "$n" -le 200 ] || break
        address6_of "$destination"
        case $gateway in
        0:0:0:0:0:0:0:0) gateway= ;;
        *) gateway=" via $gateway" ;;
        esac
        say route "$word/$length$gateway dev $name"
    done </proc/net/ipv6_route
    [ -z "$best" ] || say iface.default6 "$best_name"
    [ -z "$best" ] || say gateway6 "$best_gateway"
}

addresses() {
    if has ip; then
        limited 2 ip -o addr show | {
            n=0
            while read -r _ name family address _; do
                name=${name%%@*}
                if is_of_pod "$name" || [ "$name" = lo ]; then
                    continue
                fi
                n=$((n + 1))
                [ "$n" -le 300 ] || break
                case $family:$address in
                inet6:fe80:*) ;;
                inet:* | inet6:*) say "addr:$name" "$address" ;;
                esac
            done
        }
        return
    fi
    addresses_by_routes
    [ -r /proc/net/if_inet6 ] || return
    while read -r address _ length scope _ name; do
        [ "$scope" = 00 ] && [ "$name" != lo ] && ! is_of_pod "$name" || continue
        [ "${#address}" -eq 32 ] && is_hex "$length" || continue
        address6_of "$address"
        say "addr:$name" "$word/$((0x$length))"
    done </proc/net/if_inet6
}

# Without `ip`: the kernel's own addresses stand in fib_trie without an interface, which the routes of connected networks have.
addresses_by_routes() {
    [ -r /proc/net/fib_trie ] || return
    seen=' '
    while read -r sign address _; do
        [ "$sign" != '|--' ] || last=$address
        case $sign$address in
        /32host) ;;
        *) continue ;;
        esac
        case $last$seen in
        127.* | *" $last "*) continue ;;
        esac
        is_address "$last" || continue
        seen="$seen$last "
        address_on_route "$last"
    done </proc/net/fib_trie
}

address_on_route() {
    dotted=$1.
    number=0
    while [ -n "$dotted" ]; do
        number=$((number * 256 + ${dotted%%.*}))
        dotted=${dotted#*.}
    done
    best=
    for network in $connected; do
        address_of "${network%%=*}"
        dotted=$word.
        wanted=0
        while [ -n "$dotted" ]; do
            wanted=$((wanted * 256 + ${dotted%%.*}))
            dotted=${dotted#*.}
        done
        name=${network##*=}
        network=${network%=*}
        length=${network##*=}
        if [ $((number >> (32 - length))) -eq $((wanted >> (32 - length))) ] && [ "$length" -gt "${best:-0}" ]; then
            best=$length best_name=$name
        fi
    done
    [ -z "$best" ] || is_of_pod "$best_name" || say "addr:$best_name" "$1/$best"
}

# resolvers KEY FILE
resolvers() {
    is_file "$2" || return
    n=0
    while read -r name value more; do
        n=$((n + 1))
        [ "$n" -le 200 ] || break
        case $name in
        nameserver) say "$1" "$value" ;;
        search | domain) [ "$1" != resolv.nameserver ] || say resolv.search "$value${more:+ $more}" ;;
        esac
    done <"$2"
}

# Does /etc/hosts give the own name an address of this host alone, as Debian and Ubuntu do?
hosts_file() {
    is_file /etc/hosts || return
    found=no
    n=0
    while read -r address names; do
        n=$((n + 1))
        [ "$n" -le "$lines_max" ] || break
        case $address in
        127.* | ::1)
            names=${names%%#*}
            for name in $names; do
                [ "$name" != "$kwiz_hostname" ] || found=yes
            done
            ;;
        esac
    done </etc/hosts
    say hosts.127 "$found"
}

# resolve KEY NAME: its addresses (at most four), none, or unknown.
resolve() {
    found=$(limited 2 getent ahosts "$2")
    case $? in
    0) ;;
    2) say "$1" none && return ;;
    *) say "$1" unknown && return 1 ;;
    esac
    seen=' '
    # shellcheck disable=SC2086 # words
    set -- "$1" $found
    key=$1
    shift
    while [ $# -ge 2 ]; do
        case $2$seen in
        STREAM*" $1 "* | DGRAM* | RAW*) ;;
        STREAM*)
            [ "${#seen}" -ge 160 ] || say "$key" "$1"
            seen="$seen$1 "
            ;;
        esac
        shift
    done
}

# Is there an address for a name that nobody has, in a domain that is searched? Then there is one for each misspelt name, and for many of pods.
wildcard() {
    is_file /etc/resolv.conf || return
    n=0
    asked=
    while read -r name value; do
        n=$((n + 1))
        [ "$n" -le 200 ] || break
        case $name in
        search | domain) asked=$value ;;
        esac
    done </etc/resolv.conf
    # shellcheck disable=SC2086 # words
    set -- $asked
    asked=
    for name; do
        case $name in
        . | -* | *[!A-Za-z0-9.-]*) ;;
        *) [ "${#asked}" -ge 500 ] || asked="$asked kwiz-no-such-host.${name%.}." ;;
        esac
    done
    [ -n "$asked" ] || return
    # shellcheck disable=SC2086 # words
    found=$(limited 2 getent ahosts $asked)
    case $?$found in
    2) say resolv.wildcard no ;;
    *.* | *:*) say resolv.wildcard yes ;;
    esac
}

# batch NAME...: all of them by one process. The first line of a name's addresses ends with its canonical name; where that is not the name asked
# for, it can't be told whose they are, and each name is to be asked for by itself: status 1, nothing said.
batch() {
    asked=" $* "
    found=$(limited 1 getent ahosts "$@")
    case $? in
    0 | 2) ;;
    *) return 1 ;;
    esac
    known=' '
    text=
    of=
    IFS=$nl
    # shellcheck disable=SC2086 # lines
    set -- $found
    IFS=$blanks
    [ $# -le 2000 ] || return
    for line; do
        address=${line%% *}
        kind=${line#* STREAM}
        [ "$kind" != "$line" ] || continue
        kind=${kind##* }
        if [ -n "$kind" ]; then
            of=${kind%%.*}
            case $asked$known in
            *" $of "*" $of "*) return 1 ;;
            *" $of "*) ;;
            *) return 1 ;;
            esac
            known="$known$of "
        fi
        [ -n "$of" ] && [ "${#address}" -le 60 ] || return
        text="${text}resolve:$of $address$nl"
    done
    # line by line: what is longer than a pipe takes at once would mix with that of other lanes
    IFS=$nl
    for line in $text; do
        printf '%s\n' "$line"
    done
    IFS=$blanks
    for name in $asked; do
        case $known in
        *" $name "*) ;;
        *) say "resolve:$name" none ;;
        esac
    done
}

# lane NUMBER COUNT: every COUNTth of the names. After one that is not answered the others are not waited for.
lane() {
    i=0
    mine=
    for name in $kwiz_names; do
        i=$((i + 1))
        [ $((i % $2)) -ne "$1" ] || mine="$mine $name"
    done
    # shellcheck disable=SC2086 # words
    if [ "$i" -gt 32 ] && batch $mine; then
        mine=
    fi
    is_slow=no
    for name in $mine; do
        if [ "$is_slow" = yes ]; then
            say "resolve:$name" unknown
        else
            resolve "resolve:$name" "$name" || is_slow=yes
        fi
    done
    echo "lane $1"
}

# All names at once, in at most eight processes and two seconds; their lines come back whole, so that what is missing is known.
names() {
    if ! has getent || ! has sleep; then
        say hostname.address unknown
        for name in $kwiz_names; do
            say "resolve:$name" unknown
        done
        return
    fi
    RES_OPTIONS='timeout:1 attempts:1'
    export RES_OPTIONS
    # shellcheck disable=SC2086 # words
    set -- $kwiz_names
    lanes=$#
    [ "$lanes" -le 8 ] || lanes=8
    answered=$(
        jobs=
        case $kwiz_hostname in
        -* | *[!A-Za-z0-9.-]*) ;;
        *) resolve hostname.address "$kwiz_hostname" & jobs=$! ;;
        esac
        wildcard &
        jobs="$jobs $!"
        i=0
        while [ "$i" -lt "$lanes" ]; do
            lane "$i" "$lanes" &
            jobs="$jobs $!"
            i=$((i + 1))
        done
        # shellcheck disable=SC2086 # words
        wait_for 2 $jobs
    )
    ended=0
    for i in 0 1 2 3 4 5 6 7; do
        case $nl$answered$nl in
        *"${nl}lane $i$nl"*) ended=$((ended + 1)) ;;
        esac
    done
    printf '%s\n' "$answered" | while read -r key value; do
        [ "$key" = lane ] || say "$key" "$value"
    done
    [ "$ended" -lt "$lanes" ] || return
    for name in $kwiz_names; do
        case $nl$answered in
        *"${nl}resolve:$name "*) ;;
        *) say "resolve:$name" unknown ;;
        esac
    done
}
