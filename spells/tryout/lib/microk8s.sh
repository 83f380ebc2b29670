# shellcheck shell=sh
# MicroK8s: the snap, and what it says of itself.

snap_has() {
    has_command snap && snap list "$1" >/dev/null 2>&1
}

# snap_channel: the channel that microk8s follows, as snap list tells it; a long one ends in an ellipsis.
snap_channel() {
    snap list microk8s 2>/dev/null | awk 'NR == 2 { print $4 }'
}

# channel_wanted: as snap list has it: 1.32 is 1.32/stable.
channel_wanted() {
    case $(answer channel) in
    */*) answer channel ;;
    *) printf '%s/stable' "$(answer channel)" ;;
    esac
}

channel_is() {
    case $(snap_channel) in
    "$(channel_wanted)") return 0 ;;
    *…) case $(channel_wanted) in "$(snap_channel | sed 's/…$//')"*) return 0 ;; esac ;;
    esac
    return 1
}

snapd_need() {
    has_command snap || kwiz_fail "there is no snapd on $KWIZ_HOST" "install it (apt install snapd, dnf install snapd), or choose minikube"
    within 120 snap wait system seed.loaded </dev/null ||
        kwiz_fail "snapd does not answer on $KWIZ_HOST" "systemctl status snapd.socket snapd.service; snapd does not run in most containers"
}

microk8s_need() {
    has_command microk8s || kwiz_fail "there is no MicroK8s on $KWIZ_HOST" "kwiz run installs it"
}

# micro SECONDS WORD...
micro() {
    micro_seconds=$1
    shift
    within "$micro_seconds" microk8s "$@" </dev/null
}

# microk8s_is_ready: its status ends with 0 in any case; what it says counts.
microk8s_is_ready() {
    micro 60 status 2>/dev/null | grep -q '^microk8s is running'
}

# addon_is NAME: is it switched on?
addon_is() {
    [ "$(micro 60 status --addon "$1" 2>/dev/null | head -n 1)" = enabled ]
}

# proxy_set: snapd takes no proxy from its environment. What was set before is kept for reset.
proxy_set() {
    is_answered http_proxy || is_answered https_proxy || return 0
    for which in http https; do
        value=$(answer "${which}_proxy" "$(answer http_proxy)")
        [ -n "$value" ] || continue
        { snap get system "proxy.$which" 2>/dev/null || true; } | note "snap-proxy-$which"
        snap set system "proxy.$which=$value" || kwiz_fail "snapd does not take the proxy" "snap set system proxy.$which=..."
    done
}

proxy_undo() {
    for which in http https; do
        noted "snap-proxy-$which" || continue
        before=$(cat "$UNDO/snap-proxy-$which")
        if has_command snap; then
            if [ -n "$before" ]; then snap set system "proxy.$which=$before"; else snap unset system "proxy.$which"; fi
        fi
        rm -f "$UNDO/snap-proxy-$which"
    done
}
