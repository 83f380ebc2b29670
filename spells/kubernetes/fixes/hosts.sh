# shellcheck shell=sh
# Writes names and addresses of all hosts of the cluster into /etc/hosts, between the lines "# kwiz begin" and "# kwiz end". As the step prepare-os does;
# reset takes the lines out. Hosts whose address in the answers is a name have no line: DNS must know them.
changes_begin
hosts=$(hosts_text)
printf '%s\n' "$hosts" | file_put /etc/hosts
hosts_block | sed -e '/^#/d' -e 's/^/in \/etc\/hosts: /'
if own_name_is_loopback; then
    kwiz_warn "/etc/hosts gives $KWIZ_HOST a loopback address, and that line stands before: remove the name from it"
fi
changes_tell
