# shellcheck shell=sh
# shellcheck disable=SC2034 # names that steps and other files of the library use
# The host's own name, and its clock: what is mended only when the operator names it.

HOSTNAME_FILE=/etc/hostname

hostname_set() {
    undo_folder
    [ -e "$UNDO/hostname" ] || hostname >"$UNDO/hostname"
    printf '%s\n' "$KWIZ_HOST" | file_put "$HOSTNAME_FILE" 644
    hostname_apply "$KWIZ_HOST" || kwiz_fail "the name of this host can't be set to $KWIZ_HOST" "in a container, set it on the machine below"
    changed
    echo "the host calls itself $KWIZ_HOST now; before: $(cat "$UNDO/hostname")"
    if grep -Eqs '^[[:space:]]*preserve_hostname:[[:space:]]*false' /etc/cloud/cloud.cfg; then
        kwiz_warn "cloud-init sets its own name again at the next boot: write preserve_hostname: true into /etc/cloud/cloud.cfg.d/99-name.cfg"
    fi
}

# hostname_apply NAME: of the running system. hostnamectl tells D-Bus of it, but has nobody to talk to on a host without.
hostname_apply() {
    if has_systemd && has_command hostnamectl && hostnamectl set-hostname "$1" 2>/dev/null; then
        return
    fi
    hostname "$1" 2>/dev/null || printf '%s\n' "$1" 2>/dev/null >/proc/sys/kernel/hostname
}

hostname_undo() {
    [ -s "$UNDO/hostname" ] || return 0
    hostname_before=$(head -n 1 "$UNDO/hostname")
    if [ "$(hostname)" = "$KWIZ_HOST" ]; then
        hostname_apply "$hostname_before" || kwiz_warn "the name of this host could not be set back to $hostname_before"
    fi
    file_restore "$HOSTNAME_FILE"
    rm -f "$UNDO/hostname"
}

# Services that set the clock, the better first: where two are there, the other one stays as it is.
TIME_SERVICES='chrony.service chronyd.service ntpsec.service ntpd.service ntp.service openntpd.service systemd-timesyncd.service'

time_unit() {
    for unit in $TIME_SERVICES; do
        case $(systemctl show -p LoadState "$unit" 2>/dev/null) in
        LoadState=loaded) ;;
        *) continue ;;
        esac
        # An alias is the same service by another name.
        printf '%s\n' "$unit"
        return
    done
    return 1
}

time_active() {
    for unit in $TIME_SERVICES; do
        if systemctl is-active --quiet "$unit" 2>/dev/null; then
            printf '%s\n' "$unit"
            return
        fi
    done
    return 1
}

time_is_right() {
    case $(timedatectl show -p NTPSynchronized 2>/dev/null) in
    NTPSynchronized=yes) return 0 ;;
    esac
    has_command chronyc && chronyc -n tracking 2>/dev/null | grep -q '^Leap status *: Normal'
}

time_enable() {
    undo_folder
    if ! systemctl is-enabled --quiet "$1" 2>/dev/null; then
        printf 'enabled %s\n' "$1" >>"$UNDO/time"
        systemctl enable "$1"
        changed
    fi
    if ! systemctl is-active --quiet "$1"; then
        printf 'started %s\n' "$1" >>"$UNDO/time"
        systemctl start "$1"
        changed
    fi
}

time_undo() {
    [ -f "$UNDO/time" ] || return 0
    while read -r what unit; do
        case $what in
        enabled) systemctl disable "$unit" ;;
        started) systemctl stop "$unit" ;;
        esac || kwiz_warn "$unit could not be set back"
    done <"$UNDO/time"
    rm -f "$UNDO/time"
}
