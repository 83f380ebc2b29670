# shellcheck shell=bash
# Messages, the cache and its stages, the lock. Sourced by kubernetes.sh.
#
# A stage is a folder $KUBE_CACHE/NAME-KEY. KEY is a hash of what decides its
# content, so a changed recipe gives another folder and a folder, once there, is
# complete: it is made under another name, synced and renamed.

KUBE_CACHE=${KWIZ_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kwiz}/kubernetes

say() {
	printf 'kubernetes: %s\n' "$*" >&2
}

die() {
	printf 'kubernetes: error: %s\n' "$1" >&2
	shift
	local line
	for line; do
		printf 'kubernetes:   %s\n' "$line" >&2
	done
	exit 1
}

# need COMMAND PACKAGE: ends with the package to install when COMMAND is missing.
need() {
	command -v "$1" >/dev/null ||
		die "the command '$1' is missing" "install the Debian package '$2'"
}

# uptime_s: seconds since the machine booted: the time of day may be set.
uptime_s() {
	local up
	read -r up _ </proc/uptime
	printf '%s\n' "${up%%.*}"
}

# clock SECONDS: 125 -> 2m05s
clock() {
	if (($1 < 60)); then
		printf '%ds' "$1"
	else
		printf '%dm%02ds' $(($1 / 60)) $(($1 % 60))
	fi
}

# progress DONE TOTAL TEXT: redraws one line on a terminal, else writes a line
# at most every 15 seconds.
progress() {
	local percent=0 text now
	not_orphaned
	now=$(uptime_s)
	(($2 == 0)) || percent=$(($1 * 100 / $2))
	((percent <= 99)) || percent=99
	text="$3: $percent% ($(clock $((now - STAGE_STARTED))))"
	if [ -t 2 ]; then
		printf '\r\033[Kkubernetes: %s' "$text" >&2
	elif ((now >= PROGRESS_NEXT)); then
		PROGRESS_NEXT=$((now + 15))
		say "$text"
	fi
}

# progress_end: leaves the redrawn line.
progress_end() {
	if [ -t 2 ]; then
		printf '\r\033[K' >&2
	fi
}

# recipe_key TEXT...: a short hash of this machine's architecture, the texts,
# and of the files named among them (an argument @FILE, below the scripts' folder).
recipe_key() {
	local argument
	{
		dpkg --print-architecture
		for argument; do
			case $argument in
			@*) cat "$KUBE_DIR/${argument#@}" ;;
			*) printf '%s\n' "$argument" ;;
			esac
		done
	} | sha256sum | cut -c1-12
}

# stage_folder NAME: where that stage's result is, or will be.
stage_folder() {
	local name=$1 key
	key=$("stage_${name}_key")
	printf '%s/%s-%s\n' "$KUBE_CACHE" "$name" "$key"
}

# stage NAME: makes the stage unless it is there. Calls stage_NAME_make with the
# folder to fill and a work folder that outlives an interruption, so that the
# next call goes on where this one stopped.
stage() {
	local name=$1 folder work log
	folder=$(stage_folder "$name")
	if [ -e "$folder/complete" ]; then
		return 0
	fi
	work=$KUBE_CACHE/work/${folder##*/}
	log=$KUBE_CACHE/logs/${folder##*/}.log
	mkdir -p "$work" "$KUBE_CACHE/logs"
	rm -rf "$folder" "$folder.new"
	mkdir -p "$folder.new"
	STAGE_STARTED=$(uptime_s)
	PROGRESS_NEXT=$((STAGE_STARTED + 15))
	say "$("stage_${name}_title")"
	STAGE_LOG=$log
	: >"$log"
	stage_run "$name" "$folder.new" "$work" &
	SUPERVISED_PID=$!
	local status=0
	wait "$SUPERVISED_PID" || status=$?
	SUPERVISED_PID=
	progress_end
	if ((status != 0)); then
		stage_failed "$name" "$status" "$log"
	fi
	date -u +%FT%TZ >"$folder.new/complete"
	find "$folder.new" -type f -print0 | xargs -0 sync
	mv -T "$folder.new" "$folder"
	sync "$KUBE_CACHE"
	rm -rf "$work"
	say "$name done in $(clock $(($(uptime_s) - STAGE_STARTED)))"
}

# Runs as a process of its own: `set -e` is in force inside (it would not be in
# a condition), and a signal ends it and the command it waits for.
stage_run() {
	trap 'supervised_stop; exit 143' TERM
	set -e
	"stage_$1_make" "$2" "$3"
}

# Ends a stage whose builder was killed (kill -9 lets nobody say goodbye).
not_orphaned() {
	# In subshells too $$ is the outermost shell.
	kill -0 $$ 2>/dev/null || exit 143
}

# What the current shell waits for. Bash runs traps only after a command in the
# foreground ended, so long commands are started in the background and waited for.
SUPERVISED_PID=

supervised() {
	local status=0
	not_orphaned
	"$@" &
	SUPERVISED_PID=$!
	wait "$SUPERVISED_PID" || status=$?
	SUPERVISED_PID=
	return "$status"
}

supervised_stop() {
	if [ -n "$SUPERVISED_PID" ]; then
		kill -TERM "$SUPERVISED_PID" 2>/dev/null || true
		wait "$SUPERVISED_PID" 2>/dev/null || true
	fi
}

# For the outermost shell: a signal stops the stage, which can go on later.
trap_signals() {
	trap 'supervised_stop; progress_end; say "interrupted; the next call goes on from here"; exit 130' INT
	trap 'supervised_stop; exit 143' TERM HUP
}

stage_failed() {
	local name=$1 status=$2 log=$3
	if [ -s "$log" ]; then
		say "last lines of $log:"
		tail -n 15 "$log" | sed 's/^/    /' >&2
	fi
	die "stage '$name' failed (exit status $status)" "the whole log: $log"
}

# logged COMMAND...: output into the stage's log only.
logged() {
	printf '+ %s\n' "$*" >>"$STAGE_LOG"
	supervised "$@" >>"$STAGE_LOG" 2>&1
}

# cache_lock: one builder at a time; a second one waits, and says for whom.
cache_lock() {
	mkdir -p "$KUBE_CACHE"
	exec {CACHE_LOCK_FD}>>"$KUBE_CACHE/lock"
	if ! flock --nonblock "$CACHE_LOCK_FD"; then
		say "another build is running (process $(cat "$KUBE_CACHE/lock.holder" 2>/dev/null || echo unknown)); waiting for it"
		flock --timeout 3600 "$CACHE_LOCK_FD" ||
			die "the other build did not end within an hour" "see $KUBE_CACHE/logs"
	fi
	printf '%s\n' $$ >"$KUBE_CACHE/lock.holder"
}
