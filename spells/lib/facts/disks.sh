# shellcheck shell=sh
# Mounts and free space.

# /proc/locks names files by device and inode, so the devices of these are looked up with those of the paths.
lock_folders='/var/lib/dpkg /var/lib/apt /var/lib/rpm /usr/lib/sysimage/rpm /lib/apk/db'

# mount_of INDEX PATH, for each line of mountinfo in turn: the longest mount point wins, the later of two alike. Keeps its type and device.
mount_of() {
    case $2/ in
    "${point%/}/"*)
        eval "best=\${mount_length_$1:-0}"
        if [ "${#point}" -ge "$best" ]; then
            eval "mount_length_$1=\${#point} mount_type_$1=\$type mount_device_$1=\$device"
        fi
        ;;
    esac
}

# rotational PATH DEVICE: what the kernel thinks of the disk; virtual machines often have it wrong. A partition's queue is that of its disk.
rotational() {
    case $2 in
    '' | *[!0-9:]*) return ;;
    esac
    read_word "/sys/dev/block/$2/queue/rotational"
    [ -n "$word" ] || read_word "/sys/dev/block/$2/../queue/rotational"
    case $word in
    0) say "rotational:$1" no ;;
    1) say "rotational:$1" yes ;;
    esac
}

mount_line() {
    # shellcheck disable=SC2086 # words
    set -- $line
    device=$3
    point=$5
    type=${line#* - }
    type=${type%% *}
    case $type in
    cgroup) cgroup1=yes ;;
    cgroup2) [ "$cgroup2" != no ] || cgroup2=yes ;;
    esac
    # the last mount there is what the kubelet sees
    case $point,$type in
    /sys/fs/cgroup,cgroup2) cgroup2=root ;;
    /sys/fs/cgroup,*) [ "$cgroup2" != root ] || cgroup2=yes ;;
    esac
    case $wanted in
    *" ${point%/}/"*) ;;
    *) return ;;
    esac
    i=0
    for path in $kwiz_disks $lock_folders; do
        i=$((i + 1))
        mount_of "$i" "$path"
    done
}

# Types and devices of where paths lie, and the version of cgroups, in one pass.
mounts() {
    cgroup1=no cgroup2=no
    [ -r /proc/self/mountinfo ] || return
    wanted=' '
    for path in $kwiz_disks $lock_folders; do
        wanted="$wanted${path%/}/ "
    done
    all_of /proc/self/mountinfo
    each_line mount_line
    i=0
    for path in $kwiz_disks; do
        i=$((i + 1))
        eval "say \"fs:\$path\" \"\${mount_type_$i}\"; device=\${mount_device_$i}"
        rotational "$path" "$device"
    done
    for path in $lock_folders; do
        i=$((i + 1))
        eval "device=\${mount_device_$i}"
        lock_devices="$lock_devices $path=$device"
    done
}

cgroups() {
    case $cgroup2$cgroup1 in
    root*) say cgroup v2 ;;
    *yesyes) say cgroup hybrid ;;
    noyes) say cgroup v1 ;;
    esac
    if [ -r /sys/fs/cgroup/cgroup.controllers ]; then
        read_line /sys/fs/cgroup/cgroup.controllers
        say cgroup.controllers "$line"
    elif [ -r /proc/cgroups ]; then
        all=
        while read -r name _ _ enabled _; do
            [ "$enabled" != 1 ] || all="$all $name"
        done </proc/cgroups
        say cgroup.controllers "${all# }"
    fi
}

# df_line KIND PATH LINE: a line of df as key values of the path.
df_line() {
    # shellcheck disable=SC2086 # words
    set -- "$1" "$2" $3
    kind=$1 path=$2 total=$4 used=$5 free=$6
    is_number "$total" && is_number "$used" && is_number "$free" && [ "$total" != 0 ] || return
    if [ "$kind" = blocks ]; then
        say "disk:$path" "$((free / 1024))"
        [ $((used + free)) -eq 0 ] || say "used:$path" "$(((used * 100 + used + free - 1) / (used + free)))"
    else
        say "inodes:$path" "$((free * 100 / total))"
    fi
}

# df_of SECONDS KIND OPTION PATH=FOLDER...: which line is whose is told by their order alone, so nothing is said, and the status is 1, unless each
# folder has one.
df_of() {
    limit=$1 kind=$2 option=$3
    shift 3
    folders=
    for name; do
        folders="$folders ${name#*=}"
    done
    # shellcheck disable=SC2086 # folders without blanks
    ask "$limit" df "$option" $folders
    n=-1 # the heading
    IFS=$nl
    for line in $answer; do
        n=$((n + 1))
    done
    IFS=$blanks
    [ "$n" -eq $# ] || return
    is_heading=yes
    IFS=$nl
    for line in $answer; do
        IFS=$blanks
        if [ "$is_heading" = yes ]; then
            is_heading=no
            continue
        fi
        df_line "$kind" "${1%%=*}" "$line"
        shift
    done
    IFS=$blanks
}

# Free space where a path lies or, when it is not there yet, where it will lie.
disks() {
    has df || return
    for path in $kwiz_disks; do
        at=$path
        while [ ! -d "$at" ] && [ "$at" != / ] && [ -n "$at" ]; do
            at=${at%/*}
        done
        set -- "$@" "$path=${at:-/}"
    done
    if ! df_of 2 blocks -Pk "$@"; then
        # one does not answer, or may not be asked: the others, then
        good=
        for each; do
            ! df_of 1 blocks -Pk "$each" || good="$good $each"
        done
        # shellcheck disable=SC2086 # words
        set -- $good
    fi
    [ $# -eq 0 ] || df_of 2 inodes -Pi "$@"
}
