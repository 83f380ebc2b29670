# shellcheck shell=sh disable=SC2154,SC2016 # of run, for run; texts for another shell
# The LXD host and its containers: what is generated, and what is refused, with a stand-in for the client, which says what files of its folder have.

# Containers of LXD: their profile for old and new servers, addresses, ports.
containers() {
    is "$1" 'in_network 10.61.0.11 10.61.0.1/24 && ! in_network 10.61.1.11 10.61.0.1/24 && in_network 10.61.1.11 10.61.0.1/23 && ! in_network fd00::1 10.61.0.1/24 &&
        ! in_network name 10.61.0.1/24 && echo yes' yes
    is "$1" 'first_of 10.61.0.0/24; echo 10.61.5.1/22 | network_of' '10.61.0.1/24
10.61.4.0/22'
    is "$1" 'size_mib 4G; size_mib 1700M; lxd_size 4G 5.0.2; echo; lxd_size 4G 2.21' '4096
1700
4GiB
4GB'
    is "$1" 'in_lxd || echo no; KWIZ_TOPOLOGY=lxd; in_lxd && echo yes; lxd_skips; echo; KWIZ_HOST=box in_lxd || echo no' 'no
yes
Swap,SystemVerification'"$([ -e /proc/sys/net/bridge/bridge-nf-call-iptables ] || printf ',FileContent--proc-sys-net-bridge-bridge-nf-call-iptables')"'
no'
    is "$1" 'KWIZ_ANSWER_sample=true; lxd_ports; echo; KWIZ_ANSWER_lxd_node_ports="80, 443"; lxd_ports; echo; KWIZ_ANSWER_sample=false; lxd_ports' '30000-30099
80 443 30080
80 443'
    is "$1" 'KWIZ_TOPOLOGY=lxd; KWIZ_HOSTS_TABLE="m1 10.61.0.11 control-plane
w1 10.61.0.12 worker"; lxd_outside() { printf 10.1.4.60; }; lxd_proxies; KWIZ_ADDRESS=local; lxd_proxies; KWIZ_ANSWER_lxd_expose=proxy; KWIZ_ANSWER_lxd_node_ports=80
        KWIZ_ANSWER_virtual_address=10.61.0.9; KWIZ_HOSTS_TABLE="m1 10.61.0.11 control-plane
m2 10.61.0.12 control-plane"; lxd_proxies' 'm1 kwiz-api tcp:10.1.4.60:6443 tcp:10.61.0.11:6443
w1 kwiz-ports-1 tcp:10.1.4.60:30000-30099 tcp:10.61.0.12:30000-30099
m1 kwiz-api tcp:10.1.4.60:6443 tcp:10.61.0.9:8443
m1 kwiz-ports-1 tcp:10.1.4.60:80 tcp:10.61.0.11:80'
    # who leaves is no way for anybody any more
    is "$1" 'KWIZ_TOPOLOGY=lxd; lxd_outside() { printf 10.1.4.60; }; KWIZ_HOSTS_TABLE="m1 10.61.0.11 control-plane leaving
m2 10.61.0.12 control-plane
w1 10.61.0.31 worker leaving
w2 10.61.0.32 worker"; lxd_proxies' 'm2 kwiz-api tcp:10.1.4.60:6443 tcp:10.61.0.12:6443
w2 kwiz-ports-1 tcp:10.1.4.60:30000-30099 tcp:10.61.0.32:30000-30099'
    for version in 2.21 5.0.2; do
        in_shell "$1" "KWIZ_ANSWER_lxd_cpus=2 KWIZ_ANSWER_lxd_memory=4G KWIZ_ANSWER_lxd_disk=20G; lxd_modules() { printf '%s\\n' overlay nf_nat; }
            lxd_has_device() { [ \"\$1\" = kmsg ]; }; lxd_profile_text $version" >"$work/out"
        same "$1: profile of containers, LXD $version" "$here/golden/lxd-profile-$version.yaml" "$work/out"
    done
    in_shell "$1" "KWIZ_TOPOLOGY=lxd KWIZ_RESULT_lxd_address=10.1.4.60 KWIZ_ANSWER_kubernetes_version=1.30
        kubeadm_text v1.30.6 unix:///run/containerd/containerd.sock 10.1.4.36 yes" >"$work/out"
    same "$1: kubeadm in a container" "$here/golden/kubeadm-lxd.yaml" "$work/out"
}

# stand_in NAME: LXD's client, or that of Incus, in a folder of its own; an LXD 5.0.2 with a pool of folders and a bridge without IPv6, and no container.
stand_in() {
    client=$work/client
    rm -rf "$client"
    mkdir -p "$client/bin" "$client/there" "$client/root"
    cat >"$client/bin/$1" <<'END'
#!/bin/sh
# -q, then what is asked
there=$(dirname "$0")/../there
shift
case "$1 $2" in
'query '*/resources) exec cat "$there/resources" ;;
'query '*) exec cat "$there/query-$(basename "$2")" ;;
'storage show' | 'network show' | 'profile show') exec cat "$there/$1-$3" ;;
'network get') sed -n "s|^  $4: ||p" "$there/network-$3" ;;
'list '*) cat "$there/state-$(echo "$2" | tr -d '^$')" 2>/dev/null || : ;;
'config get' | 'profile get') cat "$there/owner-$3" 2>/dev/null || : ;;
*) echo "what is $*?" >&2; exit 9 ;;
esac
END
    chmod 755 "$client/bin/$1"
    printf '{\n\t"api_extensions": [\n\t\t"proxy",\n\t\t"proxy_tcp_udp_multi_port_handling"\n\t],\n\t"environment": {\n\t\t"server_version": "5.0.2"\n\t}\n}\n' >"$client/there/query-1.0"
    printf '[\n\t"/1.0/storage-pools/default"\n]\n' >"$client/there/query-storage-pools"
    printf '[\n\t"/1.0/networks/eth0",\n\t"/1.0/networks/lxdbr0"\n]\n' >"$client/there/query-networks"
    printf 'config: {}\ndriver: dir\nname: default\n' >"$client/there/storage-default"
    printf 'config: {}\nmanaged: false\nname: eth0\n' >"$client/there/network-eth0"
    printf 'config:\n  ipv4.address: 10.61.0.1/24\n  ipv6.address: none\nmanaged: true\nname: lxdbr0\n' >"$client/there/network-lxdbr0"
    printf '{\n\t"space": {\n\t\t"total": 107374182400,\n\t\t"used": 53687091200\n\t}\n}\n' >"$client/there/resources"
    printf 'MemTotal:  16000000 kB\nMemAvailable:  8000000 kB\n' >"$client/meminfo"
}

# on_host SHELL TEXT WANTED: on a host that has the stand-in, for containers m1 and w1.
on_host() {
    found=$(in_shell "$1" "PATH=$client/bin:\$PATH LXD_ROOT=$client/root LXD_MEMINFO=$client/meminfo KWIZ_TOPOLOGY=lxd KWIZ_HOST=box KWIZ_ADDRESS=10.1.4.60
        kwiz_wait() { shift; \"\$@\"; }
        KWIZ_HOSTS_TABLE='m1 10.61.0.11 control-plane
w1 10.61.0.12 worker'
        lxd_find
        $2" 2>&1) || found="$found (status $?)"
    if [ "$found" = "$3" ]; then
        ok "$1: on the LXD host: $2"
    else
        bad "$1: on the LXD host: $2: expected '$3', found '$found'"
    fi
}

containers_trouble() {
    stand_in lxc
    there=$client/there
    all='lxd_need; lxd_pool_check; lxd_bridge_check; lxd_names_check; lxd_ports_check; lxd_room_check; echo fits'
    on_host "$1" "$all" fits
    # which client
    cp "$client/bin/lxc" "$client/bin/incus"
    on_host "$1" 'echo "$lxd_client $(lxd_name)"' 'lxc LXD'
    mkdir -p "$client/root/var/lib/incus"
    on_host "$1" 'echo "$lxd_client $(lxd_name)"' 'incus Incus'
    mkdir -p "$client/root/var/snap/lxd/common/lxd"
    on_host "$1" 'echo "$lxd_client $(lxd_name)"' 'lxc LXD'
    rm -r "$client/root/var" "$client/bin/incus"
    mkdir -p "$client/root/run"
    : >"$client/root/run/lxd-installer.socket"
    on_host "$1" 'echo "<$lxd_client>"; lxd_need' '<>
fail: there is neither LXD nor Incus on box
hint: answer lxd_install: true, or install one of them (status 1)'
    rm -r "$client/root/run"
    # what is installed: the distribution's LXD, but not Ubuntu's package that would get the snap, else its Incus, else the snap
    offers='has_command() { [ "$1" = snap ] && [ -n "$snap" ]; }; package_family() { echo "$of"; }; package_candidate() { eval "echo \"\${has_$1}\"" | grep .; }'
    on_host "$1" "$offers; of=apt has_lxd='lxd 5.0.2-5+deb12u6' has_incus='incus 6.0' snap=yes; lxd_offer; has_lxd='lxd 1:0.10'; lxd_offer; has_incus=; lxd_offer; snap=; lxd_offer; of=dnf has_lxd= has_incus='incus 6'; lxd_offer" \
        'lxd dnsmasq-base
incus dnsmasq-base
snap (status 1)'
    on_host "$1" "$offers; of=dnf has_lxd= snap= has_incus='incus 6'; lxd_offer" incus
    # too old, and as old as it may be
    sed -i 's/5\.0\.2/2.0.11/' "$there/query-1.0"
    on_host "$1" lxd_need 'fail: LXD 2.0.11 on box is too old
hint: install LXD 2.21 or newer; what is older has no proxy devices, and 2.0 neither storage pools nor networks of its own (status 1)'
    sed -i 's/2\.0\.11/3.0.3/; s/"proxy_tcp.*"/"x"/' "$there/query-1.0"
    on_host "$1" 'lxd_outside() { echo 10.1.4.60; }; lxd_need; KWIZ_ANSWER_lxd_node_ports="80 443" lxd_ports_check; KWIZ_ANSWER_lxd_expose=route lxd_ports_check; lxd_ports_check' \
        'fail: LXD 3.0.3 on box lets single ports through, and no ranges such as 30000-30099
hint: answer lxd_node_ports with single ports, such as 30080, or lxd_expose: route (status 1)'
    stand_in lxc
    # pools
    sed -i 's/dir/zfs/' "$there/storage-default"
    on_host "$1" "$all" 'fail: the storage pool default of LXD is on zfs: container runtimes inside containers fail there
hint: make another one (lxc storage create NAME dir) and answer lxd_pool: NAME; kwiz leaves this one as it is (status 1)'
    printf '[\n\t"/1.0/storage-pools/default",\n\t"/1.0/storage-pools/fast",\n\t"/1.0/storage-pools/vg"\n]\n' >"$there/query-storage-pools"
    printf 'driver: dir\n' >"$there/storage-fast"
    printf 'driver: lvm\n' >"$there/storage-vg"
    on_host "$1" "$all" 'fail: the storage pool default of LXD is on zfs: container runtimes inside containers fail there
hint: answer lxd_pool with one that would do (fast, vg), or make another one (lxc storage create NAME dir) and answer lxd_pool: NAME; kwiz leaves this one as it is (status 1)'
    on_host "$1" "KWIZ_ANSWER_lxd_pool=fast; $all" fits
    sed -i 's/zfs/btrfs/' "$there/storage-default"
    on_host "$1" '(lxd_pool_check) 2>&1 | head -n 1' 'fail: the storage pool default of LXD is on btrfs: container runtimes inside containers fail there'
    stand_in lxc
    # bridges
    sed -i 's/6.address: none/6.address: fd42::1\/64/' "$there/network-lxdbr0"
    on_host "$1" "$all" 'fail: the bridge lxdbr0 of LXD has the IPv6 address fd42::1/64: nodes would get addresses that nobody chose
hint: if nothing needs them: lxc network set lxdbr0 ipv6.address none; or answer lxd_bridge with another name, which is made where there is none. kwiz leaves this one as it is (status 1)'
    printf '[\n\t"/1.0/networks/lxdbr0",\n\t"/1.0/networks/br4"\n]\n' >"$there/query-networks"
    printf 'config:\n  ipv4.address: 10.61.0.1/24\n  ipv6.address: none\nmanaged: true\n' >"$there/network-br4"
    on_host "$1" '(lxd_bridge_check) 2>&1 | grep -o "(br4 would do)"; KWIZ_ANSWER_lxd_bridge=br4; lxd_bridge_check; KWIZ_ANSWER_lxd_bridge=eth0; lxd_bridge_check' '(br4 would do)
fail: eth0 is no bridge of LXD'"'"'s own
hint: answer lxd_bridge with another name; where there is none of that name, kwiz makes it (status 1)'
    stand_in lxc
    sed -i 's/10\.61\.0\.1/10.62.0.1/' "$there/network-lxdbr0"
    on_host "$1" lxd_bridge_check 'fail: m1 has the address 10.61.0.11, which is no free one of the bridge lxdbr0 (10.62.0.1/24)
hint: give m1 an address in that network, other than 10.62.0.1 (status 1)'
    stand_in lxc
    # names
    echo STOPPED >"$there/state-w1"
    on_host "$1" "$all" 'fail: there is a container w1 on box already: no kwiz made it
hint: give the node another name, or remove that container yourself; kwiz does not touch it (status 1)'
    echo other >"$there/owner-w1"
    on_host "$1" '(lxd_names_check) 2>&1 | head -n 1' 'fail: there is a container w1 on box already: it belongs to the cluster other'
    on_host "$1" 'lxd_container_delete w1; lxd_container_delete gone; echo left' 'warn: the container w1 is not of the cluster example any more: it stays
left'
    echo example >"$there/owner-w1"
    on_host "$1" "$all" fits
    # layers: inside a container, whose pool may be on another overlay
    tries='unshare() { shift; case $1 in mount) echo "$2 $3, $(ls -A "$(dirname "$7")" | xargs)"; return "$ends" ;; esac; }'
    mkdir "$client/empty"
    on_host "$1" "$tries; ends=0; overlay_works $client/empty && echo works; ends=32; overlay_works $client/empty || echo 'does not'; ls -A $client/empty" '-t overlay, all lower upper work
works
-t overlay, all lower upper work
does not'
    on_host "$1" "unshare() { return 1; }; overlay_works $client/empty && echo unknown; ls -A $client/empty" unknown
    on_host "$1" 'overlay_works() { return 1; }; lxd_layers_check docker; stat() { echo overlayfs; }; lxd_layers_check containerd' \
        'fail: no overlay can be made in /var/lib of box, which is on overlayfs by the storage pool default; containerd needs overlays
hint: on the LXD host make a pool in a folder on ext4 or XFS (lxc storage create NAME dir source=FOLDER); kwiz reset, answer lxd_pool: NAME, kwiz run (status 1)'
    # room: w1 is there, m1 is to be made
    printf 'MemTotal:  2000000 kB\nMemAvailable:  500000 kB\n' >"$client/meminfo"
    on_host "$1" "$all" 'fail: box has 488 MiB of memory free; 1 containers that are to be made need 600 MiB before anything of yours runs in them
hint: free some, take a larger host, or take nodes out of the answers (status 1)'
    echo RUNNING >"$there/state-m1"
    echo example >"$there/owner-m1"
    on_host "$1" "$all" fits
    rm "$there/state-m1" "$there/state-w1"
    printf 'MemTotal:  6000000 kB\nMemAvailable:  5000000 kB\n' >"$client/meminfo"
    on_host "$1" 'KWIZ_ANSWER_lxd_memory=4G; lxd_room_check; KWIZ_ANSWER_lxd_memory=6G; lxd_room_check' 'warn: 2 containers with 4G each may take 8192 MiB together; box has 5859 MiB
fail: lxd_memory is 6G; box has no more than 5859 MiB
hint: answer less; empty is no limit (status 1)'
    on_host "$1" 'KWIZ_ANSWER_lxd_disk=20G lxd_room_check; KWIZ_ANSWER_lxd_disk=40G lxd_room_check' 'warn: 2 containers with 40G each may take 81920 MiB of the disk together; 51200 MiB are free'
    sed -i 's/"used": .*/"used": 104857600000/' "$there/resources"
    on_host "$1" "$all" 'fail: the storage of LXD on box has 2400 MiB free; 2 containers need 5120 MiB before anything of yours runs in them
hint: make room on box, or answer lxd_pool with a pool that has it (status 1)'
    rm "$there/resources"
    on_host "$1" 'df() { printf "a\nb 1 1 3072000 1 /\n"; }; lxd_pool_free' 3000
    # Incus, of which nothing but the name of the client is another
    stand_in incus
    on_host "$1" "$all" fits
    sed -i 's/dir/zfs/' "$there/storage-default"
    on_host "$1" "$all" 'fail: the storage pool default of Incus is on zfs: container runtimes inside containers fail there
hint: make another one (incus storage create NAME dir) and answer lxd_pool: NAME; kwiz leaves this one as it is (status 1)'
}
