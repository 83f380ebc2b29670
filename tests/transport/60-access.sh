# shellcheck shell=bash disable=SC2154,SC2034 # of run, for run
# The engine's way to hosts before a plan exists: keys, passwords, root, facts, scripts as root.
kaccess=$build/tests/transport/kaccess
if [[ ! -x $kaccess ]]; then
    skip "getting into hosts" "kaccess is not built"
    return
fi

# run kaccess; its letters for -a come first ("-" for none)
ka() {
    local letters=r
    [[ $1 = - ]] || letters=r$1
    shift
    status=0
    began=$EPOCHREALTIME
    timeout -k 5 120 "$kaccess" -a "$letters" -F "$dir/config" -K "$dir/known" "$@" >"$dir/out" 2>&1 </dev/null || status=$?
    took_ms=$((${EPOCHREALTIME/./} / 1000 - ${began/./} / 1000))
}
# count_is NAME NUMBER PATTERN: so many lines
count_is() { check "$1" test "$(grep -Ec -- "$3" "$dir/out")" = "$2"; }

cat >"$dir/facts.sh" <<'EOF'
echo 'welcome to this host'
echo 'facts 1'
echo "user $(id -un)"
echo "cpus 2"
echo 'end 1'
EOF
p=${print_a//+/[+]} # as a pattern
echo yes >"$dir/yes"
echo no >"$dir/no"
: >"$dir/none"

# --- host keys
rm -f "$dir/known"
ka t -i "$dir/id" -P "$dir/yes" -S "$dir/facts.sh" -- "a=$h"
expect "a new host key is asked for and accepted; measured" 0 "a asks host-key 1: ssh-ed25519 $p" \
    "end a ready root=.* reach=1 key=$p facts=2 fault=- detail= facts_fault=$"
check "the key is remembered" grep -q '^\[127.0.0.1\]' "$dir/known"
ka - -i "$dir/id" -S "$dir/facts.sh" -- "a=$h"
expect "it is not asked for again" 0 "!asks" "end a ready root=unknown reach=1 key=- facts=2"
rm "$dir/known"
ka - -i "$dir/id" -P "$dir/no" -S "$dir/facts.sh" -- "a=$h"
expect "a refused key fails the host, with the reason" 0 "end a failed root=unknown reach=0 key=- facts=0 fault=host-key-new .*127.0.0.1 port $port_a.*$p \(it was not accepted\)"
ka f -i "$dir/id" -- "a=$h"
expect "nobody to ask" 0 "!asks" "end a failed .*fault=host-key-new"
ka g -i "$dir/id" -P "$dir/yes" -S "$dir/facts.sh" -- "a=127.0.0.1/1" "b=$h"
expect "a host that fails holds up nobody, and is tried again" 0 "end a failed .*fault=dial-refused detail=127.0.0.1 port 1: Connection refused" "end b ready .*facts=2"
count_is "it was tried twice" 2 '^a connecting'
count_is "the other was not" 1 '^b connecting'
rm "$dir/known"
ka - -L 0,0,0,0,700 -i "$dir/id" -P "$dir/silence" -- "a=$h"
expect "no answer" 0 "asks host-key" "end a failed .*fault=host-key-new .*\(nobody accepted it in 1 s\)"
took_at_most "has its limit" 4000
printf 'Host behind\n HostName 127.0.0.2\n Port %s\n ProxyJump 127.0.0.1:%s\nHost *\n IdentityFile %s\n' "$port_a" "$port_a" "$dir/id" >"$dir/config6"
printf 'yes\nyes\n' >"$dir/yes-yes"
ka - -F "$dir/config6" -P "$dir/yes-yes" -S "$dir/facts.sh" -- "a=behind"
expect "through a jump host: both keys are asked for, the host's own is told" 0 "a asks host-key" "end a ready .*reach=1 key=$p facts=2"
count_is "two questions" 2 'asks host-key'
rm "$dir/known"
printf 'yes\nno\n' >"$dir/yes-no"
ka - -F "$dir/config6" -P "$dir/yes-no" -- "a=behind"
expect "the jump host's is not the host's" 0 "end a failed .* key=- .*fault=host-key-new"
rm "$dir/known"
printf 'no\nyes\n' >"$dir/no-yes"
ka g -i "$dir/id" -P "$dir/no-yes" -S "$dir/facts.sh" -- "a=$h"
expect "refused, tried again, accepted" 0 "a failed .*fault=host-key-new" "end a ready .*key=$p facts=2 fault=- detail= "
echo "[127.0.0.1]:$port_a $(cut -d' ' -f1,2 "$dir/host_other.pub")" >"$dir/known"
ka - -i "$dir/id" -P "$dir/yes" -- "a=$h"
expect "a changed key is not asked for" 0 "!asks" "end a failed .*fault=host-key-changed detail=THE HOST KEY OF .*$p"
cp "$dir/known.good" "$dir/known"

# --- hosts that do not answer
start_peer full
ka - -L 700 -i "$dir/id" -S "$dir/facts.sh" -- "a=127.0.0.1/$peer_port" "b=$h"
expect "a host that does not answer" 0 "end a failed .*fault=dial-timeout detail=127.0.0.1 port $peer_port: no answer \(limit 700 ms\)" "end b ready .*facts=2"
took_at_most "the dialling limit holds" 3000
ka - -L 5000 -x 300 -i "$dir/id" -- "a=127.0.0.1/$peer_port"
expect "freed while dialling" 0 "^freed"
start_peer silent
ka - -L 0,600 -i "$dir/id" -- "a=127.0.0.1/$peer_port"
expect "a server that says nothing" 0 "end a failed .*fault=handshake"
ka - -i "$dir/id" -- "a=127.0.0.1/$(free_port)"
expect "a host that refuses connections" 0 "end a failed .*fault=dial-refused"

# --- facts
printf '%s\n' 'echo facts 1; echo; printf "a\033[31mb"' >"$dir/garbage.sh"
ka 2 -i "$dir/id" -S "$dir/garbage.sh" -- "a=$h"
expect "a facts script that prints garbage" 0 "end a ready .*facts=0 fault=- detail= facts_fault=what the facts script printed makes no sense: ." $'!\e'
echo 'echo broken >&2; exit 3' >"$dir/broken.sh"
ka - -i "$dir/id" -S "$dir/broken.sh" -- "a=$h"
expect "a facts script that fails" 0 "end a ready .*facts_fault=the facts script ended with status 3: broken"
echo 'echo facts 1; sleep 4' >"$dir/hangs.sh"
ka 2 -L 0,700 -i "$dir/id" -S "$dir/hangs.sh" -- "a=$h"
expect "a facts script that hangs" 0 "end a ready .*facts=0 fault=- detail= facts_fault=the facts script did not end in 1 s"
count_is "both times" 2 '^a measuring'
echo 'yes facts' >"$dir/endless.sh"
ka - -i "$dir/id" -S "$dir/endless.sh" -- "a=$h"
expect "a facts script that does not stop printing" 0 "end a ready .*facts_fault=the facts script printed more than 256 KiB"
# --- what is tried besides
probe() { { echo "$1"; echo "$2"; } >"$dir/probe"; }
probe 'fsync:/x fetch:y' 'echo facts 1; echo fsync:/x 5 6; echo cpus 99; echo fetch:z ok; echo fetch:y ok 3; echo end 1'
ka v2 -i "$dir/id" -S "$dir/facts.sh" -R "$dir/probe" -- "a=$h" "b=$h"
expect "what was tried joins the facts, and nothing else does" 0 "end a ready .*facts=4 fault=- detail= facts_fault=$" "a fact cpus 2" "b fact fsync:/x 5 6" "b fact fetch:y ok 3" "!fetch:z" "!cpus 99"
count_is "each key is there once" 2 'fact fsync:/x'
probe 'fsync:/x fetch:y' 'echo facts 1; echo fsync:/x 5 6; echo end 1'
ka v -i "$dir/id" -S "$dir/facts.sh" -R "$dir/probe" -- "a=$h"
expect "what it does not tell is unknown" 0 "a fact fsync:/x 5 6" "a fact fetch:y unknown the script that tries it did not say$" "end a ready .*facts=4"
probe 'fsync:/x' 'echo facts 1; echo; printf "a\\033[31mb"'
ka v -i "$dir/id" -S "$dir/facts.sh" -R "$dir/probe" -- "a=$h"
expect "garbage costs no facts" 0 "a fact cpus 2" "a fact fsync:/x unknown what the host was asked for can't be read: line 2 has no key$" "end a ready .*facts=3 .*facts_fault=$" $'!\e'
probe 'fsync:/x' 'echo "oh dear" >&2; exit 3'
ka v -i "$dir/id" -S "$dir/facts.sh" -R "$dir/probe" -- "a=$h"
expect "nor does an end that is none" 0 "a fact cpus 2" "a fact fsync:/x unknown the script that tries it ended with status 3: oh dear$" "end a ready"
probe 'fsync:/x' 'echo facts 1; sleep 4'
ka v -L 0,900 -i "$dir/id" -S "$dir/facts.sh" -R "$dir/probe" -- "a=$h"
expect "nor does one that hangs" 0 "a fact cpus 2" "a fact fsync:/x unknown the script that tries it did not end in 1 s$" "end a ready"
probe 'fsync:/x' 'yes facts'
ka v -i "$dir/id" -S "$dir/facts.sh" -R "$dir/probe" -- "a=$h"
expect "nor does one that does not stop printing" 0 "a fact cpus 2" "a fact fsync:/x unknown the script that tries it printed more than 64 KiB$" "end a ready"
ka v -i "$dir/id" -S "$dir/broken.sh" -R "$dir/probe" -- "a=$h"
expect "without facts nothing is tried" 0 "end a ready .*facts=0 .*facts_fault=the facts script ended with status 3" "!fsync"
# shellcheck disable=SC2016 # the host's
probe 'fsync:/x' 'echo facts 1; echo "fsync:/x $(id -u) $(cat | wc -c)"; echo end 1'
ka v -b none -i "$dir/id" -S "$dir/facts.sh" -R "$dir/probe" -- "a=$h" "l=local"
expect "it is not its own input, by SSH and here" 0 "a fact fsync:/x $(id -u) 0" "l fact fsync:/x $(id -u) 0"
ka 2 -i "$dir/id" -S "$dir/facts.sh" -- "a=$h" "b=$h"
count_is "measured again over the connection that there is" 4 '^. measuring'
count_is "connected once" 2 'connecting'
ka 2c -i "$dir/id" -S "$dir/facts.sh" -- "a=$h"
count_is "measured again when a run has had the connection" 2 '^a measuring'
count_is "connected again for it" 2 '^a connecting'

# --- hosts that change
ka - -h 1000 -i "$dir/id" -S "$dir/facts.sh" -- "a=$h" "b=$h" + "c=$h" "b=$h"
expect "other hosts: who stays is kept" 0 "now c idle" "now b ready .*facts=2" "end c ready .*facts=2" "end b ready .*facts=2" "!end a"
count_is "and not connected anew" 1 '^b connecting'
start_peer silent
ka - -h 300 -i "$dir/id" -S "$dir/facts.sh" -- "a=127.0.0.1/$peer_port" "b=127.0.0.1/$peer_port" + "b=127.0.0.1/$port_a" "d=$h"
expect "other hosts while connecting" 0 "now b idle" "now d idle" "end b ready .*facts=2" "end d ready .*facts=2"
rm "$dir/known"
printf -- '-silence-\nyes\n' >"$dir/silence-yes"
ka - -h 700 -i "$dir/id" -P "$dir/silence-yes" -S "$dir/facts.sh" -- "a=$h" + "b=$h"
expect "other hosts while one asks" 0 "a asks host-key" "b asks host-key" "end b ready .*facts=2"
rm "$dir/known"
# shellcheck disable=SC2046
ka t -i "$dir/id" -x 1500 -P "$dir/silence" -S "$dir/facts.sh" -- $(for i in $(seq 1 40); do echo "n$i=127.0.6.$i/$port_a"; done)
expect "freed while asking" 0 "^freed"
cp "$dir/known.good" "$dir/known"
for ms in 5 20 50 90 140 200 300 500; do
    cp "$dir/known.good" "$dir/known"
    # shellcheck disable=SC2046
    ka t -i "$dir/id" -x $ms -P "$dir/yes" -S "$dir/facts.sh" -- $(for i in $(seq 1 20); do echo "n$i=$h"; done)
    expect "freed after $ms ms" 0 "descriptors"
done
# shellcheck disable=SC2046
ka t -i "$dir/id" -h 400 -S "$dir/facts.sh" -- $(for i in $(seq 1 60); do echo "n$i=$h"; done) + $(for i in $(seq 31 90); do echo "n$i=$h"; done)
expect "60 hosts, of which half stay" 0 "end n31 ready" "end n90 ready"
count_is "all are measured" 60 '^end n[0-9]+ ready .*facts=2'

# --- root
if [[ $me = root ]]; then
    ka t -i "$dir/id" -S "$dir/facts.sh" -- "a=$h" "l=local"
    expect "root as whom we log in, by SSH and here" 0 "end a ready root=self .*facts=2" "end l ready root=self .*facts=2"
    ka t -b none -i "$dir/id" -S "$dir/facts.sh" -- "a=$h"
    expect "become: none" 0 "end a ready root=unwanted .*facts=2"
    cat >"$dir/perform.sh" <<'EOF'
tr '\0' ' ' </proc/self/cmdline >/dev/null
echo "i am $(id -u)"
cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n' | grep -c 'se[c]ret word' | sed 's/^/in argvs: /'
input=$(cat)
[ "$input" = 'the secret word' ] && echo "input is right"
printf '\033]0;evil\a\r\n' >&2
exit 7
EOF
    printf 'the secret word' >"$dir/input"
    ka t -i "$dir/id" -E "$dir/perform.sh" -I "$dir/input" -- "a=$h" "l=local"
    for name in a l; do
        expect "a script as root, with input ($name)" 0 "^$name performed 7 state=5" "^$name out i am 0" "^$name out in argvs: 0" "^$name out input is right" $'!\e'
    done
    check "no file is left of it" not grep -rqs 'secret word' /run/kwiz "$dir/.local" /tmp/boot.*
    echo 'cat; echo "nothing came"' >"$dir/cat.sh"
    ka - -i "$dir/id" -E "$dir/cat.sh" -- "a=$h"
    expect "a script without input, root not tried before" 0 "a performed 0" "a out nothing came"
    printf 'echo begun\nsleep 30\n' >"$dir/slow.sh"
    ka t -T 700 -i "$dir/id" -E "$dir/slow.sh" -- "a=$h"
    expect "a script that does not end" 0 "a performed -1 state=5" "a out begun" "a out the script did not end in 1 s, and was ended"
    took_at_most "its limit holds" 4000
    # its children, and itself, whether they like it or not
    cat >"$dir/stubborn.sh" <<EOF
trap 'echo no' TERM
sleep 33 & echo \$! >$dir/stubborn
sh -c 'trap "" TERM; echo \$\$ >>$dir/stubborn; while :; do sleep 34; done' &
until [ "\$(wc -l <$dir/stubborn)" = 2 ]; do sleep 0.1; done
echo begun
: >$dir/begun
while :; do sleep 35; done
EOF
    # or about to be taken note of by the first process of the machine, which may take its time
    all_gone() {
        local pid
        for pid in $(<"$dir/stubborn"); do ! grep -qs '^State:[[:space:]][^ZX]' "/proc/$pid/status" || return; done
    }
    ka t -T 700 -i "$dir/id" -E "$dir/stubborn.sh" -- "a=$h"
    expect "a script that does not end when it is told to" 0 "a out begun" "a performed -1 state=5" "a out the script did not end in 1 s, and was ended"
    check "what it started is gone" all_gone
    took_at_most "there is a limit to that, too" 12000
    : >"$dir/stubborn"
    rm -f "$dir/begun" # made when all is said: what says more to a kwiz that is gone ends by it, and then what it started is nobody's
    "$kaccess" -a t -F "$dir/config" -K "$dir/known" -T 3000 -i "$dir/id" -E "$dir/stubborn.sh" -- "a=$h" >"$dir/out" 2>&1 </dev/null &
    kwiz=$!
    check "the script runs" until_true test -e "$dir/begun"
    kill -KILL "$kwiz"
    wait "$kwiz" 2>/dev/null || true
    check "kwiz is killed: the script runs on" not all_gone
    check "until its limit" until_true all_gone
    # what is left in another session keeps the output, and with it the channel
    printf 'setsid sleep 200 & echo $! >%s\necho begun\nexec sleep 36\n' "$dir/daemon" >"$dir/daemon.sh"
    ka t -T 700 -i "$dir/id" -E "$dir/daemon.sh" -- "a=$h"
    expect "a script whose daemon keeps the output" 0 "a out begun" "a performed -1 state=5" "a out the script did not end in 1 s"
    took_at_most "has its limit" 12000
    kill "$(<"$dir/daemon")"
    ka t -x 900 -i "$dir/id" -E "$dir/slow.sh" -- "a=$h"
    expect "freed while it runs" 0 "^freed" "!performed"
    echo 'kill -9 $$' >"$dir/killed.sh"
    ka t -i "$dir/id" -E "$dir/killed.sh" -- "a=$h"
    expect "a script that is killed" 0 "a performed (137|-1)"
    # shellcheck disable=SC2016
    echo 'i=0; while [ $i -lt 20000 ]; do echo "line number $i of many"; i=$((i + 1)); done; echo the last' >"$dir/much.sh"
    ka t -i "$dir/id" -E "$dir/much.sh" -- "a=$h"
    expect "much output: the end of it is kept" 0 "a out the last" "!line number 5 of many"
    check "at most 64 KiB of it" test "$(sed -n 's/^a out //p' "$dir/out" | wc -c)" -le 65536
    { echo 'echo whole'; for i in $(seq 1 3000); do echo "# $i: a line that makes the script long"; done; echo 'echo end of it'; } >"$dir/long.sh"
    ka t -i "$dir/id" -E "$dir/long.sh" -- "a=$h"
    expect "a long script comes whole" 0 "a performed 0" "a out whole" "a out end of it"
fi

if [[ $me != root || -z ${KWIZ_TEST_UNSHARED:-} ]] || ! command -v openssl >/dev/null; then
    skip "passwords and sudo" "needs root, unshare and openssl"
    return
fi
{
    cat /etc/passwd
    echo "kwiztest:x:64999:64999::$dir:/bin/sh"
} >"$dir/passwd"
{
    cat /etc/shadow
    echo "kwiztest:$(openssl passwd -6 'let me in'):19000:0:99999:7:::"
} >"$dir/shadow"
chmod 755 "$dir"
mount --bind "$dir/passwd" /etc/passwd
mount --bind "$dir/shadow" /etc/shadow

# --- passwords
start_sshd word "PasswordAuthentication yes" "MaxAuthTries 10"
echo "[127.0.0.1]:$port_word $(cut -d' ' -f1,2 "$dir/host_ed25519.pub")" >"$dir/known"
w=127.0.0.1/$port_word
printf 'let me in\n' >"$dir/pw"
ka - -l kwiztest -P "$dir/pw" -S "$dir/facts.sh" -- "a=$w" "b=$w" "c=$w" "d=$w"
expect "a password is asked for once for several hosts" 0 "end a ready .*facts=2" "end b ready .*facts=2" "end c ready .*facts=2" "end d ready .*facts=2"
count_is "once" 1 'asks password'
printf 'wrong\nlet me in\n' >"$dir/pw-second"
ka - -l kwiztest -P "$dir/pw-second" -S "$dir/facts.sh" -- "a=$w" "b=$w" "c=$w"
expect "a wrong password is asked for again" 0 "asks password 2" "end a ready" "end b ready" "end c ready"
count_is "on the host that refused it" 2 'asks password'
refused() { grep -c 'Failed password' "$dir/word.log"; }
check "and was tried on that host alone" test "$(refused)" = 1
ka - -l kwiztest -P "$dir/none" -S "$dir/facts.sh" -- "a=$w"
expect "a refused question fails the host" 0 "end a failed .*fault=auth detail=.*password: none was given"
ka - -k "ssh_password=let me in" -l kwiztest -S "$dir/facts.sh" -- "a=$w" "b=$w"
expect "a password that is known is not asked for" 0 "!asks" "end a ready" "end b ready"
ka - -h 1500 -l kwiztest -P "$dir/pw" -S "$dir/facts.sh" -- "a=$w" + "z=$w"
expect "a password that proved right is remembered when its host is gone" 0 "end z ready .*facts=2"
count_is "asked for once" 1 'asks password'

# --- sudo, by something that looks like it
mkdir -p "$dir/bin"
cat >"$dir/bin/sudo" <<EOF
#!/bin/sh
dir=$dir
EOF
cat >>"$dir/bin/sudo" <<'EOF'
echo "$*" >>"$dir/sudo.log"
allow() { FAKE_ROOT=1; export FAKE_ROOT; exec "$@"; }
case $1 in
-n)
    shift
    [ -e "$dir/sudo.free" ] || { echo 'sudo: a password is required' >&2; exit 1; }
    allow "$@"
    ;;
-k)
    nonce=$4
    shift 4
    [ ! -e "$dir/sudo.tty" ] || [ -t 0 ] || { echo 'sudo: sorry, you must have a tty to run sudo' >&2; exit 1; }
    [ ! -e "$dir/sudo.never" ] || { echo 'kwiztest is not in the sudoers file.' >&2; exit 1; }
    if [ -t 0 ]; then stty -echo; fi
    for i in 1 2 3; do
        printf %s "$nonce" >&2
        IFS= read -r word || exit 1
        echo "tried $word" >>"$dir/sudo.log"
        if [ "$word" = 'let me be root' ] && [ "$FAKE_SUDO" = denies ]; then echo 'kwiztest is not in the sudoers file.' >&2; exit 1; fi
        [ "$word" != 'let me be root' ] || allow "$@"
        echo 'Sorry, try again.' >&2
    done
    exit 1
    ;;
esac
EOF
cat >"$dir/bin/id" <<'EOF'
#!/bin/sh
[ "$1$FAKE_ROOT" != -u1 ] || { echo "${FAKE_UID:-0}"; exit; }
exec /usr/bin/id "$@"
EOF
chmod 755 "$dir/bin" "$dir/bin/sudo" "$dir/bin/id"
chmod 777 "$dir"
: >"$dir/sudo.log"
chmod 666 "$dir/sudo.log"
start_sshd sudo "SetEnv PATH=$dir/bin:/usr/local/bin:/usr/bin:/bin"
echo "[127.0.0.1]:$port_sudo $(cut -d' ' -f1,2 "$dir/host_ed25519.pub")" >"$dir/known"
s=127.0.0.1/$port_sudo
echo 'let me be root' >"$dir/root-pw"
tried() { grep -c "^tried $1" "$dir/sudo.log"; }
: >"$dir/sudo.free"
ka t -l kwiztest -i "$dir/id" -S "$dir/facts.sh" -- "a=$s"
expect "sudo that asks for nothing" 0 "end a ready root=free .*facts=2 fault=-" "!asks"
printf 'echo facts 1; echo root sudo; echo end 1\n' >"$dir/facts-sudo.sh"
ka v -l kwiztest -i "$dir/id" -S "$dir/facts-sudo.sh" -R "$dir/probe" -- "a=$s"
expect "what is tried is tried as root where the facts say how" 0 "end a ready root=unknown" "a fact fsync:/x 0 0"
ka tv -l kwiztest -i "$dir/id" -S "$dir/facts.sh" -R "$dir/probe" -- "a=$s"
expect "and where root was had before" 0 "end a ready root=free" "a fact fsync:/x 0 0"
ka tv -b none -l kwiztest -i "$dir/id" -S "$dir/facts-sudo.sh" -R "$dir/probe" -- "a=$s"
expect "but not where the host says become: none" 0 "end a ready root=unwanted" "a fact fsync:/x [1-9][0-9]* 0"
rm "$dir/sudo.free"
ka v -l kwiztest -i "$dir/id" -S "$dir/facts-sudo.sh" -R "$dir/probe" -- "a=$s"
expect "as the user where sudo does not let us after all" 0 "!asks" "end a ready root=unknown .*fault=- detail= facts_fault=$" "a fact fsync:/x [1-9][0-9]* 0"
ka tv -l kwiztest -i "$dir/id" -P "$dir/root-pw" -S "$dir/facts.sh" -R "$dir/probe" -- "a=$s" "b=$s"
expect "with sudo's password, which is asked for once" 0 "end a ready root=password" "a fact fsync:/x 0 0" "b fact fsync:/x 0 0"
count_is "for all of it" 1 'asks'
ka t -l kwiztest -i "$dir/id" -P "$dir/root-pw" -S "$dir/facts.sh" -E "$dir/perform.sh" -I "$dir/input" -- "a=$s" "b=$s" "c=$s"
expect "sudo that wants a password" 0 "asks password 1 for sudo" "end a ready root=password .*facts=2" "end b ready root=password" "end c ready root=password" \
    "a performed 7" "b out i am 0" "c out input is right" "c out in argvs: 0"
count_is "asked for once" 1 'asks'
printf 'slip\nlet me be root\n' >"$dir/root-pw2"
: >"$dir/sudo.log"
ka t -l kwiztest -i "$dir/id" -P "$dir/root-pw2" -S "$dir/facts.sh" -- "a=$s" "b=$s"
expect "a wrong one is asked for again" 0 "asks password 2 for sudo" "end a ready root=password" "end b ready root=password"
check "it was tried once, on one host" test "$(tried slip)" = 1
check "the right one once on each" test "$(tried 'let me be root')" = 2
printf 'x1\nx2\nx3\nx4\n' >"$dir/root-pw4"
: >"$dir/sudo.log"
ka t -l kwiztest -i "$dir/id" -P "$dir/root-pw4" -S "$dir/facts.sh" -E "$dir/perform.sh" -- "a=$s"
expect "three wrong ones" 0 "end a ready root=refused .*facts=2 fault=sudo detail=sudo refused each of 3 passwords: Sorry, try again. facts_fault=$" "a is not performed" "!asks password 4"
check "no more than three" test "$(tried x)" = 3
ka t -l kwiztest -i "$dir/id" -P "$dir/none" -S "$dir/facts.sh" -- "a=$s"
expect "no password for sudo" 0 "end a ready root=refused .*facts=2 fault=sudo detail=sudo wants a password and none was given"
ka tg -l kwiztest -i "$dir/id" -k "sudo_password=let me be root" -S "$dir/facts.sh" -- "a=$s"
expect "sudo's password is known" 0 "!asks" "end a ready root=password"
ka t2c -l kwiztest -i "$dir/id" -P "$dir/none" -S "$dir/facts.sh" -- "a=$s"
expect "that root was refused stays known when the connection is made again" 0 "end a ready root=refused .*facts=2 fault=sudo detail=sudo wants"
count_is "and it is not asked for again" 1 asks
printf 'x1\nx2\nx3\nlet me be root\n' >"$dir/root-pw5"
ka tg -l kwiztest -i "$dir/id" -P "$dir/root-pw5" -S "$dir/facts.sh" -- "a=$s"
expect "refused, then tried again over the same connection" 0 "a ready root=refused" "end a ready root=password .*fault=- detail= "
count_is "connected once" 1 '^a connecting'
: >"$dir/sudo.tty"
ka t -l kwiztest -i "$dir/id" -P "$dir/root-pw" -E "$dir/perform.sh" -I "$dir/input" -- "a=$s"
expect "sudo that wants a terminal, too" 0 "end a ready root=password" "a performed 7" "a out i am 0" "a out input is right" "!let me be root"
rm "$dir/sudo.tty"
: >"$dir/sudo.never"
ka t -l kwiztest -i "$dir/id" -P "$dir/root-pw" -S "$dir/facts.sh" -- "a=$s"
expect "sudo that does not know us" 0 "end a ready root=refused .*facts=2 fault=sudo detail=.*not in the sudoers file"
rm "$dir/sudo.never"
start_sshd denies "SetEnv PATH=$dir/bin:/usr/local/bin:/usr/bin:/bin FAKE_SUDO=denies"
for port in "$port_denies" "$port_sudo"; do echo "[127.0.0.1]:$port $(cut -d' ' -f1,2 "$dir/host_ed25519.pub")"; done >"$dir/known"
ka t -l kwiztest -i "$dir/id" -P "$dir/root-pw4" -- "a=127.0.0.1/$port_denies" # wrong passwords are still told from that
expect "three wrong ones where sudo would not let us" 0 "end a ready root=refused .*detail=sudo refused each of 3 passwords"
ka t -l kwiztest -i "$dir/id" -P "$dir/root-pw" -- "a=127.0.0.1/$port_denies"
expect "sudo that takes the password and does not let us" 0 "!asks password 2" \
    "end a ready root=refused .*fault=sudo detail=sudo took the password, but does not let this user become root: .*not in the sudoers file"
ka t -l kwiztest -i "$dir/id" -P "$dir/root-pw" -- "a=127.0.0.1/$port_denies" "b=$s" "c=$s"
expect "the others get that password" 0 "end a ready root=refused" "end b ready root=password" "end c ready root=password"
count_is "without another question" 1 'asks'
echo "[127.0.0.1]:$port_sudo $(cut -d' ' -f1,2 "$dir/host_ed25519.pub")" >"$dir/known"
ka t -l kwiztest -i "$dir/id" -P "$dir/root-pw" -b none -E "$dir/perform.sh" -- "a=$s"
expect "become: none asks for nothing and runs as whom we log in" 0 "!asks" "end a ready root=unwanted" "a out i am 64999"
start_sshd other "SetEnv PATH=$dir/bin:/usr/bin:/bin FAKE_UID=33"
echo "[127.0.0.1]:$port_other $(cut -d' ' -f1,2 "$dir/host_ed25519.pub")" >"$dir/known"
: >"$dir/sudo.free"
ka t -l kwiztest -i "$dir/id" -- "a=127.0.0.1/$port_other"
expect "sudo that makes us somebody else" 0 "end a ready root=refused .*fault=sudo detail=sudo made us the user with number 33, not root"
rm "$dir/sudo.free"
start_sshd plain "SetEnv PATH=/usr/bin:/bin"
echo "[127.0.0.1]:$port_plain $(cut -d' ' -f1,2 "$dir/host_ed25519.pub")" >"$dir/known"
if ! command -v sudo >/dev/null; then
    ka t -l kwiztest -i "$dir/id" -P "$dir/root-pw" -S "$dir/facts.sh" -- "a=127.0.0.1/$port_plain"
    expect "no sudo there: no password is asked for" 0 "!asks" "end a ready root=refused .*facts=2 fault=sudo detail=there is no sudo on the host for this user: .*not found"
fi
for ms in 100 200 300 400 600; do
    echo "[127.0.0.1]:$port_sudo $(cut -d' ' -f1,2 "$dir/host_ed25519.pub")" >"$dir/known"
    ka t -x $ms -l kwiztest -i "$dir/id" -P "$dir/silence" -S "$dir/facts.sh" -- "a=$s" "b=$s" "c=$s"
    expect "freed after $ms ms, on the way to root" 0 "^freed"
done
ka t -h 800 -l kwiztest -i "$dir/id" -P "$dir/silence-yes" -S "$dir/facts.sh" -- "a=$s" "b=$s" + "b=$s"
expect "the host that asks for sudo's password is gone: the next one asks" 0 "^[ab] asks password 1 for sudo" "b asks password 1 for sudo" "end b ready root=refused"

start_sshd hangs "ForceCommand sleep 4"
echo "[127.0.0.1]:$port_hangs $(cut -d' ' -f1,2 "$dir/host_ed25519.pub")" >"$dir/known"
ka t -L 0,700 -l kwiztest -i "$dir/id" -S "$dir/facts.sh" -- "a=127.0.0.1/$port_hangs"
expect "a login shell that hangs" 0 "end a failed root=unknown reach=1 .*fault=shell detail=the login shell did not start kwiz's loader in 1 s"
start_sshd ends "ForceCommand echo no shell for you; exit 3"
echo "[127.0.0.1]:$port_ends $(cut -d' ' -f1,2 "$dir/host_ed25519.pub")" >"$dir/known"
ka t -l kwiztest -i "$dir/id" -b none -S "$dir/facts.sh" -E "$dir/perform.sh" -- "a=127.0.0.1/$port_ends"
expect "a login shell that lets nothing run" 0 "a ready .*facts_fault=the facts script ended with status 3: $" "a performed -1 state=6" \
    "a out the login shell ended with status 3 before kwiz's loader ran: no shell for you" "end a failed root=unwanted .*fault=shell"
echo "[127.0.0.1]:$port_sudo $(cut -d' ' -f1,2 "$dir/host_ed25519.pub")" >"$dir/known"

# --- a connection that breaks
break_sessions() { # of the sshd sudo: its processes alone, so that no command's end is told any more
    local child grandchild pids=()
    for child in $(ps -o pid= --ppid "$(cat "$dir/sudo.pid")"); do
        pids+=("$child")
        for grandchild in $(ps -o pid=,comm= --ppid "$child" | awk '/sshd/ { print $1 }'); do pids+=("$grandchild"); done
    done
    if ((${#pids[@]})); then kill -KILL "${pids[@]}" || true; fi
}
said() { grep -Eq -- "$1" "$dir/out"; }
break_when() { # CONDITION ARGUMENT...: kaccess with the arguments; its connections are cut off once the condition holds
    local condition=$1
    shift
    rm -f "$dir/out" "$dir/has-begun"
    ka "$@" &
    lost_pid=$!
    # shellcheck disable=SC2086 # words
    until_true $condition 2>/dev/null || fail "what is to be cut off" "not so: $condition"
    break_sessions
    wait "$lost_pid" || true
    status=0
}
break_when 'said ^a.ready' - -h 5000 -l kwiztest -i "$dir/id" -- "a=$s" + "a=$s" "b=$s"
expect "a connection that breaks while nothing is done is seen" 0 "now a failed .*fault=lost" "end b ready"
# and while something is done
: >"$dir/sudo.free"
# Cut off, it ends when nobody waits for it any more.
slow=": >$dir/has-begun; echo begun; while test -e $dir/has-begun; do sleep 0.1; done"
printf '%s\n' "$slow" >"$dir/slow.sh"
break_when "test -e $dir/has-begun" t -T 60000 -l kwiztest -i "$dir/id" -E "$dir/slow.sh" -- "a=$s"
expect "it breaks while a script runs as root" 0 "a performed -1 state=6" "a out .*the connection ended" "end a failed root=free .*fault=lost"
break_when "test -e $dir/has-begun" - -l kwiztest -i "$dir/id" -S "$dir/slow.sh" -- "a=$s"
expect "it breaks while facts are measured" 0 "a measuring" "end a failed .*facts=0 fault=lost"
probe 'fsync:/x' "$slow"
break_when "test -e $dir/has-begun" v -l kwiztest -i "$dir/id" -S "$dir/facts-sudo.sh" -R "$dir/probe" -- "a=$s"
expect "it breaks while something is tried: the facts stay" 0 "end a failed .*facts=2 fault=lost" "a fact fsync:/x unknown the connection was lost while it was tried$"
rm -f "$dir/sudo.free" "$dir/has-begun"
break_when 'said asks.password' t -l kwiztest -i "$dir/id" -P "$dir/silence" -- "a=$s"
expect "it breaks while sudo's password is asked for" 0 "a asks password 1 for sudo" "end a failed root=unknown .*fault=lost"
count_is "which asks no more than that" 1 asks
umount -l /etc/shadow /etc/passwd 2>/dev/null || true
