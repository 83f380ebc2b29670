# shellcheck shell=sh
microk8s_need
if ! microk8s_is_ready; then
    echo "MicroK8s does not run"
    kwiz_unchanged
else
    micro 300 stop || kwiz_fail "MicroK8s did not stop" "microk8s inspect, as root"
    ! microk8s_is_ready || kwiz_fail "MicroK8s says that it stopped, but runs" "microk8s status, as root"
fi
