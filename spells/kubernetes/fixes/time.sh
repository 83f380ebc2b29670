# shellcheck shell=sh
# Enables and starts the service that sets the clock: chrony or ntpd where there is one, else systemd-timesyncd. Reset disables it again if it was not
# enabled before. Nothing is installed, and no time server is chosen: that is the operator's.
changes_begin
has_systemd || kwiz_fail "there is no systemd here to start a service with" "set the clock by what this host has"
unit=$(time_active) || unit=$(time_unit) ||
    kwiz_fail "this host has no service that sets the clock" "install chrony (apt-get install chrony, dnf install chrony), then mend this again"
time_enable "$unit"
if has_command chronyc && chronyc -n tracking >/dev/null 2>&1; then
    chronyc -n makestep >/dev/null 2>&1 || true
fi
if systemctl is-active --quiet "$unit" && kwiz_wait 20 time_is_right; then
    echo "$unit is enabled and runs, and the clock is synchronised"
elif systemctl is-active --quiet "$unit"; then
    kwiz_warn "$unit is enabled and runs, but has not synchronised the clock yet: see whether it reaches its servers (chronyc sources, timedatectl timesync-status)"
else
    kwiz_fail "$unit does not run, although it was started" "see journalctl -u $unit; in a container the clock is that of the machine below"
fi
changes_tell
