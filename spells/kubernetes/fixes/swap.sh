# shellcheck shell=sh
# Turns swap off, now and for the next boots: swapoff, its lines in /etc/fstab become comments, services and units that bring it are disabled. As the
# step prepare-os does; reset takes all of it back.
changes_begin
if swap_is_off; then
    echo "no swap is in use, and none comes at the next boot"
else
    was=$(sed 1d /proc/swaps | awk '{ printf "%s%s", comma, $1; comma = ", " }')
    swap_off
    echo "swap is off; before: ${was:-none in use, but it would have come at the next boot}"
fi
changes_tell
