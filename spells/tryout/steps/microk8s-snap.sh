# shellcheck shell=sh
# The snap, in the channel that was asked for.
snapd_need
if snap_has microk8s && ! noted microk8s; then
    kwiz_fail "there is a MicroK8s on $KWIZ_HOST that kwiz did not install" "it stays as it is; if it can go: snap remove --purge microk8s, then run again"
fi
proxy_set
snap list 2>/dev/null | awk 'NR > 1 { print $1 }' | note microk8s-snaps
getent group microk8s >/dev/null 2>&1 || note microk8s-group-new </dev/null
note microk8s </dev/null
limit=$(($(answer start_minutes 20) * 60)) status=0
if snap_has microk8s; then
    kwiz_progress 10 "channel $(channel_wanted)"
    watched within "$limit" snap refresh microk8s --classic --channel="$(channel_wanted)" </dev/null || status=$?
else
    kwiz_progress 10 "snap install microk8s, channel $(channel_wanted)"
    watched within "$limit" snap install microk8s --classic --channel="$(channel_wanted)" </dev/null || status=$?
fi
! was_ended "$status" || kwiz_fail "snap did not get it done within $(answer start_minutes 20) minutes" "snap changes tells how far it is; start_minutes answers more"
[ "$status" -eq 0 ] || kwiz_fail "the snap microk8s could not be installed" "snap's own words stand above; snap info microk8s tells which channels there are; http_proxy answers a proxy"
if is_answered http_proxy || is_answered https_proxy; then
    # What containerd fetches images through; it goes with the snap.
    environment=/var/snap/microk8s/current/args/containerd-env
    if [ -f "$environment" ] && ! grep -q '^# kwiz' "$environment"; then
        (
            proxy_export
            printf '# kwiz\nHTTP_PROXY=%s\nHTTPS_PROXY=%s\nNO_PROXY=%s\n' "$HTTP_PROXY" "$HTTPS_PROXY" "$NO_PROXY" >>"$environment"
        )
        micro 300 stop && micro 300 start
    fi
fi
