# shellcheck shell=sh
# etcd, asked over its JSON gateway with the certificates that kubeadm made on this control plane: there is no etcdctl on a host.

ETCD_PKI=/etc/kubernetes/pki/etcd

# etcd_call ADDRESS PATH [JSON]: a GET, or with JSON a POST.
etcd_call() {
    url=https://$(bracketed "$1"):2379$2
    if has_command curl; then
        curl --silent --show-error --fail --noproxy '*' --connect-timeout 3 --max-time 10 --cacert "$ETCD_PKI/ca.crt" --cert "$ETCD_PKI/server.crt" \
            --key "$ETCD_PKI/server.key" ${3:+--data "$3"} "$url"
    elif has_command wget; then
        wget -q -T 10 -t 1 --no-proxy -O - --ca-certificate="$ETCD_PKI/ca.crt" --certificate="$ETCD_PKI/server.crt" \
            --private-key="$ETCD_PKI/server.key" ${3:+--post-data="$3"} "$url"
    else
        kwiz_fail "this host has neither curl nor wget" "install curl on $KWIZ_HOST"
    fi
}

# etcd_members ADDRESS: lines "ID NAME PEER voter|learner", as the member at ADDRESS knows them; NAME is - while one has not started yet.
etcd_members() {
    etcd_call "$1" /v3/cluster/member/list '{}' | etcd_members_read
}

etcd_members_read() {
    sed -e 's/.*"members":\[//' -e 's/{"ID"/\
{"ID"/g' | awk '
        function text(key) { return match($0, "\"" key "\":\\[?\"[^\"]*") ? value(substr($0, RSTART, RLENGTH)) : "" }
        function value(found) { sub(/.*"/, "", found); return found }
        /^\{"ID"/ { id = text("ID"); name = text("name"); peer = text("peerURLs"); print id, (name == "" ? "-" : name), peer, (/"isLearner":true/ ? "learner" : "voter") }'
}

# etcd_is_healthy ADDRESS
etcd_is_healthy() {
    case $(etcd_call "$1" /health 2>/dev/null) in
    *'"health":"true"'*) return 0 ;;
    esac
    return 1
}

# etcd_is_voter ADDRESS ID: has that member a vote, as the one at ADDRESS knows it? Its own /health says nothing of that: a learner that has all data is
# well, too, but answers no API server, and no second learner is taken in beside it.
etcd_is_voter() {
    etcd_members "$1" 2>/dev/null | grep -q "^$2 .* voter\$"
}

# etcd_forget: takes this host's member out of the cluster, asked of another one. What kubeadm left half-way would count for the quorum for ever.
# 1 where nobody could be asked.
etcd_forget() {
    [ -s "$ETCD_PKI/server.key" ] || return 0
    own=$(node_address)
    etcd_forgot=1
    for other in $(control_planes | awk -v name="$KWIZ_HOST" '$1 != name { print $2 }'); do
        members=$(etcd_members "$other" 2>/dev/null) || members=
        [ -n "$members" ] || continue
        etcd_forgot=0
        id=$(printf '%s\n' "$members" | awk -v peer="https://$(bracketed "$own"):2380" '$3 == peer { print $1 }')
        [ -n "$id" ] || break
        if etcd_call "$other" /v3/cluster/member/remove "{\"ID\":\"$id\"}" >/dev/null; then
            echo "the member of $KWIZ_HOST was taken out of etcd"
            break
        fi
        etcd_forgot=1
    done
    return "$etcd_forgot"
}

# settle_members: what the programs of this host were started anew for: the members, in one order on all hosts.
settle_members() {
    members=$(etcd_members "$(node_address)") || return 1
    [ -n "$members" ] || return 1
    printf '%s\n' "$members" | cut -d' ' -f1 | sort
}

# settle_is_done: was there one more start since the last member came? One that left since does not count.
settle_is_done() {
    [ -f "$UNDO/settled" ] || return 1
    members=$(settle_members) || return 1
    ! printf '%s\n' "$members" | grep -Fxvq -f "$UNDO/settled"
}

# settle_pids PROGRAM: by what they run, as names of processes are cut.
settle_pids() {
    for settle_exe in /proc/[0-9]*/exe; do
        case $(readlink "$settle_exe" 2>/dev/null) in
        */"$1")
            settle_exe=${settle_exe%/exe}
            printf '%s\n' "${settle_exe#/proc/}"
            ;;
        esac
    done
}

settle_is_new() {
    now=$(settle_pids "$1")
    [ -n "$now" ] && [ "$now" != "$2" ]
}

# settle_lease PROGRAM: who was ended here leads no more; without this the others would wait a quarter of a minute to see it. (The new one has another
# identity, and can't have the lease yet.)
settle_lease() {
    case $(kube -n kube-system get lease "$1" -o jsonpath='{.spec.holderIdentity}' 2>/dev/null) in
    "$(hostname)"_*) kube -n kube-system delete lease "$1" --ignore-not-found || true ;;
    esac
}
