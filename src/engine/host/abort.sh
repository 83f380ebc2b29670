# shellcheck shell=sh
# The end of an abort's bootstrap; ABORT is the request's id. It works on D and V alone, so it needs neither the
# attachment nor the supervisor.
abort() {
	umask 077
	export LC_ALL=C
	exec 2>/dev/null
	find_places
	read_boot
	set_clock
	is_id "$ABORT" || exit 1
	rm -f "$0"
	if ! [ -d "$V" ]; then
		printf 'bad abort %s: this run is not known here\n' "$ABORT"
		exit 1
	fi
	abort_request "$ABORT" || printf 'bad abort %s: something of it is still there\n' "$ABORT"
	printf 'bye\n'
}
abort
