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
# The first line with a name counts. What others wrote stays, so it is theirs to correct.
misleading_lines() {
    printf '%s\n' "$KWIZ_HOSTS_TABLE" | awk '
        function family(address) { return address ~ /:/ ? 6 : address ~ /^[0-9.]+$/ ? 4 : 0 }
        FNR == NR { address[$1] = $2; next }
        /^# kwiz begin$/ { exit }
        {
            sub(/#.*/, "")
            for (i = 2; i <= NF; i++)
                if ($i in address && $1 != address[$i] && family($1) == family(address[$i]) && $1 !~ /^127\./)
                    print FNR ": " $1 " " $i
        }' - /etc/hosts
}
misleading=$(misleading_lines)
if [ -n "$misleading" ]; then
    printf '%s\n' "$misleading" | while read -r line; do
        kwiz_warn "/etc/hosts, line $line: another address than in the answers, and that line stands before: correct it, or take it out"
    done
fi
changes_tell
