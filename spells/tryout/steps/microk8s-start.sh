# shellcheck shell=sh
microk8s_need
micro 300 start || kwiz_fail "MicroK8s did not start" "microk8s inspect, as root"
