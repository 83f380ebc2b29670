# shellcheck shell=bash disable=SC2154,SC2034 # of run, for run
# Getting there: addresses, ports, servers that are none, servers that stop half-way, crowds.
cp "$dir/known.good" "$dir/known"

k - -c true -- "127.0.0.1/$(free_port)"
expect "refused port" 1 "down dial-refused: 127.0.0.1 port [0-9]*: Connection refused$"
k - -c true -- no-such-host.invalid
expect "unknown name" 1 "down resolve: can't look up the name no-such-host.invalid: "
k - -c true -- -oProxyCommand=true
expect "an address that would be an option" 1 "down config: '-oProxyCommand=true' can't be an address"
k n -i "$dir/id" -c 'echo in' -- "localhost/$port_a"
expect "a name with several addresses (only IPv4 listens)" 0 "out in"
start_peer full
k - -L 700 -c true -- "127.0.0.1/$peer_port"
expect "an address that does not answer" 1 "down dial-timeout: 127.0.0.1 port $peer_port: no answer \(limit 700 ms\)"
took_at_most "the dialling limit holds" 2500
k - -L 5000 -x 200 -c true -- "127.0.0.1/$peer_port"
expect "freed while dialling" 0 "freed later"

start_peer silent
k - -L 0,600 -c true -- "127.0.0.1/$peer_port"
expect "a server that says nothing" 1 "down handshake: 127.0.0.1 port $peer_port: connected, but nothing was said"
took_at_most "the stage limit holds" 2500
k - -x 200 -c true -- "127.0.0.1/$peer_port"
expect "freed in the handshake" 0 "freed later"
start_peer say $'HTTP/1.1 400 Bad Request\r\n\r\n'
k - -L 0,600 -c true -- "127.0.0.1/$peer_port"
expect "a server that is not SSH" 1 "down handshake: .*not SSH; it said 'HTTP/1.1 400 Bad Request'"
start_peer say $'SSH-2.0-\e]0;evil\aX\r\n'
k - -L 0,600 -c true -- "127.0.0.1/$peer_port"
expect "a server with escape sequences for a name, silent then" 1 "down handshake: .*did not finish the key exchange" $'!\e'
start_peer hangup
k - -L 0,9000 -c true -- "127.0.0.1/$peer_port"
expect "a server that always hangs up" 1 "down handshake: .*closed before a word, 6 times"
start_peer drop 3 "$port_a"
k ns -i "$dir/id" -c 'echo in' -- "127.0.0.1/$peer_port"
expect "a server that drops us three times, then takes us" 0 "out in"

# Every stage: the identification line ends near byte 40, the key exchange near 1600, authentication near 2600.
for bytes in 10 41 300 1200 1500 1700 1900 2100 2300 2500; do
    start_peer stop $bytes "$port_a"
    k n -L 0,800,900,300 -i "$dir/id" -c 'sleep 0.2; echo in' -- "127.0.0.1/$peer_port"
    if [[ $status = 0 ]]; then
        expect "a server that stops after $bytes bytes (the command was done by then)" 0 "out in"
    else
        expect "a server that stops after $bytes bytes" 1 "down (handshake|lost): |why .*no answer"
    fi
    took_at_most "its limit holds" 4000
    start_peer cut $bytes "$port_a"
    k n -L 0,800,900,300 -i "$dir/id" -c 'sleep 0.2; echo in' -- "127.0.0.1/$peer_port"
    if [[ $status = 0 ]]; then
        expect "a server that is cut off after $bytes bytes (the command was done by then)" 0 "out in"
    else
        expect "a server that is cut off after $bytes bytes" 1 "down (handshake|lost): "
    fi
    cp "$dir/known.good" "$dir/known"
done

# --- ssh_config
cat >"$dir/config4" <<'EOF'
Match exec "sleep 60"
    User nobody
EOF
status=0
timeout 60 "$kssh" -a r -L 0,700 -F "$dir/config4" -K "$dir/known" -c true -- "$h" >"$dir/out" 2>&1 || status=$?
expect "ssh_config that hangs" 1 "down config: ssh -G 127.0.0.1 did not end within"
echo 'Nonsense yes' >"$dir/config4"
status=0
timeout 60 "$kssh" -a r -F "$dir/config4" -K "$dir/known" -c true -- "$h" >"$dir/out" 2>&1 || status=$?
expect "ssh_config with a mistake" 1 "down config: ssh -G 127.0.0.1 failed with status 255: .*[Bb]ad configuration option: nonsense"
status=0
PATH=/nowhere "$kssh" -a r -F "$dir/config" -K "$dir/known" -c true -- "$h" >"$dir/out" 2>&1 || status=$?
expect "no ssh installed here" 1 "down config: the program ssh is not installed"
printf 'Host *\n ProxyCommand false\n' >"$dir/config4"
status=0
timeout 60 "$kssh" -a r -F "$dir/config4" -K "$dir/known" -c true -- "$h" >"$dir/out" 2>&1 || status=$?
expect "ProxyCommand" 1 "down config: ssh_config sets ProxyCommand .* use ProxyJump"

# --- crowds
start_sshd throttle "MaxStartups 10:30:100"
# shellcheck disable=SC2046
k 1n -i "$dir/id" -c true -- $(for i in $(seq 1 60); do echo "127.0.0.1/$port_throttle"; done)
expect "60 connections to a server with the default MaxStartups" 0 "memory"
start_sshd tight "MaxStartups 4:100:4"
# shellcheck disable=SC2046
k 1n -i "$dir/id" -c true -- $(for i in $(seq 1 30); do echo "127.0.4.$i/$port_tight"; done)
expect "30 hosts behind one server that drops above 4: tried again until it takes them" 0 "memory"
check "it did drop some" grep -q 'drop connection' "$dir/tight.log"
# shellcheck disable=SC2046
k 1n -i "$dir/id" -n 2 -c true -- $(for i in $(seq 1 200); do echo "127.0.5.$i/$port_a"; done)
expect "200 connections" 0 "memory"
# shellcheck disable=SC2046
k n -i "$dir/id" -x 400 -c 'sleep 5' -- $(for i in $(seq 1 60); do echo "127.0.5.$i/$port_a"; done)
expect "60 freed at a moment of any stage" 0 "127.0.5.60/$port_a freed later"
