# shellcheck shell=sh
# Sets the sysctls that pods are reached by, now and at each boot (/etc/sysctl.d/99-kwiz-kubernetes.conf). Those of bridges are there only with the module
# br_netfilter: where it is not loaded, it is, now and at each boot (/etc/modules-load.d/kwiz-kubernetes.conf). As the step prepare-os does; reset takes all
# of it back.
changes_begin
module_works br_netfilter || modules_keep
sysctl_keep
sysctl_text | sed -n 's/^\([a-z].*\)/is set: \1/p'
changes_tell
