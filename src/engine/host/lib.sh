# shellcheck shell=sh
# What a step can call. It is the first part of the bootstrap, so `sh FILE step SCRIPT` reads only this much of it (a
# shell reads a script as it goes), then the step's script in the same shell. Everything here works under `set -eu`.
#
# Descriptor 3 is the record stream; a step that closed it runs on without records. Text is data: one line, never evaluated.

kwiz_newline='
'

# Sets kwiz_text to the arguments as one line.
kwiz_one_line() {
	kwiz_text=$*
	while :; do
		case $kwiz_text in
		*"$kwiz_newline"*) kwiz_text="${kwiz_text%%"$kwiz_newline"*} ${kwiz_text#*"$kwiz_newline"}" ;;
		*) return 0 ;;
		esac
	done
}

kwiz_record() {
	{ printf '%s\n' "$1" >&3; } 2>/dev/null || return 0
}

kwiz_is_key() {
	case $1 in
	'' | .* | *[!A-Za-z0-9_.-]*)
		printf 'kwiz: not a key: %s\n' "$1" >&2
		return 2
		;;
	esac
}

# kwiz_progress PERCENT TEXT
kwiz_progress() {
	case $1 in
	'' | *[!0-9]*)
		printf 'kwiz_progress: a number from 0 to 100 is wanted, not %s\n' "$1" >&2
		return 2
		;;
	esac
	kwiz_one_line "${2-}"
	kwiz_record "progress $1 $kwiz_text"
}

# kwiz_result KEY VALUE: data for other steps and the report. The subshell keeps the step's own locale out of the length,
# which is in bytes.
kwiz_result() {
	kwiz_is_key "$1" || return
	(
		LC_ALL=C
		printf 'result %s %s\n%s\n' "$1" "${#2}" "$2" >&3
	)
}

# kwiz_secret KEY [VALUE]: publishes a secret; without VALUE it is read from stdin. It lies in memory only (tmpfs).
kwiz_secret() {
	kwiz_is_key "$1" || return
	if [ "${KWIZ_SECRETS:--}" = - ]; then
		printf 'kwiz_secret: no folder in memory (tmpfs) for secrets on this host\n' >&2
		return 1
	fi
	(
		umask 077
		if [ $# -gt 1 ]; then printf '%s' "$2"; else cat; fi >"$KWIZ_SECRETS/secret/.$1.new"
	) && mv -f "$KWIZ_SECRETS/secret/.$1.new" "$KWIZ_SECRETS/secret/$1" && kwiz_record "secret $1"
}

# kwiz_read_secret KEY: prints a secret that kwiz sent for this request.
kwiz_read_secret() {
	kwiz_is_key "$1" || return
	if ! [ -r "${KWIZ_SECRETS:--}/in/${KWIZ_REQUEST##*/}.secret.$1" ]; then
		printf 'kwiz_read_secret: no secret %s was sent for this step\n' "$1" >&2
		return 1
	fi
	cat "$KWIZ_SECRETS/in/${KWIZ_REQUEST##*/}.secret.$1"
}

kwiz_warn() {
	kwiz_one_line "$*"
	printf 'warning: %s\n' "$kwiz_text" >&2
	kwiz_record "warn $kwiz_text"
}

# kwiz_fail MESSAGE [HINT]: ends the step with status 1.
kwiz_fail() {
	kwiz_one_line "$1"
	printf 'error: %s\n' "$kwiz_text" >&2
	kwiz_record "fail $kwiz_text"
	if [ -n "${2-}" ]; then
		kwiz_one_line "$2"
		printf 'hint: %s\n' "$kwiz_text" >&2
		kwiz_record "hint $kwiz_text"
	fi
	exit 1
}

# Says that the step changed nothing. The script goes on.
kwiz_unchanged() {
	kwiz_record unchanged
}

# Ends the step with status 0; the host reboots when the end is on disk.
kwiz_reboot() {
	true >"$KWIZ_REBOOT"
	kwiz_record reboot
	exit 0
}

kwiz_uptime() {
	read -r kwiz_up _ </proc/uptime
	kwiz_up=${kwiz_up%.*}
}

kwiz_without_first() {
	shift
	"$@"
}

# kwiz_wait SECONDS COMMAND...: runs COMMAND once a second until it succeeds; 1 if it never did. The positional
# parameters hold the state because only they belong to this call (COMMAND may be a function that waits itself).
kwiz_wait() {
	kwiz_uptime
	kwiz_up=$((kwiz_up + $1))
	shift
	set -- "$kwiz_up" "$@"
	until kwiz_without_first "$@"; do
		kwiz_uptime
		[ "$kwiz_up" -lt "$1" ] || return 1
		sleep 1
	done
}

# kwiz_retry TIMES DELAY COMMAND...: runs COMMAND up to TIMES times, DELAY seconds apart; the last status.
kwiz_retry() {
	while :; do
		if kwiz_try "$@"; then return 0; fi
		[ "$1" -gt 1 ] || return 1
		sleep "$2"
		kwiz_up=$(($1 - 1))
		shift
		set -- "$kwiz_up" "$@"
	done
}

kwiz_try() {
	shift 2
	"$@"
}

if [ "${1-}" = step ]; then
	kwiz_script=$2
	unset RUN HOST OPERATOR TAKE_OVER LOG_LIMIT SEEN_BOOT ABORT
	set --
	# shellcheck disable=SC1090
	. "$kwiz_script"
	exit
fi
