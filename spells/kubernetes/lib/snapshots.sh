# shellcheck shell=sh
# Snapshots of etcd: all that the cluster knows, its secrets too. They stay on the control plane that took them, for root alone.

SNAPSHOTS=${KWIZ_SNAPSHOTS:-/var/lib/kwiz/snapshots}
# So many stay; older ones go when a new one is there.
SNAPSHOTS_KEPT=7
# What must be free besides the snapshot itself: 64 MiB.
SNAPSHOT_MARGIN=67108864
# Programs of etcd that are needed while it does not run.
ETCD_TOOLS=$UNDO/etcd-tools

# etcd_program NAME: etcdctl or etcdutl: from the container that runs, from what was kept of it, or the host's own.
etcd_program() {
    for pid in $(settle_pids etcd); do
        for folder in usr/local/bin usr/bin bin; do
            etcd_program_runs "/proc/$pid/root/$folder/$1" && return
        done
    done
    etcd_program_runs "$ETCD_TOOLS/$1" && return
    own=$(command -v "$1") && etcd_program_runs "$own"
}

etcd_program_runs() {
    [ -x "$1" ] && ETCDCTL_API=3 "$1" version >/dev/null 2>&1 && printf '%s' "$1"
}

# etcd_file_program: etcdutl where it is there, which does what etcdctl did up to 3.5: looking at files of snapshots and restoring them.
etcd_file_program() {
    etcd_program etcdutl || etcd_program etcdctl
}

# etcd_tools_keep: beside, for the time when no container runs; from the image where none runs now.
etcd_tools_keep() {
    undo_folder
    (umask 077 && mkdir -p "$ETCD_TOOLS")
    for tool in etcdctl etcdutl; do
        if [ ! -x "$ETCD_TOOLS/$tool" ] && program=$(etcd_program "$tool"); then
            cp "$program" "$ETCD_TOOLS/$tool.new"
            mv "$ETCD_TOOLS/$tool.new" "$ETCD_TOOLS/$tool"
        fi
    done
    etcd_file_program >/dev/null || etcd_tools_unpack || true
    etcd_file_program >/dev/null || kwiz_fail "neither etcdutl nor etcdctl can be had on $KWIZ_HOST: etcd does not run, and they could not be taken from its image" \
        "install etcdutl or etcdctl of the same release there (in the PATH of root), then run again"
}

# etcd_tools_unpack: from the image that the manifest names.
etcd_tools_unpack() {
    image=$(sed -n 's/^ *image: *//p' "$(etcd_manifest)" | tr -d "\"'" | head -n 1)
    [ -n "$image" ] || return 1
    root=$UNDO/etcd-image
    mkdir -p "$root"
    case $(runtime_name) in
    containerd)
        ctr --namespace k8s.io images mount "$image" "$root" >/dev/null || return 1
        etcd_tools_copy "$root"
        ctr --namespace k8s.io images unmount --rm "$root" >/dev/null 2>&1 || umount "$root" || true
        ;;
    docker)
        container=$(docker create "$image") || return 1
        for tool in etcdctl etcdutl; do
            docker cp "$container:/usr/local/bin/$tool" "$ETCD_TOOLS/$tool" 2>/dev/null || true
        done
        docker rm "$container" >/dev/null
        ;;
    *) return 1 ;;
    esac
    rmdir "$root" 2>/dev/null || true
}

etcd_tools_copy() {
    for tool in etcdctl etcdutl; do
        if [ -f "$1/usr/local/bin/$tool" ]; then
            cp "$1/usr/local/bin/$tool" "$ETCD_TOOLS/$tool"
        fi
    done
}

# etcd_size ADDRESS: bytes of its database.
etcd_size() {
    etcd_call "$1" /v3/maintenance/status '{}' | sed -n 's/.*"dbSize":"*\([0-9][0-9]*\).*/\1/p'
}

# free_bytes FOLDER
free_bytes() {
    df -Pk "$1" | awk 'NR == 2 { printf "%d", $4; exit }' | awk '{ printf "%.0f", $1 * 1024 }'
}

# megabytes BYTES: rounded up, for people.
megabytes() {
    echo "$((($1 + 1048575) / 1048576)) MiB"
}

# room_or_fail FOLDER BYTES WHAT
room_or_fail() {
    room=$(free_bytes "$1")
    [ "$room" -ge "$2" ] || kwiz_fail "$1 on $KWIZ_HOST has $(megabytes "$room") free; $3 needs $(megabytes "$2")" \
        "make room there; what is in $SNAPSHOTS and not needed any more may go"
}

# snapshot_status FILE: lines of etcd's own about it; 1 where it is none.
snapshot_status() {
    program=$(etcd_file_program) || return 1
    ETCDCTL_API=3 "$program" snapshot status "$1" --write-out=simple 2>&1
}

# snapshot_take WHY: sets snapshot_file. Whole or not at all, and looked at before it counts.
snapshot_take() {
    snapshot_address=$(node_address)
    kwiz_wait 30 etcd_is_healthy "$snapshot_address" || kwiz_fail "etcd of $KWIZ_HOST is not healthy: no snapshot can be taken" "look at: crictl ps -a; crictl logs of etcd. kwiz verify tells more"
    program=$(etcd_program etcdctl) || kwiz_fail "there is no etcdctl on $KWIZ_HOST, neither in etcd's container nor in the PATH" "install etcd-client there, then run again"
    (umask 077 && mkdir -p "$SNAPSHOTS")
    chmod 700 "$SNAPSHOTS"
    # Of one that was killed.
    rm -f "$SNAPSHOTS"/.new-*
    size=$(etcd_size "$snapshot_address")
    [ -n "$size" ] || kwiz_fail "etcd of $KWIZ_HOST does not say how large it is" "look at: crictl logs of etcd"
    room_or_fail "$SNAPSHOTS" $((size + SNAPSHOT_MARGIN)) "a snapshot of etcd ($(megabytes "$size"))"
    name=$(date -u +%Y%m%dT%H%M%SZ)-$1.db
    new=$SNAPSHOTS/.new-$name
    # etcdctl itself writes it, and syncs it, under one more name.
    if ! ETCDCTL_API=3 "$program" --endpoints="https://$(bracketed "$snapshot_address"):2379" --cacert="$ETCD_PKI/ca.crt" --cert="$ETCD_PKI/server.crt" \
        --key="$ETCD_PKI/server.key" snapshot save "$new" >"$UNDO/snapshot.said" 2>&1; then
        snapshot_failed "etcdctl ended with an error"
    fi
    chmod 600 "$new"
    status=$(snapshot_status "$new") || snapshot_failed "what was written is no snapshot: $status"
    sync_file "$new"
    mv "$new" "$SNAPSHOTS/$name"
    sync_file "$SNAPSHOTS"
    rm -f "$UNDO/snapshot.said"
    snapshot_file=$SNAPSHOTS/$name
    echo "$snapshot_file: $(printf '%s\n' "$status" | tail -n 1) (hash, revision, keys, size)"
    snapshots_thin "$snapshot_file"
}

# snapshot_failed REASON: nothing of it stays.
snapshot_failed() {
    room=$(free_bytes "$SNAPSHOTS")
    tail -n 5 "$UNDO/snapshot.said" 2>/dev/null || true
    full=no
    if [ "$room" -lt 1048576 ] || grep -qi 'no space left' "$UNDO/snapshot.said" 2>/dev/null; then full=yes; fi
    rm -f "$SNAPSHOTS"/.new-* "$UNDO/snapshot.said"
    [ "$full" = no ] || kwiz_fail "the disk with $SNAPSHOTS on $KWIZ_HOST became full while the snapshot was written; nothing of it was kept" "make room there, then run again"
    kwiz_fail "no snapshot could be taken: $1" "its lines stand above; look at: crictl logs of etcd"
}

# snapshots_thin FILE: only the newest stay, and FILE in any case.
snapshots_thin() {
    snapshots_list | awk -v kept="$SNAPSHOTS_KEPT" 'NR > kept' | while IFS= read -r old; do
        if [ "$old" != "$1" ]; then
            rm -f "$old"
            echo "removed $old: the newest $SNAPSHOTS_KEPT are kept"
        fi
    done
}

# snapshots_list: paths, the newest first.
snapshots_list() {
    find "$SNAPSHOTS" -xdev -type f -name '[0-9]*.db' 2>/dev/null | LC_ALL=C sort -r
}

# snapshot_find [NAME]: the file of that name or path; without one the newest, but for those that were taken before a restore.
snapshot_find() {
    case ${1-} in
    '') found=$(snapshots_list | grep -v -e '-restore\.db$' | head -n 1) ;;
    /*) found=$1 ;;
    *) found=$SNAPSHOTS/${1%.db}.db ;;
    esac
    [ -n "$found" ] && [ -f "$found" ] && printf '%s' "$found"
}

# Restoring. Manifests of the control plane's programs are moved aside, beside those of the kubelet, so that one who looks finds them.
STOPPED=/etc/kubernetes/kwiz-stopped
MANIFESTS=/etc/kubernetes/manifests

# etcd_manifest: where it is now.
etcd_manifest() {
    if [ -e "$STOPPED/etcd.yaml" ]; then
        echo "$STOPPED/etcd.yaml"
    else
        echo "$MANIFESTS/etcd.yaml"
    fi
}

# etcd_data: the folder that its manifest names.
etcd_data() {
    data=$(sed -n 's/^ *- --data-dir=//p' "$(etcd_manifest)" | head -n 1)
    printf '%s' "${data:-/var/lib/etcd}"
}

control_has_stopped() {
    for program in kube-apiserver kube-controller-manager kube-scheduler etcd; do
        [ -z "$(settle_pids "$program")" ] || return 1
    done
}

# control_stop: the programs of the control plane end, and stay so until control_start.
control_stop() {
    folder_make "$STOPPED"
    for program in kube-apiserver kube-controller-manager kube-scheduler etcd; do
        if [ -e "$MANIFESTS/$program.yaml" ]; then
            mv "$MANIFESTS/$program.yaml" "$STOPPED/$program.yaml"
        fi
    done
    sync_file "$STOPPED"
    kwiz_wait 180 control_has_stopped || kwiz_fail "the programs of the control plane do not end" "look at: systemctl status kubelet; crictl ps; their manifests are in $STOPPED"
}

# control_start PROGRAM...
control_start() {
    for program; do
        if [ -e "$STOPPED/$program.yaml" ]; then
            mv "$STOPPED/$program.yaml" "$MANIFESTS/$program.yaml"
            restore_context "$MANIFESTS/$program.yaml"
        fi
    done
    sync_file "$MANIFESTS"
    rmdir "$STOPPED" 2>/dev/null || true
}

# control_start_all: etcd first; waits for each.
control_start_all() {
    kwiz_progress 50 "etcd"
    control_start etcd
    "$@" || return 1
    kubelet_wait 240 etcd_is_healthy "$(node_address)" || kwiz_fail "etcd of $KWIZ_HOST is not healthy 240 s after it was started" \
        "look at: crictl ps -a; crictl logs of etcd; what it had before is kept in $(etcd_data)"
    kwiz_progress 70 "API server"
    control_start kube-apiserver
    kubelet_wait 240 api_of "$(node_address)" || kwiz_fail "the API server of $KWIZ_HOST is not ready 240 s after it was started" "look at: crictl ps -a; crictl logs of kube-apiserver"
    control_start kube-controller-manager kube-scheduler
}

# etcd_aside: what etcd has becomes a folder beside; sets etcd_kept.
etcd_aside() {
    data=$(etcd_data)
    etcd_kept=
    if [ -e "$data/member" ]; then
        etcd_kept=$data/kwiz-before-$(date -u +%Y%m%dT%H%M%SZ)
        mv "$data/member" "$etcd_kept"
        sync_file "$data"
    fi
}

# etcd_restore FILE: a cluster of this member alone, with what the snapshot knows. What was there before is moved aside once the new is whole.
etcd_restore() {
    data=$(etcd_data)
    program=$(etcd_file_program)
    set -- "$1" --name="$(etcd_flag name)" --initial-cluster="$(etcd_flag name)=$(etcd_flag initial-advertise-peer-urls)" \
        --initial-advertise-peer-urls="$(etcd_flag initial-advertise-peer-urls)" --initial-cluster-token="kwiz-$KWIZ_RUN" --data-dir="$data/.kwiz-new"
    # Whoever knows of later revisions must see that these are over; from etcd 3.6 on.
    if "$program" snapshot restore --help 2>&1 | grep -q -e --bump-revision; then
        set -- "$@" --bump-revision=1000000000 --mark-compacted
    fi
    rm -rf "$data/.kwiz-new"
    ETCDCTL_API=3 "$program" snapshot restore "$@" || {
        rm -rf "$data/.kwiz-new"
        kwiz_fail "the snapshot could not be restored" "etcd's reason stands above; its data is as it was: kwiz resume tries again, with another snapshot: kwiz action restore"
    }
    etcd_aside
    mv "$data/.kwiz-new/member" "$data/member"
    rmdir "$data/.kwiz-new"
    sync_file "$data"
    [ -z "$etcd_kept" ] || echo "what etcd had before is in $etcd_kept"
}

# etcd_flag NAME: of etcd's command.
etcd_flag() {
    sed -n "s/^ *- --$1=//p" "$(etcd_manifest)" | head -n 1
}

# etcd_join_text MEMBERS: the manifest on standard input, with these members (NAME=PEER,...) as those to be joined.
etcd_join_text() {
    awk -v members="$1" '
        /^ *- --initial-cluster-state=/ { next }
        /^ *- --initial-cluster=/ { sub(/--initial-cluster=.*/, ""); print $0 "--initial-cluster=" members; print $0 "--initial-cluster-state=existing"; next }
        { print }'
}

# etcd_promote ADDRESS ID: a learner becomes a voter, as soon as it knows all.
etcd_promote() {
    etcd_call "$1" /v3/cluster/member/promote "{\"ID\":\"$2\"}" >/dev/null 2>&1
}
