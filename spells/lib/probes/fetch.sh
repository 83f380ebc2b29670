# shellcheck shell=sh
# Does the host get to where packages and images come from? Any answer of a web server will do: a registry wants a login first. Every server is asked at
# the same time, each for at most 5 s.

# proxy_set WAY: past any proxy, by that of the answers, or as the host has it.
proxy_set() {
    case $1 in
    own) return ;;
    esac
    unset http_proxy https_proxy no_proxy all_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY
    [ "$1" = proxy ] || return 0
    http_proxy=$kwiz_http_proxy https_proxy=$kwiz_https_proxy
    export http_proxy https_proxy
}

# Is it asked through a proxy?
is_proxied() {
    case $url in
    https:*) [ -n "${https_proxy:-${HTTPS_PROXY:-${all_proxy:-$ALL_PROXY}}}" ] ;;
    *) [ -n "${http_proxy:-${all_proxy:-$ALL_PROXY}}" ] ;;
    esac
}

# url_parts: host and port of $url, without brackets.
url_parts() {
    port=${url#*://}
    port=${port%/}
    host=${port%:*}
    port=${port##*:}
    host=${host#'['}
    host=${host%']'}
}

# fetch_by_any: $url with $trust, by the first client there is that can; says so in $found.
fetch_by_any() {
    found=
    ! has curl || by_curl
    [ -n "$found" ] || ! has wget || ! is_gnu_wget || by_wget
    [ -n "$found" ] || ! has python3 || by_python
    if [ -z "$found" ] && ! is_proxied; then
        url_parts
        case $url in
        https:*) ! has openssl || by_openssl ;;
        *) ! has bash || by_bash ;;
        esac
    fi
    [ -n "$found" ] || found='unknown no-client'
}

# fetch_one NAME,URL,WAY,TRUST
fetch_one() {
    IFS=,
    # shellcheck disable=SC2086 # words
    set -- $1
    IFS=$blanks
    name=$1 url=$2 way=$3 trust=$4
    proxy_set "$way"
    if [ "$way" = proxy ] && ! is_proxied; then
        say "fetch:$name" 'unknown no-proxy'
        return
    fi
    read_now
    since=$now
    fetch_by_any
    case $trust,$found in
    plain,tls* | plain,closed)
        url=http://${url#*://}
        fetch_by_any
        ;;
    esac
    read_now
    [ "$found" != ok ] || found="ok $((now - since))"
    say "fetch:$name" "$found"
}

fetches() {
    jobs=
    for each in $kwiz_fetch; do
        fetch_one "$each" &
        jobs="$jobs $!"
    done
    # shellcheck disable=SC2086 # numbers
    [ -z "$jobs" ] || wait_for 12 $jobs
}
