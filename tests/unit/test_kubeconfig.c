/* Merging a cluster into a kubeconfig of the operator's. */
#include "tests/unit/spell_fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "cli/kubeconfig_file.h"
#include "spell/yaml_write.h"

#define FETCHED                                                                                                        \
    "apiVersion: v1\nclusters:\n- cluster:\n    certificate-authority-data: Q0E=\n    server: https://10.1.4.36:6443\n" \
    "  name: kubernetes\ncontexts:\n- context: {cluster: kubernetes, user: kubernetes-admin}\n"                        \
    "  name: kubernetes-admin@kubernetes\ncurrent-context: kubernetes-admin@kubernetes\nkind: Config\npreferences: {}\n" \
    "users:\n- name: kubernetes-admin\n  user: {client-certificate-data: Q0VSVA==, client-key-data: S0VZ}\n"

struct place {
    char folder[64];
    char *file;
};

static int make(void **state)
{
    struct place *p = mem_new(1, sizeof *p);
    strcpy(p->folder, "/tmp/kwiz-kubeconfig.XXXXXX");
    assert_non_null(mkdtemp(p->folder));
    p->file = mem_printf("%s/config", p->folder);
    *state = p;
    return 0;
}

static int clean(void **state)
{
    struct place *p = *state;
    fixture_remove(p->folder);
    free(p->file);
    free(p);
    return 0;
}

static void put(const struct place *p, const char *text, mode_t mode)
{
    struct err err = ERR_INIT;
    assert_true(file_write(p->file, text, strlen(text), mode, &err));
}

static char *get(const char *path)
{
    struct buf bytes;
    struct err err = ERR_INIT;
    if (!file_read(path, YAML_BYTES_MAX, &bytes, &err))
        fail_msg("%s: %s", path, err.text);
    return buf_take(&bytes);
}

/* How many files besides the kubeconfig: backups, and whatever should not be there. */
static size_t others(const struct place *p)
{
    size_t count = 0;
    DIR *dir = opendir(p->folder);
    struct dirent *e;
    while ((e = readdir(dir)))
        count += e->d_name[0] != '.' && strcmp(e->d_name, "config") != 0;
    closedir(dir);
    return count;
}

static bool merge(const struct place *p, const char *cluster, struct kubeconfig_change *change, struct err *err)
{
    return kubeconfig_file_merge(p->file, cluster, "fetched", FETCHED, strlen(FETCHED), change, err);
}

static void merged(const struct place *p, const char *cluster, struct kubeconfig_change *change)
{
    struct err err = ERR_INIT;
    if (!merge(p, cluster, change, &err))
        fail_msg("%s", err.text);
}

static void a_new_file_is_made_with_its_folder(void **state)
{
    struct place *p = *state;
    struct kubeconfig_change change;
    struct stat st;
    free(p->file);
    p->file = mem_printf("%s/a/b", p->folder);
    merged(p, "first", &change);
    assert_true(change.is_changed);
    assert_null(change.backup);
    assert_string_equal(change.current, "first");
    assert_int_equal(stat(p->file, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    char *text = get(p->file);
    assert_string_equal(text, "apiVersion: v1\nkind: Config\nclusters:\n- name: first\n  cluster:\n    certificate-authority-data: Q0E=\n"
                              "    server: https://10.1.4.36:6443\nusers:\n- name: first-admin\n  user:\n"
                              "    client-certificate-data: Q0VSVA==\n    client-key-data: S0VZ\ncontexts:\n- name: first\n  context:\n"
                              "    cluster: first\n    user: first-admin\ncurrent-context: first\n");
    free(text);
    kubeconfig_change_done(&change);
    /* again: nothing changes, no backup */
    merged(p, "first", &change);
    assert_false(change.is_changed);
    assert_null(change.backup);
    kubeconfig_change_done(&change);
}

#define THEIRS                                                                                                         \
    "# mine\napiVersion: v1\nkind: Config\ncurrent-context: work\nclusters:\n"                                         \
    "- {name: work, cluster: {server: 'https://work.example', insecure-skip-tls-verify: true}}\n"                      \
    "- {name: first, cluster: {server: 'https://old.example'}}\n- {name: 10, cluster: {server: 'https://ten.example'}}\n" \
    "contexts:\n- {name: work, context: {cluster: work, user: me, namespace: \"yes\"}}\nusers:\n"                      \
    "- name: me\n  user:\n    exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, args: [\"007\", 7, on, ~],\n" \
    "      env: null, text: \"a\\nb\", block: \"0x1f\"}\nown: {key: 1.5, e: \"\"}\n"

static void everything_else_is_kept(void **state)
{
    struct place *p = *state;
    struct kubeconfig_change change;
    struct err_list errors = {0};
    struct stat st;
    put(p, THEIRS, 0644);
    merged(p, "first", &change);
    assert_string_equal(change.current, "work");
    assert_string_equal(change.server_before, "https://old.example");
    assert_int_equal(stat(p->file, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(others(p), 1);
    assert_int_equal(stat(change.backup, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    char *text = get(change.backup);
    assert_string_equal(text, THEIRS);
    free(text);
    kubeconfig_change_done(&change);

    struct err err = ERR_INIT;
    assert_true(kubeconfig_file_has(p->file, "first"));
    assert_false(kubeconfig_file_has(p->file, "work"));
    assert_true(kubeconfig_file_remove(p->file, "first", &change, &err));
    assert_true(change.is_changed);
    kubeconfig_change_done(&change);
    /* what is left is what was there, without the old "first" */
    struct yaml *before = yaml_parse("t", THEIRS, strlen(THEIRS), &errors), *after = yaml_load(p->file, &errors);
    assert_non_null(after);
    for (size_t i = 0; i < before->root->count; i += 2) {
        struct yaml_node *value = before->root->items[i + 1];
        if (strcmp(before->root->items[i]->text, "clusters") == 0)
            yaml_drop(value, 1);
        if (!yaml_same(value, yaml_get(after->root, before->root->items[i]->text)))
            fail_msg("%s is not as it was", before->root->items[i]->text);
    }
    yaml_tree_free(&before);
    yaml_tree_free(&after);
}

static void taking_out_leaves_what_is_not_ours(void **state)
{
    struct place *p = *state;
    struct kubeconfig_change change;
    struct err err = ERR_INIT;
    assert_true(kubeconfig_file_remove(p->file, "first", &change, &err)); /* no file */
    assert_false(change.is_changed);
    assert_int_equal(access(p->file, F_OK), -1);
    put(p, THEIRS, 0600);
    assert_true(kubeconfig_file_remove(p->file, "work", &change, &err));
    assert_false(change.is_changed);
    assert_int_equal(others(p), 0);
    /* the current context goes with it */
    unlink(p->file);
    merged(p, "first", &change);
    kubeconfig_change_done(&change);
    assert_true(kubeconfig_file_remove(p->file, "first", &change, &err));
    assert_null(change.current);
    char *text = get(p->file);
    assert_non_null(strstr(text, "current-context: ''\n"));
    assert_null(strstr(text, "first"));
    free(text);
    kubeconfig_change_done(&change);
}

static void refused(const struct place *p, const char *want)
{
    struct err err = ERR_INIT;
    struct kubeconfig_change change;
    char text[ERR_TEXT_MAX + ERR_FILE_MAX + 32];
    for (int i = 0; i < 2; i++) { /* before a run, and after it */
        bool ok = i ? merge(p, "first", &change, &err) : kubeconfig_file_check(p->file, &err);
        err_format(&err, text, sizeof text);
        if (ok || !strstr(text, want))
            fail_msg("%d: wanted %s, found %s", i, want, text);
        if (i)
            kubeconfig_change_done(&change);
    }
}

static void what_is_no_kubeconfig_is_left_alone(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"- a\n- b\n", "config:1:1: a kubeconfig: expected a mapping"},
        {"a: [\n", "config:2:1: not YAML"},
        {"version: 1\nname: x\nhosts: []\n", "config:1:1: this is no kubeconfig: expected kind: Config"},
        {"kind: Secret\napiVersion: v1\n", "config:1:7: kind: expected Config, found the text \"Secret\""},
        {"kind: Config\napiVersion: v2\n", "config:2:13: apiVersion: expected v1"},
        {"kind: Config\nclusters: {a: b}\n", "config:2:11: clusters: expected a sequence"},
        {"kind: Config\nusers:\n- a\n", "config:3:3: users: expected a mapping"},
        {"kind: Config\ncontexts:\n- {context: {}}\n", "config:3:3: the key \"name\" is missing"},
        {"kind: Config\ncontexts:\n- {name: [a]}\n", "config:3:10: name: expected text"},
        {"kind: Config\ncurrent-context: [a]\n", "config:2:18: current-context: expected text"},
        {"kind: Config\nusers: &a []\n", "config:2:8: anchors"},
        {"kind: Config\nkind: Config\n", "config:2:1: the key \"kind\" stands here twice"},
        {"kind: Config\n---\nkind: Config\n", "config:2:1: a second document"},
        {"kind: \xff\n", "config:1:7: the byte 0xff"},
    };
    struct place *p = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put(p, cases[i].text, 0640);
        refused(p, cases[i].want);
        char *text = get(p->file);
        assert_string_equal(text, cases[i].text);
        free(text);
        assert_int_equal(others(p), 0);
    }
}

static void a_strange_file_is_left_alone(void **state)
{
    struct place *p = *state;
    struct stat st;
    put(p, "", 0600);
    assert_int_equal(truncate(p->file, 100 << 20), 0);
    refused(p, "config: the file has 104857600 bytes; kwiz reads at most 1048576 here");
    unlink(p->file);
    assert_int_equal(mkdir(p->file, 0700), 0);
    refused(p, "config: this is a folder, not a file");
    rmdir(p->file);
    assert_int_equal(mkfifo(p->file, 0600), 0);
    refused(p, "config: not a regular file");
    unlink(p->file);
    assert_int_equal(symlink("/elsewhere/config", p->file), 0);
    refused(p, "config is a symbolic link, to /elsewhere/config; name the file itself");
    assert_int_equal(lstat(p->file, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    unlink(p->file);
    free(p->file);
    p->file = mem_strdup("/proc/kwiz/config");
    struct err err = ERR_INIT;
    struct kubeconfig_change change;
    assert_false(merge(p, "first", &change, &err));
    assert_non_null(strstr(err.text, "cannot make the folder /proc/kwiz"));
}

/* As another user: root may write everywhere. */
static void what_may_not_be_written_is_left_alone(void **state)
{
    struct place *p = *state;
    int status;
    put(p, "kind: Config\n", 0600);
    if (geteuid() == 0) { /* someone else's: also for root, whose file it would become */
        assert_int_equal(chown(p->file, 65534, 65534), 0);
        refused(p, "config belongs to another user (uid 65534); it is left alone");
        assert_int_equal(chown(p->folder, 65534, 65534), 0);
    }
    pid_t child = fork();
    if (child == 0) {
        struct err err = ERR_INIT;
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(2);
        chmod(p->file, 0400);
        if (kubeconfig_file_check(p->file, &err) || !strstr(err.text, "config: Permission denied"))
            _exit(3);
        chmod(p->file, 0600);
        chmod(p->folder, 0500);
        if (kubeconfig_file_check(p->file, &err) || !strstr(err.text, "cannot write into the folder"))
            _exit(4);
        chmod(p->folder, 0700);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void a_hosts_kubeconfig_is_not_trusted(void **state)
{
    static const struct {
        const char *from, *to, *want;
    } cases[] = {
        {"client-key-data: S0VZ", "exec: {command: rm}", "fetched:15:45: the user has \"exec\", which is not taken over from a host"},
        {"client-key-data: S0VZ", "auth-provider: {name: x}", "has \"auth-provider\""},
        {"client-key-data: S0VZ", "client-key: /etc/shadow", "has \"client-key\""},
        {"client-key-data: S0VZ", "tokenFile: /etc/shadow", "has \"tokenFile\""},
        {"client-key-data: S0VZ", "client-key-data: \"a b\"", "fetched:15:62: client-key-data: expected Base64"},
        {"client-key-data: S0VZ", "client-key-data: [a]", "client-key-data: expected text"},
        {"certificate-authority-data: Q0E=", "insecure-skip-tls-verify: true", "has \"insecure-skip-tls-verify\""},
        {"certificate-authority-data: Q0E=", "proxy-url: http://x", "has \"proxy-url\""},
        {"server: https://10.1.4.36:6443", "server: http://10.1.4.36:6443", "fetched:5:13: server: expected an address that begins with https://"},
        {"server: https://10.1.4.36:6443", "server: \"https://a\\nb\"", "server: expected an address"},
        {"user: kubernetes-admin}", "user: other}", "user: there is nothing of that name in users"},
        {"current-context: kubernetes-admin@kubernetes", "current-context: \"\\e[2J\"", "current-context: there is nothing of that name"},
        {"kind: Config", "kind: List", "kind: expected Config"},
        {"apiVersion: v1", "apiVersion: &a v1", "fetched:1:13: anchors"},
    };
    struct place *p = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = ERR_INIT;
        struct kubeconfig_change change;
        char text[ERR_TEXT_MAX + ERR_FILE_MAX + 32], *at = strstr(FETCHED, cases[i].from);
        assert_non_null(at);
        char *bytes = mem_printf("%.*s%s%s", (int)(at - FETCHED), FETCHED, cases[i].to, at + strlen(cases[i].from));
        assert_false(kubeconfig_file_judge("fetched", bytes, strlen(bytes), &err));
        assert_false(kubeconfig_file_merge(p->file, "first", "fetched", bytes, strlen(bytes), &change, &err));
        err_format(&err, text, sizeof text);
        if (!strstr(text, cases[i].want))
            fail_msg("wanted %s, found %s", cases[i].want, text);
        assert_int_equal(access(p->file, F_OK), -1);
        free(bytes);
    }
    struct err err = ERR_INIT;
    assert_true(kubeconfig_file_judge("fetched", FETCHED, strlen(FETCHED), &err));
}

static void a_full_disk_changes_nothing(void **state)
{
    struct place *p = *state;
    int status;
    put(p, THEIRS, 0600);
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = {100, 100}; /* as if the disk had room for 100 bytes */
        struct err err = ERR_INIT;
        struct kubeconfig_change change;
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &limit);
        _exit(!merge(p, "first", &change, &err) && err.code == ERR_LOCAL ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    char *text = get(p->file);
    assert_string_equal(text, THEIRS);
    free(text);
    assert_int_equal(others(p), 0); /* no temporary file, no torn backup, no lock */
}

/* Six processes, each with ten clusters: none is lost. */
static void merges_at_once_lose_nothing(void **state)
{
    struct place *p = *state;
    put(p, "kind: Config\n", 0600);
    for (int i = 0; i < 6; i++)
        if (fork() == 0) {
            struct kubeconfig_change change;
            struct err err = ERR_INIT;
            for (int j = 0; j < 10; j++) {
                char name[16];
                snprintf(name, sizeof name, "c%d-%d", i, j);
                if (!merge(p, name, &change, &err))
                    _exit(1);
                kubeconfig_change_done(&change);
            }
            _exit(0);
        }
    for (int i = 0; i < 6; i++) {
        int status;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 10; j++) {
            char name[16];
            snprintf(name, sizeof name, "c%d-%d", i, j);
            assert_true(kubeconfig_file_has(p->file, name));
        }
    assert_int_equal(others(p), 60); /* backups, no lock */
}

static void a_lock_that_stays_is_named(void **state)
{
    struct place *p = *state;
    struct kubeconfig_change change;
    struct err err = ERR_INIT;
    char *lock = mem_printf("%s.lock", p->file);
    int fd = open(lock, O_CREAT | O_WRONLY, 0600);
    assert_true(fd >= 0);
    close(fd);
    assert_false(merge(p, "first", &change, &err));
    assert_int_equal(err.code, ERR_BUSY);
    assert_non_null(strstr(err.text, "config.lock is there for more than 10 s"));
    assert_int_equal(access(p->file, F_OK), -1);
    assert_int_equal(access(lock, F_OK), 0); /* somebody else's */
    free(lock);
}

static void the_default_is_kubectls(void **state)
{
    static const struct {
        const char *variable, *want;
    } cases[] = {{NULL, "/home/o/.kube/config"}, {"", "/home/o/.kube/config"}, {":", "/home/o/.kube/config"},
                 {"/a/b", "/a/b"}, {"/a/b:/c", "/a/b"}, {":/a/b:/c", "/a/b"}};
    (void)state;
    setenv("HOME", "/home/o", 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (cases[i].variable)
            setenv("KUBECONFIG", cases[i].variable, 1);
        else
            unsetenv("KUBECONFIG");
        char *file = kubeconfig_file_default();
        assert_string_equal(file, cases[i].want);
        free(file);
    }
}

static void a_backup_is_made_of_what_differs(void **state)
{
    struct place *p = *state;
    struct err err = ERR_INIT;
    char *backup;
    assert_true(kubeconfig_file_backup(p->file, "x", 1, &backup, &err));
    assert_null(backup);
    put(p, "old", 0600);
    assert_true(kubeconfig_file_backup(p->file, "old", 3, &backup, &err));
    assert_null(backup);
    assert_true(kubeconfig_file_backup(p->file, "new", 3, &backup, &err));
    char *text = get(backup);
    assert_string_equal(text, "old");
    free(text);
    free(backup);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, make, clean)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_PLACE(a_new_file_is_made_with_its_folder), IN_PLACE(everything_else_is_kept),
        IN_PLACE(taking_out_leaves_what_is_not_ours), IN_PLACE(what_is_no_kubeconfig_is_left_alone),
        IN_PLACE(a_strange_file_is_left_alone),       IN_PLACE(what_may_not_be_written_is_left_alone),
        IN_PLACE(a_hosts_kubeconfig_is_not_trusted),  IN_PLACE(a_full_disk_changes_nothing),
        IN_PLACE(merges_at_once_lose_nothing),        IN_PLACE(a_lock_that_stays_is_named),
        IN_PLACE(a_backup_is_made_of_what_differs),   cmocka_unit_test(the_default_is_kubectls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
