# shellcheck shell=sh
name=$(runtime_name)
if [ -n "$name" ]; then
    service=$(table_get runtimes.table "runtime=$name" service)
else
    service=
fi
for file in "$CONTAINERD_CONFIG" /etc/docker/daemon.json /etc/crio/crio.conf.d/50-kwiz.conf; do
    file_restore "$file"
done
for each in containerd docker crio; do
    file_restore "$(proxy_file "$each")"
done
registry_undo
if [ -s "$UNDO/packages-container-runtime" ]; then
    # kwiz brought it, so what it stored goes with it: images and stopped containers.
    if [ -n "$service" ]; then
        systemctl stop "$service.service" "$service.socket" 2>/dev/null || true
    fi
    kwiz_progress 30 "removing packages"
    package_undo container-runtime
    if ! has_command containerd; then
        for folder in /var/lib/containerd /run/containerd; do
            mounts_remove "$folder"
            empty_folder "$folder"
        done
        folders_undo
        rmdir /var/lib/containerd /run/containerd /etc/containerd 2>/dev/null || true
        rm -rf /opt/containerd
    fi
    if [ "$name" = docker ]; then
        mounts_remove /var/lib/docker
        empty_folder /var/lib/docker
        if ip link show docker0 >/dev/null 2>&1; then
            ip link delete docker0
        fi
    fi
    ! has_systemd || systemctl daemon-reload
elif [ -n "$service" ]; then
    systemctl daemon-reload
    systemctl restart "$service.service" || kwiz_warn "$service does not start with its former configuration"
fi
if package_family >/dev/null; then
    repository_remove runtime
fi
file_restore "$ETC/runtime"
folders_undo
