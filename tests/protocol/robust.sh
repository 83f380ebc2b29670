# shellcheck shell=bash
# What steps, links and peers do that nobody asked for.

same_bytes() { cmp "$1" "$2" || die "$1 and $2 differ"; }

robust_bytes_pass_unharmed() {
	attach a
	script a s <<-'END'
		head -c 5000001 /dev/urandom
		printf 'a\0b\033[31m\r\n\377'
	END
	script a nul <<-'END'
		printf 'a\0b\033[31m\r\n\377\0'
	END
	frame a 'run 1 step s - - 60 self'
	expect a 'end 1 0 exit 5000012'
	ask a 'stream 20 log 1 5000012'
	head -c 5000012 "$D/1.log" | same_bytes - "$T/a/log.1"
	frame a 'run 2 step nul - - 60 self'
	expect a 'end 2 0 exit 12'
	ask a 'stream 20 log 2 12'
	head -c 12 "$D/2.log" | same_bytes - "$T/a/log.2"
	printf 'a\0b\033[31m\r\n\377\0' | same_bytes - "$T/a/log.2"
	done_with a
}

robust_line_of_100_mb() {
	attach a
	script a s <<-'END'
		head -c 100000000 /dev/zero | tr '\0' x
	END
	frame a 'run 1 step s - - 60 self'
	expect a 'end 1 0 exit 100000000' 50
	ask a 'stream 50 log 1 100000000'
	head -c 100000000 "$D/1.log" | same_bytes - "$T/a/log.1"
	done_with a
}

robust_daemon_is_left_behind() {
	attach a
	script a s <<-END
		{ while [ ! -e $T/release ]; do sleep 0.05; done; echo late; echo x >$T/late; sleep 1000; } &
		echo done
	END
	frame a 'run 1 step s - - 60 self'
	expect a 'leftover 1 [12] [0-9]+'
	expect a 'end 1 0 exit 5 0'
	touch "$T/release"
	within 10 test -e "$T/late"
	frame a audit
	ask a 'stream 5 log 1 5'
	abort 1
	done_with a
}

robust_step_reads_stdin() {
	attach a
	script a s <<-'END'
		read -r line; echo "$? $line"
	END
	frame a 'run 1 step s - - 60 self'
	expect a 'end 1 0 exit 3 0'
	done_with a
}

robust_step_closes_descriptors() {
	attach a
	script a s <<-'END'
		set -eu
		exec 0<&- 1>&- 2>&- 3>&-
		kwiz_progress 3 x
		kwiz_warn y || :
		exit 4
	END
	frame a 'run 1 step s - - 60 self'
	expect a 'end 1 4 exit 0 0'
	done_with a
}

robust_garbage_on_descriptor_3() {
	attach a
	script a s <<-'END'
		head -c 3000000 /dev/urandom >&3
	END
	frame a 'run 1 step s - - 60 self'
	expect a 'end 1 0 exit 0 1048576'
	ask a 'stream 10 rec 1 1048576'
	head -c 1048576 "$D/1.rec" | same_bytes - "$T/a/rec.1"
	done_with a
}

robust_step_cuts_its_own_log() {
	attach a
	script a s <<-'END'
		i=0
		while [ $i -lt 300 ]; do
			echo "a line that is longer than the other $i"
			[ $((i % 50)) -ne 0 ] || sleep 0.1
			echo cut >/dev/stderr
			i=$((i + 1))
		done
	END
	frame a 'run 1 step s - - 60 self'
	expect a 'end 1 0 exit'
	frame a audit
	script a t <<-'END'
		echo fine
	END
	frame a 'run 2 step t - - 60 self'
	expect a 'end 2 0 exit 5'
	ask a 'stream 5 log 2 5'
	done_with a
}

robust_log_limit() {
	attach a 'LOG_LIMIT=100000'
	script a s <<-END
		echo x >$T/first
		while [ ! -e $T/release ]; do head -c 30000 /dev/zero | tr '\0' y; sleep 0.1; done
	END
	frame a 'run 1 step s - - 60 self'
	expect a 'truncated 1 100000 [0-9]+'
	within 10 test "$(stat -c %s "$D/1.log")" -lt 1000000
	touch "$T/release"
	expect a 'end 1 0 exit 100000 0'
	ask a 'stream 5 log 1 100000'
	count a truncated 1
	done_with a
}

robust_two_at_once() {
	attach a
	script a s <<-END
		i=0; while [ \$i -lt 200 ]; do echo "line \$i of \$KWIZ_REQUEST"; i=\$((i + 1)); done
		touch $T/\${KWIZ_REQUEST##*/}
		while [ ! -e $T/1 ] || [ ! -e $T/2 ]; do sleep 0.05; done
		i=0; while [ \$i -lt 200 ]; do echo "line \$i of \$KWIZ_REQUEST"; i=\$((i + 1)); done
	END
	frame a 'run 1 step s - - 60 self'
	frame a 'run 2 step s - - 60 self'
	expect a 'end 1 0'
	expect a 'end 2 0'
	for id in 1 2; do
		size=$(sed -n "s/^[^ ]* @[0-9]* end $id 0 exit \([0-9]*\).*/\1/p" "$T/a/frames")
		ask a "stream 5 log $id $size"
		[ "$(grep -c "of r1/h1/$id" "$T/a/log.$id")" = 400 ] || die "log $id"
	done
	done_with a
}

robust_many_requests() {
	attach a
	script a s <<-END
		echo x >>$T/ran
	END
	for id in $(seq 100); do frame a "run $id step s - - 60 self"; done
	for id in $(seq 100); do expect a "end $id 0" 50; done
	[ "$(wc -l <"$T/ran")" = 100 ] || die "ran $(wc -l <"$T/ran") times"
	frame a audit
	frame a 'run 101 step s - - 60 self'
	expect a 'end 101 0'
	zombies=$(ps -e -o stat=,ppid= | awk -v sup="$(supervisor)" '/^Z/ && $2 == sup' | wc -l)
	[ "$zombies" -le 2 ] || die "$zombies zombies"
	done_with a
}

robust_torn_control() {
	attach a
	script a s <<-'END'
		echo x
	END
	frame a 'run 1 step s - - 60 self'
	expect a 'end 1 0'
	good=$(stat -c %s "$D/control")
	printf 'start 2 44 5\0\0\0\0\0' >>"$D/control"
	boot
	hang_up a
	attach b "SEEN_BOOT='x y'"
	[[ $hello == *" $good" ]] || die "$hello, not $good"
	script b s <<-'END'
		echo x
	END
	frame b 'run 2 step s - - 60 self'
	expect b "^@$good accepted 2"
	expect b 'end 2 0'
	count b 'end 1 0' 1
	done_with b
}

# A line torn by a full disk in the middle of the records is skipped, and offsets stay right.
robust_torn_line() {
	attach a
	script a s <<-'END'
		echo x
	END
	frame a 'run 1 step s - - 60 self'
	expect a 'end 1 0'
	printf 'end 7 0 ex\n' >>"$D/control"
	frame a 'run 2 step s - - 60 self'
	expect a 'end 2 0'
	at=$(grep -b 'end 2' "$D/control" | cut -d: -f1)
	count a "^@$at end 2" 1
	count a 'end 7' 0
	done_with a
}

robust_replay_from_an_offset() {
	attach a
	script a s <<-'END'
		echo x
	END
	for id in 1 2 3; do
		frame a "run $id step s - - 60 self"
		expect a "end $id 0"
	done
	at=$(grep -b 'accepted 3' "$D/control" | cut -d: -f1)
	hang_up a
	dial b
	expect b '^hello'
	frame b "from $at"
	frame b go
	expect b 'end 3'
	ask b 'stream 5 log 3 2'
	count b '^@' 3
	# Beyond the end: everything again.
	hang_up b
	dial c
	expect c '^hello'
	frame c 'from 999999'
	frame c go
	expect c 'end 3'
	count c '^@' 9
	done_with c
}

robust_bad_frames() {
	attach a
	script a s <<-'END'
		echo x
	END
	for line in nonsense 'run' 'run x step s - - 60 self' 'run 1 stop s - - 60 self' 'run 1 step ../s - - 60 self' \
		'run 1 step .s - - 60 self' 'run 1 step s - - 0 self' 'run 1 step s - - 60 nobody' 'run 1 step - - - 60 self' \
		'run 1 check s - - 60 self' 'run 99999999999999999999 step s - - 60 self' 'secret ../x' 'drop x' 'quit now' \
		'run 1 step * - - 60 self' ''; do
		ask a mark
		frame a "$line"
		expect a '^bad frame:'
	done
	frame a 'run 1 step s - - 60 self'
	expect a 'end 1 0'
	done_with a
}

robust_put_is_cut_off() {
	attach a
	frame a 'put s 100'
	printf 'echo half' >"$T/half"
	ask a "raw $T/half"
	within 5 test -e "$V/in/s"
	hang_up a
	attach b
	[ ! -e "$V/in/s" ] || die 'half a script'
	frame b 'run 1 step s - - 60 self'
	expect b 'end 1 1 error'
	done_with b
}

robust_put_replaces_a_running_script() {
	attach a
	script a s <<-END
		echo one
		while [ ! -e $T/release ]; do sleep 0.05; done
		echo two
	END
	frame a 'run 1 step s - - 60 self'
	ask a 'stream 5 log 1 4'
	script a s <<-'END'
		echo 3
	END
	frame a 'run 2 step s - - 60 self'
	expect a 'end 2 0 exit 2'
	touch "$T/release"
	expect a 'end 1 0 exit 8'
	done_with a
}

# A small file as lines, which the shell reads by itself; put again while it runs, cut off, and where no secret may come.
robust_text() {
	attach a
	frame a 'text s 3'
	frame a 'printf "%s|" "$KWIZ_X" "a  b\c" '"'  d '"
	frame a 'while [ ! -e '"$T"'/release ]; do sleep 0.05; done'
	frame a '	echo over'
	frame a 'run 1 step s - - 60 self'
	ask a 'stream 5 log 1 13'
	frame a 'text s 1'
	frame a 'echo new'
	frame a 'run 2 step s - - 60 self'
	expect a 'end 2 0 exit 4'
	: >"$T/release"
	expect a 'end 1 0 exit'
	ask a 'stream 5 log 1 18'
	ask a 'stream 5 log 2 4'
	[ "$(cat "$T/a/log.1")" = '|a  b\c|  d |over' ] || die "log: $(cat "$T/a/log.1")"
	frame a 'text t 2'
	frame a 'echo half'
	hang_up a
	within 5 no_reader
	[ ! -e "$V/in/t" ] || die 'half a file'
	attach b
	frame b 'text 9.secret.k 1'
	frame b 'not for a disk'
	expect b '^bad frame: text'
	hang_up b
	attach c
	done_with c
}
no_reader() { { read -r _ reader _ <"$V/att.pid" 2>/dev/null && gone "$reader"; } || [ ! -e "$V/att.pid" ]; }

robust_put_of_odd_sizes() {
	attach a
	head -c 3145729 /dev/urandom >"$T/big"
	: >"$T/empty"
	ask a "put big $T/big"
	ask a "put empty $T/empty"
	script a s <<-'END'
		cat "$KWIZ_FILES/big" "$KWIZ_FILES/empty"
	END
	frame a 'run 1 step s - - 60 self'
	expect a 'end 1 0 exit 3145729'
	ask a 'stream 10 log 1 3145729'
	same_bytes "$T/big" "$T/a/log.1"
	frame a 'run 2 step empty - - 60 self'
	expect a 'end 2 0 exit 0'
	done_with a
}

robust_another_run_is_refused() {
	attach a
	script a s <<-'END'
		sleep 1000
	END
	frame a 'run 1 step s - - 60 self'
	expect a 'start 1'
	dial b "RUN='r2'"
	expect b '^refused r1 test@here [0-9]+$'
	ask b 'gone 5'
	[ -z "$(find "$T/home" -name 'boot.[0-9]*')" ] || die "its bootstrap stayed"
	dial c "RUN='r2'" 'TAKE_OVER=1' "OPERATOR='other@there'"
	expect c '^hello'
	ask a 'gone 5'
	synced_record 'end 1 [0-9]* aborted' || die "$(cat "$D/control")"
	frame c 'from 0'
	frame c go
	# The first run may not come back while the second lives.
	hang_up a
	dial d
	expect d '^refused r2 other@there'
	frame c 'quit clear'
	expect c '^bye'
	attach e
	expect e 'end 1 [0-9]+ aborted'
	done_with e
}

robust_dead_run_is_no_hindrance() {
	attach a
	kill_supervisor
	hang_up a
	dial b "RUN='r2'"
	expect b '^hello'
	frame b 'from 0'
	frame b go
	frame b 'quit clear'
	expect b '^bye'
}

robust_two_names_of_one_machine() {
	attach a
	attach b "HOST='h2'"
	script b s <<-'END'
		echo "$KWIZ_REQUEST"
	END
	frame b 'run 1 step s - - 60 self'
	expect b 'end 1 0 exit 8'
	frame b 'quit clear'
	expect b '^bye'
	[ -e "$D/control" ] || die 'the other is gone'
	done_with a
}

robust_stalled_link_does_not_stall_a_step() {
	attach a
	script a s <<-'END'
		head -c 20000000 /dev/zero
		echo x
	END
	ask a stall
	frame a 'run 1 step s - - 60 self'
	within 20 synced_record 'end 1 0 exit 20000002'
	ask a resume
	ask a 'stream 20 log 1 20000002'
	done_with a
}

robust_quit_waits_for_nobody() {
	attach a
	script a s <<-END
		while [ ! -e $T/release ]; do sleep 0.05; done
	END
	frame a 'run 1 step s - - 60 self'
	expect a 'start 1'
	frame a 'quit clear'
	expect a '^bad quit: still running: 1$'
	touch "$T/release"
	expect a 'end 1 0'
	frame a 'quit keep'
	expect a '^bye'
	{ [ -s "$D/control" ] && [ ! -e "$V" ]; } || die 'quit keep'
	hang_up a
	attach b
	expect b 'end 1 0'
	done_with b
}

# What kwiz gave up on goes on, and when it is over the host is free for others although nobody asks again.
robust_quit_is_remembered() {
	attach a
	script a s <<-END
		while [ ! -e $T/release ]; do sleep 0.05; done
	END
	frame a 'run 1 step s - - 60 self'
	expect a 'start 1'
	frame a 'quit clear'
	expect a '^bad quit: still running: 1$'
	hang_up a
	[ -s "$T/home/.local/state/kwiz/lock" ] || die 'no lock'
	touch "$T/release"
	within 15 no_lock
	within 5 test ! -e "$V"
	within 5 no_processes
	attach b
	expect b 'end 1 0'
	done_with b
}
no_lock() { [ ! -e "$T/home/.local/state/kwiz/lock" ]; }

# Output is on its way at most 100 ms after it was written; on a busy machine the test allows more.
robust_output_is_followed() {
	attach a
	script a s <<-END
		echo one
		while [ ! -e $T/release ]; do sleep 0.05; done
	END
	frame a 'run 1 step s - - 60 self'
	ask a 'stream 5 log 1 4'
	touch "$T/release"
	expect a 'end 1 0'
	done_with a
}

# Two requests at once, the second long: its output is followed although the first ends first.
robust_second_request_is_followed() {
	attach a
	script a quick <<<true
	script a s <<-END
		sleep 0.3
		echo one
		while [ ! -e $T/release ]; do sleep 0.05; done
	END
	frame a 'run 1 step quick - - 60 self'
	frame a 'run 2 step s - - 60 self'
	expect a 'end 1 0'
	ask a 'stream 5 log 2 4'
	touch "$T/release"
	expect a 'end 2 0'
	done_with a
}
