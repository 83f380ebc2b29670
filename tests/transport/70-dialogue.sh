# shellcheck shell=bash disable=SC2154,SC2034 # of run, for run
# kwiz --plain on a pipe with real hosts: from the first question to a run and its reset; ends in the middle; answers that come too late.
kwiz=$build/kwiz
if [[ ! -x $kwiz || $(id -u) != 0 || -z ${KWIZ_TEST_UNSHARED:-} ]]; then
    skip "the line dialogue with hosts" "needs kwiz, root and unshare"
    return
fi

shopt -s lastpipe # t sets status
# Where ssh looks for keys and known_hosts: what HOME says is not asked for all of it.
talk=$dir/talk
mkdir -p "$talk/home/.ssh"
cp "$dir/id" "$talk/home/.ssh/id_ed25519"
sed "s#^root:\(.*\):[^:]*:\([^:]*\)\$#root:\1:$talk/home:\2#" /etc/passwd >"$talk/passwd"
mount --bind "$talk/passwd" /etc/passwd
known=$talk/home/.ssh/known_hosts

# say INPUT...: each is typed, as printf understands it; "+N" waits N seconds
say() {
    local part
    for part; do
        if [[ $part = +* ]]; then sleep "${part#+}"; else printf '%b' "$part"; fi
    done
}
# t ARGS...: kwiz --plain with standard input
t() {
    status=0
    (cd "$talk" && HOME=$talk/home XDG_STATE_HOME=$talk/state KWIZ_SPELLS=$here/../../spells LC_ALL=C.UTF-8 timeout -k 5 100 "$kwiz" --plain "$@") >"$dir/out" 2>&1 || status=$?
}
# told NAME STATUS PATTERN...: as expect
told() {
    local name=$1 want=$2 pattern
    shift 2
    if [[ $status != "$want" ]]; then fail "$name" "status $status, expected $want"; return; fi
    if LC_ALL=C grep -q $'[\r\x1b\x07\x08]' "$dir/out"; then fail "$name" "it says more than lines"; return; fi
    for pattern; do
        if [[ $pattern = !* ]]; then
            if grep -Eq -- "${pattern#!}" "$dir/out"; then fail "$name" "there is a line like '${pattern#!}'"; return; fi
        elif ! grep -Eq -- "$pattern" "$dir/out"; then
            fail "$name" "no line like '$pattern'"
            return
        fi
    done
    pass "$name"
}
to_hosts='new\nhello\n\n'
one="one 127.0.0.1 greeter root\nset one port $port_a\n\n"
options="first\n\n$talk/greeting\nnext\n"

say "$to_hosts" "$one" 'yes\n' "$options" 'start\n' | t
told "from nothing to the end of a run" 0 "Accept the key of one\?.*\[no\]: yes" "8 of 10, Review\. 3 steps" "hello install, first: done" "!Password"
check "what was installed is there" test -s "$talk/greeting/report"
check "the key is remembered" test -s "$known"
check "the answers are in a file" test -s "$talk/first.yaml"

say 'reset\n1\nstart\nfrist\nstart\nfirst\n' | t
told "the same cluster is taken off again" 0 "1 first, hello any, installed" "That is not its name" "hello reset, first: done"
check "nothing is left of it" test ! -e "$talk/greeting/report"

say "$to_hosts" "$one" "$options" 'save lf.yaml\n!\nyes\n' | t
told "saved and quit" 0 "Saved: lf.yaml"
say "${to_hosts//\\n/\\r\\n}" "${one//\\n/\\r\\n}" "${options//\\n/\\r\\n}" 'save crlf.yaml\r\n!\r\nyes\r\n' | t
told "lines that end as on Windows" 0 "Saved: crlf.yaml"
check "they give the same answers" cmp -s "$talk/lf.yaml" "$talk/crlf.yaml"

cat >"$talk/inventory" <<INVENTORY
[greeter]
one ansible_host=127.0.0.1 ansible_port=$port_a ansible_user=root ansible_password=hunter22
INVENTORY
say "$to_hosts" 'import inventory\nlist\n\n' "$options" 'save imported.yaml\n!\nyes\n' | t
told "hosts out of an inventory" 0 "Read as .*: 1 host\." "Added: one\." "1 one 127\.0\.0\.1 greeter, user root, port $port_a" "Saved: imported.yaml" "!hunter22"
check "they give the same answers" cmp -s "$talk/lf.yaml" "$talk/imported.yaml"

rm -f "$known"
say "$to_hosts" "$one" | t
told "the input ends at a question" 4 "The input has ended at this question\. Nothing was started\." "What was answered is kept in .*/drafts/any-.*, but for passwords"
kept=$(sed -n 's/^What was answered is kept in \(.*\), but for passwords.*/\1/p' "$dir/out")
say 'yes\nnext\nsave kept.yaml\n!\nyes\n' | t --answers "${kept:-none}"
told "what was kept is gone on with" 0 "Opened: any, any, 1 host" "Reached: 1 of 1" "Saved: kept.yaml" "!4 of 10"

start_sshd grace2 "LoginGraceTime 2"
rm -f "$known"
say "$to_hosts" "two 127.0.0.1 greeter root\nset two port $port_grace2\n\n" +4 'yes\nnext\n!\nquit\n' | t
told "a key is accepted after the host hung up" 0 "Accept the key of two\?" "Reached: 1 of 1" "!does not wait"
rm -f "$known"
say "$to_hosts" "two 127.0.0.1 greeter root\nset two port $port_grace2\n\n" +4 'no\nnext\n!\nquit\n' | t
told "or refused" 0 "failed two: host-key-new: .*hung up before it was accepted" "1 host is not reached" "!Reached: 1 of 1"
check "then it is not remembered" test ! -s "$known"

{
    say "$to_hosts"
    head -c 1048576 /dev/zero | tr '\0' x
    say '\nn\0 127.0.0.1 greeter\n\xff\xfe 127.0.0.1 greeter\n\x1b[2J\n' "$one" 'yes\nnext\n!\nquit\n'
} | t
told "what is no answer is told and left out" 0 "Not taken: a line may have at most 65536 bytes" "byte 2 of the line \(00\)" "byte 1 of the line \(ff\)" "byte 1 of the line \(1b\)" \
    "Reached: 1 of 1"

for signal in INT TERM HUP; do
    say "$to_hosts" >"$talk/typed"
    mkfifo "$talk/$signal"
    (cd "$talk" && exec env XDG_STATE_HOME="$talk/state" KWIZ_SPELLS="$here/../../spells" "$kwiz" --plain) <"$talk/$signal" >"$dir/out" 2>&1 &
    pid=$!
    pids+=("$pid")
    exec 4>"$talk/$signal"
    cat "$talk/typed" >&4
    until_true grep -q 'Host 1:' "$dir/out"
    kill -"$signal" "$pid"
    status=0
    wait "$pid" || status=$?
    exec 4>&-
    told "SIG$signal at a question" 130 "Interrupted\. Nothing was started\." "What was answered is kept in"
done

status=0
(cd "$talk" && "$kwiz" --plain) <&- >"$dir/out" 2>&1 || status=$?
told "standard input is closed" 4 "The input has ended"
status=0
(cd "$talk" && echo x | "$kwiz" --plain 2>"$dir/out") >&- || status=$?
told "standard output is closed" 4 "!Assertion"
