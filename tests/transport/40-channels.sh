# shellcheck shell=bash disable=SC2154,SC2034 # of run, for run
# Commands, on SSH and on this machine alike.
cp "$dir/known.good" "$dir/known"
for where in "$h" local; do
    w=${where%%/*}
    k - -i "$dir/id" -c 'echo o; echo e >&2; exit 7' -- "$where"
    expect "$w: output, error output, status" 1 "^$where out o$" "^$where err e$" "^$where exit 7 -$"
    # shellcheck disable=SC2016 # for the shell over there
    k - -i "$dir/id" -c 'kill -TERM $$' -- "$where"
    expect "$w: ended by a signal" 1 "exit -1 TERM"
    k - -i "$dir/id" -c 'exit 3' -c 'echo second' -- "$where"
    expect "$w: one command after the other" 1 "exit 3" "out second"
    k t -i "$dir/id" -c 'tty; stty size; [ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo three; : >/dev/tty && echo controlling' -- "$where"
    expect "$w: terminal" 0 "out /dev/pts/" "out 24 80" "out three" "out controlling"
    k - -i "$dir/id" -c 'exec >&- 2>&-; sleep 0.3; exit 9' -- "$where"
    expect "$w: closed output before the end" 1 "exit 9"
    k - -i "$dir/id" -c 'nonsense-command' -- "$where"
    expect "$w: unknown command" 1 "exit 127"

    head -c 5000000 /dev/urandom >"$dir/bytes"
    sum=$(cksum <"$dir/bytes")
    status=0
    timeout 60 "$kssh" -a rw -F "$dir/config" -K "$dir/known" -i "$dir/id" -c cksum -- "$where" <"$dir/bytes" >"$dir/out" 2>&1 || status=$?
    expect "$w: 5 MB of input arrive whole, then its end" 0 "out $sum"
    status=0
    timeout 60 "$kssh" -a rwq -F "$dir/config" -K "$dir/known" -i "$dir/id" -c cat -- "$where" <"$dir/bytes" >"$dir/out" 2>&1 || status=$?
    expect "$w: and come back" 0 "bytes 5000000"
    status=0
    timeout 60 "$kssh" -a rw -F "$dir/config" -K "$dir/known" -i "$dir/id" -c 'exec <&-; sleep 0.3; echo did not read' -- "$where" <"$dir/bytes" >"$dir/out" 2>&1 || status=$?
    expect "$w: a command that does not read its input" 0 "out did not read"

    k q -i "$dir/id" -c 'head -c 1000000000 /dev/zero' -- "$where"
    expect "$w: 1 GB ($took_ms ms, $(awk '/^memory/ { print $2 }' "$dir/out") KiB)" 0 "bytes 1000000000"
    limit=20000
    [[ -z $is_sanitized ]] || limit=600000 # what the sanitizer keeps back of freed memory
    if (($(awk '/^memory/ { print $2 }' "$dir/out") < limit)); then pass "$w: its memory is bounded"; else fail "$w: its memory is bounded" ""; fi
    k q -p 1000 -i "$dir/id" -c 'head -c 60000000 /dev/zero; echo end >&2' -- "$where"
    expect "$w: paused and resumed, nothing is lost" 0 "bytes 60000004"
    held=$(awk '/resumed/ { print $3 }' "$dir/out")
    if [[ -n $held ]] && ((held < 3000000)); then pass "$w: paused means paused ($held bytes)"; else fail "$w: paused means paused" "$held bytes had come"; fi
    k q -p 300 -i "$dir/id" -c 'head -c 100000 /dev/zero' -- "$where"
    expect "$w: paused over the end" 0 "bytes 100000"
    for when in up data 300; do
        k q -x $when -i "$dir/id" -c 'echo x; sleep 0.1; yes' -- "$where"
        expect "$w: freed at $when" 0 "freed"
    done
    k - -x closed -i "$dir/id" -c 'echo x' -- "$where"
    expect "$w: freed in closed" 0 "freed closed"
done

# --- local only
k - -c 'ps -o pid= -p $$; trap "" HUP; sleep 60' -x 300 -- local
pid=$(awk '/ out / { print $3 }' "$dir/out")
check "local: it said its number" test -n "$pid"
check "local: a command that ignores the hangup is ended" not test -d "/proc/$pid"
KWIZ_ANSWER_TOKEN=secret k - -c 'env' -- local
expect "local: our environment is not handed on" 0 "out HOME=" "!TOKEN"

# --- SSH only
start_sshd few "MaxSessions 2"
k n1 -n 30 -i "$dir/id" -c true -- "127.0.0.1/$port_few"
expect "30 commands, one after the other, where two are allowed at once" 0 "memory"
start_sshd none "MaxSessions 0"
k n -i "$dir/id" -c true -- "127.0.0.1/$port_none"
expect "a server that allows no channels" 1 "exit -1" "why .*refuses to open a session"
start_sshd notty "PermitTTY no"
k nt -i "$dir/id" -c true -- "127.0.0.1/$port_notty"
expect "a server that gives no terminals" 1 "exit -1" "why .*refuses to give a terminal"

# kill -9 and SIGSTOP of the sshd that serves us
start_sshd victim
k_background() {
    timeout 60 "$kssh" -a rn -F "$dir/config" -K "$dir/known" -i "$dir/id" "$@" >"$dir/out" 2>&1 </dev/null &
    bg=$!
    until_true grep -q 'out begun' "$dir/out"
}
k_background -c 'echo begun; sleep 30' -- "127.0.0.1/$port_victim"
signal_sessions victim KILL
status=0; wait $bg || status=$?
expect "connection cut in use" 1 "exit -1 -" "down lost: 127.0.0.1 port $port_victim: the connection ended"
k_background -L 0,0,1200,400 -c 'echo begun; sleep 30' -- "127.0.0.1/$port_victim"
signal_sessions victim STOP
began=$EPOCHREALTIME
status=0; wait $bg || status=$?
took_ms=$((${EPOCHREALTIME/./} / 1000 - ${began/./} / 1000))
expect "silence in use" 1 "down lost: .*nothing came for [0-9]+ s, not even an answer to a probe"
took_at_most "lost within its limit" 3000
pkill_children "$(cat "$dir/victim.pid")" KILL
# A kwiz that stood still (an editor has its terminal, ^Z) has not listened: that is no silence.
k_background -L 0,0,1200,300 -i "$dir/id" -c 'echo begun; sleep 4; echo still here' -- "$h"
kill -STOP "$(pgrep -P "$bg")"
sleep 2.5 # twice the limit
kill -CONT "$(pgrep -P "$bg")"
status=0; wait $bg || status=$?
expect "kwiz stood still for longer than the limit" 0 "out still here"
k - -L 0,0,3000,500 -i "$dir/id" -c 'sleep 6; echo still here' -- "$h"
expect "a command that is silent for longer than the limit: probes are answered" 0 "out still here"
