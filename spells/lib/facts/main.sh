# shellcheck shell=sh
# All of it. What takes long runs beside the rest: each line is written at once, so that they do not mix.

facts() {
    clock
    echo 'facts 1'
    say clock "$now"
    user
    identity
    package_manager
    begin names
    others=$!
    begin services
    others="$others $!"
    begin packages
    others="$others $!"
    begin versions
    others="$others $!"
    begin clock_synced
    others="$others $!"
    begin virtualization
    others="$others $!"
    begin privileges
    others="$others $!"
    begin lxd_host
    others="$others $!"
    lock_devices=
    mounts
    begin disks
    disks_job=$!
    begin left_overs
    paths_job=$!
    package_lock
    cgroups
    processors
    memory
    swap
    sysctls
    read_config
    kernel_config
    modules
    begin chains
    others="$others $!"
    security
    interfaces
    routes
    routes6
    addresses
    resolvers resolv.nameserver /etc/resolv.conf
    resolvers resolv.upstream /run/systemd/resolve/resolv.conf
    hosts_file
    listeners
    sockets
    runtime_settings
    repositories
    tools
    wait_for 6 "$disks_job" "$paths_job"
    case $late in
    *" $disks_job "*) say no-answer:disk yes ;;
    esac
    case $late in
    *" $paths_job "*) say no-answer:path yes ;;
    esac
    # shellcheck disable=SC2086 # numbers
    wait $others
    echo 'end 1'
}

# As the last line: of a script that came in half nothing is run. Nothing may read the rest of the script as its input.
watched facts </dev/null 2>/dev/null
