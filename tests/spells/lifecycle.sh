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
    # Fewer than nodes, and none at all: nobody who was asked is no answer.
    is "$1" 'kube() { tail -n 2 "'"$work"'/probes"; }; http_get() { echo "kwiz probe x"; }; verify_pod_to_pod' 'the pods of 2 of 3 nodes reach each other'
    is "$1" 'kube() { :; }; http_get() { echo "kwiz probe x"; }; verify_pod_to_pod' 'there is no probe pod (status 1)'
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
    is "$1" "kubeadm() { printf '%s\n' '!MISSING! admin.conf' '!MISSING! apiserver'; [ \"\$2\" != renew ] || echo renewed; }
        $(cat "$spell/steps/renew-certificates.sh")" 'fail: there are no certificates of a cluster on kub-master-1
hint: kwiz run installs what the answers describe (status 1)'
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

# upgrades SHELL: what is refused before anything is changed, and what comes of an attempt that was cut short.
upgrades() {
    is "$1" 'KWIZ_ANSWER_kubernetes_version=1.22; upgrade_step_bad v1.20.2; KWIZ_ANSWER_kubernetes_version=1.21.0 upgrade_step_bad v1.20.2; KWIZ_ANSWER_kubernetes_version=1.20 upgrade_step_bad v1.20.2
        KWIZ_ANSWER_kubernetes_version=1.20.1 upgrade_step_bad v1.20.2; KWIZ_ANSWER_kubernetes_version=1.19 upgrade_step_bad v1.20.2; KWIZ_ANSWER_kubernetes_version=2.0 upgrade_step_bad v1.20.2
        KWIZ_ANSWER_kubernetes_version=1.20.9 upgrade_step_bad v1.20.9; KWIZ_ANSWER_kubernetes_version=1.21.3; upgrade_step_bad v1.21.0' \
        'the cluster has v1.20.2: the next is 1.21, minor releases can'"'"'t be skipped
the cluster has v1.20.2, which is newer than 1.20.1: there is no way back, but to restore a snapshot
the cluster has v1.20.2, which is newer than 1.19: there is no way back, but to restore a snapshot
the cluster has v1.20.2: there is no way from there to 2.0'
    # One node is behind, one not Ready, one a stranger; one host is no node.
    is "$1" 'KWIZ_ANSWER_kubernetes_version=1.22; kube() { case "$*" in "get nodes "*) printf "kub-master-1 v1.21.0 True\nkub-node-1 v1.20.2 False\nother v1.21.0 True\n" ;; "get node kub-node-2"*) return 1 ;; esac; }
        upgrade_nodes_bad v1.21.0' 'kub-node-1 is not Ready
the kubelet of kub-node-1 is v1.20.2, the control plane v1.21.0: bring that node to 1.21 first
other is a node and no host of the answers: take it into them, or kubectl delete node other
kub-node-2 is a host of the answers and no node: kwiz run takes it in'
    # Gone on with: the control plane and the first node have the new release already.
    is "$1" 'KWIZ_ANSWER_kubernetes_version=1.22; kube() { case "$*" in "get nodes "*) printf "kub-master-1 v1.22.1 True\nkub-node-1 v1.21.0 True\nkub-node-2 v1.21.0 True\n" ;; esac; }; upgrade_nodes_bad v1.21.0' ''
    is "$1" 'KWIZ_ANSWER_kubernetes_version=1.36; runtime_name() { echo containerd; }; containerd_version() { echo 1.7.24; }; cgroup_kind() { echo v1; }; uname() { echo 4.9.0-1; }; upgrade_host_bad' \
        'it needs containerd 2.0.0 or newer, here is 1.7.24: upgrade that first, one host after the other
it needs cgroups v2, here are v1: boot the host with the unified hierarchy first
it needs Linux 4.15 or newer, here is 4.9.0-1'
    is "$1" 'KWIZ_ANSWER_kubernetes_version=1.24; runtime_name() { echo docker; }; cgroup_kind() { echo v1; }; uname() { echo 6.1.0; }; upgrade_host_bad; KWIZ_ANSWER_kubernetes_version=1.23; upgrade_host_bad' \
        'it reaches Docker only through cri-dockerd, which is not here: install that, or go over to containerd first'
    # One that failed stops those behind it.
    is "$1" 'kube() { case "$*" in *kub-master-1*) echo v1.22.1 ;; *) echo v1.21.0 ;; esac; }; KWIZ_HOST=kub-node-1; upgrade_before v1.22.1; KWIZ_HOST=kub-node-2; upgrade_before v1.22.1; KWIZ_HOST=kub-master-1; upgrade_before v1.22.1' '
kub-node-1'
    # Done by kubeadm once, and not again; what failed is not noted.
    is "$1" 'rm -rf "$UNDO"; mkdir -p "$UNDO"; node_uncordon() { :; }; sync_file() { :; }; changes_begin; try() { echo tried; }; upgrade_by_kubeadm v1.22.1 false || echo failed
        upgrade_by_kubeadm v1.22.1 try; upgrade_by_kubeadm v1.22.1 try; changes_made && echo changed' 'failed
tried
changed'
    # kubeadm of the release is there already, from an attempt before: no repository is asked again. Without one, the newest of the release is looked for.
    is "$1" 'KWIZ_ANSWER_kubernetes_version=1.22; kwiz_progress() { :; }; upgrade_repository() { echo repository; }; upgrade_packages() { echo "packages $*"; }; kubeadm_version() { echo v1.22.1; }
        cluster_version() { echo v1.21.0; }; upgrade_kubeadm; echo; cluster_version() { echo v1.22.1; }; upgrade_kubeadm; upgrade_kubeadm v1.22.1; upgrade_kubeadm v1.22.4' '
repository
packages v1.22 kubeadm
repository
packages v1.22.4 kubeadm'
    # Who was cordoned before kwiz came stays so.
    is "$1" 'rm -rf "$UNDO"; mkdir -p "$UNDO"; sync_file() { :; }; node_drain() { echo "drained $1"; }; kube() { case $* in get*) printf true ;; *) echo "$*" ;; esac; }; node_empty; node_uncordon
        kube() { case $* in get*) : ;; *) echo "$*" ;; esac; }; node_empty; node_empty; node_uncordon; node_uncordon' 'drained kub-master-1
drained kub-master-1
drained kub-master-1
uncordon kub-master-1'
    is "$1" 'KWIZ_ANSWER_cluster_dns=none KWIZ_ANSWER_ignore_preflight_errors=Mem; upgrade_skips; KWIZ_ANSWER_cluster_dns=coredns KWIZ_ANSWER_ignore_preflight_errors=; upgrade_skips' \
        '--ignore-preflight-errors=Mem,ImagePull,CoreDNSUnsupportedPlugins,CoreDNSMigration'
    printf 'clusters:\n- cluster:\n    certificate-authority-data: Q0E=\n    server: https://10.1.4.100:8443\n  name: x\nusers:\n- name: admin\n  user:\n    client-key-data: c2VjcmV0\n' >"$work/admin.conf"
    is "$1" "ADMIN=$work/admin.conf; access_kubeconfig token" 'apiVersion: v1
kind: Config
current-context: upgrade
clusters:
- name: cluster
  cluster:
    certificate-authority-data: Q0E=
    server: https://10.1.4.100:8443
contexts:
- name: upgrade
  context: {cluster: cluster, user: upgrade}
users:
- name: upgrade
  user:
    token: token'
    mkdir -p "$work/bin"
    printf '#!/bin/sh\nprintf "%%s\\n" "   kubeadm | 1.22.10-1.1 | http://a ./ Packages" "   kubeadm | 1.22.4-1.1 | http://a ./ Packages" "   kubeadm | 1.21.3-1.1 | http://b ./ Packages"\n' >"$work/bin/apt-cache"
    chmod +x "$work/bin/apt-cache"
    is "$1" "PATH=$work/bin:\$PATH
        packages_exact apt 1.22; packages_exact apt 1.22.4; packages_exact apt 1.21; packages_exact apt 1.2; packages_exact dnf 1.22; packages_exact dnf 1.22.4" '1.22.10-1.1
1.22.4-1.1
1.21.3-1.1
1.22.*
1.22.4'
}
