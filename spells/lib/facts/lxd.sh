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

# lxd_instances LIST: those of kwiz_names that are there and that no kwiz has made. The answer names them all, as "/1.0/instances/NAME".
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

lxd_host() {
    lxd_client=none
    for name in lxc incus; do
        for folder in '' /snap/bin/; do
            [ "$lxd_client" != none ] || { has "$folder$name" && lxd_client=$name; }
        done
    done
    say lxd.client "$lxd_client"
    lxd_socket='' lxd_as=self
    for socket in /var/lib/lxd/unix.socket /var/snap/lxd/common/lxd/unix.socket /var/lib/incus/unix.socket; do
        # what is not ours to look into may have one
        [ -n "$lxd_socket" ] || { { [ -S "$socket" ] || [ "$lxd_client" != none ] && [ -d "${socket%/*}" ]; } && lxd_socket=$socket; }
    done
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
    lxd_get /1.0/storage-pools/default && lxd_text driver && say lxd.pool:default "$text"
    for name in lxdbr0 incusbr0; do
        lxd_get "/1.0/networks/$name" && lxd_text ipv6.address && say "lxd.ipv6:$name" "${text:-none}"
    done
    if lxd_get /1.0/instances; then
        lxd_instances instances
    elif lxd_get /1.0/containers; then
        lxd_instances containers
    fi
}
