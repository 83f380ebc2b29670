# shellcheck shell=sh
# Takes the members of leaving control planes out of etcd, before their hosts are taken apart: a member that only vanished would count for ever.
changes_begin
if [ -n "$(hosts_leaving control-plane)" ]; then
    survey=$(etcd_survey) || kwiz_fail "etcd of $KWIZ_HOST does not answer" "look at: crictl ps -a; crictl logs of etcd"
    # Once more, as some time has passed.
    etcd_refuse "$survey"
    etcd_remove "$survey"
fi
changes_tell
