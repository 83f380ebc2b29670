# shellcheck shell=sh
# The end of the program that the playbooks of `kwiz export --ansible` run on a host, once a step and by the same loader: no
# supervisor and no attachment, but the wrapper's run_request, so a step gets all that it gets from kwiz. Behind the program
# stand on stdin:
#   MODE STEP LIMIT BECOME RESULTS MINTS    MODE: step, check or clear; keys with commas between them, `-` for none
#   file NAME BASE64                        run, check, common.vars, host.vars
#   result KEY BASE64                       what earlier steps published
#   secret KEY BASE64
#   end
# Standard output is one line of JSON behind the loader's, its texts in base64 as they are nobody's to evaluate; standard error
# is the end of the step's log. Descriptor 5 is the real standard error.

PLAYBOOK_LOG=65536

# refuse TEXT: instead of the attachment's. Ends the call before the step has begun.
refuse() {
	printf 'kwiz: %.200s\n' "$1" >&5
	drop_bootstrap
	# Whoever writes into a pipe that nobody reads would tell of that, not of this.
	cat >/dev/null
	exit 1
}

# The playbook boots the host, when it has the step's results.
reboot_host() {
	[ "$uid" = 0 ] || give_up 'the step asked for a reboot, and it is not root on this host'
	finish 0 reboot
}

playbook() {
	umask 077
	export LC_ALL=C
	exec 5>&2 2>/dev/null
	find_places
	read_boot
	for pb_tool in awk base64; do command -v "$pb_tool" >/dev/null || refuse "there is no $pb_tool on this host"; done
	read -r pb_mode pb_step pb_limit pb_become pb_results pb_mints || refuse 'the playbook said nothing'
	lock_mutex
	pb_other=$(check_lock) || exit 1
	[ -z "$pb_other" ] || refuse "another run lives on this host: ${pb_other#refused }"
	if supervisor_lives; then refuse "a step of an earlier playbook still runs here: process $sl_pid"; fi
	if [ "$pb_mode" = clear ]; then
		clear_places
		exit 0
	fi
	make_places
	proc_stat $$
	printf '%s %s %s %s\n' $$ "$pstart" "$boot_id" "$boot_start" >"$V/sup"
	unlock_mutex
	new_id
	take_files || {
		rm -f "$V/sup"
		refuse "what the playbook sent did not arrive whole, or there is no room in $V, or no folder in memory for secrets"
	}
	# The environment that kwiz gives to steps (start.sh), whatever sudo and the login left here.
	pb_home=${HOME:-/} pb_user=${LOGNAME:-${USER:-$uid}}
	if [ "$uid" = 0 ]; then
		pb_home=/root pb_user=root
		unset XDG_RUNTIME_DIR
	fi
	exec env -i PATH="$PATH" HOME="$pb_home" USER="$pb_user" LOGNAME="$pb_user" LC_ALL=C \
		${XDG_RUNTIME_DIR:+XDG_RUNTIME_DIR="$XDG_RUNTIME_DIR"} \
		sh "$V/kwiz.sh" request "$id" "$pb_mode" "$pb_step" "$pb_limit" "$pb_become" "$pb_results" "$pb_mints"
}

# Sets id: unused on this host, also by playbooks that ran before and whose daemons carry it.
new_id() {
	id=$(date +%s)
	while [ -e "$V/$id.acc" ] || [ -e "$D/$id.log" ]; do id=$((id + 1)); done
}

# take_files: stdin, behind its first line. One process of awk, as a shell reads long lines byte by byte. Fails if the end is missing.
take_files() {
	rm -f "$V/in/check" "$V/in/"*.check
	awk -v folder="$V/in" -v id="$id" -v secrets="$secrets" '
		function put(text, file) {
			command = "base64 -d >\047" file "\047"
			printf "%s", text | command
			if (close(command) != 0) exit 1
		}
		$2 !~ /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/ && $1 != "end" { exit 1 }
		$1 == "file" { put($3, folder "/" $2) }
		$1 == "result" { put($3, folder "/" id ".result." $2) }
		$1 == "secret" && secrets == "-" { exit 1 }
		$1 == "secret" { put($3, secrets "/in/" id ".secret." $2) }
		$1 == "end" { is_whole = 1; exit 0 }
		END { exit !is_whole }' || return
	for tf_file in "$V/in/$id.result."*; do
		[ -e "$tf_file" ] || continue
		tf_value=$(cat "$tf_file" && echo .) || return
		tf_value=${tf_value%?}
		printf 'KWIZ_RESULT_%s %s\n%s\n' "${tf_file##*.result.}" ${#tf_value} "$tf_value" >>"$V/in/host.vars" || return
	done
	for tf_file in run check; do
		[ ! -e "$V/in/$tf_file" ] || mv -f "$V/in/$tf_file" "$V/in/$pb_step.$tf_file" || return
	done
}

# request ID MODE STEP LIMIT BECOME RESULTS MINTS
request() {
	umask 077
	exec 2>/dev/null
	find_places
	read_boot
	set_clock
	read -r secrets <"$V/secrets"
	id=$1 pb_mode=$2 pb_step=$3 pb_limit=$4 pb_results=$6 pb_mints=$7
	common_names='' common_why=''
	choose_guard
	load_common
	cd "$D" || exit 1
	pb_check=-
	[ ! -e "$V/in/$pb_step.check" ] || pb_check=$pb_step.check
	status=1 how=todo
	if [ "$pb_mode:$pb_check" != check:- ]; then
		run_request "$id" "$pb_mode" "$pb_step.run" "$pb_check" host.vars "$pb_limit" "$5" 5>&- &
		wait $!
		find_end
		show_log
	fi
	tell_end
	rm -rf "$V/sup" "$V/in/$pb_step."* "$V/in/$id."* "$V/$id.late" "$V/$id.reboot"
	[ "$secrets" = - ] || rm -f "$secrets/in/$id.secret."* "$secrets/secret/"*
	exit "$status"
}

# find_end: how the request ended, from the control records. Sets how and status.
find_end() {
	how=interrupted status=1
	while read -r fe_word fe_id fe_status fe_how _; do
		[ "$fe_word:$fe_id" != "end:$id" ] || how=$fe_how status=$fe_status
	done <"$control"
	case $how in
	unchanged | reboot | exit) ;;
	*) [ "$status" -gt 0 ] || status=1 ;;
	esac
}

# show_log: its last bytes, without the secrets that were sent or published: each byte of them is a `*`, as in kwiz's logs; shorter
# lines than 4 bytes are not looked for.
show_log() {
	[ ! -s "$D/$id.log" ] || tail -c "$PLAYBOOK_LOG" "$D/$id.log" | {
		set --
		[ "$secrets" = - ] || set -- "$secrets/in/$id.secret."* "$secrets/secret/"*
		awk '
			BEGIN {
				for (i = 1; i < ARGC; i++) {
					while ((getline line < ARGV[i]) > 0) if (length(line) >= 4) known[++count] = line
					ARGV[i] = ""
				}
			}
			{
				for (i = 1; i <= count; i++) {
					stars = known[i]
					gsub(/./, "*", stars)
					for (masked = ""; at = index($0, known[i]); $0 = substr($0, at + length(stars)))
						masked = masked substr($0, 1, at - 1) stars
					$0 = masked $0
				}
				print
			}' "$@"
	} >&5
	case $how in
	timeout) printf 'kwiz: took longer than %s s, its limit\n' "$pb_limit" ;;
	check-failed) printf 'kwiz: its check ended with status %s; 0 means nothing to do, 1 means to do\n' "$status" ;;
	interrupted) printf 'kwiz: it was killed on the host\n' ;;
	esac >&5
	[ "$status" -eq 0 ] || printf 'kwiz: all of its log is in %s on this host\n' "$D/$id.log" >&5
}

in_base64() {
	base64 | tr -d '\n'
}

# tell_end: the line of JSON. What the step published is read as kwiz reads it: only what the spell declares, all else is left out.
tell_end() {
	te_results='' te_warnings='' te_secrets='' te_unchanged=
	[ ! -s "$D/$id.rec" ] || read_records
	[ "$how" != unchanged ] || te_unchanged=1
	te_changed=true te_reboot=false
	[ -z "$te_unchanged" ] || te_changed=false
	[ "$how" != reboot ] || te_reboot=true
	[ "$status" -gt 0 ] || collect_secrets
	# A check that says what is to do is no failure when only checks were asked for.
	if [ "$pb_mode" = check ]; then
		case $how in todo | check-failed) status=0 ;; esac
	fi
	printf '{"how": "%s", "changed": %s, "reboot": %s, "results": {%s}, "secrets": {%s}, "warnings": [%s]}\n' \
		"$how" "$te_changed" "$te_reboot" "${te_results#, }" "${te_secrets#, }" "${te_warnings#, }"
}

# is_listed KEY LIST
is_listed() {
	is_name "$1" || return 1
	case ,$2, in
	*,"$1",*) return 0 ;;
	esac
	return 1
}

read_records() {
	while IFS= read -r rr_line; do
		case $rr_line in
		unchanged) te_unchanged=1 ;;
		'warn '*) te_warnings="$te_warnings, \"$(printf '%s' "${rr_line#warn }" | in_base64)\"" ;;
		'result '*)
			rr_key=${rr_line#result }
			rr_length=${rr_key#* } rr_key=${rr_key%% *}
			is_id "$rr_length" && [ "$rr_length" -le 65536 ] || return
			IFS= read -r rr_value
			while [ ${#rr_value} -lt "$rr_length" ]; do
				IFS= read -r rr_line || return
				rr_value=$rr_value$newline$rr_line
			done
			if is_listed "$rr_key" "$pb_results"; then
				te_results="$te_results, \"$rr_key\": \"$(printf '%s' "$rr_value" | in_base64)\""
			fi
			;;
		esac
	done <"$D/$id.rec"
}

collect_secrets() {
	[ "$secrets" != - ] || return 0
	for cs_file in "$secrets/secret/"*; do
		[ -f "$cs_file" ] && is_listed "${cs_file##*/}" "$pb_mints" || continue
		te_secrets="$te_secrets, \"${cs_file##*/}\": \"$(in_base64 <"$cs_file")\""
	done
}

# clear_places: the playbook is over on this host, and nothing of it stays. Under the mutex.
clear_places() {
	secrets=-
	[ ! -e "$V/secrets" ] || read -r secrets <"$V/secrets"
	leave_lock
	[ "$secrets" = - ] || rm -rf "$secrets"
	rm -rf "$V" "$D"
	rmdir "${V%/*}" "${D%/*}"
	drop_bootstrap
}

case ${1-} in
request)
	shift
	request "$@"
	;;
*) playbook ;;
esac
