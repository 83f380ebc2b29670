# shellcheck shell=bash disable=SC2154,SC2034 # of run, for run
# Jump hosts.
rm -f "$dir/known"
start_sshd j1
start_sshd j2
j=$me@127.0.0.1:$port_j1
k n -i "$dir/id" -J "$j" -c 'echo in' -- "$h"
expect "one jump host" 0 "out in"
check "it went that way" grep -q 'Accepted publickey' "$dir/j1.log"
k - -i "$dir/id" -J "$j,127.0.0.1:$port_j2" -c 'echo in' -- "$h"
expect "the second jump host's key is not known: refused, and named" 1 "down host-key-new: jump host 127.0.0.1:$port_j2: "
k n -i "$dir/id" -J "$j,127.0.0.1:$port_j2" -c 'echo in' -- "$h"
expect "two jump hosts" 0 "out in"
k n -i "$dir/id" -J "$j,127.0.0.1:$port_j2,127.0.0.1:$port_a" -c 'echo in' -- "$h"
expect "three jump hosts" 0 "out in"
printf 'Host inner\n HostName 127.0.0.1\n Port %s\n ProxyJump outer\nHost outer\n HostName 127.0.0.1\n Port %s\nHost *\n IdentityFile %s\n ProxyJump outer\n' \
    "$port_a" "$port_j1" "$dir/id" >"$dir/config5"
status=0
timeout 30 "$kssh" -a rn -F "$dir/config5" -K "$dir/known" -c 'echo in' -- inner >"$dir/out" 2>&1 || status=$?
expect "ProxyJump of ssh_config, for all hosts, itself excepted" 0 "out in"
printf 'Host one\n ProxyJump two\nHost two\n ProxyJump one\n' >"$dir/config5"
status=0
timeout 30 "$kssh" -a rn -F "$dir/config5" -K "$dir/known" -c 'echo in' -- one >"$dir/out" 2>&1 || status=$?
expect "ProxyJump in a circle" 1 "down config: .*lead round in a circle"
sessions_before=$(grep -c 'Accepted' "$dir/j1.log")
# shellcheck disable=SC2046
k 1n -i "$dir/id" -J "$j" -c true -- $(for i in $(seq 1 40); do echo "127.0.6.$i/$port_a"; done)
expect "40 hosts through one jump host" 0 "memory"
check "by one connection to it" test "$(($(grep -c 'Accepted' "$dir/j1.log") - sessions_before))" = 1
k - -i "$dir/id" -J "127.0.0.1:$(free_port)" -c true -- "$h"
expect "a dead jump host" 1 "down jump: jump host 127.0.0.1:[0-9]*: 127.0.0.1 port [0-9]*: Connection refused"
k - -i "$dir/id" -J "$j" -c true -- "127.0.0.1/$(free_port)"
expect "a target that refuses, behind a jump host" 1 "down dial-refused: 127.0.0.1 port [0-9]* through .*refuses to pass the connection on"
k - -i "$dir/stranger" -J "$j" -c true -- "$h"
expect "a jump host that does not let us in" 1 "down auth: jump host $j: .*does not let us in"
k - -i "$dir/id" -J 'a b@:x' -c true -- "$h"
expect "a jump that makes no sense" 1 "down config: jump 'a b@:x': expected user@host:port"
start_peer silent
k - -L 0,700 -i "$dir/id" -J "$j" -c true -- "127.0.0.1/$peer_port"
expect "a silent target behind a jump host" 1 "down handshake: .*through .*nothing was said"
k - -L 0,700 -i "$dir/id" -J "127.0.0.1:$peer_port" -c true -- "$h"
expect "a silent jump host" 1 "down jump: jump host 127.0.0.1:$peer_port: .*nothing was said"
k q -i "$dir/id" -J "$j" -c 'head -c 300000000 /dev/zero' -- "$h"
expect "300 MB through a jump host ($took_ms ms, $(awk '/^memory/ { print $2 }' "$dir/out") KiB)" 0 "bytes 300000000"
k q -p 500 -i "$dir/id" -J "$j" -c 'head -c 60000000 /dev/zero' -- "$h"
expect "paused and resumed through a jump host" 0 "bytes 60000000"
head -c 5000000 /dev/urandom >"$dir/bytes"
status=0
timeout 60 "$kssh" -a rw -F "$dir/config" -K "$dir/known" -i "$dir/id" -J "$j" -c cksum -- "$h" <"$dir/bytes" >"$dir/out" 2>&1 || status=$?
expect "5 MB of input through a jump host" 0 "out $(cksum <"$dir/bytes")"
for when in up data 30 100 200; do
    k qn -x $when -i "$dir/id" -J "$j,127.0.0.1:$port_j2" -c 'echo x; sleep 5' -- "$h" "127.0.0.2/$port_a"
    expect "freed behind two jump hosts: $when" 0 "freed"
done
k - -i "$dir/locked" -W "$dir/right" -J "$j" -c 'echo in' -- "$h"
expect "the jump host's questions come to who wants to pass" 0 "ask passphrase 1 .*$dir/locked" "out in"
k 1n -i "$dir/locked" -x ask -J "$j" -c 'echo in' -- "$h" "127.0.0.2/$port_a"
expect "if that one goes, the next is asked" 0 "$h freed ask" "127.0.0.2/$port_a freed ask"
start_sshd jv
timeout 60 "$kssh" -a rn -F "$dir/config" -K "$dir/known" -i "$dir/id" -J "127.0.0.1:$port_jv" -c 'echo begun; sleep 30' -- \
    "$h" "127.0.0.7/$port_a" >"$dir/out" 2>&1 </dev/null &
bg=$!
both_begun() { [[ $(grep -c 'out begun' "$dir/out") = 2 ]]; }
until_true both_begun
signal_sessions jv KILL
status=0; wait $bg || status=$?
expect "a jump host killed in use takes its hosts with it, and is named" 1 "$h down jump: jump host 127.0.0.1:$port_jv: .*the connection ended" \
    "127.0.0.7/$port_a down jump: "
