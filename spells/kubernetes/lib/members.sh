# shellcheck shell=sh
# Hosts that come and go: which of them the cluster has, whether etcd bears it, moving pods away, and forgetting who is gone.

# How long pods have to leave a node, in seconds; a dead node is called so after 40.
DRAIN_LIMIT=180

# nodes_known [OPTION...]: names of the cluster's nodes, one a line.
nodes_known() {
    kube get nodes "$@" -o jsonpath='{range .items[*]}{.metadata.name}{"\n"}{end}'
}

# hosts_leaving [ROLE]: names of those that leave, alive or lost.
hosts_leaving() {
    hosts_marked leaving "$@"
    hosts_marked lost "$@"
}

# strangers NODES: those of these nodes, one a line, that the answers do not have at all.
strangers() {
    printf '%s\n' "$1" | grep -Fxv "$(printf '%s\n' "$KWIZ_HOSTS_TABLE" | cut -d' ' -f1)"
}

# compare_strangers NODES: ends the step where the cluster has control planes that the answers do not have; other nodes are only told.
compare_strangers() {
    planes=$(nodes_known -l node-role.kubernetes.io/control-plane)
    planes=$(strangers "$planes" | in_words)
    [ -z "$planes" ] || kwiz_fail "control planes of the cluster that the answers do not have: $planes; the load balancers would lose them" \
        "write them into the file, with their roles (kwiz remove takes them out); is it the file of another cluster?"
    others=$(strangers "$1" | in_words)
    [ -z "$others" ] || kwiz_warn "nodes of the cluster that the answers do not have: $others; write them into the file (kwiz run leaves nodes as they are), or delete them"
}

# control_planes_elsewhere: those of the other control planes on which an API server answers, whatever it says; none where nothing is here to ask with.
control_planes_elsewhere() {
    for name in $(hosts_with_role control-plane); do
        if [ "$name" != "$KWIZ_HOST" ] && api_speaks "$(host_address "$name")"; then
            printf '%s\n' "$name"
        fi
    done
}

# api_speaks ADDRESS: does anybody there speak TLS and HTTP on the API server's port?
api_speaks() {
    if has_command curl; then
        curl --silent --insecure --noproxy '*' --output /dev/null --connect-timeout 2 --max-time 5 "https://$(bracketed "$1"):$API_PORT/version"
    elif has_command wget; then
        # 8: an answer that is an error.
        wget -q -T 3 -t 1 --no-proxy --no-check-certificate -O /dev/null "https://$(bracketed "$1"):$API_PORT/version" || [ $? = 8 ]
    else
        return 1
    fi
}

# in_words: lines as one line, with commas.
in_words() {
    awk 'NF { printf "%s%s", comma, $0; comma = ", " } END { print "" }'
}

# ---- etcd ----

# etcd_survey: lines "NAME ADDRESS ID yes|no" of all members: does it answer, with a leader? Asked of this host's member, else of any other.
etcd_survey() {
    members=
    for address in "$(node_address)" $(control_planes | cut -d' ' -f2); do
        members=$(etcd_members "$address" 2>/dev/null) || members=
        [ -z "$members" ] || break
    done
    [ -n "$members" ] || return 1
    printf '%s\n' "$members" | while read -r id name peer _; do
        address=$(endpoint_host "${peer#*://}")
        if etcd_is_healthy "$address" </dev/null; then
            echo "$name $address $id yes"
        else
            echo "$name $address $id no"
        fi
    done
}

# members_leaving: "NAME=ADDRESS ..." of control planes that leave.
members_leaving() {
    for name in $(hosts_leaving control-plane); do
        printf '%s=%s ' "$name" "$(host_address "$name")"
    done
}

# etcd_refuse SURVEY: ends the step where etcd has no majority now, or would have none without the control planes that leave. Lines of SURVEY are those of
# etcd_survey.
etcd_refuse() {
    counts=$(printf '%s\n' "$1" | awk -v leaving="$(members_leaving)" '
        BEGIN { n = split(leaving, name, " "); for (i = 1; i <= n; i++) { split(name[i], part, "="); leaves[part[1]]; if (part[2] != "") at[part[2]] } }
        # One that never started has no name.
        NF { all++; up += $4 == "yes"; if (!($1 in leaves) && !($1 == "-" && $2 in at)) { stay++; stay_up += $4 == "yes" } }
        END { print all + 0, up + 0, stay + 0, stay_up + 0 }')
    silent=$(printf '%s\n' "$1" | awk '$4 == "no" { print $1 }' | in_words)
    # shellcheck disable=SC2086 # words are wanted
    set -- $counts
    [ $(($2 * 2)) -gt "$1" ] || kwiz_fail "$2 of $1 members of etcd answer (not: $silent): without a majority nobody can be taken out of it, and nothing else be changed" \
        "bring the others back first; where they are gone for good, only a snapshot of etcd restored on one of them helps"
    [ $(($4 * 2)) -gt "$3" ] || kwiz_fail "etcd would be left with $4 of $3 members that answer (not: $silent): no majority, and the cluster would stand still" \
        "first bring back those that do not answer, or take them out: kwiz remove --lost NAME"
}

# control_planes_staying: names of those that a reset leaves alone, one a line.
control_planes_staying() {
    for name in $(hosts_with_role control-plane); do
        case " ${KWIZ_LEFT_OUT-} " in
            *" $name "*) printf '%s\n' "$name" ;;
        esac
    done
}

# reset_refuse: where a reset leaves control planes alone, ends the step if etcd would have no majority without those that it takes apart; they are told how hosts
# leave a cluster.
reset_refuse() {
    [ "${KWIZ_ACTION-}" = reset ] && [ -n "$(control_planes_staying)" ] && has_role control-plane && [ -s "$ETCD_PKI/server.key" ] || return 0
    reset_table=$(printf '%s\n' "$KWIZ_HOSTS_TABLE" | awk -v stay=" $KWIZ_LEFT_OUT " 'NF { print $1, $2, $3 (index(stay, " " $1 " ") ? "" : " leaving") }')
    survey=$(etcd_survey) || {
        kwiz_warn "etcd could not be asked who its members are; whether the control planes that stay will have a majority is not known"
        return 0
    }
    (
        KWIZ_HOSTS_TABLE=$reset_table
        etcd_refuse "$survey"
    ) || exit 1
}

# etcd_even SURVEY: warns where an even number of members stays.
etcd_even() {
    count=$(printf '%s\n' "$1" | cut -d' ' -f1 | grep -Fxvc "$(hosts_leaving control-plane)") || count=0
    [ $((count % 2)) -eq 1 ] || kwiz_warn "etcd is left with $count members: an even number survives no more losses than one less; add a control plane"
}

# etcd_remove SURVEY: takes the members of leaving control planes out, those that do not answer first.
etcd_remove() {
    asked=$(printf '%s\n' "$1" | awk -v leaving=" $(hosts_leaving control-plane | tr '\n' ' ')" '$4 == "yes" && !index(leaving, " " $1 " ") { print $2; exit }')
    for answers in no yes; do
        for leaving in $(hosts_leaving control-plane); do
            id=$(printf '%s\n' "$1" | awk -v name="$leaving" -v address="$(host_address "$leaving")" -v answers="$answers" \
                '$4 == answers && ($1 == name || $1 == "-" && $2 == address) { print $3; exit }')
            [ -n "$id" ] || continue
            # What leaves can be the leader: for a moment nobody is then.
            kwiz_retry 10 3 etcd_call "$asked" /v3/cluster/member/remove "{\"ID\":\"$id\"}" >/dev/null ||
                kwiz_fail "the member of $leaving could not be taken out of etcd" "etcd's reason stands above; are the others well? crictl logs of etcd"
            echo "the member of $leaving was taken out of etcd"
            changed
        done
    done
}

# ---- pods ----

# node_pods NAME: lines "NAMESPACE/POD ending|stays" of the pods that a drain moves away: not those of daemon sets, and not the kubelet's own.
node_pods() {
    # shellcheck disable=SC2016 # a template of kubectl's
    kube get pods --all-namespaces --field-selector "spec.nodeName=$1" -o go-template='{{range .items}}{{$kind := ""}}{{range .metadata.ownerReferences}}{{$kind = .kind}}{{end}}{{.metadata.namespace}}/{{.metadata.name}} {{if .metadata.deletionTimestamp}}ending{{else}}stays{{end}} {{$kind}} {{.status.phase}}
{{end}}' | awk 'NF && $3 != "DaemonSet" && $3 != "Node" && $4 != "Succeeded" && $4 != "Failed" { print $1, $2 }'
}

# node_drain NAME [OPTION...]: no new pods there, and those that are move away, for at most DRAIN_LIMIT. Ends the step where pods may not leave; those that only
# are slow to end are named, and left to their end. With --force pods go, too, that nothing would bring back.
node_drain() {
    status=0
    undo_folder
    # To standard output and into the file: what the last word was counts.
    { kube drain "$@" --ignore-daemonsets --delete-emptydir-data --timeout="${DRAIN_LIMIT}s" 2>&1 || echo "kubectl drain ended with $?"; } | tee "$UNDO/drain"
    grep -q '^kubectl drain ended with' "$UNDO/drain" && status=1
    budget=$(grep -c 'disruption budget' "$UNDO/drain") || budget=0
    rm -f "$UNDO/drain"
    [ "$status" -ne 0 ] || return 0
    pods=$(node_pods "$1") || kwiz_fail "the pods of $1 could not be asked for" "kubectl's reason stands above; is the API server well?"
    staying=$(printf '%s\n' "$pods" | awk '$2 == "stays" { print $1 }' | in_words)
    ending=$(printf '%s\n' "$pods" | awk '$2 == "ending" { print $1 }' | in_words)
    if [ -n "$staying" ] && [ "$budget" -gt 0 ]; then
        kwiz_fail "pods may not leave $1, their PodDisruptionBudgets forbid it: $staying" \
            "see kubectl get pdb -A: let more pods of them run elsewhere, or lower the budget, then kwiz resume; or delete the pods yourself; to call it off: kubectl uncordon $1"
    elif [ -n "$staying" ]; then
        kwiz_fail "pods did not leave $1 within $DRAIN_LIMIT s: $staying" "kubectl's reason stands above; then kwiz resume; to call it off: kubectl uncordon $1"
    fi
    [ -z "$ending" ] || kwiz_warn "pods of $1 have not ended after $DRAIN_LIMIT s, and are left to their end: $ending"
}

node_is_silent() {
    case $(node_state "$1") in
    Ready) return 1 ;;
    esac
}

# ---- who is gone ----

# cluster_status_forget NAME: kubeadm up to 1.21 keeps a list of the control planes, of which later joins would ask one that is gone.
cluster_status_forget() {
    list=$(kube -n kube-system get configmap kubeadm-config -o jsonpath='{.data.ClusterStatus}') || return 1
    patch=$(printf '%s\n' "$list" | cluster_status_patch "$1")
    [ -z "$patch" ] || kube -n kube-system patch configmap kubeadm-config --type merge -p "$patch"
}

# cluster_status_patch NAME: from that list what kubectl patch takes; nothing where the name is not in it.
cluster_status_patch() {
    awk -v name="$1" '
        /^[^ ]/ { skips = 0 }
        /^  [^ ]/ { at = $1; sub(/:$/, "", at); gsub(/"/, "", at); skips = at == name; found = found || skips }
        skips { next }
        { gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); text = text $0 "\\n" }
        END { if (found) printf "{\"data\":{\"ClusterStatus\":\"%s\"}}", text }'
}

# node_forget NAME: the node, and what the API server still calls its pods: nobody is there to tell of their end.
node_forget() {
    if kube get node "$1" >/dev/null 2>&1; then
        kube delete node "$1" --ignore-not-found --wait=false || return 1
        changed
    fi
    kube delete pods --all-namespaces --field-selector "spec.nodeName=$1" --force --grace-period=0 --wait=false --ignore-not-found 2>/dev/null || true
    cluster_status_forget "$1"
}
