# shellcheck shell=sh
# One request's life. run_request is forked by the supervisor and needs neither it nor an attachment from then on.

# read_vars FILE: exports the variables it holds. Nothing is evaluated; only names that no program treats specially pass.
# Sets vars_names, and vars_why on failure.
read_vars() {
	vars_why="cannot read $1" vars_names='' rv_total=0
	[ -r "$1" ] || return 1
	while IFS= read -r rv_line; do
		rv_name=${rv_line% *} rv_length=${rv_line##* }
		vars_why="not a variable's line: $rv_line"
		case $rv_name in
		*[!A-Za-z0-9_]*) return 1 ;;
		KWIZ_?* | http_proxy | https_proxy | ftp_proxy | all_proxy | no_proxy) ;;
		HTTP_PROXY | HTTPS_PROXY | FTP_PROXY | ALL_PROXY | NO_PROXY) ;;
		*) return 1 ;;
		esac
		is_id "$rv_length" && [ "$rv_length" -le 65536 ] || return 1
		# More would fill the room that the kernel gives to an environment.
		vars_why="more than 256 KiB of variables"
		rv_total=$((rv_total + rv_length))
		[ "$rv_total" -le 262144 ] || return 1
		vars_why="value of $rv_name is shorter or longer than $rv_length bytes"
		rv_value=
		IFS= read -r rv_value || return 1
		while [ ${#rv_value} -lt "$rv_length" ]; do
			IFS= read -r rv_line || return 1
			rv_value=$rv_value$newline$rv_line
		done
		[ ${#rv_value} -eq "$rv_length" ] || return 1
		export "$rv_name=$rv_value"
		vars_names="$vars_names $rv_name"
	done <"$1"
}

# give_up WHY: the request ends as `error`.
give_up() {
	printf 'kwiz: %s\n' "$1" >&7
	finish 1 error
}

# size_of DESCRIPTOR FILE: sets size. A newline is written behind the step's output and its own position read back,
# which costs no fork; `fin` in the claim keeps the attachment from taking it for output. A step's later writes go behind it.
size_of() {
	size=0
	[ -s "$2" ] || return 0
	if echo >&"$1" && read -r _ size </proc/self/fdinfo/"$1"; then
		size=$((size - 1))
	else
		size=$(stat -c %s "$2" || wc -c <"$2")
	fi
}

# finish STATUS HOW: the last thing of a request. $leftover may hold a record that goes before.
finish() {
	[ -z "$S" ] || collect_self
	echo fin >&8
	size_of 3 "$rec"
	rec_size=$size
	[ "$rec_size" -le "$REC_LIMIT" ] || rec_size=$REC_LIMIT
	size_of 7 "$log"
	[ "$size" -le "$LOG_LIMIT" ] || size=$LOG_LIMIT
	time_now
	record "${leftover}end $id $1 $2 $size $rec_size $now"
	poke e
	exit 0
}

# launch FILE: runs a script with what is left of the request's time. Sets status, and late if its time was up.
launch() {
	left=$((limit - (ticks - began) / 100))
	[ "$left" -ge 1 ] || left=1
	launched=$ticks late=
	{
		umask 022
		KWIZ_REQUEST=$tag/$id
		export KWIZ_REQUEST
		step_environment
		case $become:$guard in
		self:*) exec_self "$left" "$1" ;;
		*:timeout) cd "$D/work" && exec timeout -k 10 "$left" sh "$V/kwiz.sh" step "$V/in/$1" ;;
		*) cd "$D/work" && exec setsid sh "$V/kwiz.sh" step "$V/in/$1" ;;
		esac
		exit 126
	} </dev/null >&7 2>&1 7>&- 8>&- &
	child=$!
	printf 'group %s\n' "$child" >&8
	watchdog=
	[ "$guard" = timeout ] || start_watchdog
	[ -e "$V/$id.abort" ] && end_step "$id" "$child"
	wait "$child"
	status=$?
	stop_watchdog
	time_now
	if [ -e "$V/$id.late" ]; then
		late=1
	elif [ "$guard" = timeout ] && [ $((ticks - launched)) -ge $((left * 100)) ]; then
		# 124 and 137 are timeout's own; within the time they are the script's.
		case $status in 124 | 137) late=1 ;; esac
	fi
}

# For hosts whose `timeout` does not signal the group (BusyBox). It leads a session, so that it and its sleeper end
# together, and carries the request's tag, so that it is found if this wrapper dies.
start_watchdog() {
	# shellcheck disable=SC2016
	KWIZ_REQUEST=$tag/$id setsid sh -c '
		sleep "$1"
		grep -qszxF "KWIZ_REQUEST=$KWIZ_REQUEST" "/proc/$2/environ" || exit
		true >"$3"
		kill -TERM "-$2"
		sleep 10
		kill -KILL "-$2"' watchdog "$left" "$child" "$V/$id.late" 3>&- 7>&- 8>&- &
	watchdog=$!
}

# Before its setsid it is one process, after that a group.
stop_watchdog() {
	[ -n "$watchdog" ] || return 0
	kill -KILL "$watchdog"
	kill -KILL "-$watchdog"
}

step_environment() {
	KWIZ_DIR=$D/work
	KWIZ_FILES=$V/in
	KWIZ_HOSTS=$V/in/hosts
	KWIZ_LIB=$V/kwiz.sh
	KWIZ_SECRETS=$secrets
	KWIZ_REBOOT=$reboot_mark
	export KWIZ_DIR KWIZ_FILES KWIZ_HOSTS KWIZ_LIB KWIZ_SECRETS KWIZ_REBOOT
}

# after_script: what aborts, timeouts and reboots ask for once a script is over. Does not return if the request ends.
after_script() {
	if [ -e "$V/$id.abort" ]; then
		end_step "$id" "$child"
		finish "$status" aborted
	fi
	if [ -n "$late" ]; then
		end_step "$id" "$child"
		finish "$status" timeout
	fi
	if group_lives "$child"; then
		count_group "$child"
		time_now
		[ "$members" -gt 0 ] && leftover="leftover $id $members $now$newline"
	fi
}

# run_request ID MODE SCRIPT CHECK VARS TIMEOUT BECOME. Whoever creates ID.acc owns the request: this wrapper, another one
# (of a supervisor that was killed), or an abort. So a script runs once, whoever dies and whoever asks again.
run_request() {
	id=$1 mode=$2 script=$3 check=$4 vars=$5 limit=$6 become=$7
	log=$D/$id.log rec=$D/$id.rec leftover='' status=143 S='' reboot_mark=$V/$id.reboot
	proc_stat self
	created=
	set -C
	own_request 8>"$V/$id.acc"
	set +C
	if [ -n "$created" ]; then
		rm -f "$V/$id.acc"
	elif [ -e "$V/$id.acc" ]; then
		exit 0
	fi
	note_full "$V"
	poke "b run $id: no room on $was_full"
	exit 0
}

# own_request: descriptor 8 is the claim. Returns only if nothing could be written there.
own_request() {
	set +C
	created=1
	self=$pid
	printf 'wrapper %s %s\n' "$self" "$pstart" >&8 || return
	# An empty claim may have been taken for a dead one's while this process was stopped.
	read -r _ or_owner _ <"$V/$id.acc"
	[ "$or_owner" = "$self" ] || exit 0
	time_now
	began=$ticks
	if ! record "accepted $id $now${newline}start $id $self $pstart $boot_id $boot_start $now"; then
		poke "b run $id: no room on $was_full"
		exit 0
	fi
	do_request 3>>"$rec" 7>>"$log"
	finish 1 error
}

# do_request: descriptor 7 is the log, 3 the record stream.
do_request() {
	[ -z "$was_full" ] || give_up "no room on $was_full"
	[ ! -e "$V/$id.abort" ] || finish 143 aborted
	check_request
	if [ "$check" != - ]; then
		launch "$check"
		after_script
		case $status in
		0) finish 0 unchanged ;;
		1) [ "$mode" = step ] || finish 1 todo ;;
		*) finish "$status" check-failed ;;
		esac
	fi
	launch "$script"
	after_script
	if [ "$status" -eq 0 ] && [ -e "$reboot_mark" ]; then
		reboot_host
	fi
	finish "$status" exit
}

# check_request: all that can be wrong before anything runs.
check_request() {
	[ -z "$common_why" ] || give_up "common.vars: $common_why"
	[ "$vars" = - ] || read_vars "$V/in/$vars" || give_up "$vars_why"
	for cr_file in "$script" "$check"; do
		[ "$cr_file" = - ] || [ -r "$V/in/$cr_file" ] || give_up "script $cr_file was not sent"
	done
	case $become:$uid in
	root:0) ;;
	root:*) give_up 'this step wants root, and kwiz is not root on this host' ;;
	self:*) prepare_self ;;
	esac
}

reboot_host() {
	[ "$uid" = 0 ] || give_up 'the step asked for a reboot, and kwiz is not root on this host'
	# In a subshell: finish ends the shell that calls it.
	(finish 0 reboot)
	# The attachment has a moment to pass the record on; it is on disk anyway.
	sleep 1
	for rh_how in 'systemctl reboot' reboot '/sbin/reboot' 'shutdown -r now'; do
		$rh_how </dev/null >/dev/null && break
	done
	exit 0
}
