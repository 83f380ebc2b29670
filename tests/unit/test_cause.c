#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "model/cause.h"
#include "model/trace.h"

static struct cause cause;

static bool find(const char *output, int status)
{
    return cause_find(output, strlen(output), status, "exit", &cause);
}

static void known_messages_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *output;
        int status;
        const char *id, *text, *hint; /* parts of them */
    } cases[] = {
        {"Reading package lists...\n"
         "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (unattended-upgr)\n"
         "E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?\n",
         100, "package-lock", "unattended-upgr, process 812", "ps -p 812"},
        {"E: Could not get lock /var/lib/apt/lists/lock. It is held by process 77 (apt-get)\n", 100, "package-lock",
         "apt-get (process 77) holds the package lock", "ps -p 77"},
        {"E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812\n", 100, "package-lock", "process 812 holds", "812"},
        {"dpkg: error: dpkg frontend lock was locked by another process with pid 4315\n"
         "Note: removing the lock file is always wrong, can damage the locked area\n",
         2, "package-lock", "process 4315", "4315"},
        {"E: Could not get lock /var/lib/dpkg/lock - open (11: Resource temporarily unavailable)\n", 100, "package-lock",
         "/var/lib/dpkg/lock", "fuser -v /var/lib/dpkg/lock"},
        {"Waiting for process with pid 1234 to finish.\n", 1, "package-lock", "process 1234", "1234"},
        {"System management is locked by the application with pid 15950 (zypper).\nClose this application before trying again.\n", 7,
         "package-lock", "zypper (process 15950)", "ended"},
        {"dpkg: error processing archive containerd.io_2.3.4-1_amd64.deb (--unpack):\n"
         " cannot copy extracted data for './usr/bin/ctr' to '/usr/bin/ctr.dpkg-new': failed to write (No space left on device)\n"
         "E: Sub-process /usr/bin/dpkg returned an error code (1)\n",
         100, "no-space", "/usr/bin/ctr.dpkg-new", "df -h"},
        {"E: You don't have enough free space in /var/cache/apt/archives/.\n", 100, "no-space", "room in /var/cache/apt/archives/", "df -h"},
        {"  At least 187MB more space needed on the / filesystem.\n", 1, "no-space", "/ lacks 187MB", ""},
        {"cp: cannot create regular file '/etc/x': Read-only file system\n", 1, "read-only", "/etc/x", "dmesg"},
        {"E: Release file for http://deb.debian.org/debian/dists/bookworm-updates/InRelease is not valid yet (invalid for another 5h "
         "41min 53s). Updates for this repository will not be applied.\n",
         100, "clock", "behind, by 5h 41min 53s", "timedatectl"},
        {"x509: certificate has expired or is not yet valid: current time 2020-01-01T00:00:12Z is before 2026-11-01T10:00:00Z\n", 1,
         "clock", "2020-01-01T00:00:12Z there", "timedatectl"},
        {"x509: certificate has expired or is not yet valid: current time 2026-11-22T00:00:12Z is after 2026-11-01T10:00:00Z\n", 1,
         "certificate-expired", "expired 2026-11-01T10:00:00Z", "renew"},
        {"curl: (60) SSL certificate problem: certificate is not yet valid\n", 60, "clock", "clock is behind", "timedatectl"},
        {"curl: (60) SSL certificate problem: unable to get local issuer certificate\n", 60, "untrusted", "does not trust", ""},
        {"W: GPG error: https://pkgs.k8s.io ./ InRelease: The following signatures couldn't be verified because the public key is not "
         "available: NO_PUBKEY 234654DA9A296436\nE: The repository 'https://pkgs.k8s.io ./ InRelease' is not signed.\n",
         100, "repository-key", "234654DA9A296436", "signed-by"},
        {"Err:1 http://deb.debian.org/debian bookworm InRelease\n  Temporary failure resolving 'deb.debian.org'\n", 100, "dns",
         "can't resolve deb.debian.org", "getent hosts deb.debian.org"},
        {"curl: (6) Could not resolve host: pkgs.k8s.io\n", 6, "dns", "resolve pkgs.k8s.io", "getent hosts pkgs.k8s.io"},
        {"dial tcp: lookup registry.k8s.io on 127.0.0.53:53: server misbehaving\n", 1, "dns", "registry.k8s.io; it asked 127.0.0.53:53",
         "getent hosts registry.k8s.io"},
        {"curl: (56) Received HTTP code 403 from proxy after CONNECT\n", 56, "proxy", "403", "allowed"},
        {"toomanyrequests: You have reached your pull rate limit.\n", 1, "rate-limit", "limits", "mirror"},
        {"error execution phase preflight: [preflight] Some fatal errors occurred:\n\t[ERROR Port-6443]: Port 6443 is in use\n"
         "[preflight] If you know what you are doing, you can make a check non-fatal with `--ignore-preflight-errors=...`\n",
         1, "port-in-use", "port 6443", "sport = :6443"},
        {"\t[ERROR FileAvailable--etc-kubernetes-manifests-kube-apiserver.yaml]: /etc/kubernetes/manifests/kube-apiserver.yaml already "
         "exists\n",
         1, "leftovers", "/etc/kubernetes/manifests/kube-apiserver.yaml is there already", "reset"},
        {"\t[ERROR Swap]: running with swap on is not supported. Please disable swap\n", 1, "swap", "swap is on", "swapoff"},
        {"\t[ERROR NumCPU]: the number of available CPUs 1 is less than the required 2\n", 1, "kubeadm-check",
         "kubeadm's check NumCPU: the number of available CPUs 1", ""},
        {"error execution phase preflight: couldn't validate the identity of the API Server: could not find a JWS signature in the "
         "cluster-info ConfigMap for token ID \"xbzz28\"\n",
         1, "token-expired", "expired", "again"},
        {"\t[ERROR ImagePull]: failed to pull image registry.k8s.io/pause:3.10: rpc error: code = Unknown\n", 1, "image-pull",
         "registry.k8s.io/pause:3.10", "reachable"},
        {"E: Unable to locate package kubeadm\n", 100, "package-missing", "no package kubeadm", "apt-get update"},
        {"E: Version '1.36.4-1.1' for 'kubeadm' was not found\n", 100, "package-missing", "kubeadm in version 1.36.4-1.1",
         "apt-cache policy kubeadm"},
        {"Error: Unable to find a match: kubeadm\nNo match for argument: kubeadm\n", 1, "package-missing", "no package kubeadm", "dnf"},
        {"curl: (7) Failed to connect to 10.1.4.40 port 6443 after 3 ms: Couldn't connect to server\n", 7, "timeout",
         "10.1.4.40 port 6443", "proxy"},
        {"Get \"https://10.1.4.40:6443/\": dial tcp 10.1.4.40:6443: connect: connection refused\n", 1, "refused", "on 10.1.4.40:6443",
         "service"},
        {"listen tcp 127.0.0.1:10248: bind: address already in use\n", 1, "port-in-use", "127.0.0.1:10248", "ss -ltnp"},
        {"Job for containerd.service failed because the control process exited with error code.\n", 1, "service", "containerd.service",
         "journalctl -u containerd.service"},
        {"building...\nKilled\n", 137, "killed", "killed", "dmesg"},
        {"sh: 12: ./tool: Permission denied\n", 126, "noexec", "can't be executed", "findmnt"},
        {"sh: 12: /run/kwiz/x/in/join.run: crictl: not found\n", 127, "program-missing", "program crictl", ""},
        {"/run/kwiz/x/in/join.run: line 12: crictl: command not found\n", 127, "program-missing", "program crictl", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (!find(cases[i].output, cases[i].status))
            fail_msg("nothing found in: %s", cases[i].output);
        if (strcmp(cause.id, cases[i].id) != 0 || !strstr(cause.text, cases[i].text) || !strstr(cause.hint, cases[i].hint))
            fail_msg("%s|%s|%s from: %s", cause.id, cause.text, cause.hint, cases[i].output);
    }
}

static void what_is_not_known_is_not_told(void **state)
{
    (void)state;
    assert_false(find("", 1));
    assert_false(find("all is well\nthe end\n", 1));
    assert_false(find("Killed\n", 1)); /* a word alone is no evidence */
    assert_false(find("make: foo: not found\n", 1));
    assert_string_equal(cause.text, "");
    const char lock[] = "E: Could not get lock /x. It is held by process 1\n";
    assert_true(cause_find(lock, strlen(lock), 100, "exit", &cause));
    assert_false(cause_find(lock, strlen(lock), 143, "aborted", &cause)); /* the operator is the cause */
}

static void only_the_end_counts(void **state)
{
    (void)state;
    struct buf output;
    buf_init(&output, 1 << 20);
    buf_adds(&output, "curl: (6) Could not resolve host: early.example\n");
    for (int i = 0; i < 500; i++)
        buf_adds(&output, "something else happened after that\n");
    assert_false(find(buf_text(&output), 1));
    buf_adds(&output, "curl: (6) Could not resolve host: first.example\ncurl: (6) Could not resolve host: last.example\n");
    assert_true(find(buf_text(&output), 1));
    assert_non_null(strstr(cause.text, "last.example"));
    buf_done(&output);
}

static void hostile_output_does_no_harm(void **state)
{
    (void)state;
    struct buf output;
    buf_init(&output, 1 << 20);
    buf_adds(&output, "curl: (6) Could not resolve host: \033[31mevil\033[0m\002{2}{1}%s%n");
    for (int i = 0; i < 600; i++)
        buf_adds(&output, "\u00e4");
    assert_true(find(buf_text(&output), 1));
    assert_non_null(strstr(cause.text, "evil<02>{2}{1}%s%n")); /* what is caught is not filled in again */
    assert_true(strlen(cause.text) < CAUSE_TEXT_MAX);
    buf_done(&output);
    char bytes[3000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 7919 >> 3);
    cause_find(bytes, sizeof bytes, 1, "exit", &cause);
    memset(bytes, '\n', sizeof bytes);
    assert_false(cause_find(bytes, sizeof bytes, 1, "exit", &cause));
}

/* Each row's own message leads to it or to one with the same id that says more, and names only what it catches. */
static void every_row_can_be_reached(void **state)
{
    (void)state;
    for (const struct cause_row *row = cause_table; row->id; row++) {
        struct buf line;
        size_t gaps = 0;
        buf_init(&line, 4096);
        for (const char *s = row->pattern ? row->pattern : ""; *s;) {
            if (!strncmp(s, "{}", 2)) {
                buf_addf(&line, "thing%zu", ++gaps);
                s += 2;
            } else {
                buf_add(&line, s++, 1);
            }
        }
        assert_true(gaps <= 3);
        const char *texts[] = {row->text, row->hint ? row->hint : ""};
        for (int i = 0; i < 2; i++)
            for (const char *s = texts[i]; (s = strchr(s, '{')) != NULL; s++)
                assert_true(!strncmp(s, "{path}", 6) || (s[1] >= '1' && s[1] <= '0' + (int)gaps && s[2] == '}'));
        assert_true(row->source && *row->source);
        assert_true(find(buf_text(&line), row->status ? row->status : 1));
        if (strcmp(cause.id, row->id) != 0)
            fail_msg("%s becomes %s", buf_text(&line), cause.id);
        buf_done(&line);
    }
}

/* -- lines of scripts -- */

static char script[] = "lib() {\n  true\n}\n" /* the library */
                       "set -eu\n"
                       "\tapt-get install -y x\n"
                       "last\n";
static struct plan_step step = {.id = "runtime", .script = script, .script_own = 17, .check = script, .check_own = 0,
                                .script_path = "steps/runtime.sh", .check_path = "steps/runtime.check.sh"};

static void is_at(const char *output, const char *path, size_t line, const char *code)
{
    struct trace trace;
    if (!trace_find(&step, output, strlen(output), &trace))
        fail_msg("nothing found in: %s", output);
    if (path)
        assert_string_equal(trace.path, path);
    else
        assert_null(trace.path);
    assert_int_equal(trace.line, line);
    assert_string_equal(trace.code, code);
}

static void shells_tell_the_line(void **state)
{
    (void)state;
    assert_int_equal(strncmp(script + 17, "set -eu", 7), 0);
    is_at("x\nsh: 6: /run/kwiz/r/in/runtime.run: apt-get: not found\ny\n", "steps/runtime.sh", 2, "apt-get install -y x");
    is_at("/run/kwiz/r/in/runtime.run: line 6: apt-get: command not found\n", "steps/runtime.sh", 2, "apt-get install -y x");
    is_at("sh: /run/kwiz/r/in/runtime.run: line 7: last: not found", "steps/runtime.sh", 3, "last");
    is_at("/run/kwiz/kwiz.sh: 3: /run/kwiz/r/in/runtime.run: true: not found\n", NULL, 2, "true");
    is_at("sh: 3: /r/in/runtime.check: true: not found\n", "steps/runtime.check.sh", 2, "true");
    is_at("sh: 6: /r/in/runtime.run: a\nsh: 7: /r/in/runtime.run: b\n", "steps/runtime.sh", 3, "last"); /* the last one counts */
}

static void other_lines_tell_nothing(void **state)
{
    (void)state;
    static const char *const outputs[] = {
        "",
        "file.py: line 6: error\n",
        "sh: 6: /r/in/other.run: apt-get: not found\n",
        "sh: 60: /r/in/runtime.run: not there\n",
        "sh: 1: /r/in/runtime.run: kwiz's own line\n",
        "sh: 0: /r/in/runtime.run: x\n",
        "sh: 99999999999999999999: /r/in/runtime.run: x\n",
        "/r/in/runtime.run: line 99999999999999999999: x\n",
        "/r/in/runtime.run: line : x\n",
        "/r/in/runtime.run: x\n",
        "in/runtime.run: 6: x\n",
    };
    struct trace trace;
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
        if (trace_find(&step, outputs[i], strlen(outputs[i]), &trace))
            fail_msg("line %zu from: %s", trace.line, outputs[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_messages_are_told),  cmocka_unit_test(what_is_not_known_is_not_told), cmocka_unit_test(only_the_end_counts),
        cmocka_unit_test(hostile_output_does_no_harm), cmocka_unit_test(every_row_can_be_reached), cmocka_unit_test(shells_tell_the_line),
        cmocka_unit_test(other_lines_tell_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
