# shellcheck shell=sh
# One after the other: some need those before them.
microk8s_need
for addon in $(answer microk8s_addons); do
    if ! addon_is "$addon"; then
        kwiz_progress 20 "add-on $addon"
        watched micro 900 enable "$addon" || kwiz_fail "the add-on $addon could not be switched on" "MicroK8s's own words stand above; microk8s status lists the add-ons it has"
        addon_is "$addon" || kwiz_fail "the add-on $addon was switched on, but is not" "microk8s status --addon $addon"
    fi
done
undo_end
