# shellcheck shell=sh
runtime_was=$(runtime_name)
if [ -n "$runtime_was" ]; then
    service=$(table_get runtimes.table "runtime=$runtime_was" service)
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
if cri_dockerd_is_ours; then
    systemctl disable --now --quiet cri-docker.service 2>/dev/null || true
    file_restore "$CRI_DOCKERD_UNIT"
fi
if runtime_is_ours; then
    # kwiz brought it, so what it stored goes with it: images and stopped containers.
    if [ -n "$service" ]; then
        systemctl stop "$service.service" "$service.socket" 2>/dev/null || true
    fi
    kwiz_progress 30 "removing packages"
    if [ -e "$UNDO/files/$(undo_name "$CONTAINERD_UNIT").ours" ]; then
        systemctl disable --quiet containerd.service 2>/dev/null || true
        file_restore "$CONTAINERD_UNIT"
    fi
    programs_undo container-runtime
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
    if [ "$runtime_was" = docker ]; then
        docker_leftovers_remove
    fi
    ! has_systemd || systemctl daemon-reload
elif [ -n "$service" ]; then
    systemctl daemon-reload
    systemctl restart "$service.service" || kwiz_warn "$service does not start with its former configuration"
fi
programs_undo container-runtime
rm -rf "$UNDO/unpacked" "$UNDO/containerd.tar.gz" "$UNDO/runc" "$UNDO/cri-dockerd.tgz"
if package_family >/dev/null; then
    repository_remove runtime
fi
file_restore "$ETC/runtime"
folders_undo
