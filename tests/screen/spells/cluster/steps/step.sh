# shellcheck shell=sh
echo "on $KWIZ_HOST"
