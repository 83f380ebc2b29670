# shellcheck shell=sh
rm -rf /root/e2e
