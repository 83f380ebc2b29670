# shellcheck shell=sh
# All of it. What takes long runs beside the rest: each line is written at once, so that they do not mix.

facts() {
    clock
    echo 'facts 1'
    say clock "$now"
    kwiz_timeout=no
    ! has timeout || ! timeout 5 true || kwiz_timeout=yes
    user
    identity
    package_manager
    names &
    services &
    packages &
    versions &
    clock_synced &
    privileges &
    virtualization &
    lock_devices=
    mounts
    disks &
    package_lock
    cgroups
    processors
    memory
    swap
    sysctls
    read_config
    kernel_config
    modules
    chains &
    security
    interfaces
    routes
    routes6
    addresses
    resolvers resolv.nameserver /etc/resolv.conf
    resolvers resolv.upstream /run/systemd/resolve/resolv.conf
    hosts_file
    listeners
    left_overs
    sockets
    runtime_settings
    repositories
    tools
    wait
    echo 'end 1'
}

# As the last line: of a script that came in half nothing is run. Nothing may read the rest of the script as its input.
facts </dev/null 2>/dev/null
