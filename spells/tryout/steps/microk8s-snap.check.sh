# shellcheck shell=sh
noted microk8s || exit 1
snap_has microk8s || exit 1
channel_is || exit 1
