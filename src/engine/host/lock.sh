# shellcheck shell=sh
# The host's lock: one live run. Lines of `RUN HOST OPERATOR UPTIME` (in seconds, when it came); several hosts of one run
# may be one machine. A run is live while its supervisor or a wrapper of its lives, so a line needs no process of its own.

# run_lives RUN HOST
run_lives() {
	rl_place=${V%/"$RUN/$HOST"*}/$1/$2${V#*"/$RUN/$HOST"} rl_boot=
	[ ! -e "$rl_place/boot" ] || read -r rl_boot <"$rl_place/boot"
	[ "$rl_boot" = "$boot_id $boot_start" ] || return 1
	for rl_file in "$rl_place/sup" "$rl_place/"*.acc; do
		[ -s "$rl_file" ] || continue
		while read -r rl_one rl_two rl_three _; do
			case $rl_one in
			wrapper) is_alive "$rl_two" "$rl_three" && return 0 ;;
			*) is_alive "$rl_one" "$rl_two" && return 0 ;;
			esac
		done <"$rl_file"
	done
	return 1
}

# mend_lives: does a script of `kwiz check --fix` change this host (spells/lib/mend.sh)? Sets ck_run and ck_rest, as of a run.
mend_lives() {
	ml_pid='' ml_start='' ml_up=
	[ -s "$top/mending" ] && read -r ml_pid ml_start ml_up <"$top/mending" && is_id "$ml_up" && is_alive "$ml_pid" "$ml_start" || return
	ck_run=mending ck_rest="process $ml_pid $ml_up"
}

# check_lock: under the mutex. Writes our line, or says who else is there.
check_lock() {
	ck_lines='' ck_ours=
	[ ! -e "$top/lock" ] || while read -r ck_run ck_host ck_rest; do
		if [ "$ck_run:$ck_host" = "$RUN:$HOST" ]; then
			ck_ours=1
		elif [ "$ck_run" = "$RUN" ]; then
			ck_lines="$ck_lines$ck_run $ck_host $ck_rest$newline"
		elif run_lives "$ck_run" "$ck_host"; then
			[ "${TAKE_OVER:-}" = 1 ] || say_refused
			take_over "$ck_run" "$ck_host"
		fi
	done <"$top/lock"
	[ -z "$ck_ours" ] || return 0
	! mend_lives || say_refused
	read -r up _ </proc/uptime
	ck_lines="$ck_lines$RUN $HOST $OPERATOR ${up%.*}"
	if [ -e "$top/lock" ]; then
		printf '%s\n' "$ck_lines" >"$top/lock.new" && mv -f "$top/lock.new" "$top/lock"
	else
		printf '%s\n' "$ck_lines" >"$top/lock"
	fi || refuse "cannot write $top/lock"
}

say_refused() {
	set_clock
	time_now
	printf 'refused %s %s %s\n' "$ck_run" "${ck_rest% *}" $((now - ${up%.*} + ${ck_rest##* }))
	drop_bootstrap
	exit 0
}

# holds_lock: the line is still there; another run may have taken the host over.
holds_lock() {
	while read -r hl_run hl_host _; do
		[ "$hl_run:$hl_host" = "$RUN:$HOST" ] && return 0
	done <"$top/lock"
	return 1
}

# leave_lock: takes our line out.
leave_lock() {
	ll_lines=
	while read -r ll_run ll_host ll_rest; do
		[ "$ll_run:$ll_host" = "$RUN:$HOST" ] || ll_lines="$ll_lines$ll_run $ll_host $ll_rest$newline"
	done <"$top/lock"
	if [ -n "$ll_lines" ]; then
		printf '%s' "$ll_lines" >"$top/lock.new" && mv -f "$top/lock.new" "$top/lock"
	else
		rm -f "$top/lock"
	fi
}

# take_over RUN HOST: ends another run's supervisor and its steps; their wrappers write `end ... aborted`. Its records stay.
take_over() (
	RUN=$1 HOST=$2
	find_places
	set_clock
	read -r to_pid to_start _ <"$V/sup" && is_alive "$to_pid" "$to_start" && kill -KILL "$to_pid"
	end_older
	for to_file in "$V"/*.acc; do
		[ -e "$to_file" ] || continue
		to_id=${to_file##*/}
		abort_request "${to_id%.acc}"
	done
	read -r to_secrets <"$V/secrets" && [ "$to_secrets" != - ] && rm -rf "$to_secrets"
	rm -rf "$V"
)
