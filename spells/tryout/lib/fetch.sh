# shellcheck shell=sh
# What is fetched by its address. It may come from a mirror or through a proxy, and it has a digest: known when this was written, answered, or the one that
# stands beside it.

# machine_kind: the processor, as releases are named by it.
machine_kind() {
    case $(uname -m) in
    x86_64) echo amd64 ;;
    aarch64) echo arm64 ;;
    *) uname -m ;;
    esac
}

# mirrored ADDRESS: where it is fetched from. download_mirror stands in place of the https:// of all of them.
mirrored() {
    printf '%s%s' "$(answer download_mirror https://)" "$1"
}

# no_proxy_list: what was answered, and the networks of minikube and MicroK8s, as minikube's and MicroK8s' own documentation of proxies has them.
no_proxy_list() {
    {
        printf '%s\n' "$(answer no_proxy)" | tr -s ', ' '\n'
        printf '%s\n' 127.0.0.1 localhost .svc .cluster.local 10.96.0.0/12 192.168.49.0/24 192.168.58.0/23 10.1.0.0/16 10.152.183.0/24
        is_here || printf '%s\n' "$KWIZ_ADDRESS"
    } | awk 'NF && !seen[$0]++ { printf "%s%s", comma, $0; comma = "," }'
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

digest() {
    sha256sum <"$1" | cut -d' ' -f1
}

# pinned NAME: the digest that download_digests has for it, for this kind of machine if there is one. Nothing when there is none.
pinned() {
    for pin in "$1-$(machine_kind)" "$1"; do
        for pair in $(answer download_digests | tr ',' ' '); do
            if [ "${pair%%=*}" = "$pin" ]; then
                printf '%s' "${pair#*=}"
                return
            fi
        done
    done
}

# fetch ADDRESS FILE: over HTTP or HTTPS, with what this host has for it. FILE is of this run only.
fetch() {
    rm -f "$2"
    if has_command curl; then
        (proxy_export && curl --fail --silent --show-error --location --proto =http,https --connect-timeout 20 --max-time 600 --retry 2 --output "$2" "$1")
    elif has_command wget; then
        (proxy_export && wget -q -T 60 -O "$2" "$1")
    else
        kwiz_fail "this host has neither curl nor wget" "install curl on $KWIZ_HOST"
    fi
}

# fetch_or_fail ADDRESS FILE
fetch_or_fail() {
    fetch "$1" "$2" || kwiz_fail "cannot fetch $1" "look at the address, the network of $KWIZ_HOST and the answers download_mirror, http_proxy and no_proxy"
}
