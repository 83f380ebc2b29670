# shellcheck shell=sh
# Ending what a step left running. A process is the step's if it is in its process group or carries its tag,
# KWIZ_REQUEST=RUN/HOST/ID, in its environment. The tag names the run, so that no other run's daemons are ever meant.

# tagged ID: sets pids to the processes that carry the request in their environment.
# shellcheck disable=SC2013 # names without blanks, not lines of a file
tagged() {
	pids=
	# shellcheck disable=SC2013
	for tg_file in $(grep -lszxF "KWIZ_REQUEST=$tag/$1" /proc/[0-9]*/environ); do
		tg_file=${tg_file#/proc/}
		pids="$pids ${tg_file%/environ}"
	done
}

# group_lives GROUP (0: none)
group_lives() {
	[ "$1" -gt 1 ] && kill -0 "-$1"
}

# Sets members: living processes of the group.
count_group() {
	members=0
	for cg_dir in /proc/[0-9]*; do
		proc_stat "${cg_dir#/proc/}" && [ "$pgroup" = "$1" ] && [ "$pstate" != Z ] && members=$((members + 1))
	done
}

# end_step ID GROUP: TERM to the step's process group (0: it has none) and to whatever else carries its tag; KILL 10 s
# later. Fails if something survives even that.
end_step() {
	es_turn=0
	while [ "$es_turn" -le 110 ]; do
		es_signal=
		[ "$es_turn" -eq 0 ] && es_signal=TERM
		[ "$es_turn" -ge 100 ] && es_signal=KILL
		[ -n "$es_signal" ] && [ "$2" -gt 1 ] && kill "-$es_signal" "-$2"
		if [ -n "$es_signal" ] || ! group_lives "$2" || [ $((es_turn % 10)) -eq 0 ]; then
			tagged "$1"
			for es_pid in $pids; do
				[ -n "$es_signal" ] && kill "-$es_signal" "$es_pid"
			done
			# Zombies that nobody collects can be signalled, so the group is looked at, now and then.
			if [ -z "$pids" ]; then
				group_lives "$2" || return 0
				count_group "$2"
				[ "$members" -gt 0 ] || return 0
			fi
		fi
		if sleep 0.1; then
			es_turn=$((es_turn + 1))
		else
			sleep 1
			es_turn=$((es_turn + 10))
		fi
	done
	return 1
}

# read_claim ID: what the request's owner noted about itself. Sets wrapper, wrapper_start, group (0: no script of it is
# running) and fin (it is measuring what the script wrote). Fails if no wrapper owns it.
read_claim() {
	wrapper=0 wrapper_start=0 group=0 fin=
	[ -s "$V/$1.acc" ] || return 1
	while read -r rc_word rc_pid rc_start; do
		case $rc_word in
		wrapper) wrapper=$rc_pid wrapper_start=$rc_start ;;
		group) group=$rc_pid ;;
		fin) fin=1 ;;
		esac
	done <"$V/$1.acc"
	[ "$wrapper" -gt 0 ]
}

# is_step_group ID GROUP: the number may be somebody else's by now.
is_step_group() {
	[ "$2" -gt 1 ] && grep -qszxF "KWIZ_REQUEST=$tag/$1" "/proc/$2/environ"
}

# abort_request ID: marks it, ends its script and what is left of it, and waits for the wrapper to have written its end.
# A request that nobody owns yet is taken, so that nobody ever does.
abort_request() {
	true >"$V/$1.abort"
	set -C
	if { printf 'over\n' >"$V/$1.acc"; }; then
		set +C
		time_now
		record "end $1 143 aborted 0 0 $now"
		poke e
		return 0
	fi
	set +C
	read_claim "$1" || return 0
	is_step_group "$1" "$group" || group=0
	end_step "$1" "$group" || return 1
	ar_turn=0
	while is_alive "$wrapper" "$wrapper_start"; do
		[ "$ar_turn" -lt 150 ] || return 1
		sleep 0.1 || {
			sleep 1
			ar_turn=$((ar_turn + 9))
		}
		ar_turn=$((ar_turn + 1))
	done
}
