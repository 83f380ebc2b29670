# shellcheck shell=bash disable=SC2154,SC2034 # of run, for run
# Host keys and the operator's own.

# --- host keys
p=${print_a//+/[+]} # as a pattern
k - -i "$dir/id" -c true -- "$h"
expect "new host key is refused" 1 "down host-key-new: .*127.0.0.1 port $port_a.*ssh-ed25519 $p"
check "nothing is written for it" not test -e "$dir/known"

k - -i "$dir/id" -f SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA -c true -- "$h"
expect "another fingerprint than the answers' is refused" 1 "down host-key-changed: .*$p.*answers say it is SHA256:AAAA"

k y -i "$dir/id" -c 'echo in' -- "$h"
expect "new host key is accepted by the operator" 0 "ask host-key 1 .*ssh-ed25519 $p" "out in"
is_found() { ssh-keygen -F "$1" -f "$2" >/dev/null; }
check "it is found by ssh-keygen -F" is_found "[127.0.0.1]:$port_a" "$dir/known"
check "it is not hashed without HashKnownHosts" not grep -q '^|1|' "$dir/known"

k - -i "$dir/id" -c 'echo in' -- "$h"
expect "known host key" 0 "out in" "exit 0" "!ask"

rm "$dir/known"
k - -i "$dir/id" -f "$print_a" -c 'echo in' -- "$h"
expect "new host key with its fingerprint in the answers" 0 "out in" "!ask"
rm "$dir/known"
k n -i "$dir/id" -c 'echo in' -- "$h"
expect "new host key with --accept-new-host-keys" 0 "out in"
k n -i "$dir/id" -f SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA -c true -- "$h"
expect "a known key that the answers contradict is refused" 1 "down host-key-changed: .*answers say"

check "a line as ssh itself would write it" cmp "$dir/known" "$dir/known.good"
{ echo '# a comment'; echo; echo "[127.0.0.1]:$port_a $(cut -d' ' -f1,2 "$dir/host_other.pub")"; } >"$dir/known"
other=$(fingerprint "$dir/host_other.pub")
k n -i "$dir/id" -f "$print_a" -c true -- "$h"
expect "changed host key is refused, with file and line, whatever is accepted" 1 \
    "down host-key-changed: .*$p.*$dir/known line 3 says ssh-ed25519 ${other//+/[+]}.*ssh-keygen -R '\[127.0.0.1\]:$port_a'"

echo "@revoked * $(cut -d' ' -f1,2 "$dir/host_ed25519.pub")" | cat "$dir/known.good" - >"$dir/known"
k n -i "$dir/id" -c true -- "$h"
expect "revoked host key is refused" 1 "down host-key-changed: .*revoked in $dir/known line 2"

start_sshd many "HostKey $dir/host_ecdsa" "HostKey $dir/host_rsa"
for type in rsa ecdsa ed25519; do
    echo "[127.0.0.1]:$port_many $(cut -d' ' -f1,2 "$dir/host_$type.pub")" >"$dir/known"
    k - -i "$dir/id" -c 'echo in' -- "127.0.0.1/$port_many"
    expect "a host known by its $type key alone is known" 0 "out in"
done
echo "127.0.0.1 $(cut -d' ' -f1,2 "$dir/host_ed25519.pub")" >"$dir/known"
k - -i "$dir/id" -c 'echo in' -- "127.0.0.1/$port_many"
expect "a key known without the port counts, as with ssh" 0 "out in"

printf 'Host alias\n HostName 127.0.0.1\n Port %s\n HostKeyAlias the-name\n HashKnownHosts yes\n UserKnownHostsFile %s\nHost *\n IdentityFile none\n' \
    "$port_a" "$dir/.ssh/fresh" >"$dir/config2"
status=0
"$kssh" -a rn -F "$dir/config2" -i "$dir/id" -c 'echo in' -- alias >"$dir/out" 2>&1 || status=$?
expect "alias of ssh_config, HostKeyAlias, HashKnownHosts, its own UserKnownHostsFile" 0 "out in"
check "the key is kept hashed" grep -q '^|1|' "$dir/.ssh/fresh"
check "the key is kept under the alias" is_found the-name "$dir/.ssh/fresh"

cp "$dir/known.good" "$dir/known"
printf 'not a line\n127.0.0.9 ssh-ed25519 AAAA\n|1|x|y ssh-rsa AAAA\n\0\n%s' "$(cat "$dir/known.good")" >"$dir/known"
k n -i "$dir/id" -c 'echo in' -- "$h"
expect "garbage in known_hosts does no harm" 0 "out in"
rm "$dir/known"
# shellcheck disable=SC2046
k n1 -i "$dir/id" -c true -- $(for i in $(seq 1 40); do echo "127.0.1.$i/$port_a"; done)
expect "40 new hosts at once" 0 "memory"
lines=$(sort -u "$dir/known" | grep -c "^\[127.0.1.[0-9]*\]:$port_a ssh-ed25519 [^ ]*$")
check "40 whole lines in known_hosts" test "$lines" = 40
cp "$dir/known.good" "$dir/known"

# --- key files
k - -i "$dir/id_rsa" -c 'echo in' -- "$h"
expect "RSA key" 0 "out in"
k - -i "$dir/stranger" -c true -- "$h"
expect "a key the server does not know" 1 "down auth: 127.0.0.1 port $port_a does not let us in as $me. It offers: publickey. Tried: $dir/stranger: refused"
k - -i "$dir/stranger" -i "$dir/id" -c 'echo in' -- "$h"
expect "the second key" 0 "out in"
k - -i "$dir/nothing-there" -c true -- "$h"
expect "a key file that is not there" 1 "down config: .*$dir/nothing-there: No such file"
echo garbage >"$dir/garbage"
k - -i "$dir/garbage" -c true -- "$h"
expect "a key file that is none" 1 "down auth: .*$dir/garbage: not a private key"

printf 'wrong\nwrong too\nopen sesame\n' >"$dir/third"
printf 'a\nb\nc\nd\n' >"$dir/wrong"
for key in locked locked_alone; do
    k - -i "$dir/$key" -W "$dir/right" -c 'echo in' -- "$h"
    expect "$key: right passphrase" 0 "ask passphrase 1 .*$dir/$key" "out in"
    k - -i "$dir/$key" -W "$dir/third" -c 'echo in' -- "$h"
    expect "$key: right at the third try" 0 "ask passphrase 3" "out in"
    k - -i "$dir/$key" -W "$dir/wrong" -c true -- "$h"
    expect "$key: wrong three times" 1 "ask passphrase 3" "!ask passphrase 4" "down auth: .*wrong passphrase, 3 times"
    k - -i "$dir/$key" -c true -- "$h"
    expect "$key: nobody to ask" 1 "down auth: .*$dir/$key: it has a passphrase and there is nobody to ask"
done
# shellcheck disable=SC2046
k 1n -i "$dir/locked" -W "$dir/right" -c true -- $(for i in $(seq 1 20); do echo "127.0.2.$i/$port_a"; done)
expect "20 hosts, one encrypted key" 0 "ask passphrase 1"
check "asked once for all of them" test "$(grep -c 'ask passphrase' "$dir/out")" = 1
: >"$dir/none"
echo >"$dir/blank"
# shellcheck disable=SC2046
k 1n -i "$dir/locked" -W "$dir/none" -P "$dir/blank" -c true -- $(for i in $(seq 1 20); do echo "127.0.2.$i/$port_a"; done)
expect "refusing the passphrase holds for all" 1 "the passphrase was not given"
check "asked once, refused once" test "$(grep -c 'ask passphrase' "$dir/out")" = 1
k - -L 0,0,0,0,700 -i "$dir/locked" -W "$dir/silence" -c true -- "$h"
expect "no answer to the passphrase" 1 "down auth: .*did not come in time"
took_at_most "no answer has its limit" 6000
k - -i "$dir/locked" -W "$dir/right" -i "$dir/id" -x ask -c true -- "$h"
expect "freed while asking" 0 "freed ask"

# --- agent
eval "$(ssh-agent -s -a "$dir/agent")" >/dev/null
pids+=("$SSH_AGENT_PID")
k a -c true -- "$h"
expect "an empty agent" 1 "down auth: .*nothing could be tried"
ssh-add -q "$dir/stranger" "$dir/agent_key"
k a -c 'echo in' -- "$h"
expect "a key from the agent" 0 "out in"
k - -c 'echo in' -- "$h"
expect "not without leave to use the agent" 1 "down auth"
k a -i "$dir/stranger" -c 'echo in' -- "$h"
expect "the agent's key that was named comes first, then the others" 0 "out in"
printf 'Host *\n IdentityFile %s\n IdentitiesOnly yes\n' "$dir/stranger" >"$dir/config3"
status=0
"$kssh" -a ra -F "$dir/config3" -K "$dir/known" -c 'echo in' -- "$h" >"$dir/out" 2>&1 || status=$?
expect "IdentitiesOnly keeps to the named key" 1 "down auth: .*Tried: agent key stranger: refused$"
printf 'Host *\n IdentityFile none\n IdentityAgent %s\n' "$dir/agent" >"$dir/config3"
saved=$SSH_AUTH_SOCK
status=0
SSH_AUTH_SOCK=/nowhere "$kssh" -a ra -F "$dir/config3" -K "$dir/known" -c 'echo in' -- "$h" >"$dir/out" 2>&1 || status=$?
expect "IdentityAgent of ssh_config" 0 "out in"
SSH_AUTH_SOCK=$dir/no-agent
k a -i "$dir/id" -c 'echo in' -- "$h"
expect "an agent that is not there does no harm" 0 "out in"
start_peer agent 400 "$dir/slow" "$saved"
SSH_AUTH_SOCK=$dir/slow
# shellcheck disable=SC2046
k an -c 'echo in' -- $(for i in $(seq 1 8); do echo "127.0.3.$i/$port_a"; done)
expect "a slow agent, 8 hosts" 0 "127.0.3.8/$port_a out in"
took_at_most "they wait for it together, not one after the other" 6000
k a -x 700 -c true -- "$h"
expect "freed while the agent signs" 0 "freed later"
start_peer agent 0 "$dir/dead" "$saved"
SSH_AUTH_SOCK=$dir/dead
k a -L 0,1000 -i "$dir/id" -c 'echo in' -- "$h"
expect "an agent that never answers: the key file is used after its limit" 0 "out in"
took_at_most "its limit holds" 5000
SSH_AUTH_SOCK=$saved
ssh-add -q -d "$dir/agent_key"
for i in 1 2 3 4 5 6 7; do
    ssh-keygen -q -t ed25519 -N '' -C "many$i" -f "$dir/many$i"
    ssh-add -q "$dir/many$i"
done
start_sshd tries "MaxAuthTries 4"
k an -i "$dir/id" -c true -- "127.0.0.1/$port_tries"
expect "MaxAuthTries: the server cuts us off, and it is said" 1 "down auth: .*too many authentication failures \(its MaxAuthTries\).*agent key many[0-9]: refused"
ssh-add -q "$dir/id"
k an -i "$dir/id" -c 'echo in' -- "127.0.0.1/$port_tries"
expect "with the key named, it comes first and there is no cut-off" 0 "out in"
unset SSH_AUTH_SOCK
