# shellcheck shell=bash
# One test for each cell of the table "Records and events" in doc/step-protocol.md, named row_column.

sleeper() {
	script "$1" sleeper <<-END
		echo began
		while [ ! -e $T/release ]; do sleep 0.05; done
		echo ended
		echo x >>$T/ran
	END
}

quick() {
	script "$1" quick <<-END
		echo out
		echo x >>$T/ran
	END
}

ran() { [ "$(wc -l <"$T/ran" 2>/dev/null || echo 0)" -eq "$1" ] || die "the script ran $(wc -l <"$T/ran") times"; }
# shellcheck disable=SC2086 # hello is a frame of words
boot_of() { set -- $hello; printf '%s' "$4"; }

nothing_run() {
	attach a
	quick a
	frame a 'run 1 step quick - - 10 self'
	expect a '^@[0-9]+ end 1 0 exit 4 0 [0-9]+$'
	count a '^@[0-9]+ accepted 1 ' 1
	count a '^@[0-9]+ start 1 [0-9]+ [0-9]+ [^ ]+ [0-9]+ [0-9]+$' 1
	ask a 'stream 5 log 1 4'
	done_with a
	ran 1
}

nothing_supervisor_killed() {
	attach a
	kill_supervisor
	quick a
	frame a 'run 1 step quick - - 10 self'
	expect a 'end 1 0 exit'
	kill_supervisor
	hang_up a
	attach b
	[[ $hello == *' new '* ]] || die "$hello"
	frame b 'run 2 step quick - - 10 self'
	expect b 'end 2 0 exit'
	done_with b
	ran 2
}

nothing_boot() {
	attach a
	before=$(boot_of)
	boot
	ask a 'gone 5'
	hang_up a
	attach b
	[ "$before" != "$(boot_of)" ] || die "same boot: $hello"
	quick b
	frame b 'run 1 step quick - - 10 self'
	expect b 'end 1 0 exit'
	done_with b
	ran 1
}

nothing_attachment_dies() {
	attach a
	hang_up a
	attach b
	[[ $hello == 'hello 1 2 '*' found '* ]] || die "$hello"
	quick b
	frame b 'run 1 step quick - - 10 self'
	expect b 'end 1 0 exit'
	done_with b
}

nothing_abort() {
	attach a
	quick a
	abort 1
	expect a 'end 1 143 aborted 0 0'
	frame a 'run 1 step quick - - 10 self'
	frame a 'run 2 step quick - - 10 self'
	expect a 'end 2 0'
	count a 'start 1' 0
	done_with a
	ran 1
}

accepted_run() {
	attach a
	quick a
	touch "$T/hold-accepted"
	frame a 'run 1 step quick - - 10 self'
	within 5 forked 2
	frame a 'run 1 step quick - - 10 self'
	expect a 'accepted 1'
	count a 'start 1' 0
	rm "$T/hold-accepted"
	expect a 'end 1 0'
	count a 'start 1' 1
	done_with a
	ran 1
}

accepted_wrapper_killed() {
	attach a
	quick a
	touch "$T/hold-claimed"
	frame a 'run 1 step quick - - 10 self'
	within 5 claimed 1
	kill -KILL "$(wrapper 1)"
	frame a audit
	within 5 test ! -e "$V/1.acc"
	rm "$T/hold-claimed"
	frame a 'run 1 step quick - - 10 self'
	expect a 'end 1 0'
	count a 'start 1' 1
	done_with a
	ran 1
}

# The wrapper lives and has claimed the request: it goes on under the next supervisor, which accepts nothing twice.
accepted_supervisor_killed() {
	attach a
	quick a
	touch "$T/hold-claimed"
	frame a 'run 1 step quick - - 10 self'
	within 5 claimed 1
	kill_supervisor
	hang_up a
	attach b
	frame b 'run 1 step quick - - 10 self'
	expect b 'accepted 1'
	rm "$T/hold-claimed"
	expect b 'end 1 0'
	count b 'start 1' 1
	done_with b
	ran 1
}

claimed() { [ -s "$V/$1.acc" ]; }
forked() { [ "$(pgrep -f '/kwiz.sh supervise' | wc -l)" -ge "$1" ]; }

# The wrapper has not claimed the request when its supervisor dies: it and its successor both try, one gets it.
accepted_supervisor_killed_before_claim() {
	attach a
	quick a
	touch "$T/hold-accepted"
	frame a 'run 1 step quick - - 10 self'
	within 5 forked 2
	kill_supervisor
	hang_up a
	attach b
	frame b 'run 1 step quick - - 10 self'
	within 5 forked 3
	rm "$T/hold-accepted"
	expect b 'end 1 0'
	within 5 only_supervisor
	count b 'start 1' 1
	done_with b
	ran 1
}

only_supervisor() { ! pgrep -f '/kwiz.sh supervise' | grep -qv "^$(supervisor)\$"; }

accepted_boot() {
	attach a
	quick a
	touch "$T/hold-claimed"
	frame a 'run 1 step quick - - 10 self'
	within 5 claimed 1
	boot
	rm "$T/hold-claimed"
	hang_up a
	attach b
	quick b
	frame b 'run 1 step quick - - 10 self'
	expect b 'end 1 0'
	done_with b
	ran 1
}

accepted_attachment_dies() {
	attach a
	quick a
	touch "$T/hold-claimed"
	frame a 'run 1 step quick - - 10 self'
	within 5 claimed 1
	hang_up a
	attach b
	frame b 'run 1 step quick - - 10 self'
	rm "$T/hold-claimed"
	expect b 'end 1 0'
	count b 'start 1' 1
	done_with b
	ran 1
}

accepted_abort() {
	attach a
	quick a
	touch "$T/hold-claimed"
	frame a 'run 1 step quick - - 10 self'
	within 5 claimed 1
	abort 1 &
	within 5 test -e "$V/1.abort"
	rm "$T/hold-claimed"
	expect a 'end 1 143 aborted'
	wait $! || die 'abort failed'
	[ ! -e "$T/ran" ] || die 'the script ran'
	done_with a
}

accepted_abort_before_claim() {
	attach a
	quick a
	touch "$T/hold-accepted"
	frame a 'run 1 step quick - - 10 self'
	within 5 forked 2
	abort 1
	expect a 'end 1 143 aborted'
	rm "$T/hold-accepted"
	within 5 only_supervisor
	count a 'start 1' 0
	[ ! -e "$T/ran" ] || die 'the script ran'
	done_with a
}

begin() {
	attach "$1"
	sleeper "$1"
	frame "$1" 'run 1 step sleeper - - 60 self'
	expect "$1" 'start 1'
	ask "$1" 'stream 5 log 1 6'
	within 5 has_group 1
}
has_group() { [ -n "$(group "$1")" ]; }

start_run() {
	begin a
	frame a 'run 1 step sleeper - - 60 self'
	frame a audit
	touch "$T/release"
	expect a 'end 1 0 exit 12 0'
	count a 'start 1' 1
	count a 'end 1' 1
	done_with a
	ran 1
}

start_wrapper_killed() {
	begin a
	group=$(group 1)
	kill -KILL "$(wrapper 1)"
	frame a audit
	expect a 'interrupted 1 killed'
	gone "$group" || die 'the script lives'
	! pgrep -f 'kwiz.sh step' >/dev/null || die 'something of the step lives'
	frame a audit
	ask a 'stream 5 log 1 6'
	count a 'interrupted' 1
	done_with a
}

start_supervisor_killed() {
	begin a
	kill_supervisor
	touch "$T/release"
	expect a 'end 1 0 exit 12 0'
	hang_up a
	attach b
	[[ $hello == *' new '* ]] || die "$hello"
	expect b 'end 1 0'
	frame b audit
	frame b 'run 1 step sleeper - - 60 self'
	quick b
	frame b 'run 2 step quick - - 60 self'
	expect b 'end 2 0'
	count b 'start 1' 1
	count b interrupted 0
	done_with b
}

start_boot() {
	begin a
	boot
	hang_up a
	attach b
	expect b 'interrupted 1 boot'
	ask b 'stream 5 log 1 6'
	done_with b
}

start_attachment_dies() {
	begin a
	hang_up a
	dial b
	expect b '^hello'
	ask b 'have log 1 4'
	frame b 'from 0'
	frame b 'follow 1 4 0'
	frame b go
	ask b 'stream 5 log 1 6'
	touch "$T/release"
	expect b 'end 1 0 exit 12 0'
	ask b 'stream 5 log 1 12'
	[ "$(cat "$T/b/log.1")" = $'n\nended' ] || die "$(cat "$T/b/log.1")"
	done_with b
}

# The link hangs and kwiz comes by another: the older attachment's processes end.
start_attachment_hangs() {
	begin a
	ask a stall
	read -r _ reader _ writer _ <"$V/att.pid"
	attach b
	within 5 gone "$reader"
	within 5 gone "$writer"
	touch "$T/release"
	expect b 'end 1 0 exit 12 0'
	ask b 'stream 5 log 1 12'
	hang_up a
	done_with b
	ran 1
}

start_script_ends() {
	attach a
	script a s <<-'END'
		kwiz_progress 5 x
		echo out; echo err >&2; exit 3
	END
	frame a 'run 1 step s - - 10 self'
	expect a 'end 1 3 exit 8 13 '
	ask a 'stream 5 log 1 8'
	ask a 'stream 5 rec 1 13'
	script a k <<-'END'
		kill -KILL $$
	END
	frame a 'run 2 step k - - 10 self'
	expect a 'end 2 137 exit 0 0'
	script a bad <<-'END'
		if
	END
	frame a 'run 3 step bad - - 10 self'
	expect a 'end 3 2 exit'
	frame a 'run 4 step missing - - 10 self'
	expect a 'end 4 1 error'
	done_with a
}

start_time_is_up() {
	attach a
	script a forks <<-'END'
		i=0
		while [ $i -lt 100 ]; do sleep 1000 & i=$((i + 1)); done
		echo all
		wait
	END
	frame a 'run 1 step forks - - 2 self'
	expect a 'end 1 [0-9]+ timeout 4 0'
	[ "$(pgrep -c -f '^sleep 1000')" = 0 ] || die "$(pgrep -c -f '^sleep 1000') sleepers live"
	count a leftover 0
	done_with a
}

start_time_is_up_and_term_is_ignored() {
	attach a
	script a deaf <<-'END'
		trap '' TERM
		sh -c 'trap "" TERM; while :; do sleep 1; done' &
		while :; do sleep 1; done
	END
	frame a 'run 1 step deaf - - 1 self'
	expect a 'end 1 [0-9]+ timeout' 30
	within 5 only_supervisor
	done_with a
}

start_abort() {
	begin a
	abort 1
	expect a 'end 1 [0-9]+ aborted 6 0'
	gone "$(group 1)" || die 'the script lives'
	[ ! -e "$T/ran" ] || die 'the script went on'
	done_with a
}

# What left the process group is found by its tag.
start_abort_of_a_daemon() {
	attach a
	script a daemon <<-END
		setsid sh -c 'echo \$\$ >$T/daemon; exec sleep 1000' &
		echo began
		sleep 1000
	END
	frame a 'run 1 step daemon - - 60 self'
	ask a 'stream 5 log 1 6'
	within 5 test -s "$T/daemon"
	abort 1
	expect a 'end 1 [0-9]+ aborted'
	gone "$(cat "$T/daemon")" || die 'the daemon lives'
	done_with a
}

start_abort_without_supervisor_and_attachment() {
	begin a
	kill_supervisor
	hang_up a
	abort 1
	synced_record 'end 1 [0-9]* aborted' || die "$(cat "$D/control")"
	attach b
	expect b 'end 1 [0-9]+ aborted'
	count b interrupted 0
	done_with b
}

ended() {
	attach a
	quick a
	frame a 'run 1 step quick - - 60 self'
	expect a 'end 1 0'
	ask a 'stream 5 log 1 4'
}

end_run() {
	ended
	frame a 'run 1 step quick - - 60 self'
	frame a 'run 2 step quick - - 60 self'
	expect a 'end 2 0'
	count a 'accepted 1' 1
	count a 'start 1' 1
	done_with a
	ran 2
}

end_supervisor_killed() {
	ended
	kill_supervisor
	frame a 'run 1 step quick - - 60 self'
	frame a 'run 2 step quick - - 60 self'
	expect a 'end 2 0'
	count a 'start 1' 1
	count a interrupted 0
	done_with a
}

end_boot() {
	ended
	boot
	hang_up a
	attach b
	quick b
	frame b 'run 1 step quick - - 60 self'
	frame b 'run 2 step quick - - 60 self'
	expect b 'end 2 0'
	count b 'start 1' 1
	count b interrupted 0
	done_with b
	ran 2
}

end_attachment_dies() {
	attach a
	script a big <<-'END'
		head -c 3000000 /dev/urandom | tee sum
	END
	ask a stall
	frame a 'run 1 step big - - 60 self'
	within 10 synced_record 'end 1 0 exit 3000000 0'
	hang_up a
	head -c 1234567 "$D/1.log" >"$T/had"
	offset=$(grep -b 'end 1' "$D/control" | cut -d: -f1)
	dial b
	expect b '^hello'
	ask b 'have log 1 1234567'
	# kwiz has the end already, but not all of the log.
	frame b "from $((offset + $(grep 'end 1' "$D/control" | wc -c)))"
	frame b 'follow 1 1234567 0'
	frame b go
	ask b 'stream 20 log 1 3000000'
	cat "$T/had" "$T/b/log.1" | cmp - "$D/work/sum" || die 'bytes differ'
	count b 'end 1' 0
	done_with b
}

end_abort() {
	ended
	abort 1
	frame a audit
	quick a
	frame a 'run 2 step quick - - 60 self'
	expect a 'end 2 0'
	count a 'end 1' 1
	done_with a
}

interrupted() {
	begin a
	kill -KILL "$(wrapper 1)"
	frame a audit
	expect a 'interrupted 1 killed'
}

interrupted_run() {
	interrupted
	frame a 'run 1 step sleeper - - 60 self'
	quick a
	frame a 'run 2 step quick - - 60 self'
	expect a 'end 2 0'
	count a 'start 1' 1
	done_with a
	ran 1
}

interrupted_supervisor_killed() {
	interrupted
	kill_supervisor
	hang_up a
	attach b
	frame b 'run 1 step sleeper - - 60 self'
	frame b audit
	quick b
	frame b 'run 2 step quick - - 60 self'
	expect b 'end 2 0'
	count b 'interrupted 1' 1
	count b 'start 1' 1
	done_with b
}

interrupted_boot() {
	interrupted
	boot
	hang_up a
	attach b
	quick b
	frame b 'run 1 step quick - - 60 self'
	frame b 'run 2 step quick - - 60 self'
	expect b 'end 2 0'
	count b 'interrupted 1' 1
	count b 'start 1' 1
	done_with b
}

interrupted_attachment_dies() {
	interrupted
	hang_up a
	dial b
	expect b '^hello'
	ask b 'have log 1 3'
	frame b 'from 0'
	frame b 'follow 1 3 0'
	frame b go
	ask b 'stream 5 log 1 6'
	done_with b
}

interrupted_abort() {
	interrupted
	abort 1
	quick a
	frame a 'run 2 step quick - - 60 self'
	expect a 'end 2 0'
	count a 'end 1' 0
	count a 'interrupted 1' 1
	done_with a
}
