# shellcheck shell=bash
# Hosts that lack what a POSIX system has.

# What kwiz's side of a host calls, of coreutils and the like; all of them in /usr/bin of a lab host.
HOST_TOOLS='cat cut date dd grep head mkdir mkfifo mv rm rmdir setsid sleep stat tail tr wc'

# awk is on the list of nothing that kwiz calls, and must not be missed.
NOT_HOST_TOOLS='awk sed find sort ps'

# hide HOST TOOL: the tool is gone, wherever the path leads; show: it is there again. mv may be what is gone, so each has a copy of its own.
hide() {
	on "$1" sh -c 'cp /usr/bin/mv /root/own-mv && for d in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin; do
		[ ! -e "$d/$1" ] || /root/own-mv "$d/$1" "$d/$1.gone"; done; ! command -v "$1" >/dev/null' sh "$2"
}
show() {
	on "$1" sh -c 'for d in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin; do
		[ ! -e "$d/$1.gone" ] || /root/own-mv "$d/$1.gone" "$d/$1"; done; command -v "$1" >/dev/null' sh "$2"
}

# One tool after the other is gone: kwiz names it, ends with 6, and leaves nothing on the host.
test_missing_tools() {
	local tool
	answers "$@"
	for tool in $HOST_TOOLS; do
		hide "$1" "$tool"
		STATE=$W/state.$tool run_kwiz 6 run --yes "$W/answers.yaml"
		show "$1" "$tool"
		has "$W/out" "programs that kwiz needs are missing on the host: $tool ("
		# without rm, an empty file in memory is all that may be left
		[ "$tool" != rm ] || on "$1" sh -c 'find /run/kwiz -name "boot.*" -empty -delete'
		same "" "$(on "$1" sh -c 'find /run/kwiz /var/lib/kwiz -mindepth 1 ! -name "attach.*" 2>/dev/null' || true)" "left on the host without $tool"
	done
	for tool in $NOT_HOST_TOOLS; do hide "$1" "$tool"; done
	run_kwiz 0 run --yes "$W/answers.yaml"
}
