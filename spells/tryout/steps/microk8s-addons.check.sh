# shellcheck shell=sh
microk8s_need
for addon in $(answer microk8s_addons); do
    addon_is "$addon" || exit 1
done
