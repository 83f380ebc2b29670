# shellcheck shell=sh
# Loads the kernel modules that containers and pod networks need, now and at each boot (/etc/modules-load.d/kwiz-kubernetes.conf). As the step prepare-os
# does; reset takes all of it back.
changes_begin
modules_keep
echo "overlay and br_netfilter are loaded, and will be at each boot"
changes_tell
