# shellcheck shell=sh
# What the attachment, the supervisor, its wrappers and an abort share. RUN and HOST come from the lines above.
# No `local` in POSIX sh: a function's variables begin with its name's first letters or are listed as what it sets.
# Builtins are preferred throughout: a fork and an exec cost about a millisecond, and many hosts may be one machine.

newline='
'
: "${LOG_LIMIT:=2147483648}"
REC_LIMIT=1048576

# is_id TEXT: a decimal number that fits every shell's arithmetic.
is_id() {
	case $1 in
	'' | *[!0-9]* | ???????????????????*) return 1 ;;
	esac
}

is_name() {
	case $1 in
	'' | .* | *[!A-Za-z0-9_.-]*) return 1 ;;
	esac
	[ ${#1} -le 100 ]
}

# Sets uid (effective), top, D and V.
find_places() {
	uid=
	while read -r fp_key _ fp_value _; do
		if [ "$fp_key" = Uid: ]; then
			uid=$fp_value
			break
		fi
	done </proc/self/status
	if [ "$uid" = 0 ]; then
		top=/run/kwiz
		D=/var/lib/kwiz/$RUN/$HOST
		V=$top/$RUN/$HOST
	else
		top=$HOME/.local/state/kwiz
		D=$top/$RUN/$HOST
		V=$D/volatile
	fi
	control=$D/control
	tag=$RUN/$HOST
}

# Sets boot_id and boot_start.
read_boot() {
	boot_id=-
	{ read -r boot_id </proc/sys/kernel/random/boot_id; } 2>/dev/null
	proc_stat 1
	boot_start=${pstart:-0}
}

# proc_stat PID: sets pstate, pparent, pgroup, pstart; fails if there is no such process.
proc_stat() {
	pstart=
	{ read -r ps_line </proc/"$1"/stat; } 2>/dev/null || return 1
	ps_line=${ps_line##*) }
	# shellcheck disable=SC2086
	set -- $ps_line
	[ $# -ge 20 ] || return 1
	pstate=$1 pparent=$2 pgroup=$3
	shift 19
	pstart=$1
}

# is_alive PID START: that very process, and not a zombie.
is_alive() {
	is_id "$1" && proc_stat "$1" && [ "$pstart" = "$2" ] && [ "$pstate" != Z ] && [ "$pstate" != X ]
}

# set_clock: one fork; time_now then tells the time without any.
set_clock() {
	read -r up _ </proc/uptime
	clock_base=$(($(date +%s) - ${up%.*}))
}

# Sets now, in seconds since 1970.
time_now() {
	read -r up _ </proc/uptime
	now=$((clock_base + ${up%.*}))
}

# Sets ticks: hundredths of a second since boot.
time_ticks() {
	read -r up _ </proc/uptime
	ticks=${up%.*}${up#*.}
}

# append LINES: to the control records, synced. One write, so records of several wrappers do not mix.
append() {
	{ printf '%s\n' "$1" >>"$control"; } 2>/dev/null || return 1
	[ -e "$V/synced" ] || dd if=/dev/null of="$control" conv=notrunc,fsync 2>/dev/null
}

# record LINES: like append; when there is no room the reserve is given up, and as somebody else may take it this is
# tried for 2 s. Sets was_full to the mount then.
record() {
	was_full=
	append "$1" && return 0
	give_up_reserve
	re_turn=0
	while [ "$re_turn" -lt 20 ]; do
		time_now
		# A torn line may precede: the newline ends it, and readers skip what is no record.
		append "${newline}full $was_full $now$newline$1" && return 0
		sleep 0.1 2>/dev/null || { sleep 1; re_turn=$((re_turn + 9)); }
		re_turn=$((re_turn + 1))
	done
	return 1
}

give_up_reserve() {
	rm -f "$D/reserve"
	was_full=$(df -P "$D" 2>/dev/null | {
		read -r _
		read -r _ _ _ _ _ gu_mount
		printf '%s' "$gu_mount"
	})
	case $was_full in
	'' | *[!A-Za-z0-9_./-]*) was_full=$D ;;
	esac
}

# poke LINE: wakes the writer of the newest attachment. `1<>` neither blocks nor fails when nobody reads.
poke() {
	{ read -r pk_epoch <"$V/epoch"; } 2>/dev/null || return 0
	[ -p "$V/att.$pk_epoch" ] || return 0
	{ printf '%s\n' "$1" 1<>"$V/att.$pk_epoch"; } 2>/dev/null || return 0
}

# tagged ID: sets pids to the processes that carry the request in their environment.
tagged() {
	pids=
	for tg_file in $(grep -lszxF "KWIZ_REQUEST=$tag/$1" /proc/[0-9]*/environ 2>/dev/null); do
		tg_file=${tg_file#/proc/}
		pids="$pids ${tg_file%/environ}"
	done
}

# group_lives GROUP (0: none)
group_lives() {
	[ "$1" -gt 1 ] && kill -0 "-$1" 2>/dev/null
}

# end_step ID GROUP: TERM to the step's process group (0: it has none) and to whatever else carries its tag; KILL 10 s
# later. Fails if something survives even that.
end_step() {
	es_turn=0
	while [ "$es_turn" -le 110 ]; do
		es_signal=
		[ "$es_turn" -eq 0 ] && es_signal=TERM
		[ "$es_turn" -ge 100 ] && es_signal=KILL
		[ -n "$es_signal" ] && [ "$2" -gt 1 ] && kill "-$es_signal" "-$2" 2>/dev/null
		if [ -n "$es_signal" ] || ! group_lives "$2"; then
			tagged "$1"
			if [ -z "$pids" ] && ! group_lives "$2"; then return 0; fi
			for es_pid in $pids; do
				[ -n "$es_signal" ] && kill "-$es_signal" "$es_pid" 2>/dev/null
			done
		fi
		if sleep 0.1 2>/dev/null; then
			es_turn=$((es_turn + 1))
		else
			sleep 1
			es_turn=$((es_turn + 10))
		fi
	done
	return 1
}

# read_claim ID: what the request's wrapper noted about itself. Sets claim (its file, empty if there is none), wrapper,
# wrapper_start, group, group_start (0: no script was started).
read_claim() {
	claim= wrapper=0 wrapper_start=0 group=0 group_start=0
	for rc_file in "$V/$1.run."*; do
		[ -s "$rc_file" ] || continue
		claim=$rc_file
		while read -r rc_word rc_pid rc_start; do
			case $rc_word in
			wrapper) wrapper=$rc_pid wrapper_start=$rc_start ;;
			group) group=$rc_pid group_start=$rc_start ;;
			void) claim= ;;
			esac
		done <"$rc_file"
		[ -n "$claim" ] && return 0
	done
	return 1
}
