# shellcheck shell=sh
# Finding the supervisor, or starting it so that it outlives the connection.

find_supervisor() {
	found=found
	supervisor_lives && return 0
	found=new
	start_supervisor
}

supervisor_lives() {
	read -r sl_pid sl_start sl_boot _ <"$V/sup" || return 1
	[ "$sl_boot" = "$boot_id" ] && is_alive "$sl_pid" "$sl_start"
}

# By systemd-run as root, so that logind leaves it alone and its cgroup holds all that steps leave behind. With setsid it is
# noted in V/sup before it has come up, which saves waiting for it; what it is asked meanwhile waits in its FIFO.
start_supervisor() {
	sv_path=$PATH sv_home=${HOME:-/} sv_user=${LOGNAME:-${USER:-$uid}}
	if [ "$uid" = 0 ]; then
		sv_home=/root sv_user=root
		unset XDG_RUNTIME_DIR
	fi
	if [ "$uid" = 0 ] && [ -d /run/systemd/system ] && command -v systemd-run >/dev/null; then
		rm -f "$V/sup"
		# A unit whose supervisor died keeps its name as long as steps live in it, so each gets a name of its own.
		read -r up _ </proc/uptime
		sv_unit=kwiz-$RUN-$(printf '%.100s' "$HOST")-${up%.*}${up#*.}
		# Services ignore SIGPIPE, a shell can't undo it, and then `yes | head` in a step complains.
		start_by_systemd -p OOMPolicy=continue -p TasksMax=infinity -p IgnoreSIGPIPE=no --collect
		# 1: refused, perhaps because it is old and knows fewer settings.
		[ $? -ne 1 ] || start_by_systemd
		if [ "$ss_status" -eq 0 ] && wait_for_supervisor; then return 0; fi
		tell 'n systemd-run did not start the supervisor; started with setsid, which logind may end'
	fi
	setsid env -i PATH="$sv_path" HOME="$sv_home" USER="$sv_user" LOGNAME="$sv_user" LC_ALL=C \
		${XDG_RUNTIME_DIR:+XDG_RUNTIME_DIR="$XDG_RUNTIME_DIR"} sh "$V/kwiz.sh" supervise \
		</dev/null >/dev/null 2>"$V/sup.err" 3>&- 5>&- 9>&- &
	sl_pid=$!
	proc_stat "$sl_pid"
	printf '%s %s %s %s\n' "$sl_pid" "$pstart" "$boot_id" "$boot_start" >"$V/sup"
}

# start_by_systemd SETTING...: 1 if it was refused, 2 if there was no answer in 10 s. Sets ss_status to that.
start_by_systemd() {
	systemd-run --quiet --unit="$sv_unit" -p KillMode=process -p SendSIGKILL=no \
		--setenv=PATH="$sv_path" --setenv=HOME="$sv_home" --setenv=USER="$sv_user" --setenv=LOGNAME="$sv_user" \
		--setenv=LC_ALL=C "$@" \
		"$(command -v sh)" "$V/kwiz.sh" supervise </dev/null >/dev/null 2>"$V/sup.err" 3>&- 5>&- 9>&- &
	ss_run=$! ss_turn=0 ss_status=0
	while proc_stat "$ss_run" && [ "$pstate" != Z ]; do
		if [ "$ss_turn" -ge 200 ]; then
			kill -KILL "$ss_run"
			ss_status=2
		fi
		sleep 0.05
		ss_turn=$((ss_turn + 1))
	done
	wait "$ss_run" || [ "$ss_status" -eq 2 ] || ss_status=1
	return "$ss_status"
}

# The supervisor says so when it is up; 10 s is the limit.
wait_for_supervisor() {
	wf_turn=0
	until supervisor_lives && grep -qx ready "$V/sup"; do
		[ "$wf_turn" -lt 500 ] || return 1
		sleep 0.02 || {
			sleep 1
			wf_turn=$((wf_turn + 49))
		}
		wf_turn=$((wf_turn + 1))
	done
}
