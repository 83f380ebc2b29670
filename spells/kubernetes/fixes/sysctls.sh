# shellcheck shell=sh
# Sets the sysctls that pods are reached by, now and at each boot (/etc/sysctl.d/99-kwiz-kubernetes.conf). As the step prepare-os does; reset takes all of
# it back.
changes_begin
if ! module_works br_netfilter; then
    kwiz_fail "net.bridge.bridge-nf-call-iptables is not there before br_netfilter is loaded" "mend kernel.modules too: --fix kernel.modules,sysctl"
fi
folder_make /etc/sysctl.d
sysctl_text | file_put "$SYSCTL_FILE" 644
sysctl_apply
sysctl_text | sed -n 's/^\([a-z].*\)/is set: \1/p'
changes_tell
