# shellcheck shell=sh
# shellcheck disable=SC2034 # names that steps and other files of the library use
# Ports that the cluster's hosts and pods need, opened for them alone on firewalld, ufw and nftables, and closed again. Nothing is ever disabled, and no
# rule of anybody else is touched. What was added is written down in UNDO/firewall; rules that can have a comment have "kwiz CLUSTER".

firewall_mark() {
    printf 'kwiz %s' "$KWIZ_CLUSTER"
}

# firewall_sources 4|6 [ROLE]: addresses of the other hosts (with that role), one a line. Names are asked for as this host resolves them.
firewall_sources() {
    hosts_table | while read -r name address roles; do
        if [ "$name" = "$KWIZ_HOST" ]; then
            continue
        fi
        case ,$roles, in
        *",${2:-$roles},"*) ;;
        *) continue ;;
        esac
        if ! is_ip "$address"; then
            address=$(getent ahosts "$address" 2>/dev/null | awk 'NR == 1 { print $1 }')
        fi
        case $1:$address in
        *:) kwiz_warn "the address of $name is not known here: no port is opened for it" >&2 ;;
        6:*:*) printf '%s\n' "$address" ;;
        6:* | 4:*:*) ;;
        *) printf '%s\n' "$address" ;;
        esac
    done | sort -u
}

# firewall_pods 4|6: the range of pods, if it is of that family.
firewall_pods() {
    case $1:$(answer pod_cidr) in
    *:) ;;
    6:*:*) answer pod_cidr && echo ;;
    6:* | 4:*:*) ;;
    *) answer pod_cidr && echo ;;
    esac
}

# firewall_ports tcp|udp: as "a,b-c", in the order that ufw lists them in, too.
firewall_ports() {
    ports_needed | sed -n "s,/$1\$,,p" | sort -n | awk '{ printf "%s%s", comma, $0; comma = "," }'
}

# firewall_ipip: Calico's tunnel is a protocol of its own.
firewall_ipip() {
    [ "$(answer cni)" = calico ]
}

# firewall_vrrp: keepalived's, too; only control planes send it to each other.
firewall_vrrp() {
    [ "$(balancer)" = keepalived ] && has_role control-plane
}

# firewall_note LINE: how to take back what is added next. Written down before, as the script may be cut off at any place.
firewall_note() {
    undo_folder
    printf '%s\n' "$1" >>"$UNDO/firewall"
    changed
}

uses_firewalld() {
    has_command firewall-cmd && firewall-cmd --state >/dev/null 2>&1
}

uses_ufw() {
    has_command ufw && ufw status 2>/dev/null | grep -q '^Status: active'
}

# ---- firewalld ----

firewalld_zone() {
    firewall-cmd --get-zone-of-source="$1" 2>/dev/null && return
    device=$(ip -o route get "$1" 2>/dev/null | sed -n 's/.* dev \([^ ]*\).*/\1/p')
    [ -n "$device" ] && firewall-cmd --get-zone-of-interface="$device" 2>/dev/null && return
    firewall-cmd --get-default-zone
}

# firewalld_wanted: lines "ZONE RULE".
firewalld_wanted() {
    for family in 4 6; do
        firewall_sources "$family" | while read -r source; do
            zone=$(firewalld_zone "$source")
            head="$zone rule family=\"ipv$family\" source address=\"$source\""
            ports_needed | while IFS=/ read -r port protocol; do
                printf '%s port port="%s" protocol="%s" accept\n' "$head" "$port" "$protocol"
            done
            ! firewall_ipip || printf '%s protocol value="ipencap" accept\n' "$head"
        done
        ! firewall_vrrp || firewall_sources "$family" control-plane | while read -r source; do
            printf '%s rule family="ipv%s" source address="%s" protocol value="vrrp" accept\n' "$(firewalld_zone "$source")" "$family" "$source"
        done
    done
}

# firewalld_rules [--permanent]: adds what is missing, a call a zone: each takes a good part of a second.
firewalld_rules() {
    firewalld_wanted >"$UNDO/wanted"
    cut -d' ' -f1 "$UNDO/wanted" | sort -u | while read -r zone; do
        firewall-cmd ${1:+"$1"} --zone="$zone" --list-rich-rules >"$UNDO/there"
        missing=$(sed -n "s/^$zone //p" "$UNDO/wanted" | grep -Fxv -f "$UNDO/there" || true)
        [ -n "$missing" ] || continue
        printf '%s\n' "$missing" | while IFS= read -r rule; do
            firewall_note "firewalld	${1:---runtime}	$zone	--remove-rich-rule=$rule"
        done
        firewalld_call firewall-cmd "--add-rich-rule=" "$missing" ${1:+"$1"} --zone="$zone"
        [ -n "${1-}" ] || printf '%s\n' "$missing" | sed "s/^/firewalld, zone $zone: /"
    done
    rm -f "$UNDO/wanted" "$UNDO/there"
    for family in 4 6; do
        pods=$(firewall_pods "$family")
        if [ -n "$pods" ] && ! firewall-cmd --quiet ${1:+"$1"} --zone=trusted --query-source="$pods"; then
            firewall_note "firewalld	${1:---runtime}	trusted	--remove-source=$pods"
            firewall-cmd --quiet ${1:+"$1"} --zone=trusted --add-source="$pods"
            [ -n "${1-}" ] || echo "firewalld: pods ($pods) are trusted"
        fi
    done
}

# firewalld_call PROGRAM OPTION LINES ARGUMENT...: with OPTION before each of the lines.
firewalld_call() {
    program=$1 option=$2 lines=$3
    shift 3
    old_ifs=$IFS
    IFS='
'
    set -f
    for line in $lines; do
        set -- "$@" "$option$line"
    done
    set +f
    IFS=$old_ifs
    "$program" --quiet "$@"
}

firewalld_open() {
    firewalld_rules --permanent
    firewalld_rules
}

# firewalld_close FILE: what was noted there, a call for each zone. Where firewalld does not run, its files are changed all the same.
firewalld_close() {
    grep '^firewalld	' "$1" | cut -f2,3 | sort -u | while IFS='	' read -r where zone; do
        options=$(awk -F '\t' -v where="$where" -v zone="$zone" '$1 == "firewalld" && $2 == where && $3 == zone { print $4 }' "$1")
        permanent=
        [ "$where" = --runtime ] || permanent=$where
        if uses_firewalld; then
            firewalld_call firewall-cmd "" "$options" ${permanent:+"$permanent"} --zone="$zone"
        elif [ -n "$permanent" ] && has_command firewall-offline-cmd; then
            firewalld_call firewall-offline-cmd "" "$options" --zone="$zone"
        fi || kwiz_warn "firewalld keeps rules of zone $zone: see firewall-cmd --zone=$zone --list-all"
    done
}

# ---- ufw ----

# ufw_wanted: rules as ufw itself writes them.
ufw_wanted() {
    for family in 4 6; do
        {
            firewall_sources "$family"
            firewall_pods "$family"
        } | while read -r source; do
            for protocol in tcp udp; do
                ports=$(firewall_ports "$protocol" | tr - :)
                [ -z "$ports" ] || printf 'allow from %s to any port %s proto %s\n' "$source" "$ports" "$protocol"
            done
        done
        if firewall_vrrp && ufw_knows vrrp; then
            firewall_sources "$family" control-plane | sed 's/.*/allow from & proto vrrp/'
        fi
        firewall_pods "$family" | while read -r pods; do
            printf 'route allow from %s\n' "$pods"
            printf 'route allow to %s\n' "$pods"
        done
    done
}

# ufw_knows PROTOCOL: VRRP is one of ufw's own from 0.36.2 on.
ufw_knows() {
    LC_ALL=C ufw --dry-run allow from 192.0.2.1 proto "$1" >/dev/null 2>&1 </dev/null
}

# ufw_before 4|6: what has no word of ufw's own, as lines of the file that ufw reads before its rules. By number: /etc/protocols may not have the name.
ufw_before() {
    case $1 in
    4) chain=ufw-before-input ;;
    6) chain=ufw6-before-input ;;
    esac
    if firewall_vrrp && ! ufw_knows vrrp; then
        firewall_sources "$1" control-plane | sed "s/.*/-A $chain -p 112 -s & -j ACCEPT/"
    fi
    if firewall_ipip && [ "$1" = 4 ]; then
        firewall_sources "$1" | sed "s/.*/-A $chain -p 4 -s & -j ACCEPT/"
    fi
}

UFW_FOLDER=/etc/ufw

# ufw_before_with LINES: into the table filter of such a file, in a block of ours.
ufw_before_with() {
    hosts_without_block | lines="$1" awk '
        /^\*/ { table = $1 }
        $1 == "COMMIT" && table == "*filter" { print "# kwiz begin\n" ENVIRON["lines"] "\n# kwiz end" }
        { print }'
}

# ufw_before_open: where ufw did not take them, the files are as they were.
ufw_before_open() {
    for family in 4:before.rules 6:before6.rules; do
        file=$UFW_FOLDER/${family#*:}
        lines=$(ufw_before "${family%:*}")
        if [ -z "$lines" ] || ! [ -f "$file" ]; then
            continue
        fi
        ufw_before_with "$lines" <"$file" >"$UNDO/ufw"
        if ! file_is "$file" <"$UNDO/ufw"; then
            firewall_note "ufw-file	$file"
            file_put "$file" <"$UNDO/ufw"
            if ! ufw reload >/dev/null </dev/null; then
                file_undo_lines "$file" hosts_without_block
                ufw reload >/dev/null </dev/null || true
                kwiz_fail "ufw did not take what was added to $file" "let it in yourself: $lines"
            fi
            printf '%s\n' "$lines" | sed 's/^-A/ufw:/'
        fi
        rm -f "$UNDO/ufw"
    done
}

ufw_open() {
    added=$(ufw show added)
    ufw_wanted | while IFS= read -r rule; do
        if printf '%s\n' "$added" | sed -e "s/ comment '.*'\$//" -e 's/^ufw //' | grep -Fqx "$rule"; then
            continue
        fi
        case $rule in
        route*) firewall_note "ufw	route delete ${rule#route }" ;;
        *) firewall_note "ufw	delete $rule" ;;
        esac
        # shellcheck disable=SC2086 # words are wanted
        ufw $rule comment "$(firewall_mark)" >/dev/null </dev/null
        echo "ufw: $rule"
    done
    ufw_before_open
}

# ---- nftables ----

# nft_chains: lines "FAMILY TABLE CHAIN HOOK" of chains that let not everything pass. Those that iptables, firewalld and Kubernetes keep are theirs.
nft_chains() {
    nft list ruleset | awk '
        function told() { if (hook != "" && blocks && !theirs) print family, table, chain, hook; hook = ""; blocks = 0 }
        $1 == "table" { told(); family = $2; table = $3 }
        $1 == "chain" {
            told(); chain = $2
            theirs = (family !~ /^(inet|ip|ip6)$/) || table ~ /^(firewalld|kube-proxy|kube-router)$/ ||
                (family != "inet" && table ~ /^(filter|nat|mangle|raw|security)$/ && chain ~ /^[A-Z]+$/)
            next
        }
        $1 == "type" && $2 == "filter" && $3 == "hook" { if ($4 == "input" || $4 == "forward") hook = $4; if (/policy drop;/) blocks = 1; next }
        hook != "" && /(^|[[:space:]])(drop|reject|jump|goto|queue)([ ,]|$)/ { blocks = 1 }
        END { told() }'
}

# nft_match FAMILY 4|6: the word for addresses of this version in a table of that family; 1 where it has none.
nft_match() {
    case $1:$2 in
    inet:4 | ip:4) echo ip ;;
    inet:6 | ip6:6) echo ip6 ;;
    *) return 1 ;;
    esac
}

# nft_rules FAMILY TABLE CHAIN HOOK: as commands of nft.
nft_rules() {
    for version in 4 6; do
        word=$(nft_match "$1" "$version") || continue
        rule="insert rule $1 $2 $3 $word"
        mark="accept comment \"$(firewall_mark)\""
        pods=$(firewall_pods "$version")
        if [ "$4" = forward ]; then
            if [ -n "$pods" ]; then
                printf '%s saddr %s %s\n' "$rule" "$pods" "$mark"
                printf '%s daddr %s %s\n' "$rule" "$pods" "$mark"
            fi
            continue
        fi
        sources=$({
            firewall_sources "$version"
            printf '%s\n' "$pods"
        } | awk 'NF { printf "%s%s", comma, $0; comma = ", " }')
        hosts=$(firewall_sources "$version" | awk 'NF { printf "%s%s", comma, $0; comma = ", " }')
        [ -n "$sources" ] || continue
        for protocol in tcp udp; do
            ports=$(firewall_ports "$protocol" | sed 's/,/, /g')
            [ -z "$ports" ] || printf '%s saddr { %s } %s dport { %s } %s\n' "$rule" "$sources" "$protocol" "$ports" "$mark"
        done
        if firewall_ipip && [ -n "$hosts" ] && [ "$version" = 4 ]; then
            printf '%s saddr { %s } ip protocol 4 %s\n' "$rule" "$hosts" "$mark"
        fi
        peers=
        ! firewall_vrrp || peers=$(firewall_sources "$version" control-plane | awk 'NF { printf "%s%s", comma, $0; comma = ", " }')
        [ -z "$peers" ] || printf '%s saddr { %s } meta l4proto 112 %s\n' "$rule" "$peers" "$mark"
    done
}

# nft_ours: commands that delete the rules that have our mark.
nft_ours() {
    nft -a list ruleset 2>/dev/null | awk -v mark="comment \"$(firewall_mark)\" # handle " '
        $1 == "table" { family = $2; table = $3 }
        $1 == "chain" { chain = $2 }
        index($0, mark) { print "delete rule " family " " table " " chain " handle " $NF }'
}

# nft_marked: our rules as they are listed, without what counts.
nft_marked() {
    nft list ruleset | grep -F "comment \"$(firewall_mark)\"" || true
}

nft_open() {
    commands=$(nft_chains | while read -r family table chain hook; do
        nft_rules "$family" "$table" "$chain" "$hook"
    done)
    if [ -z "$commands" ]; then
        return
    fi
    before=$(nft_marked)
    [ -n "$before" ] || firewall_note "nft	$(firewall_mark)"
    {
        nft_ours
        printf '%s\n' "$commands"
    } | nft -f - || kwiz_fail "nftables did not take the rules" "see above; nothing was changed"
    if [ "$(nft_marked)" != "$before" ]; then
        changed
        printf '%s\n' "$commands" | sed 's/^insert rule/nftables:/'
    fi
    nft_keep "$commands"
}

NFT_FILE=/etc/nftables.conf

# nft_keep COMMANDS: at the next boot as well. Only where the file makes the tables itself, from nothing: else one that is missing would keep it from
# being loaded, and the host would be without a firewall.
nft_keep() {
    if ! [ -f "$NFT_FILE" ] || ! grep -Eq '^[[:space:]]*flush ruleset' "$NFT_FILE" || ! has_systemd ||
        ! systemctl is-enabled --quiet nftables.service 2>/dev/null; then
        kwiz_warn "the rules hold until the next boot: what loads yours then must add them (they have the comment \"$(firewall_mark)\")"
        return
    fi
    undo_folder
    {
        hosts_without_block <"$NFT_FILE"
        printf '# kwiz begin\n%s\n# kwiz end\n' "$1"
    } >"$UNDO/nftables"
    if nft -c -f "$UNDO/nftables"; then
        file_put "$NFT_FILE" <"$UNDO/nftables"
    else
        kwiz_warn "$NFT_FILE does not make the tables that are in force: the rules hold until the next boot"
    fi
    rm -f "$UNDO/nftables"
}

nft_close() {
    if has_command nft; then
        commands=$(nft_ours)
        [ -z "$commands" ] || printf '%s\n' "$commands" | nft -f - || kwiz_warn "nftables keeps rules with the comment \"$(firewall_mark)\""
    fi
    file_undo_lines "$NFT_FILE" hosts_without_block
}

# ---- all of them ----

# firewall_open: on the firewall that is at work here, for the other hosts of the cluster.
firewall_open() {
    active=
    if uses_firewalld; then
        active="$active firewalld"
        firewalld_open
    elif uses_ufw; then
        active="$active ufw"
        ufw_open
    else
        if has_command nft && [ -n "$(nft_chains)" ]; then
            active="$active nftables"
            nft_open
        fi
        if has_command iptables && iptables -S INPUT 2>/dev/null | grep -Eq '^-P INPUT DROP|-j (DROP|REJECT)'; then
            active="$active iptables"
            kwiz_warn "rules of iptables keep others out, and are not touched: let $(ports_needed | tr '\n' ' ')in from the other hosts and from $(answer pod_cidr)"
        fi
    fi
    [ -n "$active" ] || echo "no firewall that kwiz knows keeps anybody out here: if ports are closed, that is between the hosts"
}

# firewall_forget ADDRESS: takes back what was opened for a host that is gone. (nftables has all in one set, which firewall_open makes anew.)
firewall_forget() {
    [ -s "$UNDO/firewall" ] || return 0
    grep -F -e "source address=\"$1\"" -e "from $1 to" "$UNDO/firewall" >"$UNDO/firewall.gone" || { rm -f "$UNDO/firewall.gone"; return 0; }
    firewall_close "$UNDO/firewall.gone"
    grep -Fxv -f "$UNDO/firewall.gone" "$UNDO/firewall" >"$UNDO/firewall.new" || true
    mv "$UNDO/firewall.new" "$UNDO/firewall"
    rm -f "$UNDO/firewall.gone"
    changed
}

# firewall_close FILE: what is noted there, of firewalld and ufw.
firewall_close() {
    ! grep -q '^firewalld	' "$1" || firewalld_close "$1"
    grep '^ufw	' "$1" | cut -f2 | while IFS= read -r rule; do
        # shellcheck disable=SC2086 # words are wanted
        ! has_command ufw || ufw --force $rule >/dev/null </dev/null || kwiz_warn "ufw keeps a rule: $rule"
    done
}

# firewall_undo: what was added goes.
firewall_undo() {
    [ -f "$UNDO/firewall" ] || return 0
    ! grep -q '^nft	' "$UNDO/firewall" || nft_close
    firewall_close "$UNDO/firewall"
    if grep -q '^ufw-file	' "$UNDO/firewall"; then
        grep '^ufw-file	' "$UNDO/firewall" | cut -f2 | sort -u | while IFS= read -r file; do
            file_undo_lines "$file" hosts_without_block
        done
        ! uses_ufw || ufw reload >/dev/null </dev/null || kwiz_warn "ufw could not be loaded anew: its files are as they were"
    fi
    rm -f "$UNDO/firewall"
}
