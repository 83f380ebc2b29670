# shellcheck shell=sh
# Gives the host the name that it has in the answers: the running system and /etc/hostname. Reset gives the old one back. Programs that asked for the
# name before keep the old one until they are started anew; names in certificates and in DNS are not changed.
changes_begin
if [ "$(hostname)" = "$KWIZ_HOST" ] && [ "$(cat "$HOSTNAME_FILE" 2>/dev/null)" = "$KWIZ_HOST" ]; then
    echo "the host calls itself $KWIZ_HOST already"
else
    hostname_set
fi
changes_tell
