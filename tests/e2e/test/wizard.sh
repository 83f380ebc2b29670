# shellcheck shell=bash
# The wizard on a terminal, with real hosts: what Access asks, the sudo user, and the run that it begins.

# wizard_open ARGUMENT...: the wizard on a terminal. ROWS and COLS may say how large.
wizard_open() {
	command -v tmux >/dev/null || {
		echo "needs tmux"
		exit 77
	}
	. "$TOP/tests/e2e/screen.sh"
	trap screen_end EXIT
	kwiz_environment
	[ -z "${SPELLS-}" ] || KWIZ_ENVIRONMENT+=(KWIZ_SPELLS="$SPELLS")
	screen_start "${ROWS:-24}" "${COLS:-80}" "$TOP/tests/lab/lab" exec env "${KWIZ_ENVIRONMENT[@]}" TERM=screen "${KWIZ:-$TOP/kwiz}" "$@"
}

# wizard_start: the wizard with the answers of the test, at Access.
wizard_start() {
	wizard_open --answers "$W/answers.yaml"
	screen_wait 60 "1 of 10"
	screen_keys C-n C-n C-n C-n
	screen_wait 60 "5 of 10"
}

# wizard_answers USER IDENTITY HOST...: as fleet_answers; every host with this user
wizard_answers() {
	SSH="user: $1, become: sudo, identity: $2" fleet_answers "${@:3}"
}

hosts_wizard_run='wizard-run-1 wizard-run-2 wizard-run-3'
test_wizard_run() { # keys and passwords are asked for once, and the run takes over the connections
	local h before=()
	: >"$W/known"
	for h; do before+=("$(opened "$h")"); done
	wizard_answers ubuntu "$LAB_KEY" "$@"
	KNOWN_HOSTS=$W/known wizard_start
	screen_wait 60 "3 new host keys"
	screen_keys Enter
	screen_wait 60 "Accept all 3"
	screen_keys Tab Tab Enter
	screen_wait 60 "1 sudo password"
	screen_wait 60 "3 hosts wait for this answer"
	screen_keys Enter
	screen_wait 60 "on 3 hosts"
	screen_wait 60 "more for an answer, then fails"
	screen_type "not that"
	screen_keys Enter
	screen_wait 60 "password? try 2"
	screen_keys Enter
	screen_type "$(cat "$LAB_PASSWORD_FILE")"
	! screen_shows "$(cat "$LAB_PASSWORD_FILE")" || fail "the password is on the screen"
	screen_keys Enter
	screen_wait 60 "All hosts are reached."
	same 3 "$(wc -l <"$W/known")" "keys remembered"
	screen_keys C-n
	screen_wait 60 "measured 3 of 3"
	screen_wait 60 "[ Next: Options ]"
	screen_keys C-n C-n
	screen_wait 60 "8 of 10"
	screen_keys C-n Enter
	screen_wait 60 "Printed again after quitting"
	screen_keys Enter
	screen_wait 60 "nothing: the run has ended"
	screen_keys q
	screen_wait 60 "Printed again after quitting"
	screen_keys q
	screen_wait 60 "ended with 0"
	screen_shows "fleet install, test: done in"
	for h; do
		same $((before[0] + 1)) "$(opened "$h")" "connections to $h"
		before=("${before[@]:1}")
	done
	! grep -rF "$(cat "$LAB_PASSWORD_FILE")" "$W/state" "$W/answers.yaml" || fail "the password was written"
}

hosts_wizard_refused='wizard-refused-1'
test_wizard_refused() { # a host that fails says why; its reason is read, a shell is had there, it is tried again
	wizard_answers ubuntu "$LAB_KEY" "$@"
	on "$1" sh -c "sed -i '/^ubuntu/d' /etc/sudoers.d/lab"
	wizard_start
	screen_wait 60 "1 sudo password"
	screen_keys Enter
	screen_type "$(cat "$LAB_PASSWORD_FILE")"
	screen_keys Enter
	screen_wait 60 "does not let this user become root"
	screen_keys !
	screen_wait 60 "a shell on $1"
	screen_wait 60 "ubuntu@"
	screen_type "exit"
	screen_keys Enter
	screen_wait 60 "5 of 10"
	on "$1" sh -c "echo 'ubuntu ALL=(ALL:ALL) ALL' >>/etc/sudoers.d/lab"
	screen_keys r
	screen_wait 60 "All hosts are reached."
}

hosts_wizard_sudo_user='sudoer-1'
test_wizard_sudo_user() { # made, used, and taken back
	mkdir -p "$W/home/.ssh"
	ssh-keygen -q -t ed25519 -N '' -C op@laptop -f "$W/home/.ssh/id_ed25519"
	wizard_answers root "$LAB_KEY" "$@"
	wizard_start
	screen_wait 60 "All hosts are reached."
	screen_keys U
	screen_wait 60 "A sudo user on $1"
	screen_type deploy
	screen_keys Tab Tab Tab Tab Enter
	screen_wait 60 "deploy logs in with the key and may use sudo"
	on "$1" visudo -c
	on "$1" su deploy -c 'sudo -n true'
	screen_keys Tab Tab Enter
	screen_wait 60 "deploy@"
	screen_wait 60 "no password"
	screen_keys U
	screen_wait 60 "A sudo user on $1"
	screen_type deploy
	screen_keys Tab Tab Tab Tab Tab Enter
	screen_wait 60 "still logged in as deploy"
	on "$1" id deploy
	screen_keys Escape
	screen_wait 60 "root@"
	screen_wait 60 "All hosts are reached."
	screen_keys U
	screen_wait 60 "A sudo user on $1"
	screen_type deploy
	screen_keys Tab Tab Tab Tab Tab Enter
	screen_wait 60 "deploy is as it was before kwiz"
	! on "$1" id deploy || fail "deploy is still there"
	same "README lab" "$(on "$1" ls /etc/sudoers.d | xargs)" "files for sudo"
	on "$1" visudo -c
}

hosts_wizard_lost='wizard-lost-1 wizard-lost-2'
test_wizard_lost() { # a host that goes is reached again from Requirements; nothing starts without it
	wizard_answers root "$LAB_KEY" "$@"
	wizard_start
	screen_wait 60 "All hosts are reached."
	screen_keys C-n
	screen_wait 60 "measured 2 of 2"
	lab kill-sshd --sessions "$2"
	lab start-sshd "$2"
	screen_keys r C-p
	screen_wait 60 "All hosts are reached."
	screen_keys C-n
	screen_wait 60 "measured 2 of 2"
	screen_wait 60 "[ Next: Options ]" # not while they are being measured again
	screen_keys C-n C-n
	screen_wait 60 "8 of 10"
	lab kill-sshd --sessions "$2"
	screen_wait 60 "1 of 2 reached" # before that it would start, and connect again
	screen_keys C-n Enter
	screen_wait 60 "5 of 10"
	screen_wait 60 "the connection ended"
	lab start-sshd "$2"
	screen_keys R
	screen_wait 60 "All hosts are reached."
}

# wizard_walk: from the beginning, where nothing is asked, to the end of the run.
wizard_walk() {
	wizard_start
	screen_wait 60 "All hosts are reached."
	screen_keys C-n
	screen_wait 60 "[ Next: Options ]"
	screen_keys C-n C-n
	screen_wait 60 "8 of 10"
	screen_keys C-n Enter
	screen_wait 60 "Printed again after quitting"
	screen_keys q
	screen_wait 60 "ended with 0"
}

# The file that the wizard was opened with says what ran: it was saved with another state of the spell, which Review tells.
hosts_wizard_behind='wizard-behind-1'
test_wizard_behind() {
	local stale=sha256:00000000000000000000000000000000000000000000000000000000000000ff
	wizard_answers root "$LAB_KEY" "$@"
	sed -i "s/^spell: .*/spell: {name: fleet, digest: \"$stale\"}/" "$W/answers.yaml"
	cp "$W/answers.yaml" "$W/before.yaml"
	run_kwiz 4 run --yes "$W/answers.yaml"
	# where it can't be kept as it was, it stays; that is told, and the run goes on
	mkdir "$W/answers.yaml.bak"
	wizard_walk
	screen_shows "the answers are saved in the run's folder only: "
	cmp "$W/before.yaml" "$W/answers.yaml"
	rmdir "$W/answers.yaml.bak"
	screen_end
	wizard_walk
	cmp "$W/before.yaml" "$W/answers.yaml.bak" || fail "the copy is not what the file was"
	hasnt "$W/answers.yaml" "$stale"
	run_kwiz 0 reset --yes "$W/answers.yaml"
}

hosts_wizard_busy='wizard-busy-1'
test_wizard_busy() { # a host that another run holds is tried again from the Run screen
	FIRST='until [ -e /tmp/go ]; do sleep 0.2; done' answers "$@"
	cp "$W/answers.yaml" "$W/other.yaml"
	STATE=$W/other start_kwiz run --yes "$W/other.yaml"
	until_true 30 on "$1" test -e /run/kwiz/lock
	wizard_answers root "$LAB_KEY" "$@"
	wizard_start
	screen_wait 60 "All hosts are reached."
	screen_keys C-n
	screen_wait 60 "measured 1 of 1"
	screen_wait 60 "[ Next: Options ]"
	screen_keys C-n C-n
	screen_wait 60 "8 of 10"
	screen_keys C-n Enter
	screen_wait 60 "another run lives"
	screen_wait 60 "nothing: the run has ended"
	on "$1" touch /tmp/go
	wait "$KWIZ_JOB"
	[ -z "$(on "$1" find /run/kwiz -name 'boot.*')" ] || fail "a bootstrap stayed"
	screen_keys R
	screen_wait 60 "Printed again after quitting"
	screen_keys q
	screen_wait 60 "ended with 0"
}

# on_line TEXT: Down until the line in focus has the text.
on_line() {
	local i
	for ((i = 0; i < 40; i++)); do
		! screen | grep '^>' | grep -qF -- "$1" || return 0
		screen_keys Down
		sleep 0.1
	done
	fail "no line in focus has '$1'"
}

# Checks that this host can't meet are accepted with a reason, one by one.
accept_all() {
	local i
	screen_wait 60 "measured $1 of $1"
	for ((i = 0; i < 8; i++)); do
		screen_shows " fail   " || return 0
		screen_keys g A
		screen_wait 60 "Why go on although"
		screen_type "a test"
		screen_keys Enter
		screen_wait 60 "is accepted: a test"
	done
	fail "there are still checks in the way"
}

# walk TOPOLOGY HOSTS LINES: from nothing to the end of a run, and its answers file again without questions: the same plan, byte for byte.
walk() {
	local plans=()
	STATE=$W/$1 wizard_open
	screen_wait 60 "1 of 10"
	screen_keys Enter
	screen_wait 60 "2 of 10"
	on_line "cluster "
	screen_keys Enter
	screen_wait 60 "3 of 10"
	on_line "$1 "
	screen_keys Enter
	screen_wait 60 "4 of 10"
	screen_paste "$3"
	screen_wait 60 "$2 host"
	screen_keys Enter
	screen_wait 60 "all there"
	screen_keys C-n
	screen_wait 60 "All hosts are reached."
	screen_keys C-n
	screen_wait 60 "6 of 10"
	accept_all "$2"
	screen_keys C-n
	screen_wait 60 "7 of 10"
	screen_keys C-u
	screen_type "walk-$1"
	on_line "Service range"
	screen_keys C-u
	screen_type 10.112.0.0/12
	[ "$1" != ha ] || { on_line "API endpoint"; screen_type 10.250.0.40; }
	on_line "Text of the sample"
	screen_type "two words, 漢字"
	screen_keys C-n
	screen_wait 60 "8 of 10"
	screen_keys S
	screen_wait 60 "Save the answers"
	screen_keys C-u
	screen_type "$W/$1.yaml"
	screen_keys Enter
	screen_wait 60 "Saved in"
	screen_keys C-n Enter
	screen_wait 60 "Printed again after quitting"
	screen_keys q
	screen_wait 60 "ended with 0"
	screen_end
	STATE=$W/$1 spelled plan --json "$W/$1.yaml" >"$W/$1.plan"
	STATE=$W/$1 spelled run --yes "$W/$1.yaml" </dev/null
	mapfile -t plans < <(find "$W/$1" -name plan.json)
	same 2 "${#plans[@]}" "runs"
	cmp "${plans[0]}" "${plans[1]}"
	cmp "${plans[0]}" "$W/$1.plan"
}

spelled() {
	kwiz_environment
	lab exec env "${KWIZ_ENVIRONMENT[@]}" KWIZ_SPELLS="$SPELLS" "${KWIZ:-$TOP/kwiz}" "$@"
}

hosts_wizard_topologies='topologies-1'
test_wizard_topologies() { # every page for each topology; one host plays all, under several names
	local address cluster i many=
	address=$(lab_address "$1")
	SPELLS=$W/spells
	mkdir -p "$SPELLS" "$W/home/.ssh"
	cp -r "$TOP/tests/screen/spells/cluster" "$SPELLS"
	cluster=$SPELLS/cluster/spell.yaml
	sed -i 's/^version: .*/&\nexclusive: false/' "$cluster"
	install -m 600 "$LAB_KEY" "$W/home/.ssh/id_ed25519"
	walk single 1 "kub-1 $address control-plane,worker root\\n"
	walk ha 6 "kub-1 $address control-plane root\\nkub-2 $address control-plane root\\nkub-3 $address control-plane root\\nkub-4 $address ingress root\\nkub-5 $address worker root\\nkub-6 $address worker root\\n"
	for ((i = 1; i <= 12; i++)); do many+="node-$i $address worker root\\n"; done
	walk many 12 "$many"
}
