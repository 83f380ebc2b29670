# shellcheck shell=sh
# shellcheck disable=SC2016,SC2154 # texts for another shell; names of the script that reads this
# Tests of what adding and removing hosts is made of; read by run, whose functions it uses.

# leaving MARKS: three control planes and a worker, on m1, with a word behind each that has one.
leaving() {
    set -- "$1" m1 10.1.4.11 control-plane m2 10.1.4.12 control-plane m3 10.1.4.13 control-plane w1 10.1.4.31 worker
    marks=$1
    shift
    printf 'KWIZ_TOPOLOGY=ha KWIZ_ANSWER_load_balancer=keepalived KWIZ_ANSWER_virtual_address=10.1.4.100 KWIZ_HOST=m1 KWIZ_ADDRESS=10.1.4.11
node_address() { printf 10.1.4.11; }; KWIZ_HOSTS_TABLE="'
    while [ $# -gt 0 ]; do
        mark=
        case " $marks " in *" $1="*) mark=${marks#*"$1="} mark=${mark%% *} ;; esac
        echo "$1 $2 $3${mark:+ $mark}"
        shift 3
    done
    echo '"'
}

# comings SHELL: who leaves, counts for what the others are told no more, but for what it is itself.
comings() {
    is "$1" "$(leaving 'm3=leaving w1=lost')
        hosts_table; hosts_leaving; hosts_leaving control-plane; control_planes; hosts_block; no_proxy_list | { grep -c 10.1.4.13 || :; }; KWIZ_HOST=m3; has_role control-plane && echo is" \
        'm1 10.1.4.11 control-plane
m2 10.1.4.12 control-plane
m3
w1
m3
m1 10.1.4.11
m2 10.1.4.12
# kwiz begin
10.1.4.11 m1
10.1.4.12 m2
# kwiz end
0
is'
    is "$1" "$(leaving 'm3=new w1=new')
        hosts_marked new; hosts_marked new control-plane; control_planes | wc -l | tr -d ' '; labels_wanted" 'm3
w1
m3
3
label w1 node-role.kubernetes.io/worker='
    is "$1" 'printf "a\nb\n" | in_words; printf "" | in_words' 'a, b'
}

# majorities SHELL: etcd's members that answer, and which of them may leave.
majorities() {
    all='m1 10.1.4.11 11 yes
m2 10.1.4.12 12 yes
m3 10.1.4.13 13 yes'
    silent='m1 10.1.4.11 11 yes
m2 10.1.4.12 12 yes
m3 10.1.4.13 13 no'
    is "$1" "$(leaving m3=leaving)
        etcd_refuse '$all'; etcd_even '$all'" 'warn: etcd is left with 2 members: an even number survives no more losses than one less; add a control plane'
    is "$1" "$(leaving m3=lost)
        etcd_refuse '$silent' && echo fine" fine
    is "$1" "$(leaving 'm2=leaving m3=leaving')
        etcd_refuse '$all'; etcd_even '$all'; echo fine" fine
    is "$1" "$(leaving m2=leaving)
        etcd_refuse '$silent'" 'fail: etcd would be left with 1 of 2 members that answer (not: m3): no majority, and the cluster would stand still
hint: first bring back those that do not answer, or take them out: kwiz remove --lost NAME (status 1)'
    is "$1" "$(leaving 'm2=lost m3=lost')
        etcd_refuse '$(printf '%s\n' "$silent" | sed '/^m2/s/yes/no/')'" 'fail: 1 of 3 members of etcd answer (not: m2, m3): without a majority nobody can be taken out of it, and nothing else be changed
hint: bring the others back first; where they are gone for good, only a snapshot of etcd restored on one of them helps (status 1)'
    # One that never started counts by its address.
    is "$1" "$(leaving 'm2=leaving m3=lost')
        etcd_refuse '$(printf '%s\n' "$silent" | sed 's/^m3/-/')' && echo fine" fine
    # A reset of some: only where the others go on.
    some="ETCD_PKI=$work/etcd-some; mkdir -p \"\$ETCD_PKI\"; echo key >\"\$ETCD_PKI/server.key\"; KWIZ_ACTION=reset KWIZ_HOST=m2; etcd_survey() { printf '%s\\n' \"\$survey\"; }"
    is "$1" "$(leaving '')
        $some; survey='$all' KWIZ_LEFT_OUT='m1 m3 w1'; reset_refuse; echo fine" fine
    is "$1" "$(leaving '')
        $some; survey='$silent' KWIZ_LEFT_OUT='m1 m3 w1'; reset_refuse; echo not reached" 'fail: etcd would be left with 1 of 2 members that answer (not: m3): no majority, and the cluster would stand still
hint: first bring back those that do not answer, or take them out: kwiz remove --lost NAME (status 1)'
    is "$1" "$(leaving '')
        $some; survey='$silent'; reset_refuse; KWIZ_LEFT_OUT=w1; reset_refuse; KWIZ_LEFT_OUT='m1 m3' KWIZ_ACTION=remove; reset_refuse; KWIZ_ACTION=reset KWIZ_HOST=w1; reset_refuse; echo all" all
    is "$1" "$(leaving '')
        $some; etcd_survey() { false; }; KWIZ_LEFT_OUT=m1; reset_refuse; echo on" 'warn: etcd could not be asked who its members are; whether the control planes that stay will have a majority is not known
on'
    # kubeadm asks others only where some go on.
    is "$1" "$(leaving '')
        for KWIZ_ACTION in install remove reset; do for KWIZ_LEFT_OUT in '' w1 'm1 w1'; do echo \"\$KWIZ_ACTION \$KWIZ_LEFT_OUT:\" \$(undo_options); done; done" "install :
install w1:
install m1 w1:
remove : --skip-phases=remove-etcd-member
remove w1: --skip-phases=remove-etcd-member
remove m1 w1: --skip-phases=remove-etcd-member
reset : --skip-phases=remove-etcd-member --kubeconfig=/etc/kubernetes/none
reset w1: --skip-phases=remove-etcd-member --kubeconfig=/etc/kubernetes/none
reset m1 w1:"
    # An answer comes from whom stays; what is dead already goes first; one that never started is known by its address.
    is "$1" "$(leaving 'm1=leaving m3=lost')
        changed() { :; }; etcd_call() { echo \"\$1 \$3\" >&2; }; kwiz_retry() { shift 2; \"\$@\"; }; etcd_remove '$(printf '%s\n' "$silent" | sed 's/^m3/-/')'" '10.1.4.12 {"ID":"13"}
the member of m3 was taken out of etcd
10.1.4.12 {"ID":"11"}
the member of m1 was taken out of etcd'
    is "$1" "$(leaving m3=lost)
        etcd_members() { case \$1 in 10.1.4.11) return 1 ;; esac; printf '11 m1 https://10.1.4.11:2380\n12 m2 https://[fd00::12]:2380\n'; }
        etcd_is_healthy() { [ \"\$1\" = fd00::12 ]; }; etcd_survey" 'm1 10.1.4.11 11 no
m2 fd00::12 12 yes'
    is "$1" 'printf "apiEndpoints:\n  m1:\n    advertiseAddress: 10.1.4.11\n    bindPort: 6443\n  m3:\n    advertiseAddress: \"10.1.4.13\"\napiVersion: a/b\nkind: ClusterStatus\n" >"$KWIZ_UNDO.status"
        cluster_status_patch m3 <"$KWIZ_UNDO.status"; echo; cluster_status_patch m1 <"$KWIZ_UNDO.status"; echo; cluster_status_patch m <"$KWIZ_UNDO.status"' \
        '{"data":{"ClusterStatus":"apiEndpoints:\n  m1:\n    advertiseAddress: 10.1.4.11\n    bindPort: 6443\napiVersion: a/b\nkind: ClusterStatus\n"}}
{"data":{"ClusterStatus":"apiEndpoints:\n  m3:\n    advertiseAddress: \"10.1.4.13\"\napiVersion: a/b\nkind: ClusterStatus\n"}}'
}

# strangers SHELL: a node of another cluster, whatever it is called.
strangers() {
    rm -rf "$work/undo" "$work/stranger"
    mkdir -p "$work/undo/kubernetes" "$work/stranger"
    printf 'clusters:\n- cluster:\n    server: https://10.9.9.9:6443\n' >"$work/stranger/kubelet.conf"
    here_it_is="KUBELET_CONF=$work/stranger/kubelet.conf ETC=$work/stranger; systemctl() { :; }; kube_node() { :; }; control_plane_is_joined() { :; }"
    is "$1" "$here_it_is; is_joined || echo no" no
    echo 10.1.4.100:8443 >"$work/undo/kubernetes/joined"
    is "$1" "$here_it_is; is_joined && echo yes; KWIZ_RESULT_join_endpoint=10.1.4.100:8443; is_joined && echo yes; KWIZ_RESULT_join_endpoint=10.1.4.36:6443; is_joined || echo no" 'yes
yes
no'
    : >"$work/undo/kubernetes/join-began"
    is "$1" "$here_it_is; is_joined || echo no" no
    rm "$work/undo/kubernetes/join-began"
    is "$1" "$here_it_is; join_now token" "fail: this host is a node of the cluster another (API server https://10.9.9.9:6443), or of what is left of it
hint: if it is to leave that: kwiz remove with its answers, or kubeadm reset on kub-master-1 and the node deleted there; then run again (status 1)"
    echo elsewhere >"$work/stranger/cluster"
    is "$1" "$here_it_is; foreign_cluster" 'the cluster elsewhere (API server https://10.9.9.9:6443)'
    rm -rf "$work/undo"
}

# drains SHELL: what comes of kubectl's words, and of the pods that are left.
drains() {
    stub='kube() { case $1 in drain) printf "%s\n" "$said"; return "$rc" ;; get) printf "%s\n" "$left" ;; esac; }; rc=1 left= said="evicting pod a/b"'
    is "$1" "$stub rc=0; node_drain w1; echo on" 'evicting pod a/b
on'
    is "$1" "$stub"'; said="Cannot evict pod as it would violate the pod'"'"'s disruption budget."
        left="a/b stays ReplicaSet Running
a/c stays DaemonSet Running
a/d ending  Running"; node_drain w1' "Cannot evict pod as it would violate the pod's disruption budget.
kubectl drain ended with 1
fail: pods may not leave w1, their PodDisruptionBudgets forbid it: a/b
hint: see kubectl get pdb -A: let more pods of them run elsewhere, or lower the budget, then kwiz resume; or delete the pods yourself; to call it off: kubectl uncordon w1 (status 1)"
    is "$1" "$stub"' left="a/b stays  Running"; node_drain w1' 'evicting pod a/b
kubectl drain ended with 1
fail: pods did not leave w1 within 180 s: a/b
hint: kubectl'"'"'s reason stands above; then kwiz resume; to call it off: kubectl uncordon w1 (status 1)'
    is "$1" "$stub"' left="a/b ending ReplicaSet Running
a/e stays Job Succeeded
a/f stays Node Running"; node_drain w1; echo on' 'evicting pod a/b
kubectl drain ended with 1
warn: pods of w1 have not ended after 180 s, and are left to their end: a/b
on'
}

# farewells SHELL: what was opened for a host that is gone; what was not taken back.
farewells() {
    rm -rf "$work/undo"
    mkdir -p "$work/undo/kubernetes" "$work/bin"
    # Names that no function may have.
    printf '#!/bin/sh\necho "$*"\n' >"$work/bin/firewall-cmd"
    printf '#!/bin/sh\ncat "%s"\n' "$work/rules" >"$work/bin/iptables-save"
    chmod +x "$work/bin/firewall-cmd" "$work/bin/iptables-save"
    printf '*filter\n:KUBE-X - [0:0]\nCOMMIT\n' >"$work/rules"
    printf '%s\n' 'firewalld	--permanent	public	--remove-rich-rule=rule family="ipv4" source address="10.1.4.13" port port="6443" protocol="tcp" accept' \
        'firewalld	--permanent	public	--remove-rich-rule=rule family="ipv4" source address="10.1.4.131" port port="6443" protocol="tcp" accept' \
        'ufw	delete allow from 10.1.4.13 to any port 6443 proto tcp' 'ufw	delete allow from 10.1.4.131 to any port 6443 proto tcp' >"$work/undo/kubernetes/firewall"
    is "$1" 'PATH='"$work"'/bin:$PATH; uses_firewalld() { :; }; ufw() { echo "ufw $*" >&2; }; has_command() { :; }; firewall_forget 10.1.4.13; firewall_forget 10.1.4.13; cut -c1-80 "$UNDO/firewall"' \
        '--quiet --permanent --zone=public --remove-rich-rule=rule family="ipv4" source address="10.1.4.13" port port="6443" protocol="tcp" accept
ufw --force delete allow from 10.1.4.13 to any port 6443 proto tcp
firewalld	--permanent	public	--remove-rich-rule=rule family="ipv4" source addres
ufw	delete allow from 10.1.4.131 to any port 6443 proto tcp'
    rm -rf "$work/undo"
    nothing="HAPROXY_FILE=$work/none KEEPALIVED_FILE=$work/none ETC=$work/none KUBEADM_CONFIG=$work/none NETWORK_ETC=$work/none; ip() { return 1; }; has_command() { return 1; }; settle_pids() { :; }"
    is "$1" "$nothing; residue_tell; echo clean" clean
    printf '# Written by kwiz\n' >"$work/ours"
    is "$1" "$nothing"'; PATH='"$work"'/bin:$PATH HAPROXY_FILE='"$work"'/ours; has_command() { :; }; ip() { [ "$3" = cni0 ]; }; settle_pids() { [ "$1" != kube-proxy ] || echo 7; }; residue_tell' \
        "warn: left behind on kub-master-1: $work/ours, interface cni0, rules of iptables, process kube-proxy"
}

# comparisons SHELL: the step compare-hosts, with what the cluster says in planes, nodes and survey.
comparisons() {
    compare='kwiz_wait() { shift; "$@"; }; kwiz_unchanged() { echo compared; }; api_is_ready() { :; }; survey="m1 10.1.4.11 11 yes"
        nodes_known() { case ${1-} in -l) printf "%s\n" $of_planes ;; *) printf "%s\n" $of_nodes ;; esac; }; etcd_survey() { printf "%s\n" "$survey"; }'
    step=". '$spell/steps/compare-hosts.sh'"
    is "$1" "$(leaving w1=leaving)
        $compare; of_planes='m1 m2 m3' of_nodes='m1 m2 m3 w1 w7'
        $step" 'warn: nodes of the cluster that the answers do not have: w7; write them into the file (kwiz run leaves nodes as they are), or delete them
compared'
    is "$1" "$(leaving w1=new)
        $compare; of_planes='m1 m2 m3' of_nodes='m1 m2 m3'
        $step" compared
    is "$1" "$(leaving m3=lost)
        $compare; of_planes='m1 m2' of_nodes='m1 m2 w1' survey='m1 10.1.4.11 11 yes'
        $step" 'm3 is no node of the cluster (any more)
etcd: m1 10.1.4.11 answers
compared'
    is "$1" "$(leaving m3=leaving)
        $compare; of_planes='m1 m2 m3' of_nodes='m1 m2 m3'
        $step" 'fail: hosts of the answers that are no nodes of the cluster: w1
hint: kwiz run with this file makes nodes of them; or take them out of the file; is it the file of another cluster? (status 1)'
    is "$1" "$(leaving m3=new)
        $compare; of_planes='m1 m2 m9' of_nodes='m1 m2 m9 w1'
        $step" 'fail: control planes of the cluster that the answers do not have: m9; the load balancers would lose them
hint: write them into the file, with their roles (kwiz remove takes them out); is it the file of another cluster? (status 1)'
    is "$1" "$(leaving m3=new)
        $compare; of_planes='m1 m2' of_nodes='m1 m2 w1' survey='m1 10.1.4.11 11 yes
m2 10.1.4.12 12 yes
- 10.1.4.13 13 no
m9 10.1.4.19 19 no'; etcd_refuse() { :; }
        $step" 'etcd: m1 10.1.4.11 answers
etcd: m2 10.1.4.12 answers
etcd: - 10.1.4.13 does not answer
etcd: m9 10.1.4.19 does not answer
fail: members of etcd do not answer: m9; one more could leave it without a majority
hint: bring them back, or take them out first: kwiz remove --lost NAME (status 1)'
    is "$1" "$(leaving m3=new)
        $compare; KWIZ_ANSWER_load_balancer=external of_planes='m1 m2' of_nodes='m1 m2 w1' survey='m1 10.1.4.11 11 yes'
        $step" 'etcd: m1 10.1.4.11 answers
warn: your load balancer: it must lead to port 6443 of m1, m2, m3, and to nobody else
compared'
    is "$1" "$(leaving m3=lost)
        $compare; api_is_ready() { return 1; }; survey='m1 10.1.4.11 11 yes
m2 10.1.4.12 12 no'
        $step" 'fail: 1 of 2 members of etcd answer (not: m2): without a majority nobody can be taken out of it, and nothing else be changed
hint: bring the others back first; where they are gone for good, only a snapshot of etcd restored on one of them helps (status 1)'
    # Whose node is called Ready is not lost, and can have pods again.
    is "$1" "$(leaving w1=lost)
        $compare; of_nodes='m1 w1'; kube() { echo \"\$*\"; }; kwiz_wait() { return 1; }; kwiz_progress() { :; }; UNDO=$work
        . '$spell/steps/drain.sh'" 'cordon w1
uncordon w1
fail: the node w1 is Ready: its kubelet answers, so it is not lost
hint: remove it without --lost; if it can'"'"'t be reached, switch it off first, as its pods would run on (status 1)'
}

# leavings SHELL: what runs that came to no good end left goes with the last undo: not the run that is at it, not what another spell's run printed, and not what
# kwiz may not have fetched.
leavings() {
    rm -rf "$work/kept" "$work/live"
    mkdir -p "$work/kept/undo/kubernetes"
    for run in 1-1-had 1-1-half 1-1-ended 1-1-others 1-1-silent 1-1-now mine; do
        mkdir -p "$work/kept/$run/m1/work"
        [ "$run" = 1-1-silent ] || touch "$work/kept/$run/m1/1.log" "$work/kept/$run/m1/12.log" "$work/kept/$run/m1/12.rec"
    done
    mkdir -p "$work/kept/1-1-had/m2" "$work/live/1-1-had/m1" "$work/live/1-1-half/m1" "$work/live/1-1-silent/m1" "$work/live/1-1-now/m1"
    touch "$work/live/1-1-had/m1/1.had" "$work/live/1-1-had/m1/12.had" "$work/live/1-1-half/m1/1.had"
    kept_here="KWIZ_UNDO=$work/kept/undo UNDO=$work/kept/undo/kubernetes RUNS=$work/kept RUNS_LIVE=$work/live KWIZ_HOST=m1"
    # Noted once each; of 1-1-gone nothing is there any more.
    is "$1" "$kept_here; for KWIZ_RUN in 1-1-gone 1-1-had 1-1-half 1-1-half 1-1-ended 1-1-now; do undo_folder; done; cat \"\$UNDO/runs\"" '1-1-had
1-1-half
1-1-ended
1-1-now'
    is "$1" "$kept_here KWIZ_RUN=1-1-now; runs_remove; cd $work; ls -d kept/*/* live/*/*; ls \$UNDO" "warn: the run 1-1-half was broken off, and kwiz may not have all that it printed on m1: $work/kept/1-1-half/m1 stays; delete it if nobody wants to read it
kept/1-1-had/m2
kept/1-1-half/m1
kept/1-1-now/m1
kept/1-1-others/m1
kept/mine/m1
kept/undo/kubernetes
live/1-1-half/m1
live/1-1-now/m1
files"
    is "$1" "$kept_here UNDO=$work/none KWIZ_RUN=1-1-x; run_note; ls -d $work/none 2>/dev/null || echo nothing" nothing
}

# beginnings SHELL: the step compare-cluster of an installation.
beginnings() {
    compare='kwiz_wait() { shift; "$@"; }; kwiz_unchanged() { echo compared; }; api_is_ready() { :; }; made=yes; control_plane_was_made() { [ "$made" = yes ]; }
        nodes_known() { case ${1-} in -l) printf "%s\n" $of_planes ;; *) printf "%s\n" $of_nodes ;; esac; }; api_speaks() { case " $speak " in *" $1 "*) : ;; *) false ;; esac; }; speak='
    step=". '$spell/steps/compare-cluster.sh'"
    # A new host is no stranger; a node that is no host is told.
    is "$1" "$(leaving '')
        $compare; of_planes='m1 m2' of_nodes='m1 m2'; $step" compared
    is "$1" "$(leaving '')
        $compare; of_planes='m1 m2' of_nodes='m1 m2 w8 w9'; $step" 'warn: nodes of the cluster that the answers do not have: w8, w9; write them into the file (kwiz run leaves nodes as they are), or delete them
compared'
    is "$1" "$(leaving '')
        $compare; of_planes='m1 m2 m9' of_nodes='m1 m2 m9'; $step; echo not reached" 'fail: control planes of the cluster that the answers do not have: m9; the load balancers would lose them
hint: write them into the file, with their roles (kwiz remove takes them out); is it the file of another cluster? (status 1)'
    is "$1" "$(leaving '')
        $compare; api_is_ready() { false; }; $step" 'the API server does not answer: not compared
compared'
    # Bare, and so are the others, but for a worker that has an API server of its own; or they are not.
    is "$1" "$(leaving '')
        $compare; made=no speak=10.1.4.31; $step; echo done" compared
    is "$1" "$(leaving '')
        $compare; made=no speak='10.1.4.12 10.1.4.13 10.1.4.11'; $step; echo not reached" 'fail: m1, the first control plane of the answers, is bare, but an API server answers on m2, m3
hint: if that is the cluster: put a host that has it first in the file, and take m1 in by kwiz add (after kwiz remove --lost m1, if it was part of it); if it is one that is not needed any more: reset it there first (status 1)'
    # Whatever is said there, is an answer; silence is none.
    mkdir -p "$work/asking"
    printf '#!/bin/sh\nexit "$ends"\n' >"$work/asking/wget"
    chmod +x "$work/asking/wget"
    is "$1" 'PATH='"$work"'/asking:$PATH; has_command() { [ "$1" = wget ]; }; export ends; for ends in 0 8 4 5; do api_speaks fd00::1 && echo "$ends"; done; has_command() { false; }; api_speaks a || echo none' '0
8
none'
    if command -v curl >/dev/null 2>&1; then
        is "$1" 'API_PORT=1; api_speaks 127.0.0.1 || echo silent' silent
    else
        skip "$1: an API server that is not there: curl is not on this machine"
    fi
    # Of verify, too.
    is "$1" "$(leaving '')
        kube() { :; }; node_state() { echo Ready; }; nodes_known() { printf '%s\n' m1 m2 m3 w1 w9; }; verify_nodes" '4 of 4 Ready; nodes that the answers do not have: w9'
}

arrivals_and_departures() {
    comparisons "$1"
    beginnings "$1"
    leavings "$1"
    comings "$1"
    majorities "$1"
    strangers "$1"
    drains "$1"
    farewells "$1"
}
