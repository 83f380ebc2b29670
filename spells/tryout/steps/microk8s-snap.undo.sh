# shellcheck shell=sh
if noted microk8s; then
    if snap_has microk8s; then
        kwiz_progress 30 "removing the snap microk8s"
        watched within 1200 snap remove --purge microk8s </dev/null || kwiz_fail "the snap microk8s could not be removed" "snap's own words stand above; snap changes"
    fi
    # Bases that came with it and that nobody else needs; snapd refuses where somebody does.
    if has_command snap && noted microk8s-snaps; then
        for base in $(snap list 2>/dev/null | awk 'NR > 1 && $1 ~ /^core[0-9]*$/ { print $1 }'); do
            grep -Fqx "$base" "$UNDO/microk8s-snaps" || snap remove --purge "$base" >/dev/null 2>&1 || true
        done
    fi
    if noted microk8s-group-new && getent group microk8s >/dev/null 2>&1; then
        groupdel microk8s 2>/dev/null || kwiz_warn "the group microk8s stays"
    fi
fi
proxy_undo
rm -f "$UNDO/microk8s" "$UNDO/microk8s-snaps" "$UNDO/microk8s-group-new"
undo_end
