# shellcheck shell=sh
# What `verify` looks at. Each prints what it found, and ends with 1 where that is not as it should be.

# verify_limit: how long a step waits for its parts: a new or upgraded cluster may still be on its way.
verify_limit() {
    case ${KWIZ_ACTION-install} in
    verify) echo 60 ;;
    *) echo 600 ;;
    esac
}

all_hosts() {
    hosts_table | cut -d' ' -f1
}

verify_api() {
    api_is_ready && echo "it answers: ready" && return
    kube get --raw /readyz 2>&1 | tail -n 3
    return 1
}

# Without a pod network nodes are there, and that is all that can be asked.
verify_nodes() {
    nodes_bad='' nodes_good=0
    for name in $(all_hosts); do
        state=$(node_state "$name")
        if [ "$state" = Ready ] || { [ "$(answer cni)" = none ] && [ "$state" != 'not in the cluster' ]; }; then
            nodes_good=$((nodes_good + 1))
        else
            nodes_bad="$nodes_bad${nodes_bad:+; }$name $state"
        fi
    done
    nodes_others=$(nodes_known)
    nodes_others=$(strangers "$nodes_others" | in_words)
    echo "$nodes_good of $(all_hosts | wc -l) Ready${nodes_bad:+; $nodes_bad}${nodes_others:+; nodes that the answers do not have: $nodes_others}"
    [ -z "$nodes_bad" ]
}

# verify_pods NAMESPACE: what runs there. Running is enough for single pods: what is to be ready is counted in what they belong to, the API server says it
# itself, and the kubelet tells of its own static pods a minute late.
verify_pods() {
    pods_sets=$(kube -n "$1" get daemonsets,deployments -o jsonpath='{range .items[*]}{.kind} {.metadata.name} {.status.desiredNumberScheduled}{.spec.replicas} {.status.numberReady}{.status.readyReplicas}{"\n"}{end}') || return 1
    pods_all=$(kube -n "$1" get pods -o jsonpath='{range .items[*]}{.metadata.name} {.status.phase} {range .status.containerStatuses[*]}{.state.waiting.reason} {end}{"\n"}{end}') || return 1
    pods_bad=$(
        printf '%s\n' "$pods_sets" | awk 'NF { if ($4 == "") $4 = 0; if ($4 < $3) print $1 " " $2 ": " $4 " of " $3 " ready" }'
        printf '%s\n' "$pods_all" | awk 'NF && ($2 != "Running" && $2 != "Succeeded" || $3 != "") { print "pod " $1 ": " ($3 != "" ? $3 : $2) }'
    )
    if [ -n "$pods_bad" ]; then
        printf '%s\n' "$pods_bad"
        return 1
    fi
    echo "$(printf '%s\n' "$pods_all" | grep -c .) pods run"
}

# verify_static NAME: the four programs of a control plane, as its kubelet tells of them.
verify_static() {
    static_bad=''
    for program in etcd kube-apiserver kube-controller-manager kube-scheduler; do
        said=$(kube -n kube-system get pod "$program-$1" -o jsonpath='{.status.phase} {.status.containerStatuses[0].state.waiting.reason}' 2>&1) || said=$(printf '%s\n' "$said" | tail -n 1)
        case $said in
        'Running ' | Running) ;;
        *) static_bad="$static_bad${static_bad:+; }$program: $said" ;;
        esac
    done
    echo "${static_bad:-etcd, kube-apiserver, kube-controller-manager, kube-scheduler run}"
    [ -z "$static_bad" ]
}

verify_api_of() {
    api_of "$1" && echo "https://$(bracketed "$1"):$API_PORT is ready" && return
    echo "https://$(bracketed "$1"):$API_PORT does not say that it is ready"
    return 1
}

verify_endpoint() {
    api_is_ready && echo "a control plane answers there" && return
    kube get --raw /readyz 2>&1 | tail -n 1
    return 1
}

# verify_members: every control plane is a member that has started and has a vote, and nobody else is.
verify_members() {
    members=$(etcd_members "$(node_address)") || return 1
    members_bad=$(control_planes | while read -r name address; do
        found=$(printf '%s\n' "$members" | awk -v peer="https://$(bracketed "$address"):2380" '$3 == peer && $2 != "-" { print $4 }')
        case $found in
        voter) ;;
        learner) echo "$name is a learner: it has no vote" ;;
        *) echo "$name is no member that has started" ;;
        esac
    done)
    members_found=$(printf '%s\n' "$members" | grep -c .)
    members_wanted=$(control_planes | grep -c .)
    [ "$members_found" -eq "$members_wanted" ] || members_bad="$members_bad
$members_found members, expected $members_wanted: $(printf '%s\n' "$members" | cut -d' ' -f2 | tr '\n' ' ')"
    if [ -n "$members_bad" ]; then
        printf '%s\n' "$members_bad"
        return 1
    fi
    echo "all $members_found have started"
}

verify_etcd() {
    said=$(etcd_call "$1" /health 2>&1) || :
    case $said in
    *'"health":"true"'*) echo "healthy" ;;
    *)
        echo "${said:-no answer}"
        return 1
        ;;
    esac
}

# verified_text: what pods were tried on: the hosts, and what their network was made from.
verified_text() {
    printf '%s\n%s %s\n' "$(hosts_table)" "$(answer cni)" "$(answer pod_cidr)"
}
