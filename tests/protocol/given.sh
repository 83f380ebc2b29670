# shellcheck shell=bash
# What a step is given: variables, secrets, the library, its surroundings; and how its check counts.

given_step_has_no_other_descriptors() {
	attach a
	script a s <<-'END'
		umask; pwd
		for fd in /proc/self/fd/*; do echo "${fd##*/}"; done >"$KWIZ_DIR/fds"
		cat "$KWIZ_DIR/fds"
	END
	frame a 'run 1 step s - - 60 self'
	expect a 'end 1 0'
	within 5 test -s "$T/a/log.1"
	# shellcheck disable=SC2015 # both may fail alike
	grep -qx 0022 "$T/a/log.1" && grep -qx "$D/work" "$T/a/log.1" || die "$(cat "$T/a/log.1")"
	# 0 to 3, the folder being listed, and what the shell keeps for its script, which no child gets.
	script a t <<-'END'
		ls /proc/self/fd | sort -n | tr '\n' ' '
	END
	frame a 'run 2 step t - - 60 self'
	expect a 'end 2 0'
	within 5 test -s "$T/a/log.2"
	[ "$(cat "$T/a/log.2")" = '0 1 2 3 4 ' ] || die "$(cat "$T/a/log.2")"
	done_with a
}

variable() { printf '%s %s\n%s\n' "$1" "$(printf %s "$2" | wc -c)" "$2"; }

given_variables() {
	attach a
	# shellcheck disable=SC2016
	odd='$(touch '$T/evil')`x`"'\''\ é '
	long=$(head -c 65536 /dev/zero | tr '\0' v)
	{
		variable KWIZ_ANSWER_odd "$odd"
		variable KWIZ_ANSWER_lines $'one\n\ntwo\n'x
		variable KWIZ_STEP common
		variable https_proxy http://p:1/
	} >"$T/common"
	{
		variable KWIZ_STEP own
		variable KWIZ_ANSWER_empty ''
		variable KWIZ_ANSWER_long "$long"
	} >"$T/vars"
	ask a "put common.vars $T/common"
	ask a "put v $T/vars"
	script a s <<-'END'
		set -eu
		printf '%s|' "$KWIZ_ANSWER_odd" "$KWIZ_ANSWER_lines" "$KWIZ_STEP" "$KWIZ_ANSWER_empty" "$https_proxy" "${#KWIZ_ANSWER_long}"
	END
	frame a 'run 1 step s - v 60 self'
	expect a 'end 1 0'
	want="$odd|"$'one\n\ntwo\nx|own||http://p:1/|65536|'
	ask a "stream 5 log 1 $(printf %s "$want" | wc -c)"
	[ "$(cat "$T/a/log.1")" = "$want" ] || die "$(cat "$T/a/log.1")"
	[ ! -e "$T/evil" ] || die 'a value was evaluated'
	# A common variable that is gone is gone.
	variable KWIZ_STEP again >"$T/common"
	ask a "put common.vars $T/common"
	script a t <<-'END'
		printf '%s' "$KWIZ_STEP${KWIZ_ANSWER_odd-}"
	END
	frame a 'run 2 step t - - 60 self'
	expect a 'end 2 0 exit 5'
	local id=3
	for line in 'PATH 1' 'KWIZ_X 1x' 'KWIZ_X' 'KWIZ_X 3' 'KWIZ_X-Y 1' 'KWIZ_X 99999'; do
		printf '%s\nx\n' "$line" >"$T/vars"
		ask a "put w$id $T/vars"
		frame a "run $id step t - w$id 60 self"
		expect a "end $id 1 error"
		id=$((id + 1))
	done
	done_with a
}

given_secrets() {
	RUNTIME=$SHM
	mkdir -m 700 "$RUNTIME" || skip 'no /dev/shm'
	attach a
	printf 'in-secret-1' >"$T/tok"
	ask a "put 1.secret.tok $T/tok"
	script a s <<-'END'
		set -eu
		[ "$(kwiz_read_secret tok)" = "$(echo in-SECRET-1 | tr A-Z a-z)" ]
		kwiz_read_secret other 2>/dev/null && exit 3
		kwiz_secret join "$(echo out-SECRET-2 | tr A-Z a-z)"
		printf 'out-SECRET-3' | tr A-Z a-z | kwiz_secret piped
	END
	frame a 'run 1 step s - - 60 self'
	expect a 'end 1 0'
	frame a 'secret join'
	expect a '^secret join 12'
	frame a 'secret piped'
	expect a '^secret piped 12'
	frame a 'secret none'
	expect a '^secret none -$'
	[ "$(cat "$T/a/key.join")$(cat "$T/a/key.piped")" = out-secret-2out-secret-3 ] || die 'secret'
	! grep -rq 'secret-[123]' "$T/home" || die "$(grep -r 'secret-[123]' "$T/home")"
	[ "$(stat -c %a "$RUNTIME/kwiz/r1/h1/secret/join")" = 600 ] || die mode
	frame a 'drop 1'
	within 5 test -e "$V/1.had"
	within 5 test ! -e "$RUNTIME/kwiz/r1/h1/in/1.secret.tok"
	done_with a
	[ ! -e "$RUNTIME/kwiz/r1" ] || die 'secrets are left'
}

given_secrets_need_memory() {
	attach a
	printf 'in-secret-1' >"$T/tok"
	ask a "put 1.secret.tok $T/tok"
	expect a '^bad put 1.secret.tok'
	script a s <<-'END'
		kwiz_secret join x && exit 3
		kwiz_read_secret tok && exit 4
		exit 0
	END
	frame a 'run 1 step s - - 60 self'
	expect a 'end 1 0'
	! grep -rq 'in-secret' "$T/home" || die 'on disk'
	done_with a
}

given_checks() {
	attach a
	script a yes <<<'exit 0'
	script a no <<<'exit 1'
	script a broken <<<'exit 2'
	script a s <<<"echo x >>$T/ran"
	frame a 'run 1 step s yes - 60 self'
	expect a 'end 1 0 unchanged'
	frame a 'run 2 step s broken - 60 self'
	expect a 'end 2 2 check-failed'
	frame a 'run 3 check - no - 60 self'
	expect a 'end 3 1 todo'
	frame a 'run 4 check - yes - 60 self'
	expect a 'end 4 0 unchanged'
	[ ! -e "$T/ran" ] || die 'ran'
	frame a 'run 5 step s no - 60 self'
	expect a 'end 5 0 exit'
	[ -e "$T/ran" ] || die 'did not run'
	done_with a
}

given_library() {
	attach a
	script a s <<-'END'
		set -eu
		try() { n=$((n + 1)); [ "$n" -ge "$1" ]; }
		n=0; kwiz_retry 3 0 try 3; echo "retry $n"
		n=0; kwiz_retry 2 0 try 3 || echo "gave up $n"
		n=0; kwiz_wait 5 try 2; echo "wait $n"
		kwiz_wait 0 false || echo 'never'
		inner() { kwiz_wait 1 true; n=$((n + 1)); [ "$n" -ge 2 ]; }
		n=0; kwiz_wait 9 inner; echo "nested $n"
		kwiz_progress 7 'two
		lines'
		kwiz_progress x y 2>/dev/null || echo refused
		kwiz_result key 'é
		2'
		kwiz_result .bad x 2>/dev/null || echo refused
		kwiz_warn 'mind' the gap
		kwiz_unchanged
		kwiz_fail 'it broke' 'mend it'
	END
	frame a 'run 1 step s - - 60 self'
	expect a 'end 1 1 exit'
	printf '%s\n' 'progress 7 two lines' 'result key 4' 'é' '2' 'warn mind the gap' unchanged 'fail it broke' 'hint mend it' >"$T/want"
	ask a "stream 5 rec 1 $(stat -c %s "$T/want")"
	same_bytes "$T/want" "$T/a/rec.1"
	printf '%s\n' 'retry 3' 'gave up 2' 'wait 2' never 'nested 2' refused refused 'warning: mind the gap' 'error: it broke' 'hint: mend it' >"$T/want"
	ask a "stream 5 log 1 $(stat -c %s "$T/want")"
	same_bytes "$T/want" "$T/a/log.1"
	done_with a
}

# A result that says `reboot` is data.
given_result_is_no_order() {
	attach a
	script a s <<-'END'
		kwiz_result key reboot
	END
	frame a 'run 1 step s - - 60 self'
	expect a 'end 1 0 exit'
	done_with a
}

# Without root nobody can reboot: the step fails and says so.
given_reboot_needs_root() {
	attach a
	script a s <<<kwiz_reboot
	frame a 'run 1 step s - - 60 self'
	expect a 'end 1 1 error'
	done_with a
}

given_too_many_variables() {
	attach a
	for i in 1 2 3 4 5; do variable "KWIZ_ANSWER_$i" "$(head -c 60000 /dev/zero | tr '\0' v)"; done >"$T/vars"
	ask a "put v $T/vars"
	script a s <<<true
	frame a 'run 1 step s - v 60 self'
	expect a 'end 1 1 error'
	ask a "put common.vars $T/vars"
	frame a 'run 2 step s - - 60 self'
	expect a 'end 2 1 error'
	done_with a
}
