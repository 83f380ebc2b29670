# shellcheck shell=sh
# The endpoint of the control planes, before the first of them is there. kube-vip comes with kubeadm init, as its manifest is one of kubeadm's.
changes_begin
balancer_check
case $(balancer) in
external) balancer_connects ;;
kube-vip) echo "kube-vip comes with the control plane" ;;
keepalived)
    balancer_taken
    balancer_note
    missing=
    for program in haproxy keepalived; do
        has_command "$program" || missing="$missing $program"
    done
    has_command curl || has_command wget || missing="$missing curl"
    if [ -n "$missing" ]; then
        package_family >/dev/null || kwiz_fail "$(distribution) has no package manager that kwiz knows" "install$missing on $KWIZ_HOST, then run again"
        kwiz_progress 10 "installing$missing"
        # shellcheck disable=SC2086 # words are wanted
        package_install load-balancer $missing || kwiz_fail "$missing could not be installed" "the lines above are the package manager's"
        changed
    fi
    selinux_allow
    # Once more where it could not be asked for before, or installing took a while.
    systemctl is-active --quiet keepalived.service || balancer_taken
    kwiz_progress 70 "haproxy and keepalived"
    balancer_put
    ;;
esac
changes_tell
