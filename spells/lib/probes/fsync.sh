# shellcheck shell=sh
# How long the disk takes until what was written is safe. etcd waits for its log before it answers: short writes, each followed by fdatasync. At most
# 500 of them or 2 s. The file has no name while it is written to, so nothing is left when all of this is killed.

# The programs have no apostrophes, and tabs where they want white space at the beginning of a line: blanks are taken away.
# P90 and P99 in microseconds, or the word that says why not.
fsync_python='
import errno, os, sys, time
words = {errno.EROFS: "read-only", errno.EACCES: "denied", errno.EPERM: "denied", errno.ENOSPC: "full", errno.EDQUOT: "full"}
def nameless(folder, name):
	try:
		return os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o600)
	except (AttributeError, OSError) as e:
		if getattr(e, "errno", 0) in words: raise
	fd = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
	os.unlink(name)
	return fd
def measure(folder, name):
	fd = nameless(folder, name)
	disk = os.fstatvfs(fd)
	if disk.f_bavail * disk.f_frsize < 64 << 20: return "full"
	block, took, end = os.urandom(2300), [], time.monotonic() + 2
	try:
		os.posix_fallocate(fd, 0, 500 * 2300)
	except OSError:
		pass
	while len(took) < 500 and time.monotonic() < end:
		since = time.monotonic()
		os.write(fd, block)
		os.fdatasync(fd)
		took.append(time.monotonic() - since)
	took.sort()
	return "%d %d" % tuple(took[-(-len(took) * p // 100) - 1] * 1000000 for p in (90, 99))
try:
	print(measure(*sys.argv[1:]))
except OSError as e:
	print(words.get(e.errno, "failed"))
'
# shellcheck disable=SC2016 # the variables of perl
fsync_perl='
use Fcntl; use Time::HiRes qw(time);
my ($name) = @ARGV; my (@took, $file);
sub why { print $! == 30 ? "read-only" : $! == 13 || $! == 1 ? "denied" : $! == 28 || $! == 122 ? "full" : "failed"; exit }
sysopen($file, $name, O_WRONLY | O_CREAT | O_EXCL | O_DSYNC, 0600) or why(); unlink $name;
my ($block, $end) = (pack("C*", map { int(rand(256)) } 1 .. 2300), time + 2);
while (@took < 500 && time < $end) { my $since = time; defined(syswrite($file, $block)) or why(); push @took, time - $since }
@took = sort { $a <=> $b } @took;
printf("%d %d", map { $took[int((@took * $_ + 99) / 100) - 1] * 1000000 } 90, 99);
'

# The folder where a path lies or, when it is not there yet, will lie, in $at.
nearest() {
    at=$1
    while [ ! -d "$at" ] && [ "$at" != / ] && [ -n "$at" ]; do
        at=${at%/*}
    done
    at=${at:-/}
}

# Milliseconds since the boot, in $now.
read_now() {
    read_word /proc/uptime
    now=${word%.*}${word#*.}0
    is_number "$now" || now=0
}

# fsync_dd NAME: all writes in one, so their mean is all there is to know: "mean N".
fsync_dd() {
    trap 'rm -f "$1"' EXIT
    trap 'exit 1' HUP INT PIPE TERM
    umask 077
    set -C
    exec 3>"$1" || exit
    rm -f "$1"
    read_now
    since=$now
    limited 2 dd if=/dev/zero bs=2300 count=500 oflag=dsync conv=notrunc of=/proc/self/fd/3 2>/dev/null
    read_now
    written=$(wc -c </proc/self/fd/3)
    written=$((${written:-0} / 2300))
    if [ "$written" -gt 0 ]; then
        echo "mean $(((now - since) * 1000 / written))"
    elif [ $((now - since)) -ge 1900 ]; then
        echo late
    else
        echo no-dd
    fi
}

# may_fill FOLDER: is there more room than all of it takes, by far? Says in $found why not.
may_fill() {
    free=$(limited 2 df -Pk "$1" | {
        read -r _
        read -r _ _ _ free _
        echo "$free"
    })
    found=no-df
    is_number "$free" || return
    # of what can't be written to the size says nothing
    found=full
    [ "$free" -ge 65536 ] || [ ! -w "$1" ]
}

# fsync_in FOLDER NAME: what is to be said, in $found.
fsync_in() {
    if has python3; then
        found=$(limited 4 python3 -I -S -c "$fsync_python" "$1" "$2")
        [ -z "$found" ] || return
    fi
    may_fill "$1" || return
    if has perl; then
        found=$(limited 4 perl -e "$fsync_perl" "$2")
        [ -z "$found" ] || return
    fi
    found=$(fsync_dd "$2" 2>&1)
    case $found in
    *[Rr]ead-only*) found=read-only ;;
    *enied* | *'not permitted'*) found=denied ;;
    *'o space'* | *uota*) found=full ;;
    esac
}

fsyncs() {
    count=0
    for path in $kwiz_fsync; do
        count=$((count + 1))
        nearest "$path"
        fsync_in "$at" "${at%/}/.kwiz-fsync.$$.$count"
        case $found in
        [0-9]*' '[0-9]* | 'mean '[0-9]*) say "fsync:$path" "$found" ;;
        read-only | denied | full | late | no-dd | no-df) say "fsync:$path" "unknown $found" ;;
        *) say "fsync:$path" 'unknown failed' ;;
        esac
    done
}
