# shellcheck shell=bash
# Whatever steps print.

test_hostile_output() {
	FIRST='printf "\033]0;title\007\033[2J\377\376 bytes\r50%%\r100%%\n"; head -c 300000 /dev/urandom; echo; printf "no newline at the end"' answers "$@"
	run_kwiz 0 run --yes "$W/answers.yaml"
	has "$W/out" "100%"
	LC_ALL=C finds_nothing -aP '[\x00-\x08\x0b-\x1f\x7f]' "$W/out" || fail "control bytes on the screen"
}

kind_much_output=large
test_much_output() { # 1 GB and a line of 100 MB, byte for byte, in bounded memory
	FIRST='head -c 100000000 /dev/zero | tr "\0" x; echo; yes "a line of output that is as long as lines are, more or less, on average" | head -c 900000000' answers "$@"
	local start=$SECONDS
	run_kwiz 0 run --yes --json "$W/answers.yaml"
	rm -f "$W/out"
	same "$( (head -c 100000000 /dev/zero | tr '\0' x; echo; yes "a line of output that is as long as lines are, more or less, on average" | head -c 900000000 || true) | sha256sum)" \
		"$(sha256sum <"$(log_of "$1" first)")" "digest of the log"
	echo "# 1 GB in $((SECONDS - start)) s"
	rm -f "$(log_of "$1" first)"
}

kind_full_host=systemd
test_full_host() {
	lab fill-disk "$1" /var/lib
	answers "$@"
	local rc=0
	kwiz run --yes "$W/answers.yaml" >"$W/out" 2>&1 </dev/null || rc=$?
	[ "$rc" != 0 ] || fail "it ended well"
	grep -qiE 'room|space|full' "$W/out" || fail "it does not say why: $(tail -n 8 "$W/out")"
	lab free-disk "$1"
}

test_full_here() {
	[ "$(id -u)" = 0 ] || exit 77
	mkdir "$W/small"
	FIRST='head -c 20000000 /dev/zero | tr "\0" y' answers "$@"
	local rc=0
	# a mount namespace of its own, so that nothing is left mounted
	unshare --mount bash -c '
		. tests/e2e/lib.sh
		mount -t tmpfs -o size=8m none "$W/small" && STATE=$W/small kwiz run --yes "$W/answers.yaml" >"$W/out" 2>&1 </dev/null' || rc=$?
	same 8 "$rc" "exit status"
	grep -qi 'no space' "$W/out" || fail "it does not say why: $(tail -n 8 "$W/out")"
}

# The journal is synced GOOD times, then the disk fails; later it is well again.
failing_disk() {
	cat >"$W/disk.c" <<'C'
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
int fdatasync(int fd)
{
    static int calls;
    if (__sync_add_and_fetch(&calls, 1) <= atoi(getenv("GOOD")))
        return fsync(fd);
    errno = EIO;
    return -1;
}
C
	"${CC:-cc}" -shared -fPIC -o "$W/disk.so" "$W/disk.c" || fail "no compiler"
}

hosts_disk_fails_here='disk-fails-here'
test_disk_fails_here() { # nothing leaves that the journal does not have for good; afterwards it is gone on with
	failing_disk
	fleet_answers "$@"
	kwiz_environment
	local rc good
	for good in 1 2 3; do
		rc=0
		lab exec env "${KWIZ_ENVIRONMENT[@]}" LD_PRELOAD="$W/disk.so" GOOD=$good timeout 60 "$KWIZ" run --yes "$W/answers.yaml" >"$W/out" 2>&1 </dev/null || rc=$?
		same 8 "$rc" "exit status after $good syncs"
		has "$W/out" "journal cannot be written: Input/output error"
		has "$W/out" "not started: the journal could not be written"
		same $((good > 1)) "$(on "$1" sh -c 'ls /var/lib/kwiz/*/*/1.log 2>/dev/null | wc -l')" "steps begun after $good syncs"
		run_kwiz 0 resume
		has "$W/out" "done in"
	done
}
