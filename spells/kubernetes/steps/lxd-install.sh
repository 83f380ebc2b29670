# shellcheck shell=sh
# LXD or Incus on the host that is to have the containers: the one that is there, else what this system has.
lxd_begin
# Before anything is changed, be it a folder for what reset needs.
[ -n "$lxd_client" ] || is_true lxd_install ||
    kwiz_fail "there is neither LXD nor Incus on $KWIZ_HOST" "answer lxd_install: true, or install one of them"
changes_begin
if [ -z "$lxd_client" ]; then
    offer=$(lxd_offer) || kwiz_fail "$(distribution) has no package of LXD or Incus, and no snap" "install one of them on $KWIZ_HOST, then run again"
    kwiz_progress 10 "installing $offer"
    if [ "$offer" = snap ]; then
        lxd_note snaps lxd
        (proxy_export && snap install lxd) || kwiz_fail "the snap lxd could not be installed" "the lines above are snap's"
    else
        # shellcheck disable=SC2086 # words are wanted
        package_install lxd-install $offer || kwiz_fail "$offer could not be installed" "the lines above are the package manager's"
    fi
    changed
    lxd_find
fi
kwiz_progress 80 "waiting for its server"
lxd_need
echo "$lxd_client, server $(lxd_version)"
changes_tell
