#!/bin/bash
# shellcheck disable=SC2154 # answers come from a file
# usage: drive.sh install|reset|check ANSWERS HOST=ADDRESS=ROLE[,ROLE] ...
#
# Runs the steps of the spell kubernetes on lab hosts over ssh, one after the other, without kwiz: for work on the spell itself. ANSWERS is a
# shell file that sets KWIZ_ANSWER_*. Prints for each step and host how it ended and how long it took; output goes below
# $DRIVE_LOGS (a folder that is made and named when it is not given). Fails at the first step that does. `check` runs the checks only.
# LAB: the lab's program; KWIZ_LAB: which lab; DRIVE_ONLY: a regular expression for the steps to run.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lab=${LAB:-$here/../lab/lab}
library=${KWIZ_HOST_LIB:-$here/../../src/engine/host/lib.sh}
logs=${DRIVE_LOGS:-$(mktemp -d)}
action=$1 answers=$2
shift 2
table=
names=()
for host; do
	IFS="=" read -r name address roles <<<"$host"
	table+="$name $address $roles"$'\n'
	names+=("$name")
done
first=$(awk '$3 ~ /control-plane/ { print $1; exit }' <<<"$table")
workers=$(awk '$3 ~ /worker/ { print $1 }' <<<"$table")
set -a
# shellcheck source=/dev/null
. "$answers"
set +a
declare -A results=()
token=

# on_host NAME COMMAND: by ssh as root.
on_host() {
	"$lab" exec ssh -F "/run/kwiz-lab/${KWIZ_LAB:-default}/access/ssh_config" "root@$1" "$2"
}

quoted() {
	printf "'%s'" "${1//\'/\'\\\'\'}"
}

# variables NAME: as shell assignments.
variables() {
	local name=$1 key
	printf 'export KWIZ_SPELL=kubernetes KWIZ_TOPOLOGY=single KWIZ_CLUSTER=drive KWIZ_DIR=/run/kwiz-drive KWIZ_SECRETS=/run/kwiz-drive KWIZ_REQUEST=drive\n'
	awk -v name="$name" '$1 == name { gsub(",", " ", $3); print "export KWIZ_HOST=" $1 " KWIZ_ADDRESS=" $2 " KWIZ_ROLES=\"" $3 "\"" }' <<<"${table//,/,}"
	printf 'export KWIZ_HOSTS_TABLE=%s\n' "$(quoted "${table%$'\n'}")"
	for key in $(compgen -v KWIZ_ANSWER_); do
		printf 'export %s=%s\n' "$key" "$(quoted "${!key}")"
	done
	for key in "${!results[@]}"; do
		printf 'export KWIZ_RESULT_%s=%s\n' "$key" "$(quoted "${results[$key]}")"
	done
}

# run NAME SCRIPT LOG: its exit status; records go to LOG.rec.
run() {
	local name=$1 script=$2 log=$3 status=0
	{
		variables "$name"
		# The library ends in what the engine does with a step's name; that has no arguments here.
		cat "$library"
		"$here/scripts.sh" "$script"
	} | on_host "$name" 'mkdir -p -m 700 /run/kwiz-drive/secret /run/kwiz-drive/in && cat >/run/kwiz-drive/step && cd / && sh /run/kwiz-drive/step 3>/run/kwiz-drive/rec </dev/null' \
		>"$log" 2>&1 || status=$?
	on_host "$name" 'cat /run/kwiz-drive/rec; rm -f /run/kwiz-drive/step /run/kwiz-drive/rec' >"$log.rec"
	return "$status"
}

# take LOG.rec NAME: results of the first control plane.
take() {
	local word key length value
	while IFS=' ' read -r word key length; do
		[ "$word" = result ] || continue
		IFS= read -r -N "$length" value
		results[$key]=$value
		read -r
	done <"$1"
}

# hosts_of STEP: as spell.yaml's `on` and `when` say.
hosts_of() {
	case $1 in
	prepare-os | container-runtime | packages) printf '%s\n' "${names[@]}" ;;
	untaint) [ -n "$workers" ] && ! grep -qx "$first" <<<"$workers" || echo "$first" ;;
	join-token) [ -z "$workers" ] || echo "$first" ;;
	join) grep -vx "$first" <<<"$workers" || true ;;
	pod-ranges) [ -z "$workers" ] || [ "$KWIZ_ANSWER_cni" != bridge ] || echo "$first" ;;
	pod-routes) [ -z "$workers" ] || [ "$KWIZ_ANSWER_cni" != bridge ] || printf '%s\n' "${names[@]}" ;;
	sample) [ "$KWIZ_ANSWER_sample" != true ] || echo "$first" ;;
	# Of topology ha; this program does one control plane only.
	load-balancer | join-key | join-control-plane | untaint-rest | label | settle | spread-dns | sample-remove) ;;
	ingress) [ "${KWIZ_ANSWER_ingress_controller:-none}" = none ] || echo "$first" ;;
	addons) [ -z "${KWIZ_ANSWER_addons-}" ] || echo "$first" ;;
	helm) [[ " ${KWIZ_ANSWER_addons-} " != *" helm "* ]] || echo "$first" ;;
	*) echo "$first" ;;
	esac
}

# one STEP NAME: check and script, or undo.
one() {
	local step=$1 name=$2 log=$logs/$2.$1 how status=0 begun=$EPOCHREALTIME spell=$here/../../spells/kubernetes
	if [ "$action" = reset ]; then
		[ -e "$spell/steps/$step.undo.sh" ] || return 0
		run "$name" "steps/$step.undo.sh" "$log.undo" || status=$?
		how=undone log=$log.undo
	else
		how=ok
		if [ -e "$spell/steps/$step.check.sh" ]; then
			run "$name" "steps/$step.check.sh" "$log.check" || status=$?
			case $status in
			0) how=unchanged ;;
			1) ;;
			*) how="check failed ($status)" log=$log.check ;;
			esac
		fi
		if [ "$action" = check ]; then
			[ "$how" = unchanged ] || how=todo
			status=0
		elif [ "$how" = ok ]; then
			status=0
			if [ "$step" = join ]; then
				printf '%s' "$token" | on_host "$name" 'umask 077; mkdir -p /run/kwiz-drive/in; cat >/run/kwiz-drive/in/drive.secret.join_token'
			fi
			run "$name" "steps/$step.sh" "$log" || status=$?
			take "$log.rec"
			if grep -qx unchanged "$log.rec"; then how=unchanged; fi
			if [ "$step" = join-token ] && [ "$status" = 0 ]; then
				token=$(on_host "$name" 'cat /run/kwiz-drive/secret/join_token')
			fi
		fi
	fi
	[ "$status" = 0 ] || how="FAILED ($status)"
	printf '%-20s %-18s %-12s %6.1f s\n' "$step" "$name" "$how" "$(awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')"
	grep -hs '^\(warn\|fail\|hint\) ' "$log.rec" || true
	[ "$status" = 0 ] || tail -n 30 "$log"
	return "$status"
}

mkdir -p "$logs"
echo "logs: $logs"
# Those of other actions have no part in this.
steps=$(awk '/^steps:/ { on = 1 } !on { next } /^  - id: / { if (id != "") print id; id = $3 } /^    actions: / && !/install/ { id = "" } END { if (id != "") print id }' \
	"$here/../../spells/kubernetes/spell.yaml")
[ "$action" != reset ] || steps=$(tac <<<"$steps")
begun=$EPOCHREALTIME
for step in $steps; do
	[[ $step =~ ^(${DRIVE_ONLY:-.*})$ ]] || continue
	pids=()
	for name in $(hosts_of "$step"); do
		if [ "$step" = join-token ] || [ "$name" = "$first" ]; then
			one "$step" "$name"
		else
			one "$step" "$name" &
			pids+=($!)
		fi
	done
	for pid in "${pids[@]}"; do wait "$pid"; done
done
for name in "${names[@]}"; do
	on_host "$name" 'rm -rf /run/kwiz-drive'
done
printf 'total %.1f s\n' "$(awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')"
for key in "${!results[@]}"; do printf '%s = %s\n' "$key" "${results[$key]//$'\n'/; }"; done
