# shellcheck shell=sh
# What kwiz brought goes, unless somebody has containers in it by now.
lxd_begin
if [ -f "$UNDO/packages-lxd-install" ] || [ -f "$UNDO/snaps" ]; then
    if lxd_answers && [ -n "$(lxd list --format csv -c n)" ]; then
        kwiz_warn "LXD stays on $KWIZ_HOST: there are containers in it that are not of the cluster $KWIZ_CLUSTER"
        rm -f "$UNDO/packages-lxd-install" "$UNDO/snaps"
    elif [ -f "$UNDO/snaps" ]; then
        kwiz_progress 30 "removing the snap lxd"
        ! has_command snap || snap remove --purge lxd
        rm -f "$UNDO/snaps"
    else
        kwiz_progress 30 "removing packages"
        lxd_packages_remove
    fi
fi
rm -rf "$UNDO/client"
folders_undo
# The last undo of this host, as prepare-os is of others.
runs_remove
rm -f "$UNDO"/changed-* "$UNDO"/staged-* "$UNDO"/folders-*
rmdir "$UNDO/files" "$UNDO" "$LXD_UNDO" "${LXD_UNDO%/*}" "$(dirname "${LXD_UNDO%/*}")" 2>/dev/null || true
