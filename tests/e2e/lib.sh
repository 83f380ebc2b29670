# shellcheck shell=bash
# What the end-to-end tests share. Each test is a function test_NAME in tests/e2e/test/*.sh; it gets hosts of its own by `# hosts: NAME...` of
# its file's table below and a folder of its own in $W. A test fails by returning non-zero; `fail TEXT` says why.

fail() {
	echo "# $*"
	return 1
}

same() { # same WANTED FOUND WHAT
	[ "$1" = "$2" ] || fail "${3:-value}: wanted '$1', found '$2'"
}

has() { # has FILE TEXT: the file holds the text
	grep -qF -- "$2" "$1" || {
		echo "# $1 does not hold '$2':"
		tail -n 30 "$1" | sed 's/^/#   /'
		return 1
	}
}

hasnt() { # hasnt FILE TEXT: the file is there, and does not hold the text
	finds_nothing -F -e "$2" "$1"
}

# finds_nothing GREP-ARGUMENT...: grep could read all it was to read, and found nothing.
finds_nothing() {
	local rc=0
	grep "$@" || rc=$?
	case $rc in
	0) fail "grep $* finds the above" ;;
	1) ;;
	*) fail "grep $*: status $rc" ;;
	esac
}

# until_true SECONDS COMMAND...: waits for a condition, with a limit.
until_true() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		((SECONDS < end)) || fail "not in time: $*" || return
		sleep 0.1
	done
}

lab() {
	"$TOP/tests/lab/lab" "$@"
}

# on HOST COMMAND...: as root on the host.
on() {
	lab shell "$@"
}

# answers HOST...: writes $W/answers.yaml; variables FIRST, SECOND, ASIDE, CHECK hold scripts; EXTRA more top-level lines; SSH the ssh line's inside.
answers() {
	{
		echo "version: 1"
		echo "name: test"
		echo "spell: script"
		echo "topology: any"
		echo "hosts:"
		local h
		for h; do echo "  - {name: $h, address: \"${ADDRESS:-$(lab_address "$h")}\", roles: [node]}"; done
		echo "ssh: {${SSH:-user: root, become: none, identity: $LAB_KEY}}"
		echo "answers:"
		script_answer first "${FIRST:-true}"
		script_answer second "${SECOND:-true}"
		script_answer aside "${ASIDE:-true}"
		script_answer check "${CHECK:-exit 1}"
		[ -z "${BRING-}" ] || script_answer bring "$BRING"
		if [ -n "${PUBLISH-}" ]; then
			echo "  secretive: true"
			script_answer publish "$PUBLISH"
			script_answer quote "$QUOTE"
		fi
		printf '%s\n' "${EXTRA:-}"
	} >"$W/answers.yaml"
}

# fleet_answers HEAD [NODE...]: writes $W/answers.yaml for the spell fleet; SSH and EXTRA as above.
fleet_answers() {
	local h role=head
	{
		printf '%s\n' "version: 1" "name: test" "spell: fleet" "topology: any" "hosts:"
		for h; do
			echo "  - {name: $h, address: \"$(lab_address "$h")\", roles: [$role]}"
			role=node
		done
		echo "ssh: {${SSH:-user: root, become: none, identity: $LAB_KEY}}"
		printf '%s\n' "${EXTRA:-}"
	} >"$W/answers.yaml"
}

script_answer() {
	echo "  $1: |"
	# shellcheck disable=SC2001 # ${2//} knows no beginning of a line
	sed 's/^/    /' <<<"$2"
}

lab_address() {
	lab ls | awk -v h="$1" '$1 == h {print $2}'
}

# kwiz ARGUMENT...: in the lab's network, with a state folder, a home and known_hosts of the test's own.
kwiz() {
	kwiz_environment
	# shellcheck disable=SC2086 # words
	lab exec ${within:+timeout --foreground -k 10 $within} env "${KWIZ_ENVIRONMENT[@]}" "${KWIZ:-$TOP/kwiz}" "$@"
}

kwiz_environment() {
	KWIZ_ENVIRONMENT=(HOME="$W/home" XDG_STATE_HOME="${STATE:-$W/state}" KWIZ_SPELLS="$TOP/tests/e2e/spells" KWIZ_SSH_CONFIG=/dev/null
		KWIZ_KNOWN_HOSTS="${KNOWN_HOSTS:-$LAB_KNOWN_HOSTS}" SSH_AUTH_SOCK='' LC_ALL=C.UTF-8 LANGUAGE='')
}

# on_terminal ARGUMENT...: kwiz in the background on a terminal of its own. What it shows goes to $W/out; `reply` answers; `terminal_ends` waits.
# Behind it stands a line "kwiz ended with STATUS, echo is on" (or off).
on_terminal() {
	local words
	kwiz_environment
	printf -v words '%q ' "$TOP/tests/lab/lab" exec env "${KWIZ_ENVIRONMENT[@]}" TERM=xterm "${KWIZ:-$TOP/kwiz}" "$@"
	rm -f "$W/keys"
	mkfifo "$W/keys"
	: >"$W/out"
	SHELL=/bin/bash script -q -f -c "trap : INT; stty cols 200 rows 50; $words; rc=\$?
		if stty -a | grep -q -- ' -echo '; then echo=off; else echo=on; fi
		echo \"kwiz ended with \$rc, echo is \$echo\"" "$W/out" <"$W/keys" >/dev/null 2>&1 &
	TERMINAL_JOB=$!
	exec 7>"$W/keys"
}

shown() { # shown TEXT: how often the terminal has shown it
	tail -n +2 "$W/out" | grep -aoF -- "$1" | wc -l # the first line is the command
}

shown_times() {
	[ "$(shown "$1")" -ge "$2" ]
}

reply() { # reply TEXT LINE [TIMES]: wait until TEXT has been shown (so often), then type LINE and Enter
	press "$1" "$2"$'\n' "${3:-1}"
}

press() { # press TEXT KEYS [TIMES]
	until_true 60 shown_times "$1" "${3:-1}" || {
		tail -n 20 "$W/out" | sed 's/^/#   /'
		return 1
	}
	printf '%s' "$2" >&7
}

# converse STATUS [TEXT REPLY]...: answer each question that holds TEXT by REPLY, in whatever order they come, until kwiz has ended.
converse() {
	local status=$1 i end=$((SECONDS + 90))
	shift
	local -a pairs=("$@") answered=()
	while ! shown_times 'kwiz ended with' 1; do
		((SECONDS < end)) || break
		for ((i = 0; i < ${#pairs[@]}; i += 2)); do
			if shown_times "${pairs[i]}" $((${answered[i]:-0} + 1)); then
				answered[i]=$((${answered[i]:-0} + 1))
				printf '%s\n' "${pairs[i + 1]}" >&7
			fi
		done
		sleep 0.05
	done
	terminal_ends "$status" 1
}

terminal_ends() { # terminal_ends STATUS [SECONDS]
	until_true "${2:-90}" shown_times 'kwiz ended with' 1 || tail -n 40 "$W/out" | sed 's/^/#   /'
	exec 7>&-
	wait "$TERMINAL_JOB" || true
	has "$W/out" "kwiz ended with $1, echo is on"
}

# opened HOST: how many TCP connections the host has accepted since it was made.
opened() {
	on "$1" awk '$1 == "Tcp:" && at {print $at; exit} $1 == "Tcp:" {for (i = 2; i <= NF; i++) if ($i == "PassiveOpens") at = i}' /proc/net/snmp
}

# run_kwiz STATUS ARGUMENT...: output to $W/out; the exit status must be STATUS.
# That kwiz ends, whatever happens, is asked by a limit far above what any of them takes; its status is 124.
run_kwiz() {
	local want=$1 rc=0 within=900
	shift
	kwiz "$@" >"$W/out" 2>&1 </dev/null || rc=$?
	[ "$rc" = "$want" ] || {
		echo "# kwiz $*: wanted status $want, found $rc; it said:"
		tail -n 40 "$W/out" | cut -c1-400 | sed 's/^/#   /'
		return 1
	}
}

# judge STATUS [ARGUMENT...]: `kwiz check --json` of $W/answers.yaml, for `verdict` and `expect`.
judge() {
	run_kwiz "$1" check --json "${@:2}" "$W/answers.yaml"
}

verdict() { # verdict HOST CHECK: its verdict, and what was found
	sed -nE "s/^\{\"event\":\"check\",.*\"host\":\"$1\",\"check\":\"$2\",\"verdict\":\"([a-z]+)\",\"found\":\"(([^\"\\\\]|\\\\.)*)\".*/\1 \2/p" "$W/out"
}

expect() { # expect HOST CHECK VERDICT-AND-WHAT-WAS-FOUND
	same "$3" "$(verdict "$1" "$2")" "$2 of $1"
}

expect_like() { # expect_like HOST CHECK PATTERN: for figures that differ from time to time
	[[ $(verdict "$1" "$2") =~ ^$3$ ]] || fail "$2 of $1: wanted '$3', found '$(verdict "$1" "$2")'"
}

# start_kwiz ARGUMENT...: in the background; $KWIZ_JOB is its process (kwiz itself: lab exec and env become it).
start_kwiz() {
	kwiz "$@" >"$W/out" 2>&1 </dev/null &
	KWIZ_JOB=$!
}

# kwiz_pid: the pid of the kwiz that holds the newest run's lock (`kwiz-lock 1 PID START ...`). Never a pid that is not kwiz's.
kwiz_pid() {
	local word version pid=''
	read -r word version pid _ <"$(run_folder)/lock" && [ "$word $version" = "kwiz-lock 1" ] &&
		[ "$(cat "/proc/$pid/comm")" = kwiz ] || fail "no kwiz holds the lock" >&2 || return
	echo "$pid"
}

# signal_kwiz SIGNAL
signal_kwiz() {
	local pid
	pid=$(kwiz_pid) && kill "-$1" "$pid"
}

# run_folder: that of the newest run. By the plan, which is written once at its start: ids tell the time to the second only.
run_folder() {
	find "${STATE:-$W/state}/kwiz/runs" -mindepth 2 -maxdepth 2 -name plan.json -printf '%T@ %h\n' | sort -n | tail -n 1 | cut -d ' ' -f 2-
}

# log_of HOST STEP: path of the newest log.
log_of() {
	find "$(run_folder)/logs/$1" -name "$2.*.log" | sort -V | tail -n 1
}

