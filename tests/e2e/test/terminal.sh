# shellcheck shell=bash
# The operator at a terminal: what is asked, once, and how many connections that takes.

hosts_first_run='first-run-1 first-run-2 first-run-3'
test_first_run() { # nothing is known of the hosts, passwords are asked for
	local h before=()
	: >"$W/known"
	for h; do before+=("$(opened "$h")"); done
	SSH="user: ubuntu, become: sudo" fleet_answers "$@"
	KNOWN_HOSTS=$W/known on_terminal run --plain "$W/answers.yaml"
	converse 0 "the host key is not known" yes "asks: Password" "$(cat "$LAB_PASSWORD_FILE")" "password for sudo" "$(cat "$LAB_PASSWORD_FILE")" \
		"Begin?" y
	has "$W/out" "prepared as root"
	has "$W/out" "first-run-1 verify: ok"
	same 3 "$(shown "host key is not known")" "host keys asked for"
	same 2 "$(shown "assword")" "passwords asked for"
	same 3 "$(wc -l <"$W/known")" "keys remembered"
	hasnt "$W/out" "$(cat "$LAB_PASSWORD_FILE")"
	! grep -rF "$(cat "$LAB_PASSWORD_FILE")" "$(run_folder)" || fail "the password in the run's folder"
	for h; do
		same $((before[0] + 1)) "$(opened "$h")" "connections to $h"
		before=("${before[@]:1}")
	done
}

hosts_slip='slip-1 slip-2'
test_slip() { # a slip is asked about again, and costs no other host an attempt
	SSH="user: ubuntu, become: sudo" fleet_answers "$@"
	on_terminal run --plain --yes "$W/answers.yaml"
	reply "assword" wrong 1
	reply "That was refused. slip-" "$(cat "$LAB_PASSWORD_FILE")" 1
	reply "password for sudo" wrong
	reply "That was refused. slip-" "$(cat "$LAB_PASSWORD_FILE")" 2
	terminal_ends 0
	same 4 "$(shown "assword")" "passwords asked for"
	has "$W/out" "slip-2 join: ok"
}

test_screen_asks() { # sudo's password in the middle of the screen
	SSH="user: ubuntu, become: sudo, identity: $LAB_KEY" fleet_answers "$@"
	on_terminal run --exit-at-end "$W/answers.yaml"
	reply "Begin?" y
	reply "password for sudo" "$(cat "$LAB_PASSWORD_FILE")"
	terminal_ends 0
	has "$W/out" "done in"
	same 1 "$(shown "assword")" "passwords asked for"
}

test_check_asks() {
	: >"$W/known"
	SSH="user: ubuntu, become: sudo" fleet_answers "$@"
	KNOWN_HOSTS=$W/known on_terminal check "$W/answers.yaml"
	reply "the host key is not known" yes
	reply "assword" "$(cat "$LAB_PASSWORD_FILE")"
	terminal_ends 0
	has "$W/out" "checks: 0 fail, 0 warn, 0 skip, 1 pass, 0 accepted; 1 of 1 host measured"
	: >"$W/known"
	KNOWN_HOSTS=$W/known on_terminal check "$W/answers.yaml"
	reply "the host key is not known" no
	terminal_ends 6
	has "$W/out" "host-key-new"
	[ ! -s "$W/known" ] || fail "the key was remembered"
}

test_interrupted_question() { # ^C at a question gives the terminal back and changes nothing
	SSH="user: ubuntu, become: sudo" fleet_answers "$@"
	on_terminal run "$W/answers.yaml"
	press "assword" $'\003'
	terminal_ends 130
	[ ! -d "$W/state/kwiz/runs" ] || fail "a run was made"
	SSH="user: ubuntu, become: sudo, identity: $LAB_KEY" fleet_answers "$@"
	on_terminal run "$W/answers.yaml"
	press "Begin?" $'\003'
	terminal_ends 130
	on_terminal run "$W/answers.yaml"
	reply "Begin?" n
	terminal_ends 4
	[ ! -d "$W/state/kwiz/runs" ] || fail "a run was made"
}

hosts_one_connection='one-connection-1 one-connection-2'
test_one_connection() { # the run takes over what the check has opened
	local h before=()
	for h; do before+=("$(opened "$h")"); done
	fleet_answers "$@"
	run_kwiz 0 run --yes "$W/answers.yaml"
	has "$W/out" "checks: 0 fail"
	for h; do
		same $((before[0] + 1)) "$(opened "$h")" "connections to $h"
		before=("${before[@]:1}")
	done
}
