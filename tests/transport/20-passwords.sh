# shellcheck shell=bash disable=SC2154,SC2034 # of run, for run
# Passwords and prompts, with a user that exists only in this mount namespace.
if [[ $(id -u) != 0 || -z ${KWIZ_TEST_UNSHARED:-} ]] || ! command -v openssl >/dev/null; then
    skip "password, keyboard-interactive" "needs root, unshare and openssl"
else
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
    printf 'let me in\n' >"$dir/pw"
    printf 'no\nnor this\nlet me in\n' >"$dir/pw3"
    printf 'no\nno\nno\nlet me in\n' >"$dir/pw4"
    start_sshd pass "PasswordAuthentication yes" "MaxAuthTries 10"
    p=127.0.0.1/$port_pass
    k n -l kwiztest -P "$dir/pw" -c 'id -un' -- "$p"
    expect "password" 0 "ask password 1 .*kwiztest" "out kwiztest"
    k n -l kwiztest -P "$dir/pw3" -c 'id -un' -- "$p"
    expect "password, right at the third try" 0 "ask password 3" "out kwiztest"
    k n -l kwiztest -P "$dir/pw4" -c 'id -un' -- "$p"
    expect "password, wrong three times" 1 "!ask password 4" "down auth: .*password: refused; password: refused; password: refused"
    k n -l kwiztest -c true -- "$p"
    expect "password, nobody to ask" 1 "down auth: .*It offers: publickey, password.*password: none was given"
    k n -l kwiztest -L 0,0,0,0,500 -P "$dir/silence" -c true -- "$p"
    expect "password, no answer" 1 "down auth: .*no answer to a question"
    k n -l kwiztest -P "$dir/pw" -x ask -c true -- "$p"
    expect "freed while asked for the password" 0 "freed ask"
    k n -i "$dir/stranger" -l kwiztest -P "$dir/pw" -c 'id -un' -- "$p"
    expect "password after a refused key" 0 "out kwiztest"

    start_sshd both "PasswordAuthentication yes" "AuthenticationMethods publickey,password"
    k n -i "$dir/id" -l kwiztest -P "$dir/pw" -c 'id -un' -- "127.0.0.1/$port_both"
    expect "a server that wants key and password" 0 "out kwiztest"
    k n -i "$dir/id" -l kwiztest -c true -- "127.0.0.1/$port_both"
    expect "it wants more and nobody is there to ask" 1 "down auth: .*$dir/id: accepted, but the server wants more; password: none was given"

    start_sshd grace "PasswordAuthentication yes" "LoginGraceTime 1"
    k n -l kwiztest -P "$dir/silence" -c true -- "127.0.0.1/$port_grace"
    expect "the server hangs up while the operator is asked" 1 "down lost: .*ended while authenticating as kwiztest"

    if [[ -e /etc/pam.d/sshd && -e /etc/pam.d/common-auth ]] || ls /lib/*/security/pam_unix.so >/dev/null 2>&1; then
        printf '%s required pam_unix.so\n' auth account session >"$dir/pam"
        [[ -e /etc/pam.d/sshd ]] && mount --bind "$dir/pam" /etc/pam.d/sshd
        start_sshd kbd "UsePAM yes" "KbdInteractiveAuthentication yes" "MaxAuthTries 10"
        q=127.0.0.1/$port_kbd
        k n -l kwiztest -P "$dir/pw" -c 'id -un' -- "$q"
        expect "keyboard-interactive" 0 "ask keyboard 1 .*Password:" "out kwiztest"
        k n -l kwiztest -P "$dir/pw3" -c 'id -un' -- "$q"
        expect "keyboard-interactive, right at the third try" 0 "ask keyboard 3" "out kwiztest"
        k n -l kwiztest -P "$dir/pw4" -c true -- "$q"
        expect "keyboard-interactive, wrong three times" 1 "!ask keyboard 4" "down auth: .*keyboard-interactive: refused"
        k n -l kwiztest -x ask -P "$dir/pw" -c true -- "$q"
        expect "freed while asked at the keyboard" 0 "freed ask"
    else
        skip "keyboard-interactive" "no pam_unix here"
    fi
    umount -l /etc/pam.d/sshd /etc/shadow /etc/passwd 2>/dev/null || true
fi
