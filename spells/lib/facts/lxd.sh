# shellcheck shell=sh
# LXD or Incus on the host, which could have containers of the cluster: asked by its socket, as the client would write a file of its own.

# lxd_get PATH: the server's answer, one line of JSON, in $answer.
lxd_get() {
    case $lxd_as in
    sudo) ask 4 sudo -n curl -s -f --max-time 3 --unix-socket "$lxd_socket" "http://lxd$1" ;;
    *) ask 4 curl -s -f --max-time 3 --unix-socket "$lxd_socket" "http://lxd$1" ;;
    esac
}

# lxd_text KEY: of $answer, the first text of that name, in $text.
lxd_text() {
    case $answer in
    *"\"$1\":\""*)
        text=${answer#*"\"$1\":\""}
        text=${text%%'"'*}
        ;;
    *) text= ;;
    esac
}

# lxd_names LIST: of $answer, which names all that there are of them as "/1.0/LIST/NAME", the first sixteen names, in $list.
lxd_names() {
    list='' lxd_count=0
    while [ "$lxd_count" -lt 16 ]; do
        case $answer in
        *"\"/1.0/$1/"*) ;;
        *) return ;;
        esac
        answer=${answer#*"\"/1.0/$1/"}
        name=${answer%%'"'*}
        case $name in
        '' | *[!A-Za-z0-9_.-]* | lo | veth* | tap*) continue ;;
        esac
        list="$list $name" lxd_count=$((lxd_count + 1))
    done
}

# lxd_pools: the driver of each storage pool; and those on which a cluster's containers may be.
lxd_pools() {
    lxd_get /1.0/storage-pools || return
    lxd_names storage-pools
    for name in $list; do
        lxd_get "/1.0/storage-pools/$name" && lxd_text driver || continue
        say "lxd.pool:$name" "$text"
        case $text in
        '' | zfs | btrfs) ;;
        *) say lxd.pool.fit "$name" ;;
        esac
    done
}

# lxd_bridges: the addresses of each bridge that LXD manages; and those without IPv6, which will do.
lxd_bridges() {
    lxd_get /1.0/networks || return
    lxd_names networks
    for name in $list; do
        lxd_get "/1.0/networks/$name" || continue
        case $answer in
        *'"managed":true'*) ;;
        *) continue ;;
        esac
        case $answer in
        *'"type":"bridge"'*) ;;
        *) continue ;;
        esac
        lxd_text ipv4.address
        lxd_ipv4=$text
        say "lxd.ipv4:$name" "${text:-none}"
        lxd_text ipv6.address
        say "lxd.ipv6:$name" "${text:-none}"
        case $text/$lxd_ipv4 in
        /*.*/* | none/*.*/*) say lxd.bridge.fit "$name" ;;
        esac
    done
}

# lxd_instances LIST: those of kwiz_names that are there and that no kwiz has made.
lxd_instances() {
    lxd_list=$answer
    for name in $kwiz_names; do
        case $lxd_list in
        *"/1.0/$1/$name\""*) ;;
        *) continue ;;
        esac
        lxd_get "/1.0/$1/$name"
        case $answer in
        '' | *'"user.kwiz.cluster":"'*) ;;
        *) say lxd.taken "$name" ;;
        esac
    done
}

# lxd_find: sets lxd_client, lxd_socket and lxd_from: the client whose server has a socket here, LXD's before that of Incus; else one that is there.
# Ubuntu's package lxd-installer brings a command lxc that does nothing but install the snap, whoever calls it: that is no client.
lxd_find() {
    lxd_client=none lxd_socket='' lxd_from=''
    for each in lxc:/var/lib/lxd lxc:/var/snap/lxd/common/lxd incus:/var/lib/incus lxc: incus:; do
        name=${each%%:*} lxd_folder=${each#*:}
        has "$name" || [ -x "/snap/bin/$name" ] || continue
        if [ "$name" = lxc ] && [ -e /run/lxd-installer.socket ] && [ ! -e /snap/bin/lxc ]; then
            lxd_from=installer
            continue
        fi
        # its folder may not be ours to look into
        [ -z "$lxd_folder" ] || [ -d "$lxd_folder" ] || continue
        lxd_client=$name lxd_socket=${lxd_folder:+$lxd_folder/unix.socket} lxd_from=package
        case $lxd_folder in
        /var/snap/*) lxd_from=snap ;;
        '') has "$name" || lxd_from=snap ;;
        esac
        return
    done
}

lxd_host() {
    lxd_find
    say lxd.client "$lxd_client"
    say lxd.from "$lxd_from"
    lxd_as=self
    if [ -z "$lxd_socket" ] || [ ! -w "$lxd_socket" ]; then
        lxd_as=sudo
        if [ "$kwiz_uid" = 0 ] || { has sudo && ask 5 sudo -n true; }; then
            [ "$kwiz_uid" != 0 ] || lxd_as=self
        else
            [ -z "$kwiz_uid" ] || say lxd.right no
            return
        fi
    fi
    say lxd.right yes
    [ -n "$lxd_socket" ] && has curl || return
    lxd_get /1.0 || return
    lxd_text server_version
    say lxd.version "$text"
    lxd_pools
    lxd_bridges
    if lxd_get /1.0/instances; then
        lxd_instances instances
    elif lxd_get /1.0/containers; then
        lxd_instances containers
    fi
}
