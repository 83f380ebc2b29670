# shellcheck shell=bash
# The loader under whatever the login shell is, on a terminal or not, with whatever dd there is.

works() {
	attach a
	script a s <<<'echo x'
	frame a 'run 1 step s - - 60 self'
	expect a 'end 1 0 exit 2'
	ask a 'stream 5 log 1 2'
	done_with a
}

login_shell() {
	command -v "$1" >/dev/null || skip "no $1 here"
	LOGIN_SHELL=("$(command -v "$1")" "${@:2}")
	works
}

loader_text() {
	[ "$(wc -l <"$HOST_DIR/loader.sh")" = 1 ] || die 'more than a line'
	[ "$(wc -c <"$HOST_DIR/loader.sh")" -le 1000 ] || die 'longer than the words of old csh'
	! grep -q "['\\\\!]" "$HOST_DIR/loader.sh" || die 'a quote, a backslash or an exclamation mark'
}

loader_csh() { login_shell tcsh -f; }
loader_fish() { login_shell fish --no-config; }
loader_dash() { login_shell dash; }
loader_bash() { login_shell bash; }
loader_busybox() { login_shell busybox sh; }

loader_home_with_blanks() {
	HOME_SUFFIX="/of one * user's"
	mkdir -p "$T/home$HOME_SUFFIX"
	attach a
	script a s <<<'echo x; kwiz_progress 3 x'
	frame a 'run 1 step s - - 60 self'
	expect a 'end 1 0 exit 2 13'
	frame a 'drop 1'
	hang_up a
	attach b
	expect b 'end 1 0'
	ask b 'stream 5 log 1 2'
	D="$T/home$HOME_SUFFIX/.local/state/kwiz/r1/h1"
	done_with b
}

# sudo may want a terminal: the loader sets it raw, and bytes pass.
loader_terminal() {
	type -P script >/dev/null || skip 'no script(1) here'
	printf '#!/bin/bash\nexec %s -qfec "$2" /dev/null\n' "$(type -P script)" >"$T/terminal"
	chmod +x "$T/terminal"
	LOGIN_SHELL=("$T/terminal")
	attach a
	printf 'a\0\r\n\003\004\021\023\032\034\177\377b' >"$T/bytes"
	ask a "put bytes $T/bytes"
	script a s <<<'cat "$KWIZ_FILES/bytes"'
	frame a 'run 1 step s - - 60 self'
	expect a 'end 1 0 exit 13'
	ask a 'stream 5 log 1 13'
	cmp "$T/bytes" "$T/a/log.1" || die 'bytes differ'
	frame a 'quit clear'
	expect a '^bye'
	# script(1) does not hang up at the end of its input as sshd does.
	kill -KILL "$(pgrep -P "${PEER[a]}")"
	hang_up a
}

loader_old_dd() {
	rm -f "$T/bin/dd"
	printf '#!%s\ncase " $* " in *iflag*|*oflag*) exit 1;; esac\nexec %s "$@"\n' "$(command -v bash)" \
		"$(if [ "$SHELL_NAME" = busybox ]; then echo 'busybox dd'; else command -v dd; fi)" >"$T/bin/dd"
	sed -i "s#busybox dd#$(command -v busybox) dd#" "$T/bin/dd"
	chmod +x "$T/bin/dd"
	works
}

refuses() {
	mkdir -p "$T/a"
	printf '%s' "$1" >"$T/a/length"
	mkfifo "$T/a/orders" "$T/a/answers"
	"$PEER_PROGRAM" "$T/a" env -i HOME="$T/home" PATH="$HOST_PATH" "$T/bin/sh" -c "$LOADER" \
		<"$T/a/orders" >"$T/a/answers" 2>"$T/a/stderr" &
	PEER[a]=$!
	exec {TO[a]}>"$T/a/orders" {FROM[a]}<"$T/a/answers"
	ask a "raw $T/a/length"
	ask a close
	expect a '^bad ' 10
	ask a 'gone 5'
	[ -z "$(ls "$T/home/.local/state/kwiz" 2>/dev/null)" ] || die "$(ls "$T/home/.local/state/kwiz")"
}

loader_refuses_a_word() { refuses $'abc\n'; }
loader_refuses_5_mb() { refuses $'5000000\n'; }
loader_refuses_half_a_bootstrap() { refuses $'50\necho half'; }
loader_refuses_nothing() { refuses ''; }
loader_refuses_a_bad_home() {
	mkdir -p "$T/home/.local"
	: >"$T/home/.local/state"
	refuses $'5\n:\n:\n\n'
}
