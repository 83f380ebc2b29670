# shellcheck shell=sh
# Tells what a host is, for the checks before an installation. Changes nothing, needs no root, and no tool but a shell: what can't be found out
# is left out, and counts as unknown. Lines "key value" between "facts 1" and "end 1". kwiz puts two lines before this text:
# kwiz_disks (paths whose free space is wanted) and kwiz_paths (paths that may be left over from another installation).
LC_ALL=C
export LC_ALL
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
set +e
set -f

has() {
    command -v "$1" >/dev/null 2>&1
}

say() {
    [ -z "$2" ] || printf '%s %.900s\n' "$1" "$2"
}

# The first word of a file's first line.
word_of() {
    word=
    [ ! -r "$1" ] || read -r word _ <"$1"
    printf '%s' "$word"
} 2>/dev/null

os_release() {
    [ -r /etc/os-release ] || return
    while IFS='=' read -r name value; do
        value=${value#\"}
        value=${value%\"}
        value=${value#\'}
        value=${value%\'}
        case $name in
        ID) say os.id "$value" ;;
        ID_LIKE) say os.like "$value" ;;
        VERSION_ID) say os.version "$value" ;;
        PRETTY_NAME) say os.name "$value" ;;
        esac
    done </etc/os-release
}

processors() {
    n=
    if has nproc; then
        n=$(nproc 2>/dev/null)
    elif [ -r /proc/cpuinfo ]; then
        n=0
        while read -r name _; do
            [ "$name" != processor ] || n=$((n + 1))
        done </proc/cpuinfo
    fi
    case $n in
    '' | 0 | *[!0-9]*) ;;
    *) say cpus "$n" ;;
    esac
}

memory() {
    [ -r /proc/meminfo ] || return
    while read -r name value _; do
        case $name in
        MemTotal:) say memory_mb "$((value / 1024))" ;;
        esac
    done </proc/meminfo
}

swap() {
    [ -r /proc/swaps ] || return
    total=0
    while read -r name _ size _; do
        [ "$name" != Filename ] || continue
        say swap "$name"
        total=$((total + size / 1024))
    done </proc/swaps
    say swap_mb "$total"
}

# Free space where a path lies or, when it is not there yet, where it will lie.
disk() {
    at=$1
    while [ ! -d "$at" ] && [ "$at" != / ] && [ -n "$at" ]; do
        at=${at%/*}
    done
    free=$(df -Pk "${at:-/}" 2>/dev/null | while read -r _ _ _ available _ _; do
        case $available in
        '' | *[!0-9]*) ;;
        *) printf '%s' "$((available / 1024))" ;;
        esac
    done)
    say "disk:$1" "$free"
}

# State 0A is LISTEN; the address is HEX:PORT. See proc_net_tcp of the kernel's documentation.
listeners() {
    [ -r /proc/net/tcp ] || return
    for table in /proc/net/tcp /proc/net/tcp6; do
        [ -r "$table" ] || continue
        while read -r _ local _ state _; do
            [ "$state" = 0A ] || continue
            say listen "$((0x${local##*:}))"
        done <"$table"
    done
    say listeners known
    # who it is, where that may be known (only root sees the processes of others)
    has ss || return
    ss -H -ltnp 2>/dev/null | while read -r _ _ _ local _ users; do
        case $users in
        *'(("'*)
            users=${users#*\(\(\"}
            say "holder:${local##*:}" "${users%%\"*}"
            ;;
        esac
    done
}

privileges() {
    uid=$(id -u 2>/dev/null)
    if [ -z "$uid" ] && [ -r /proc/self/status ]; then
        while read -r name _ effective _; do
            [ "$name" != Uid: ] || uid=$effective
        done </proc/self/status
    fi
    say uid "$uid"
    if [ "$uid" = 0 ]; then
        say root yes
    elif [ -z "$uid" ]; then
        return
    elif ! has sudo; then
        say root no
    elif sudo -n true >/dev/null 2>&1; then
        say root sudo
    else
        say root password
    fi
}

# Is there something at a path: absent, file, folder, empty (folder), unknown.
left_over() {
    if [ -d "$1" ]; then
        if [ ! -r "$1" ] || [ ! -x "$1" ]; then
            say "path:$1" unknown
            return
        fi
        set +f
        set -- "$1" "$1"/* "$1"/.[!.]* "$1"/..?*
        set -f
        path=$1
        shift
        for entry; do
            if [ -e "$entry" ] || [ -L "$entry" ]; then
                say "path:$path" folder
                return
            fi
        done
        say "path:$path" empty
    elif [ -e "$1" ] || [ -L "$1" ]; then
        say "path:$1" file
    else
        # absent only if every folder above may be looked into
        above=${1%/*}
        while [ -n "$above" ] && [ ! -d "$above" ]; do
            above=${above%/*}
        done
        if [ -x "${above:-/}" ]; then
            say "path:$1" absent
        else
            say "path:$1" unknown
        fi
    fi
}

runtimes() {
    for socket in /run/containerd/containerd.sock /run/docker.sock /var/run/docker.sock /run/crio/crio.sock /run/cri-dockerd.sock; do
        [ ! -S "$socket" ] || say runtime "$socket"
    done
}

security() {
    if [ -r /sys/fs/selinux/enforce ]; then
        case $(word_of /sys/fs/selinux/enforce) in
        1) say selinux enforcing ;;
        *) say selinux permissive ;;
        esac
    else
        say selinux off
    fi
    if [ -d /run/systemd/system ] && has systemctl; then
        for service in firewalld nftables; do
            [ "$(systemctl is-active "$service.service" 2>/dev/null)" != active ] || say firewall "$service"
        done
    fi
    if [ -r /etc/ufw/ufw.conf ]; then
        while IFS='=' read -r name value; do
            [ "$name=$value" != ENABLED=yes ] || say firewall ufw
        done </etc/ufw/ufw.conf
    fi
}

echo 'facts 1'

# The cluster that kwiz has put this host into, by its name in the answers.
say cluster "$(word_of /etc/kwiz/cluster)"
os_release
say arch "$(uname -m 2>/dev/null)"
say kernel "$(uname -r 2>/dev/null)"
say hostname "$(uname -n 2>/dev/null)"
say boot_id "$(word_of /proc/sys/kernel/random/boot_id)"
if [ -d /run/systemd/system ]; then
    say init systemd
else
    say init "$(word_of /proc/1/comm)"
fi
processors
memory
swap
# shellcheck disable=SC2154 # set by the lines before this text
for disk_path in $kwiz_disks; do
    disk "$disk_path"
done
listeners
privileges
# shellcheck disable=SC2154 # set by the lines before this text
for left_path in $kwiz_paths; do
    left_over "$left_path"
done
runtimes
security
echo 'end 1'
