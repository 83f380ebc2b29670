# shellcheck shell=sh
# Turns swap off.
swapoff -a
echo "swap is off"
