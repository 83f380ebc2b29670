# shellcheck shell=sh
# shellcheck disable=SC2016,SC2154 # texts for another shell; variables of what reads this file
# What is done with a cluster that stands: verify, certificates, snapshots, upgrades. Part of tests/spells/run.

# parts SHELL: each is told, and all that is not well at the end; probes.
parts() {
    is "$1" 'kwiz_progress() { :; }; kwiz_wait() { shift; "$@"; }; uptime_tenths() { echo 100; }
        good() { echo fine; }; bad() { echo "no answer"; echo "at all"; return 1; }; silent() { false; }
        parts_begin 5; part one "hint 1" good; part two "hint 2" bad; part three "hint 3" silent; parts_skip four "nobody wants it"; parts_end; echo not reached' \
        'ok    one: fine (0.0 s)
FAIL  two: no answer; at all (0.0 s)
FAIL  three: no reason was given (0.0 s)
skip  four: nobody wants it
fail: 2 of 3 parts are not as they should be: two: no answer; at all; three: 
hint: hint 2 (status 1)'
    # When the time is over, what follows is looked at once, and waited for no longer.
    is "$1" 'kwiz_progress() { :; }; kwiz_wait() { echo "at most $1 s"; shift; "$@"; }; now=0; uptime_tenths() { cat "'"$work"'/now"; }
        echo 0 >"'"$work"'/now"; parts_begin 5; part one hint echo fine; echo 70 >"'"$work"'/now"; part two hint echo fine; parts_end' 'at most 5 s
ok    one: fine (0.0 s)
at most 0 s
ok    two: fine (0.0 s)'
    is "$1" 'KWIZ_ANSWER_sample=true; probe_image; echo; KWIZ_ANSWER_sample=false; kube() { printf "%s\n" "r.example/pause:3.2" "[r.example/nginx:1.22]"; }; probe_image; echo; kube() { echo a/mynginx:1; }; probe_image || echo none' 'docker.io/library/nginx:stable
r.example/nginx:1.22
none'
    printf 'n1 probe-a 10.244.0.2 true\nn2 probe-b 10.244.1.2 true\nn3 probe-c 10.244.2.2 true\n' >"$work/probes"
    # The pod of n2 can't be reached by the others.
    is "$1" 'kube() { cat "'"$work"'/probes"; }; http_get() { case $1 in */to/10.244.1.2:8080) echo "curl: (22) 504"; return 22 ;; */to/*) echo "kwiz probe x" ;; esac; }
        verify_pod_to_pod' 'from n1: to n2: curl: (22) 504
from n3: to n2: curl: (22) 504 (status 1)'
    is "$1" 'kube() { cat "'"$work"'/probes"; }; http_get() { echo "kwiz probe x"; }; verify_pod_to_pod; verify_here_to_pods' 'the pods of all nodes reach each other
this host reaches the pods of all nodes'
    if command -v nginx >/dev/null 2>&1; then
        in_shell "$1" 'probe_configuration 10.96.0.10' | sed 's,/tmp/,'"$work/"',' >"$work/nginx.conf"
        if nginx -q -t -c "$work/nginx.conf" 2>"$work/err"; then ok "$1: nginx takes the probes' configuration"; else bad "$1: nginx takes the probes' configuration: $(cat "$work/err")"; fi
    elif [ "$1" = dash ]; then
        skip "nginx -t of the probes' configuration: nginx is not on this machine"
    fi
}

# certificates SHELL: what kubeadm says of them, as figures.
certificates() {
    cat >"$work/expiration" <<'END'
[check-expiration] Reading configuration from the cluster...

CERTIFICATE                EXPIRES                  RESIDUAL TIME   CERTIFICATE AUTHORITY   EXTERNALLY MANAGED
admin.conf                 Nov 27, 2027 02:42 UTC   364d            ca                      no
apiserver                  Dec 01, 2026 02:42 UTC   4d              ca                      no
etcd-server                Nov 26, 2026 02:42 UTC   <invalid>       etcd-ca                 no
!MISSING! super-admin.conf
scheduler.conf             Nov 27, 2026 12:42 UTC   9h                                      no

CERTIFICATE AUTHORITY   EXPIRES                  RESIDUAL TIME   EXTERNALLY MANAGED
ca                      Nov 24, 2036 02:42 UTC   9y              no
etcd-ca                 Nov 24, 2029 02:42 UTC   2y364d          no
END
    is "$1" "kubeadm() { cat '$work/expiration'; }; certificates" 'admin.conf 364 Nov 27, 2027 02:42
apiserver 4 Dec 01, 2026 02:42
etcd-server -1 Nov 26, 2026 02:42
scheduler.conf 0 Nov 27, 2026 12:42
ca 3285 Nov 24, 2036 02:42
etcd-ca 1094 Nov 24, 2029 02:42'
    is "$1" "kubeadm() { grep -v etcd-server '$work/expiration'; }; kwiz_result() { echo \"\$1=\$2\"; }; kwiz_unchanged() { echo unchanged; }
        $(cat "$spell/steps/certificates.sh")" 'admin.conf                   Nov 27, 2027 02:42 UTC, 364 days
apiserver                    Dec 01, 2026 02:42 UTC, 4 days
scheduler.conf               Nov 27, 2026 12:42 UTC, 0 days
ca                           Nov 24, 2036 02:42 UTC, 3285 days
etcd-ca                      Nov 24, 2029 02:42 UTC, 1094 days
certificates_until=Nov 27, 2026 12:42 UTC (scheduler.conf)
warn: certificates of kub-master-1 end soon: apiserver (4 days), scheduler.conf (0 days); kwiz action renew-certificates makes new ones
unchanged'
    is "$1" "kubeadm() { cat '$work/expiration'; }; kwiz_result() { :; }
        $(cat "$spell/steps/certificates.sh")" 'admin.conf                   Nov 27, 2027 02:42 UTC, 364 days
apiserver                    Dec 01, 2026 02:42 UTC, 4 days
etcd-server                  Nov 26, 2026 02:42 UTC, over
scheduler.conf               Nov 27, 2026 12:42 UTC, 0 days
ca                           Nov 24, 2036 02:42 UTC, 3285 days
etcd-ca                      Nov 24, 2029 02:42 UTC, 1094 days
fail: certificates of kub-master-1 have ended: etcd-server
hint: kwiz action renew-certificates makes new ones (status 1)'
}

# snapshots SHELL: whole or not at all, on disks that are small; which one is found; how etcd is joined again.
snapshots() {
    mkdir -p "$work/snapshots"
    cat >"$work/etcdctl" <<'END'
#!/bin/sh
# Stands in for etcdctl: a "snapshot" of 3 MiB.
case "$*" in
*'snapshot save'*) shift $(($# - 1)); dd if=/dev/zero of="$1" bs=1024 count=3072 status=none 2>&1 ;;
*'snapshot status'*) [ -n "${NO_SNAPSHOT-}" ] && { echo "Error: snapshot file integrity check failed"; exit 1; }; echo "fe01cf57, 10, 7, 3.1 MB" ;;
esac
END
    chmod +x "$work/etcdctl"
    take="mkdir -p \"\$UNDO\"; SNAPSHOTS=$work/snapshots SNAPSHOT_MARGIN=1024; node_address() { printf 10.1.4.36; }; kwiz_wait() { shift; \"\$@\"; }; etcd_is_healthy() { :; }
        etcd_size() { echo \${size:-3000000}; }; etcd_program() { printf '%s' $work/etcdctl; }; sync_file() { :; }; date() { echo 20261127T000000Z; }"
    rm -f "$work"/snapshots/* "$work"/snapshots/.new-*
    is "$1" "$take; snapshot_take test; stat -c %a \"\$snapshot_file\"; ls -A $work/snapshots" "$work/snapshots/20261127T000000Z-test.db: fe01cf57, 10, 7, 3.1 MB (hash, revision, keys, size)
600
20261127T000000Z-test.db"
    rm -f "$work"/snapshots/*
    is "$1" "$take; export NO_SNAPSHOT=yes; snapshot_take test" 'fail: no snapshot could be taken: what was written is no snapshot: Error: snapshot file integrity check failed
hint: its lines stand above; look at: crictl logs of etcd (status 1)'
    if [ -z "$(ls -A "$work/snapshots")" ]; then ok "$1: nothing is left of what is no snapshot"; else bad "$1: nothing is left of what is no snapshot: $(ls -A "$work/snapshots")"; fi
    # Only the newest stay, and what is named in any case.
    for day in 01 02 03 04; do : >"$work/snapshots/202611${day}T000000Z-snapshot.db"; done
    : >"$work/snapshots/mine.db"
    is "$1" "$take; SNAPSHOTS_KEPT=2; snapshots_thin $work/snapshots/20261101T000000Z-snapshot.db; ls $work/snapshots" "removed $work/snapshots/20261102T000000Z-snapshot.db: the newest 2 are kept
20261101T000000Z-snapshot.db
20261103T000000Z-snapshot.db
20261104T000000Z-snapshot.db
mine.db"
    : >"$work/snapshots/20261105T000000Z-restore.db"
    is "$1" "SNAPSHOTS=$work/snapshots; snapshot_find; echo; snapshot_find 20261103T000000Z-snapshot; echo; snapshot_find $work/snapshots/mine.db; echo; snapshot_find no.db || echo none" "$work/snapshots/20261104T000000Z-snapshot.db
$work/snapshots/20261103T000000Z-snapshot.db
$work/snapshots/mine.db
none"
    rm -f "$work"/snapshots/*
    if [ "$(id -u)" != 0 ] || ! mount -t tmpfs -o size=2m tmpfs "$work/snapshots" 2>/dev/null; then
        skip "$1: a full disk: only root may mount one"
        return
    fi
    # What is free is not enough: nothing is begun.
    is "$1" "$take; snapshot_take test" "fail: $work/snapshots on kub-master-1 has 2 MiB free; a snapshot of etcd (3 MiB) needs 3 MiB
hint: make room there; what is in $work/snapshots and not needed any more may go (status 1)"
    # It becomes full on the way, as others write too.
    found=$(in_shell "$1" "$take; size=1000; snapshot_take test" 2>&1) || :
    case $found in
    *"fail: the disk with $work/snapshots on kub-master-1 became full while the snapshot was written; nothing of it was kept"*)
        if [ -z "$(ls -A "$work/snapshots")" ]; then ok "$1: a disk that becomes full"; else bad "$1: a disk that becomes full: $(ls -A "$work/snapshots") is left"; fi
        ;;
    *) bad "$1: a disk that becomes full: $found" ;;
    esac
    umount "$work/snapshots"
    is "$1" 'printf "%s\n" "    - etcd" "    - --initial-advertise-peer-urls=https://10.1.4.12:2380" "    - --initial-cluster=m1=https://10.1.4.11:2380,m2=https://10.1.4.12:2380" "    - --initial-cluster-state=new" "    - --name=m2" |
        etcd_join_text m3=https://10.1.4.13:2380,m2=https://10.1.4.12:2380' '    - etcd
    - --initial-advertise-peer-urls=https://10.1.4.12:2380
    - --initial-cluster=m3=https://10.1.4.13:2380,m2=https://10.1.4.12:2380
    - --initial-cluster-state=existing
    - --name=m2'
}
