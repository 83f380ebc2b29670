#!/usr/bin/env bash
# Tests of the script that makes a sudo user, in a root file system of its own (one of the lab's, with a layer above it that is thrown away), by dash, bash
# and BusyBox. usage: sudo_user.sh [ROOT]; ends with "N passed, N failed, N skipped".
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
if [[ -z ${KWIZ_TEST_UNSHARED:-} ]]; then
    root=${1:-}
    for try in "${XDG_CACHE_HOME:-$HOME/.cache}"/kwiz/lab-base/*/root; do
        [[ -n $root || ! -x $try/usr/sbin/visudo ]] || root=$try
    done
    if [[ $(id -u) != 0 || -z $root ]] || ! unshare --mount true 2>/dev/null; then
        echo "skip - the sudo user's script needs root and a root file system of the lab (tests/lab/lab base)"
        echo "0 passed, 0 failed, 1 skipped"
        exit 0
    fi
    KWIZ_TEST_UNSHARED=1 exec unshare --mount --propagation private -- "$0" "$root"
fi
lower=$1
passed=0 failed=0
dir=$(mktemp -d)
mount -t tmpfs -o mode=755 tmpfs "$dir"
trap 'umount -l "$dir/root" 2>/dev/null; umount -l "$dir"; rmdir "$dir"' EXIT
mkdir "$dir/root"
key='ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB0HuN/sr+V9ddVBV1tfQUSRRCz8PKEJkli3GD0jf+hi op@lap'"'"'top'
shells=(dash bash)
[[ ! -x $lower/bin/busybox ]] && ! command -v busybox >/dev/null || shells+=("busybox sh")

fresh() { # a host as it was installed
    umount -l "$dir/root" 2>/dev/null || true
    rm -rf "$dir/upper" "$dir/work"
    mkdir "$dir/upper" "$dir/work"
    mount -t overlay -o "lowerdir=$lower,upperdir=$dir/upper,workdir=$dir/work" overlay "$dir/root"
    mount -t tmpfs tmpfs "$dir/root/tmp"
    [[ -x $dir/root/bin/busybox ]] || cp "$(command -v busybox)" "$dir/root/bin/busybox"
    mkdir -p "$dir/root/dev"
    echo "127.0.0.1 $(uname -n)" >>"$dir/root/etc/hosts"
    [[ -c $dir/root/dev/null ]] || mknod -m 666 "$dir/root/dev/null" c 1 3
    before=$(state)
}
in_host() { chroot "$dir/root" "$@"; }
# All that the script might touch.
state() {
    in_host sh -c 'cat /etc/passwd /etc/group /etc/shadow /etc/gshadow | sort; ls -lR /etc/sudoers.d /home /var/lib/kwiz 2>/dev/null | grep -v ^total;
        cat /etc/sudoers.d/* /home/*/.ssh/authorized_keys 2>/dev/null; :' | sed -e '/^total/d' -e '/^$/d' -e 's/ [A-Z][a-z][a-z] *[0-9]* [0-9:]* / DATE /'
}
run() { # ACTION RULE HAS_PASSWORD [INPUT]: its output is in $out
    local text
    text="action='$1'
user='${user:-op}'
key='${key//\'/\'\\\'\'}'
rule='$2'
has_password='$3'
$(cat "$here/src/wizard/sudo_user.sh")"
    status=0
    # as the engine runs it: by eval, in an environment of sudo's
    # shellcheck disable=SC2086,SC2016 # "busybox sh" is two words; SCRIPT is for that shell
    out=$(printf '%s' "${4:-}" | chroot "$dir/root" env -i LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin SCRIPT="$text" $shell -c '(eval "$SCRIPT")' 2>&1) || status=$?
}
expect() { # NAME COMMAND...
    if "${@:2}" >"$dir/said" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL $shell: $1: $out $(cat "$dir/said")"
    fi
}
is() { [[ $1 == "$2" ]] || { diff <(echo "$1") <(echo "$2"); return 1; }; }
says() { [[ $out == *"$1"* ]]; }
sudo_as() { in_host setpriv --reuid "$1" --regid "$1" --init-groups sudo -n id -u; }

for shell in "${shells[@]}"; do
    user=op
    fresh
    run make 'NOPASSWD: ALL' no
    expect "it is made" is "$status" 0
    expect "modes" is "$(in_host stat -c '%a %U %n' /home/op/.ssh /home/op/.ssh/authorized_keys /etc/sudoers.d/kwiz-op)" \
        "$(printf '%s\n' '700 op /home/op/.ssh' '600 op /home/op/.ssh/authorized_keys' '440 root /etc/sudoers.d/kwiz-op')"
    expect "the key" is "$(in_host cat /home/op/.ssh/authorized_keys)" "$key"
    expect "sudo works" is "$(sudo_as op)" 0
    expect "its password is none, and not locked" is "$(in_host grep ^op: /etc/shadow | cut -d: -f2)" '*'
    once=$(state)
    run make 'NOPASSWD: ALL' no
    expect "again: nothing more" is "$(state)" "$once"
    run undo ALL no
    expect "it is taken back" is "$status" 0
    expect "nothing is left" is "$(state | grep -v /var/lib/kwiz)" "$(echo "$before" | grep -v /var/lib/kwiz)"
    run undo ALL no
    expect "there is nothing to take back" is "$status" 1

    fresh
    run make ALL yes $'let me: in\n'
    expect "with a password" is "$status" 0
    # shellcheck disable=SC2016 # a hash begins so
    expect "which it has" [ "$(in_host grep ^op: /etc/shadow | cut -d: -f2 | cut -c1)" = '$' ]
    expect "sudo asks for it" is "$(sudo_as op 2>/dev/null || echo asks)" asks
    expect "and takes it" is "$(echo 'let me: in' | in_host setpriv --reuid op --regid op --init-groups sudo -S -p '' id -u 2>/dev/null)" 0
    run undo ALL no
    expect "all of it is taken back" is "$(state | grep -v /var/lib/kwiz)" "$(echo "$before" | grep -v /var/lib/kwiz)"
    fresh
    run make ALL yes ''
    expect "without the password that was promised: refused" is "$status" 1

    # a user that is there, with a key that has no newline at its end
    fresh
    in_host useradd -m -s /bin/sh -p secret op
    mkdir -m 700 "$dir/root/home/op/.ssh"
    printf 'ssh-ed25519 AAAA other' >"$dir/root/home/op/.ssh/authorized_keys"
    in_host chown -R op:op /home/op/.ssh
    in_host chmod 640 /home/op/.ssh/authorized_keys
    before=$(state)
    run make 'NOPASSWD: ALL' yes $'other\n'
    expect "a user that is there" is "$status" 0
    expect "keeps its password" is "$(in_host grep ^op: /etc/shadow | cut -d: -f2)" secret
    expect "keeps its keys" is "$(in_host cat /home/op/.ssh/authorized_keys)" "ssh-ed25519 AAAA other"$'\n'"$key"
    expect "and their modes" is "$(in_host stat -c '%a %U' /home/op/.ssh/authorized_keys)" "640 op"
    run undo ALL no
    expect "stays when it is taken back" in_host id -u op
    expect "with its own key" is "$(in_host cat /home/op/.ssh/authorized_keys)" "ssh-ed25519 AAAA other"
    expect "without the rule" [ ! -e "$dir/root/etc/sudoers.d/kwiz-op" ]

    fresh
    in_host useradd -m op
    in_host ln -s /etc /home/op/.ssh
    run make 'NOPASSWD: ALL' no
    expect "a symbolic link: refused" is "$status" 1
    expect "and said" says "symbolic link"
    expect "nothing was written there" [ ! -e "$dir/root/etc/authorized_keys" ]

    fresh
    run make 'NOT A RULE' no
    expect "a rule that visudo does not take" is "$status" 1
    expect "sudo never saw it" is "$(in_host ls /etc/sudoers.d)" "$(ls "$lower/etc/sudoers.d")"
    run undo ALL no
    expect "what came before is taken back" is "$(state | grep -v /var/lib/kwiz)" "$(echo "$before" | grep -v /var/lib/kwiz)"

    fresh
    echo 'broken broken' >"$dir/root/etc/sudoers.d/other"
    chmod 440 "$dir/root/etc/sudoers.d/other"
    run make 'NOPASSWD: ALL' no
    expect "rules that are broken already" is "$status" 1
    expect "ours is not left there" [ ! -e "$dir/root/etc/sudoers.d/kwiz-op" ]

    fresh
    in_host sed -i '/includedir/d' /etc/sudoers
    run make 'NOPASSWD: ALL' no
    expect "no includedir: refused" says "does not include"
    expect "before anything was done" is "$(state)" "$before"

    fresh
    user=root
    run make 'NOPASSWD: ALL' no
    expect "root: refused" is "$status" 1
    user=op
    fresh
    run make 'NOPASSWD: ALL' no
    echo '# mine' >>"$dir/root/etc/sudoers.d/kwiz-op"
    run undo ALL no
    expect "a rule that was changed since stays" says "was changed since"
    expect "as it is" grep -q mine "$dir/root/etc/sudoers.d/kwiz-op"

    fresh
    run make 'NOPASSWD: ALL' no
    mv "$dir/root/usr/sbin/userdel" "$dir/root/usr/sbin/userdel.real"
    printf '%s\n' '#!/bin/sh' 'echo "userdel: user op is currently used by process 188" >&2; exit 8' >"$dir/root/usr/sbin/userdel"
    chmod 755 "$dir/root/usr/sbin/userdel"
    run undo ALL no
    expect "a user that is logged in is not taken back" is "$status" 1
    expect "which it says" says "is currently used by process 188"
    expect "and sudo still works" is "$(sudo_as op)" 0
    expect "and the key is still there" is "$(in_host cat /home/op/.ssh/authorized_keys)" "$key"
    mv "$dir/root/usr/sbin/userdel.real" "$dir/root/usr/sbin/userdel"
    run undo ALL no
    expect "later it is taken back" is "$(state | grep -v /var/lib/kwiz)" "$(echo "$before" | grep -v /var/lib/kwiz)"

    # BusyBox's own adduser, deluser and chpasswd instead of shadow's
    if in_host busybox adduser --help >/dev/null 2>&1; then
        fresh
        for tool in useradd userdel adduser deluser chpasswd; do rm -f "$dir/root/usr/sbin/$tool"; done
        for tool in adduser deluser chpasswd; do in_host ln -s /bin/busybox "/usr/sbin/$tool"; done
        run make 'NOPASSWD: ALL' no
        expect "by BusyBox's tools" is "$status" 0
        expect "sudo works" is "$(sudo_as op)" 0
        run undo ALL no
        expect "and taken back" is "$status" 0
        expect "without a trace" [ ! -e "$dir/root/home/op" ]
    fi
done
echo "$passed passed, $failed failed, 0 skipped"
[[ $failed -eq 0 ]]
