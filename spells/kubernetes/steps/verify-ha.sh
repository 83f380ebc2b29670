# shellcheck shell=sh
# The control planes one by one: each API server, each member of etcd, and the endpoint. Changes nothing.
parts_begin "$(verify_limit)"
for name in $(hosts_with_role control-plane); do
    part "API server of $name" "look at the host: crictl ps -a; journalctl -u kubelet" verify_api_of "$(peer_address "$name")"
done
part "members of etcd" "see the members: etcdctl member list; a member too many is taken out with etcdctl member remove" verify_members
for name in $(hosts_with_role control-plane); do
    part "etcd of $name" "look at the host: crictl ps -a; crictl logs of etcd" verify_etcd "$(peer_address "$name")"
done
if is_ha; then
    # What admin.conf names.
    part "endpoint $(cluster_endpoint)" "look at keepalived and haproxy (journalctl -u keepalived -u haproxy), kube-vip, or your load balancer" verify_endpoint
fi
parts_end
kwiz_unchanged
