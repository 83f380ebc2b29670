# shellcheck shell=sh
# The control planes as a whole: each API server, each member of etcd, and the endpoint, with how long each took. At most five minutes.
undo_folder
limit=300
begin=$(cut -d. -f1 /proc/uptime)
planes=$(control_planes)
total=$(printf '%s\n' "$planes" | wc -l)

passed() {
    echo $(($(cut -d. -f1 /proc/uptime) - begin))
}

# until_is WHAT HINT COMMAND...: says after how many seconds it was so.
until_is() {
    what=$1 hint=$2
    shift 2
    kwiz_progress $(($(passed) * 100 / limit)) "$what"
    left=$((limit - $(passed)))
    [ "$left" -gt 0 ] || left=1
    kwiz_wait "$left" "$@" || kwiz_fail "not so after $limit s: $what" "$hint"
    printf '%-60s after %s s\n' "$what" "$(passed)"
}

members_are_all() {
    members=$(etcd_members "$(node_address)" 2>/dev/null) || return 1
    printf '%s\n' "$planes" | {
        while read -r name address; do
            printf '%s\n' "$members" | awk -v peer="https://$(bracketed "$address"):2380" '$3 == peer && $2 != "-" { found = 1 } END { exit !found }' || return 1
        done
        [ "$(printf '%s\n' "$members" | wc -l)" -eq "$total" ]
    }
}

printf '%s\n' "$planes" >"$UNDO/planes"
while read -r name address; do
    until_is "API server of $name ready" "look at the host: crictl ps -a; journalctl -u kubelet" api_of "$address" </dev/null
done <"$UNDO/planes"
until_is "$total members in etcd, all started" "see the members: etcdctl member list; a member too many is taken out with etcdctl member remove" members_are_all
while read -r name address; do
    until_is "etcd of $name healthy" "look at the host: crictl ps -a; crictl logs of etcd" etcd_is_healthy "$address" </dev/null
done <"$UNDO/planes"
rm -f "$UNDO/planes"
# What admin.conf names.
until_is "API server at $(cluster_endpoint)" "look at keepalived and haproxy (journalctl -u keepalived -u haproxy), kube-vip, or your load balancer" api_is_ready
kwiz_unchanged
