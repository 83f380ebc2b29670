# shellcheck shell=sh
# What the machine is: time, names, distribution, processors, memory, swap.

# Before everything else, and said at once: kwiz compares it with its own clock.
clock() {
    ask 2 date +%s.%N
    now=$answer
    case $now in
    *[!0-9.]*) now=${now%%.*} ;; # a date without nanoseconds
    *.*) now=${now%??????} ;;
    esac
}

# The kernel knows it, and these can ask it.
clock_synced() {
    if [ -e /run/systemd/timesync/synchronized ]; then
        say clock.synced yes
        return
    fi
    synced=
    if [ -d /run/systemd/system ] && has timedatectl; then
        ask 2 timedatectl show -p NTPSynchronized --value
        synced=$answer
    fi
    if [ -z "$synced" ] && has chronyc; then
        ask 2 chronyc -n tracking
        case $answer in
        *'Leap status'*Normal*) synced=yes ;;
        *'Leap status'*) synced=no ;;
        esac
    fi
    case $synced in
    yes | no) say clock.synced "$synced" ;;
    esac
}

os_release() {
    is_file /etc/os-release || return
    n=0
    while IFS='=' read -r name value; do
        n=$((n + 1))
        [ "$n" -le 200 ] || break
        # taking quotes off a very long text takes some shells minutes
        [ "${#value}" -le 1000 ] || continue
        case $name in
        ID) key=os.id ;;
        ID_LIKE) key=os.like ;;
        VERSION_ID) key=os.version ;;
        VERSION_CODENAME) key=os.codename ;;
        PRETTY_NAME) key=os.name ;;
        *) continue ;;
        esac
        value=${value#[\"\']}
        say "$key" "${value%[\"\']}"
    done </etc/os-release
}

identity() {
    # the cluster that kwiz has put this host into, by its name in the answers
    read_word /etc/kwiz/cluster
    say cluster "$word"
    os_release
    ask 2 uname -m
    say arch "$answer"
    read_word /proc/sys/kernel/osrelease
    kwiz_kernel=$word
    if [ -z "$word" ]; then
        ask 2 uname -r
        kwiz_kernel=$answer
    fi
    say kernel "$kwiz_kernel"
    read_line /proc/sys/kernel/hostname
    kwiz_hostname=$line
    if [ -z "$line" ]; then
        ask 2 uname -n
        kwiz_hostname=$answer
    fi
    say hostname "$kwiz_hostname"
    read_word /etc/hostname
    say hostname.static "$word"
    read_word /etc/machine-id
    say machine_id "$word"
    read_word /proc/sys/kernel/random/boot_id
    say boot_id "$word"
    if [ -r /sys/class/dmi/id/product_uuid ]; then
        read_word /sys/class/dmi/id/product_uuid
        say uuid "$word"
    elif [ -e /sys/class/dmi/id/product_uuid ]; then
        need_root uuid
    fi
    if [ -d /run/systemd/system ]; then
        say init systemd
    else
        read_word /proc/1/comm
        say init "$word"
    fi
}

processors() {
    n=
    if has nproc; then
        ask 2 nproc
        n=$answer
    elif [ -r /proc/cpuinfo ]; then
        n=0
        while read -r name _; do
            [ "$name" != processor ] || n=$((n + 1))
        done </proc/cpuinfo
    fi
    [ "$n" = 0 ] || ! is_number "$n" || say cpus "$n"
}

memory() {
    [ -r /proc/meminfo ] || return
    while read -r name value _; do
        case $name in
        MemTotal:) ! is_number "$value" || say memory_mb "$((value / 1024))" ;;
        MemAvailable:)
            ! is_number "$value" || say memory_free_mb "$((value / 1024))"
            return
            ;;
        esac
    done </proc/meminfo
}

# In use now, and what would bring it back.
swap() {
    zram=no
    if [ -r /proc/swaps ]; then
        total=0
        while read -r name _ size _; do
            [ "$name" != Filename ] || continue
            say swap "$name"
            ! is_number "$size" || total=$((total + size / 1024))
            case $name in
            /dev/zram*) zram=yes ;;
            esac
        done </proc/swaps
        say swap_mb "$total"
    fi
    if is_file /etc/fstab; then
        n=0
        found=no
        while read -r name _ kind _; do
            n=$((n + 1))
            [ "$n" -le "$lines_max" ] || break
            case $name in
            '#'*) ;;
            *) [ "$kind" != swap ] || found=yes ;;
            esac
        done </etc/fstab
        say swap.fstab "$found"
    fi
    for name in /etc/systemd/zram-generator.conf /usr/lib/systemd/zram-generator.conf /etc/default/zramswap; do
        [ ! -e "$name" ] || zram=yes
    done
    say swap.zram "$zram"
}
