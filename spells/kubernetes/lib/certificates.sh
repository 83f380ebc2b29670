# shellcheck shell=sh
# Certificates that kubeadm made, when they end, and what must be started anew to have others.

# Fewer days than this are warned of. kubeadm makes them for a year.
CERTIFICATE_DAYS=30

# certificates_read: from what `kubeadm certs check-expiration` says to lines "NAME DAYS DATE"; DAYS is -1 where it is over.
certificates_read() {
    awk '
        function days(text,   sum) {
            if (text ~ /invalid/) return -1
            while (match(text, /^[0-9]+[a-z]/)) {
                if (substr(text, RLENGTH, 1) == "y") sum += substr(text, 1, RLENGTH - 1) * 365
                if (substr(text, RLENGTH, 1) == "d") sum += substr(text, 1, RLENGTH - 1)
                text = substr(text, RLENGTH + 1)
            }
            return sum + 0
        }
        $6 == "UTC" { print $1, days($7), $2 " " $3 " " $4 " " $5 }'
}

# certificates: those lines, of this host.
certificates() {
    said=$(kubeadm certs check-expiration 2>&1) || {
        printf '%s\n' "$said" >&2
        return 1
    }
    printf '%s\n' "$said" | certificates_read
}

# kubelet_wait SECONDS COMMAND...: as kwiz_wait, for what the kubelet is to start. Where a program has ended several times lately it waits for up to five minutes
# with the next start, and to some static pods it never comes back: both are over when it is started anew, which costs pods nothing.
kubelet_wait() {
    kubelet_seconds=$1
    shift
    kwiz_wait 40 "$@" && return
    echo "starting the kubelet anew, as it has not started what it should"
    systemctl restart kubelet.service || true
    kwiz_wait "$kubelet_seconds" "$@"
}

# program_restart PROGRAM SECONDS: ends it and waits until the kubelet has started it anew; 1 where that does not happen. Nothing where it does not run.
program_restart() {
    restart_pids=$(settle_pids "$1")
    # shellcheck disable=SC2086 # words are wanted
    [ -z "$restart_pids" ] || kill $restart_pids 2>/dev/null || true
    kubelet_wait "$2" settle_is_new "$1" "$restart_pids"
}

# others_are_well: the other control planes can do without this one.
others_are_well() {
    others_bad=$(control_planes | while read -r name address; do
        [ "$name" != "$KWIZ_HOST" ] || continue
        etcd_is_healthy "$address" </dev/null || echo "etcd of $name"
        api_of "$address" </dev/null || echo "the API server of $name"
    done)
    [ -z "$others_bad" ]
}

others_or_fail() {
    kwiz_wait 120 others_are_well || kwiz_fail "$KWIZ_HOST is needed: not well after 120 s: $(printf '%s' "$others_bad" | tr '\n' ',')" \
        "nothing was done on $KWIZ_HOST; mend what is named, then kwiz resume. kwiz verify tells more"
}
