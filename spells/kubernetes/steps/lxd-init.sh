# shellcheck shell=sh
# A storage pool and a bridge for the containers. What is there is used as it is; all that does not fit is said before anything is made.
lxd_begin
changes_begin
lxd_need
lxd_pool_check
lxd_bridge_check
lxd_names_check
lxd_ports_check
lxd_room_check
if [ -z "$(lxd_pool_driver)" ]; then
    lxd_note pools "$(lxd_pool)"
    lxd storage create "$(lxd_pool)" dir || kwiz_fail "$(lxd_name) does not make the storage pool $(lxd_pool)" "its reason stands above"
    changed
    echo "made the storage pool $(lxd_pool) (dir)"
fi
if ! lxd_bridge_is_there; then
    lxd_note bridges "$(lxd_bridge)"
    lxd network create "$(lxd_bridge)" "ipv4.address=$(lxd_bridge_network)" ipv4.nat=true ipv6.address=none ||
        kwiz_fail "$(lxd_name) does not make the bridge $(lxd_bridge)" "its reason stands above; it needs dnsmasq, and answer lxd_subnet a network that nobody has"
    changed
    echo "made the bridge $(lxd_bridge), $(lxd_bridge_network)"
fi
changes_tell
