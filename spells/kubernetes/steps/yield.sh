# shellcheck shell=sh
# A control plane that leaves gives the virtual address up first: once the others do not know it any more, it would take the address for free.
if ! systemctl is-active --quiet keepalived.service && ! systemctl is-enabled --quiet keepalived.service 2>/dev/null; then
    kwiz_unchanged
    exit 0
fi
systemctl disable --now --quiet keepalived.service
