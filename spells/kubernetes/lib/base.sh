# shellcheck shell=sh
# Answers, hosts, tables and versions. The files below lib/ stand in front of every script of this spell, with the engine's helpers (kwiz_*)
# before them. Functions print what they find out and end with 1 where there is nothing to print.

set -eu
# Programs that no package brought; sudo may have left them out.
PATH=$PATH:/usr/local/sbin:/usr/local/bin
export PATH
# answer KEY [DEFAULT]: the operator's answer; the default also where the question was not asked. KEY is always a literal of ours.
answer() {
    eval "answer_value=\${KWIZ_ANSWER_$1-}"
    # shellcheck disable=SC2154 # set by eval
    printf '%s' "${answer_value:-${2-}}"
}

is_answered() {
    [ -n "$(answer "$1")" ]
}

is_true() {
    [ "$(answer "$1")" = true ]
}

# result KEY: what an earlier step published.
result() {
    eval "result_value=\${KWIZ_RESULT_$1-}"
    # shellcheck disable=SC2154 # set by eval
    printf '%s' "$result_value"
}

has_command() {
    command -v "$1" >/dev/null 2>&1
}

# hosts_table: lines "name address role,role" of the hosts that the cluster has or is to get: without those that leave it. KWIZ_HOSTS_TABLE has these, too,
# and in actions a fourth word.
hosts_table() {
    printf '%s\n' "$KWIZ_HOSTS_TABLE" | awk 'NF && $4 != "leaving" && $4 != "lost" { print $1, $2, $3 }'
}

# hosts_marked WORD [ROLE]: names of those (with that role) of which the action says this: new, leaving, lost or target.
hosts_marked() {
    printf '%s\n' "$KWIZ_HOSTS_TABLE" | awk -v word="$1" -v role="${2-}" '$4 == word && (role == "" || index("," $3 ",", "," role ",")) { print $1 }'
}

# hosts_with_role ROLE: names, one a line.
hosts_with_role() {
    hosts_table | awk -v role="$1" 'index("," $3 ",", "," role ",") { print $1 }'
}

# has_role ROLE: this host, also while it leaves.
has_role() {
    printf '%s\n' "$KWIZ_HOSTS_TABLE" | awk -v name="$KWIZ_HOST" -v role="$1" '$1 == name && index("," $3 ",", "," role ",") { found = 1 } END { exit !found }'
}

# host_address NAME: what the operator wrote; an address, a DNS name, or a name that only his ssh knows.
host_address() {
    printf '%s\n' "$KWIZ_HOSTS_TABLE" | awk -v name="$1" '$1 == name { print $2; exit }'
}

is_ip() {
    case $1 in
    *[!0-9a-fA-F:.]* | '') return 1 ;;
    *:*:*) return 0 ;;
    *:* | *[!0-9.]*) return 1 ;;
    *.*.*.*) return 0 ;;
    esac
    return 1
}

# bracketed ADDRESS: IPv6 addresses stand in brackets where a port may follow.
bracketed() {
    case $1 in
    \[*) printf '%s' "$1" ;;
    *:*:*) printf '[%s]' "$1" ;;
    *) printf '%s' "$1" ;;
    esac
}

# endpoint TEXT PORT: host:port from a host, host:port, IPv6 address or [IPv6]:port.
endpoint() {
    case $1 in
    \[*\]:*) printf '%s' "$1" ;;
    \[*\]) printf '%s:%s' "$1" "$2" ;;
    *:*:*) printf '[%s]:%s' "$1" "$2" ;;
    *:*) printf '%s' "$1" ;;
    *) printf '%s:%s' "$1" "$2" ;;
    esac
}

# endpoint_host TEXT: its host, without brackets.
endpoint_host() {
    printf '%s\n' "$(endpoint "$1" 0)" | sed -e 's/:[0-9]*$//' -e 's/^\[//' -e 's/\]$//'
}

# node_address: the address that this node has in the cluster. What the operator reaches it by, if that is on an interface here; else
# (behind address translation, or named) the one that packets to the outside leave from.
node_address() {
    if is_ip "$KWIZ_ADDRESS" && ip -o addr show | awk '{ print $4 }' | cut -d/ -f1 | grep -Fqix "$KWIZ_ADDRESS"; then
        printf '%s' "$KWIZ_ADDRESS"
        return
    fi
    for family in -4 -6; do
        device=$(ip "$family" route show default 2>/dev/null | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1)
        [ -n "$device" ] || continue
        address=$(ip "$family" -o addr show dev "$device" scope global | awk '!/ deprecated| secondary/ { sub("/.*", "", $4); print $4; exit }')
        if [ -n "$address" ]; then
            printf '%s' "$address"
            return
        fi
    done
    return 1
}

# table NAME: the rows of a table of this spell, without comments.
table() {
    kwiz_data "$1" | grep -v '^#'
}

# table_get NAME KEYCOLUMN=VALUE COLUMN: the first row that fits.
table_get() {
    table "$1" | awk -F '\t' -v key="${2%%=*}" -v value="${2#*=}" -v column="$3" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at[key] == value { print $at[column]; found = 1; exit }
        END { exit !found }'
}

# version_wanted: as answered, without a leading v: 1.36 or 1.36.4.
version_wanted() {
    answer kubernetes_version | sed 's/^v//'
}

# minor_of VERSION: 1.36 of v1.36.4.
minor_of() {
    printf '%s\n' "$1" | sed -n 's/^v*\([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p'
}

# version_of TEXT: digits and dots of a package's or program's version, without epoch and what follows.
version_of() {
    printf '%s\n' "$1" | sed -e 's/^[0-9]*://' -e 's/^v//' -e 's/[^0-9.].*//'
}

# at_least A B: is version A the same as B or newer?
at_least() {
    awk -v a="$1" -v b="$2" 'BEGIN {
        n = split(a, x, "."); m = split(b, y, ".")
        for (i = 1; i <= n || i <= m; i++)
            if (x[i] + 0 != y[i] + 0) exit !(x[i] + 0 > y[i] + 0)
        exit 0 }'
}

# release_fact COLUMN: of the release that was asked for.
release_fact() {
    minor=$(minor_of "$(version_wanted)")
    if ! table_get versions.table "minor=$minor" "$1"; then
        kwiz_fail "Kubernetes $(version_wanted) is not known to this spell" \
            "kubernetes_version must be one of $(table versions.table | awk -F '\t' 'NR == 2 { a = $1 } { b = $1 } END { print a " to " b }')"
    fi
}

# release_check: first in every script that uses release_fact, since a failure inside $( ) ends nothing.
release_check() {
    release_fact minor >/dev/null
}

# Where images come from, without a slash at the end.
image_registry() {
    registry=$(answer image_registry | sed -e 's,^https*://,,' -e 's,/*$,,')
    printf '%s' "${registry:-registry.k8s.io}"
}

# registry_host: of that, what containers runtimes know a registry by. Nothing where it is the public one.
registry_host() {
    is_answered image_registry || return 1
    image_registry | cut -d/ -f1
}

# image_moved IMAGE: as it is called where a registry is answered. That takes the place of its own, and the path stays.
image_moved() {
    host=${1%%/*}
    if ! registry_host >/dev/null || [ "$host" = "$(registry_host)" ]; then
        printf '%s' "$1"
        return
    fi
    path=$1
    if [ "$host" != "$1" ]; then
        case $host in *.* | *:* | localhost) path=${1#*/} ;; esac
    fi
    printf '%s/%s' "$(image_registry)" "$path"
}

# proxy_export: for programs that fetch something.
proxy_export() {
    if is_answered http_proxy || is_answered https_proxy; then
        http_proxy=$(answer http_proxy)
        https_proxy=$(answer https_proxy "$http_proxy")
        no_proxy=$(no_proxy_list)
        HTTP_PROXY=$http_proxy HTTPS_PROXY=$https_proxy NO_PROXY=$no_proxy
        export http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY
    fi
}

# no_proxy_list: what was answered, and all that belongs to the cluster itself.
no_proxy_list() {
    {
        printf '%s\n' "$(answer no_proxy)" | tr -s ', ' '\n'
        printf '%s\n' 127.0.0.1 localhost .svc ".$(answer dns_domain cluster.local)" "$(answer pod_cidr)" "$(answer service_cidr)"
        hosts_table | awk '{ print $1; print $2 }'
        balancer_names
        if is_answered advertise_address; then
            printf '%s\n' "$(answer advertise_address)"
        fi
    } | awk 'NF && !seen[$0]++ { printf "%s%s", comma, $0; comma = "," }'
}
