# shellcheck shell=sh
# What minikube can't be started without, before anything is fetched. Nothing of it is installed: it may be there for something else.
user_begin
driver=$(answer driver)
[ "$driver" = none ] || [ "$(id -u "$user")" -ne 0 ] ||
    kwiz_fail "minikube does not start $driver for root" "answer minikube_user with a user of $KWIZ_HOST who may use $driver"
case $driver in
docker)
    has_command docker || kwiz_fail "there is no Docker on $KWIZ_HOST" "install it, or answer driver with podman or none"
    docker info >/dev/null 2>&1 || kwiz_fail "Docker does not run on $KWIZ_HOST" "systemctl start docker; docker info says why not"
    as_user docker info >/dev/null 2>&1 ||
        kwiz_fail "$user may not use Docker on $KWIZ_HOST" "usermod -aG docker $user (that makes the user as good as root), or answer minikube_user with one who may"
    ;;
podman)
    has_command podman || kwiz_fail "there is no Podman on $KWIZ_HOST" "install it, or answer driver with docker or none"
    as_user podman info >/dev/null 2>&1 || as_user sudo -n podman info >/dev/null 2>&1 ||
        kwiz_fail "$user can't use Podman on $KWIZ_HOST, neither rootless nor by sudo without a password" "podman info says why not"
    ! podman_is_rootless || echo "Podman is used rootless"
    ;;
none)
    missing=
    for program in conntrack iptables crictl; do
        has_command "$program" || missing="$missing $program"
    done
    [ -z "$missing" ] || kwiz_fail "minikube without a driver needs programs that are not on $KWIZ_HOST:$missing" "install them, or answer driver with docker or podman"
    ;;
esac
echo "$driver, for the user $user"
kwiz_unchanged
