# shellcheck shell=sh
release_check
name=$(runtime_choose)
service=$(table_get runtimes.table "runtime=$name" service)
runtime_text "$name" | file_is "$ETC/runtime" || exit 1
systemctl is-active --quiet "$service.service" || exit 1
case $name in
containerd)
    text=$(containerd_text) || exit 1
    printf '%s\n' "$text" | file_is "$CONTAINERD_CONFIG" || exit 1
    ;;
docker)
    grep -q 'native.cgroupdriver=systemd' /etc/docker/daemon.json || exit 1
    ! cri_dockerd_is_wanted || cri_dockerd_is || exit 1
    ;;
crio) crio_text | file_is /etc/crio/crio.conf.d/50-kwiz.conf || exit 1 ;;
esac
if host=$(registry_host) && [ "$name" = containerd ]; then
    folder=$(registry_folder containerd "$host")
    authority=
    if is_answered image_registry_ca; then
        authority=$folder/ca.crt
        [ -f "$authority" ] || exit 1
    fi
    registry_text "$host" "$authority" | file_is "$folder/hosts.toml" || exit 1
fi
if uses_proxy; then
    proxy_text | file_is "$(proxy_file "$service")" || exit 1
else
    [ ! -e "$(proxy_file "$service")" ] || exit 1
fi
