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

# Of `ip -o addr`.
address_line() {
    # shellcheck disable=SC2086 # words
    set -- $line
    name=${2%%@*}
    if is_of_pod "$name" || [ "$name" = lo ]; then
        return
    fi
    n=$((n + 1))
    [ "$n" -le 300 ] || return
    case $3:$4 in
    inet6:fe80:*) ;;
    inet:* | inet6:*) say "addr:$name" "$4" ;;
    esac
}

addresses() {
    if has ip; then
        ask 2 ip -o addr show
        n=0
        each_line address_line
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
    ask 2 getent ahosts "$2"
    case $? in
    0) ;;
    2) say "$1" none && return ;;
    *) say "$1" unknown && return 1 ;;
    esac
    seen=' '
    # shellcheck disable=SC2086 # words
    set -- "$1" $answer
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
    # shellcheck disable=SC2086 # words
    ask 2 getent ahosts $1
    case $?$answer in
    2) say resolv.wildcard no ;;
    *.* | *:*) say resolv.wildcard yes ;;
    esac
}

# Names that nobody has, in the domains that are searched, in $asked_for.
read_wildcards() {
    asked_for=
    is_file /etc/resolv.conf || return
    n=0
    domains=
    while read -r name value; do
        n=$((n + 1))
        [ "$n" -le 200 ] || break
        case $name in
        search | domain) domains=$value ;;
        esac
    done </etc/resolv.conf
    for name in $domains; do
        case $name in
        . | -* | *[!A-Za-z0-9.-]*) ;;
        *) [ "${#asked_for}" -ge 500 ] || asked_for="$asked_for kwiz-no-such-host.${name%.}." ;;
        esac
    done
}

# batch SECONDS NAME...: all of them by one process, which costs as much as one name. The first line of a name's addresses ends with its canonical name; where
# that is not the name asked for, it can't be told whose they are, and each name is to be asked for by itself: nothing is said.
batch() {
    limit=$1
    shift
    asked_for=" $* "
    ask "$limit" getent ahosts "$@"
    case $? in
    0 | 2) ;;
    *) return ;;
    esac
    known=' ' text='' of=''
    IFS=$nl
    # shellcheck disable=SC2086 # lines
    set -- $answer
    IFS=$blanks
    [ $# -le 2000 ] || return
    for line; do
        address=${line%% *}
        kind=${line#* STREAM}
        [ "$kind" != "$line" ] || continue
        kind=${kind##* }
        if [ -n "$kind" ]; then
            of=$kind
            case $asked_for in
            *" $kind "*) ;;
            *) of=${kind%%.*} ;; # a domain that is searched
            esac
            case $asked_for$known in
            *" $of "*" $of "*) return ;;
            *" $of "*) ;;
            *) return ;;
            esac
            known="$known$of "
        fi
        [ -n "$of" ] && [ "${#address}" -le 60 ] || return
        text="${text}resolve:$of $address$nl"
    done
    # line by line: what is longer than a pipe takes at once would mix with that of others
    IFS=$nl
    for line in $text; do
        printf '%s\n' "$line"
    done
    IFS=$blanks
    for name in $asked_for; do
        case $known in
        *" $name "*) ;;
        *) say "resolve:$name" none ;;
        esac
    done
}

# lane NUMBER COUNT NAME...: every COUNTth of the names. After one that is not answered the others are not waited for.
lane() {
    number=$1 count=$2
    shift 2
    i=0
    is_slow=no
    for name; do
        i=$((i + 1))
        [ $((i % count)) -eq "$number" ] || continue
        if [ "$is_slow" = yes ]; then
            say "resolve:$name" unknown
        else
            resolve "resolve:$name" "$name" || is_slow=yes
        fi
    done
}

# in_lanes NAME...: in at most eight processes and two seconds.
in_lanes() {
    lanes=$#
    [ "$lanes" -le 8 ] || lanes=8
    jobs=
    n=0
    while [ "$n" -lt "$lanes" ]; do
        begin lane "$n" "$lanes" "$@"
        jobs="$jobs $!"
        n=$((n + 1))
    done
    # shellcheck disable=SC2086 # numbers
    wait_for 1 $jobs
}

# in_batches NAME...
in_batches() {
    jobs=
    while [ $# -gt 0 ]; do
        part=
        n=0
        while [ $# -gt 0 ] && [ "$n" -lt 50 ]; do
            part="$part $1"
            n=$((n + 1))
            shift
        done
        # shellcheck disable=SC2086 # names
        begin batch 1 $part
        jobs="$jobs $!"
    done
    # shellcheck disable=SC2086 # numbers
    [ -z "$jobs" ] || wait $jobs
}

# unanswered NAME...: those that $answered tells nothing of, in $missing.
unanswered() {
    missing=
    for name; do
        case $nl$answered in
        *"${nl}resolve:$name "*) ;;
        *) missing="$missing $name" ;;
        esac
    done
}

# say_name NAME VALUE: as that of another host, as the own one, or as both.
say_name() {
    [ "$1" != "$own_name" ] || say hostname.address "$2"
    case " $kwiz_names " in
    *" $1 "*) say "resolve:$1" "$2" ;;
    esac
}

# The names of all hosts, and the own one. What is told of them comes back whole, so that what is missing is known.
names() {
    case $kwiz_hostname in
    -* | *[!A-Za-z0-9.-]*) own_name= ;;
    *) own_name=$kwiz_hostname ;;
    esac
    wanted=' '
    for name in $own_name $kwiz_names; do
        case $wanted in
        *" $name "*) ;;
        *) wanted="$wanted$name " ;;
        esac
    done
    answered=
    # shellcheck disable=SC2086 # names
    if has getent; then
        RES_OPTIONS='timeout:1 attempts:1'
        export RES_OPTIONS
        read_wildcards
        jobs=
        if [ -n "$asked_for" ]; then
            begin wildcard "$asked_for"
            jobs=$!
        fi
        answered=$(in_batches $wanted)
        unanswered $wanted
        [ -z "$missing" ] || answered=$answered$nl$(in_lanes $missing)
        [ -z "$jobs" ] || wait "$jobs"
    fi
    # shellcheck disable=SC2086 # names
    unanswered $wanted
    IFS=$nl
    for line in $answered; do
        IFS=$blanks
        name=${line%% *}
        say_name "${name#resolve:}" "${line#* }"
    done
    IFS=$blanks
    for name in $missing; do
        say_name "$name" unknown
    done
}
