# shellcheck shell=bash disable=SC2154,SC2034,SC2016 # of run, for run; texts for another shell
# Containers through the host that has them, with a stand-in for LXD's client and, for users other than root, for sudo.
mkdir -p "$dir/bin"
cat >"$dir/bin/lxc" <<'T'
#!/bin/sh
# The client as it behaves: list is asked for one name, exec runs in the container, here in this very shell with a mark.
case $1 in
list)
    case $2 in
    '^m1$' | "^it's\$") echo RUNNING ;;
    '^m2$') echo STOPPED ;;
    '^m3$') echo 'Error: Get "http://unix.socket/1.0": dial unix: permission denied' >&2; exit 1 ;;
    '^m4$') sleep 60 ;;
    esac
    ;;
exec)
    [ "$2" = m1 ] || exit 9
    [ "$3 $4" = '-T --' ] || [ "$3 $4" = '-t --' ] || exit 8
    [ "$3" = -T ] || echo terminal
    shift 4
    INSIDE=m1 exec "$@"
    ;;
esac
T
printf '#!/bin/sh\n[ "$1" = -n ] || exit 7\nshift\nexec "$@"\n' >"$dir/bin/sudo"
chmod 755 "$dir/bin/lxc" "$dir/bin/sudo"
start_sshd lx "SetEnv PATH=$dir/bin:/usr/bin:/bin"
lx=127.0.0.1/$port_lx
k n -i "$dir/id" -C m1 -c 'echo "in $INSIDE"' -- "$lx"
expect "a command in a container" 0 "^m1 up" "^m1 out in m1"
k n -i "$dir/id" -C m1 -c "echo 'a  b' \"c\\\\d\" \$((1 + 1)); exit 3" -- "$lx"
expect "quotes, blanks and the status arrive" 1 "^m1 out a  b c.d 2$" "^m1 exit 3 -"
k n -i "$dir/id" -C m1 -c 'echo lost >&2; kill -9 $$' -- "$lx"
expect "errors and a violent end" 1 "^m1 err lost"
k tn -i "$dir/id" -C m1 -c 'echo in' -- "$lx"
expect "with a terminal" 0 "out terminal" "out in"
k qn -i "$dir/id" -C m1 -c 'head -c 20000000 /dev/zero' -- "$lx"
expect "20 MB out of a container" 0 "bytes 20000000"
head -c 3000000 /dev/urandom >"$dir/bytes"
status=0
timeout 60 "$kssh" -a rwn -F "$dir/config" -K "$dir/known" -i "$dir/id" -C m1 -c cksum -- "$lx" <"$dir/bytes" >"$dir/out" 2>&1 || status=$?
expect "3 MB into a container" 0 "out $(cksum <"$dir/bytes")"
k n -i "$dir/id" -C nobody -c true -- "$lx"
expect "no container of that name" 1 "down container: there is no container nobody on 127.0.0.1.*; kwiz run makes it$"
k n -i "$dir/id" -C m2 -c true -- "$lx"
expect "one that does not run" 1 "down container-down: the container m2 on .* does not run .STOPPED.; lxc start m2 starts it"
k n -i "$dir/id" -C m3 -c true -- "$lx"
expect "no right to use LXD" 1 "down container: LXD on .* does not answer us .root, a member of its group, or sudo without a password is needed.: Error: .*permission denied"
k n -i "$dir/id" -L 0,700 -C m4 -c true -- "$lx"
expect "an LXD that hangs" 1 "^m4 down container-down: LXD on .* has not answered within 1 s"
check "and that is found out ($took_ms ms)" test "$took_ms" -lt 30000
k n -i "$dir/stranger" -C m1 -c true -- "$lx"
expect "a host that does not let us in" 1 "^m1 down auth: 127.0.0.1.*: .*does not let us in"
k n -i "$dir/id" -C m1 -c true -- "127.0.0.1/$(free_port)"
expect "a host that does not answer" 1 "^m1 down dial-refused: 127.0.0.1"
k - -i "$dir/locked" -W "$dir/right" -C m1 -c 'echo in' -- "$lx"
expect "questions of the way there are put" 0 "^m1 ask passphrase 1 .*$dir/locked" "out in"
for when in up data ask 30 100 300; do
    k n -x $when -i "$dir/locked" -W "$dir/right" -C m1 -c 'echo x; sleep 5' -- "$lx"
    expect "freed: $when" 0 "freed"
done
# shellcheck disable=SC2046 # words are wanted
k 1n -i "$dir/id" -C m1 -c 'echo in' -- $(for i in $(seq 1 12); do echo "127.0.7.$i/$port_lx"; done)
expect "twelve at once, each by a connection of its own" 0 "out in"
mv "$dir/bin/lxc" "$dir/bin/incus"
if ! command -v lxc incus >/dev/null 2>&1; then
    k n -i "$dir/id" -C m1 -c 'echo in' -- "$lx"
    expect "Incus has a client of another name" 0 "out in"
    k n -i "$dir/id" -C m2 -c true -- "$lx"
    expect "and that is said" 1 "does not run .STOPPED.; incus start m2 starts it"
    rm "$dir/bin/incus"
    k n -i "$dir/id" -C m1 -c 'echo in' -- "$lx"
    expect "neither LXD nor Incus" 1 "down container: there is neither LXD nor Incus on 127.0.0.1"
else
    skip "Incus, and neither of them" "this machine has one of them"
fi
