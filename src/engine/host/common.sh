# shellcheck shell=sh
# What the attachment, the supervisor, its wrappers and an abort share. RUN and HOST come from the lines above.
# No `local` in POSIX sh: a function's variables begin with its name's first letters or are listed as what it sets.
# Builtins are preferred throughout: a fork and an exec cost about a millisecond, and many hosts may be one machine. For
# the same reason standard error is /dev/null once and for all wherever this runs, not at each command that may complain.

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
	read -r boot_id </proc/sys/kernel/random/boot_id
	proc_stat 1
	boot_start=${pstart:-0}
}

# proc_stat PID|self: sets pid, pstate, pparent, pgroup, pstart; fails if there is no such process.
proc_stat() {
	pstart=
	read -r ps_line </proc/"$1"/stat || return 1
	pid=${ps_line%% *}
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

# set_clock: once, and again now and then; time_now goes on from there.
set_clock() {
	read -r up _ </proc/uptime
	clock_base=$(($(date +%s) - ${up%.*}))
}

# time_now: without a fork. Sets now, in seconds since 1970, and ticks, in hundredths of a second since boot.
time_now() {
	read -r up _ </proc/uptime
	ticks=${up%.*}${up#*.}
	now=$((clock_base + ${up%.*}))
}
