#include "tests/screen/wizard_fixture.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "engine/rundir.h"
#include "model/facts.h"
#include "spell/requirement_parts.h"

static const char good[] = "os.id debian\nos.version 12\ncpus 4\nmem_mb 3930\ninit systemd\nswap_mb 0\ndisk:/var/lib 45000\nroot self\n";

static void ask(struct wizard_fixture *f, const char *what)
{
    size_t n = strlen(f->asked);
    snprintf(f->asked + n, sizeof f->asked - n, "%s ", what);
}

static void on_start(void *context)
{
    ask(context, "start");
}

static void on_resume(void *context, const char *run)
{
    char text[80];
    snprintf(text, sizeof text, "resume %s", run);
    ask(context, text);
}

static void on_act(void *context, const char *action, const char *file, const struct strv *words)
{
    char *all = strv_join(words, " "), *text = mem_printf("act %s %s %s", action, strrchr(file, '/') + 1, all);
    ask(context, text);
    free(text);
    free(all);
}

static void on_quit(void *context)
{
    ask(context, "quit");
}

static void on_gone(void *context)
{
    ask(context, "gone");
}

static bool on_edit(void *context, const char *name, const char *text, wizard_edited *done, void *owner, struct err *err)
{
    (void)name;
    ask(context, "edit");
    done(owner, text, false, err);
    return true;
}

static bool on_speak(void *context, const char *language, struct err *err)
{
    (void)language, (void)err;
    ask(context, "speak");
    return true;
}

static void run(const char *program, const char *a, const char *b, const char *c)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        execlp(program, program, a, b, c, (char *)NULL);
        _exit(127);
    }
    if (waitpid(child, &status, 0) < 0 || status != 0)
        abort();
}

static bool on_shell(void *context, const struct host *host, const struct ssh_defaults *ssh, struct err *err)
{
    char text[80];
    (void)ssh, (void)err;
    snprintf(text, sizeof text, "shell %s", host->name);
    ask(context, text);
    return true;
}

void wizard_fixture_new(struct wizard_fixture *f)
{
    *f = (struct wizard_fixture){0};
    char home[] = "/tmp/kwiz-wizard.XXXXXX";
    const char *srcdir = getenv("srcdir");
    char *from = mem_printf("%s/tests/screen/spells", srcdir ? srcdir : ".");
    if (!mkdtemp(home))
        abort();
    f->home = mem_strdup(home);
    char *spells = mem_printf("%s/spells", home); /* a copy: the test may go elsewhere, or become another user */
    run("cp", "-R", from, spells);
    run("chmod", "-R", "u+w", spells); /* the sources may be for reading only, and a user other than root is to remove it */
    free(from);
    setenv("XDG_STATE_HOME", home, 1);
    setenv("XDG_DATA_HOME", home, 1);
    strv_add(&f->catalog.folders, spells);
    free(spells);
    struct wizard_options options = {.catalog = &f->catalog, .can_ask = true};
    f->wizard = wizard_new(&options);
    f->actions = (struct wizard_actions){.context = f, .start = on_start, .resume = on_resume, .act = on_act, .quit = on_quit, .gone = on_gone, .edit = on_edit,
                                            .speak = on_speak, .shell = on_shell};
}

static void choose(struct wizard_fixture *f, const char *topology)
{
    struct err err = ERR_INIT;
    for (size_t i = 0; i < wizard_spell_count(f->wizard); i++)
        if (strcmp(wizard_spell(f->wizard, i)->name, "cluster") == 0 && !wizard_choose_spell(f->wizard, i, &err))
            abort();
    if (!wizard_choose_topology(f->wizard, topology, &err))
        abort();
}

static void add(struct wizard_fixture *f, const char *name, const char *address, const char *role)
{
    struct draft *draft = wizard_draft(f->wizard);
    size_t at = draft_host_count(draft);
    draft_host_add(draft, at);
    draft_host_set(draft, at, CELL_NAME, name);
    draft_host_set(draft, at, CELL_ADDRESS, address);
    draft_host_set(draft, at, CELL_ROLES, role);
    draft_host_set(draft, at, CELL_USER, "ubuntu");
}

void wizard_fixture_ha(struct wizard_fixture *f)
{
    wizard_fixture_new(f);
    choose(f, "ha");
    add(f, "kub-master-1", "10.1.4.36", "control-plane");
    add(f, "kub-master-2", "10.1.4.37", "control-plane");
    add(f, "kub-master-3", "10.1.4.38", "control-plane");
    add(f, "kub-ingress-1", "10.1.4.39", "ingress");
    add(f, "kub-node-1", "10.1.4.32", "worker");
    add(f, "kub-node-2", "10.1.4.33", "worker");
    draft_set_name(wizard_draft(f->wizard), "kub-ha");
    draft_set_value(wizard_draft(f->wizard), "endpoint", "10.1.4.40");
}

static void reach_all(struct wizard_fixture *f)
{
    wizard_enter(f->wizard, SECTION_ACCESS);
    for (size_t i = 0; i < access_count(wizard_access(f->wizard)); i++) {
        struct access_host *h = access_host_mutable(wizard_access(f->wizard), i);
        h->state = ACCESS_READY;
        h->root = ROOT_FREE;
        h->reach_us = 1200 + 100 * i;
    }
}

/* Someone with a key of their own. */
static void live_there(const struct wizard_fixture *f)
{
    static const char key[] = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB0HuN/sr+V9ddVBV1tfQUSRRCz8PKEJkli3GD0jf+hi op@laptop\n";
    struct err err = ERR_INIT;
    char *folder = mem_printf("%s/.ssh", f->home), *file = mem_printf("%s/id_ed25519.pub", folder);
    setenv("HOME", f->home, 1);
    setenv("USER", "op", 1);
    if (!file_mkdirs(folder, 0700, &err) || !file_write(file, key, strlen(key), 0600, &err))
        abort();
    free(file);
    free(folder);
}

void wizard_fixture_ask(struct wizard_fixture *f, size_t host, enum transport_ask_kind kind, const char *text, unsigned attempt)
{
    struct access_host *h = access_host_mutable(wizard_access(f->wizard), host);
    strv_add(&f->texts, wizard_fleet(f->wizard)->items[host].name); /* the fleet is made anew now and then */
    strv_add(&f->texts, text);
    h->asks = true;
    h->answer_by_ms = kind == ASK_PASSWORD && strcmp(text, "sudo") == 0 ? 597000 : 95000; /* without a loop it is 0 o'clock */
    h->asks_sudo = kind == ASK_PASSWORD && strcmp(text, "sudo") == 0;
    h->ask = (struct transport_ask){.kind = kind, .host = f->texts.items[f->texts.count - 2], .text = f->texts.items[f->texts.count - 1], .attempt = attempt};
}

void wizard_fixture_access(struct wizard_fixture *f)
{
    wizard_fixture_ha(f);
    live_there(f);
    reach_all(f);
    struct access *access = wizard_access(f->wizard);
    struct access_host *h = access_host_mutable(access, 0);
    h->state = ACCESS_CONNECTING;
    h->root = ROOT_UNKNOWN;
    h->reach_us = 0;
    wizard_fixture_ask(f, 0, ASK_HOST_KEY, "ssh-ed25519 SHA256:uC1pIcAoQ2f0y1nO5bTt3Zz0WmWq0m9rE3yP4JgkY8s", 1);
    h = access_host_mutable(access, 3);
    h->state = ACCESS_ROOT;
    h->root = ROOT_UNKNOWN;
    wizard_fixture_ask(f, 3, ASK_PASSWORD, "sudo", 1);
    h = access_host_mutable(access, 4);
    h->state = ACCESS_CONNECTING;
    h->root = ROOT_UNKNOWN;
    h->reach_us = 0;
    snprintf(h->stage, sizeof h->stage, "dialling 10.1.4.32:22");
    h = access_host_mutable(access, 5);
    h->state = ACCESS_FAILED;
    h->root = ROOT_UNKNOWN;
    h->reach_us = 0;
    h->fault = "dial-timeout";
    snprintf(h->detail, sizeof h->detail, "no answer from 10.1.4.33:22 in 10 s");
}

void wizard_fixture_keys(struct wizard_fixture *f)
{
    wizard_fixture_access(f);
    struct access *access = wizard_access(f->wizard);
    static const char *const keys[] = {"ssh-ed25519 SHA256:uC1pIcAoQ2f0y1nO5bTt3Zz0WmWq0m9rE3yP4JgkY8s", "ssh-ed25519 SHA256:0sYqv7l6hH9mDk2cVb8nXe4rTg5yUj3iOp1aSd6fG7h",
                                       "ecdsa-sha2-nistp256 SHA256:Rk3mN8bV2cX7zL1qW5eT9yU4iO6pA0sD2fG8hJ3kL5z"};
    for (size_t i = 0; i < 3; i++) {
        access_host_mutable(access, i)->state = ACCESS_CONNECTING;
        access_host_mutable(access, i)->root = ROOT_UNKNOWN;
        access_host_mutable(access, i)->reach_us = 0;
        wizard_fixture_ask(f, i, ASK_HOST_KEY, keys[i], 1);
    }
    wizard_fixture_ask(f, 3, ASK_PASSWORD, "sudo", 2);
    struct access_host *h = access_host_mutable(access, 5);
    h->fault = "host-key-changed";
    snprintf(h->detail, sizeof h->detail, "THE HOST KEY OF 10.1.4.33 HAS CHANGED: it shows ssh-ed25519 SHA256:Hq2wE5rT8yU1iO4pA7sD0fG3hJ6kL9zX2cV5bN8mQ1w, but "
             "/home/op/.ssh/known_hosts line 41 says ssh-ed25519 SHA256:9aVb3nQe7tYh2mKd6sWf1xRc5uJg8pLz4oIk0bNv7cT. Either the host was installed anew, or somebody "
             "else answers at this address. If it was installed anew: ssh-keygen -R '10.1.4.33'");
}

void wizard_fixture_facts(struct wizard_fixture *f, size_t host, const char *lines)
{
    struct access_host *h = access_host_mutable(wizard_access(f->wizard), host);
    struct err err = ERR_INIT;
    char *text = mem_printf("facts 1\n%send 1\n", lines);
    facts_done(&h->facts);
    h->has_facts = facts_parse(text, strlen(text), &h->facts, &err);
    assert(h->has_facts);
    free(text);
}

static void measure_all(struct wizard_fixture *f)
{
    for (size_t i = 0; i < access_count(wizard_access(f->wizard)); i++)
        wizard_fixture_facts(f, i, good);
}

void wizard_fixture_checks(struct wizard_fixture *f)
{
    wizard_fixture_ha(f);
    reach_all(f);
    measure_all(f);
    wizard_fixture_facts(f, 5, "cpus 4\nmem_mb 3930\ninit systemd\nswap /swap.img\nswap_mb 2048\ndisk:/var/lib 45000\n");
    wizard_fixture_facts(f, 4, "cpus 4\nmem_mb 3400\ninit systemd\nswap_mb 0\ndisk:/var/lib 45000\n");
    wizard_fixture_facts(f, 3, "mem_mb 2000\ninit systemd\nswap_mb 0\ndisk:/var/lib 45000\n");
}

void wizard_fixture_measuring(struct wizard_fixture *f)
{
    wizard_fixture_checks(f);
    struct access *access = wizard_access(f->wizard);
    facts_done(&access_host_mutable(access, 1)->facts);
    access_host_mutable(access, 1)->has_facts = false;
    access_host_mutable(access, 1)->state = ACCESS_MEASURING;
    struct access_host *h = access_host_mutable(access, 2);
    facts_done(&h->facts);
    h->has_facts = false;
    snprintf(h->facts_fault, sizeof h->facts_fault, "the facts script did not end in 30 s");
}

void wizard_fixture_many(struct wizard_fixture *f)
{
    wizard_fixture_new(f);
    choose(f, "many");
    for (int i = 1; i <= 200; i++) {
        char name[32], address[32];
        snprintf(name, sizeof name, "kub-node-%03d", i);
        snprintf(address, sizeof address, "10.1.8.%d", i);
        add(f, name, address, "worker");
    }
    live_there(f);
    reach_all(f);
    measure_all(f);
    for (size_t i = 100; i < 114; i++)
        wizard_fixture_facts(f, i, "cpus 4\nmem_mb 3930\ninit systemd\nswap /swap.img\nswap_mb 2048\ndisk:/var/lib 45000\n");
    for (size_t i = 20; i < 23; i++)
        wizard_fixture_facts(f, i, "cpus 4\nmem_mb 3930\ninit systemd\nswap_mb 0\ndisk:/var/lib 12000\n");
}

static const char *const more_checks[] = {
    "cgroup",        "cluster.odd",  "dns.loop",     "dns.names",    "etcd.fsync",    "fw.firewalld", "fw.input",     "fw.ufw",        "kernel.config",
    "kernel.modules", "kernel.version", "lsm.apparmor", "lsm.selinux", "mac.unique",  "machineid.unique", "mesh.latency", "mesh.tcp",    "mesh.udp",
    "name.hostname", "name.unique",  "net.iface",    "net.mtu",      "net.proxy",     "net.registry", "net.routes",   "nm.cloud",      "os.arch",
    "os.supported",  "pkg.held",     "pkg.lock",     "range.hosts",  "range.routes",  "runtime.cri",  "sysctl.forward", "sysctl.inotify", "time.skew",
    "time.sync",     "tools.present", "user.path",   "virt.lxc"};
#define MORE_CHECKS (sizeof more_checks / sizeof *more_checks)

/* 45 with the five that the spell has; judged by disks, since those are easily made up. */
static void write_catalogue(const struct wizard_fixture *f)
{
    struct err err = ERR_INIT;
    struct buf old, text;
    char *path = mem_printf("%s/spells/cluster/spell.yaml", f->home);
    buf_init(&text, 1 << 20);
    if (!file_read(path, 1 << 20, &old, &err))
        abort();
    const char *end = strstr(buf_text(&old), "steps:\n");
    buf_add(&text, buf_text(&old), (size_t)(end - buf_text(&old)));
    for (size_t i = 0; i < MORE_CHECKS; i++)
        buf_addf(&text, "  - {id: %s, title: What %s looks at, measure: disk, path: /data/%zu, fail: 10G, warn: 20G, remedy: Make room there., "
                        "source: a document about %s}\n", more_checks[i], more_checks[i], i, more_checks[i]);
    buf_adds(&text, end);
    if (!file_write(path, buf_text(&text), text.len, 0644, &err))
        abort();
    buf_done(&old);
    buf_done(&text);
    free(path);
}

static void say_much(struct wizard_fixture *f, size_t host)
{
    struct buf lines;
    buf_init(&lines, FACTS_BYTES_MAX);
    buf_addf(&lines, "cpus %d\nmemory_mb 3930\ninit systemd\ndisk:/var/lib 45000\nroot self\n", host % 50 == 3 ? 0 : 4);
    buf_adds(&lines, host % 14 == 1 ? "swap /swap.img\nswap_mb 2048\n" : "swap_mb 0\n");
    for (size_t i = 0; i < MORE_CHECKS; i++)
        if (i != 5 || host % 3)
            buf_addf(&lines, "disk:/data/%zu %zu\n", i, i % 9 == 2 && host % 20 == i % 20 ? 4000 + 10 * host : i % 11 == 7 && host % 7 == 2 ? (size_t)15000 : (size_t)45000);
    wizard_fixture_facts(f, host, buf_text(&lines));
    buf_done(&lines);
}

void wizard_fixture_catalogue(struct wizard_fixture *f, size_t hosts)
{
    wizard_fixture_new(f);
    write_catalogue(f);
    choose(f, "many");
    for (size_t i = 1; i <= hosts; i++) {
        char name[32], address[32];
        snprintf(name, sizeof name, hosts > 20 ? "kub-node-%03zu" : "kub-node-%zu", i);
        snprintf(address, sizeof address, "10.1.8.%zu", i);
        add(f, name, address, "worker");
    }
    live_there(f);
    reach_all(f);
    for (size_t i = 0; i < hosts; i++)
        say_much(f, i);
    draft_accept(wizard_draft(f->wizard), "swap", "test machines");
    draft_accept(wizard_draft(f->wizard), "time.sync", "no time server in this network");
}

static struct verdict *verdict_of(struct wizard_fixture *f, size_t host, const char *check)
{
    const struct wizard_checks *checks = wizard_checks(f->wizard);
    for (size_t i = 0; i < checks->count; i++)
        if (strcmp(checks->items[i].requirement->id, check) == 0)
            return (struct verdict *)(uintptr_t)wizard_verdict(f->wizard, host, checks->items[i].requirement);
    return NULL;
}

void wizard_fixture_detail(struct wizard_fixture *f, size_t host, const char *check, const char *lines)
{
    struct verdict *v = verdict_of(f, host, check);
    assert(v);
    free(v->detail);
    v->detail = mem_strdup(lines);
}

void wizard_fixture_remedy(struct wizard_fixture *f, size_t host, const char *check, const char *remedy)
{
    struct verdict *v = verdict_of(f, host, check);
    assert(v);
    free(v->remedy);
    v->remedy = mem_strdup(remedy);
}

void wizard_fixture_ready(struct wizard_fixture *f)
{
    wizard_fixture_ha(f);
    reach_all(f);
    measure_all(f);
}

void wizard_fixture_single(struct wizard_fixture *f)
{
    wizard_fixture_new(f);
    choose(f, "single");
    add(f, "kub-1", "10.1.4.36", "control-plane");
    reach_all(f);
    measure_all(f);
}

static void write_file(const char *folder, const char *file, const char *text)
{
    struct err err = ERR_INIT;
    char *path = mem_printf("%s/%s", folder, file);
    if (!file_write(path, text, strlen(text), 0600, &err))
        abort();
    free(path);
}

void wizard_fixture_run(struct wizard_fixture *f, const char *id, const char *cluster, const char *action, unsigned long long started_ms,
                        unsigned long long ended_ms, int exit_status)
{
    struct err err = ERR_INIT;
    struct draft *draft = wizard_draft(f->wizard);
    char *folder = mem_printf("%s/kwiz/runs/%s", f->home, id), *answers = mem_printf("%s/answers.yaml", folder);
    if (!file_mkdirs(folder, 0700, &err))
        abort();
    char *meta = mem_printf("{\"run\": \"%s\", \"cluster\": \"%s\", \"spell\": \"%s\", \"topology\": \"%s\", \"action\": \"%s\", \"started_ms\": %llu}",
                            id, cluster, draft_spell(draft)->name, draft_topology(draft), action, started_ms);
    write_file(folder, "meta.json", meta);
    free(meta);
    if (ended_ms) {
        char *summary = mem_printf("{\"exit_status\": %d, \"ended_ms\": %llu}", exit_status, ended_ms);
        write_file(folder, "summary.json", summary);
        free(summary);
    }
    struct rundir dir = {(char *)(uintptr_t)id, folder};
    draft_set_name(draft, cluster);
    if (!draft_save(draft, answers, &err) || !rundir_copy_folder(&dir, draft_spell(draft)->folder, "spell", &err))
        abort();
    free(answers);
    free(folder);
}

void wizard_fixture_again(struct wizard_fixture *f)
{
    struct wizard_options options = {.catalog = &f->catalog, .can_ask = true};
    wizard_free(&f->wizard);
    f->wizard = wizard_new(&options);
}

#define PAST_MS 1795343589000u
#define DAY_MS 86400000u

void wizard_fixture_past(struct wizard_fixture *f)
{
    wizard_fixture_ha(f);
    wizard_fixture_run(f, "20261122-101900-7f3a", "kub-ha", "install", PAST_MS - 14 * 60000u, 0, 0);
    wizard_fixture_run(f, "20261119-103300-11ab", "kub-test", "install", PAST_MS - 3 * DAY_MS - 400000u, PAST_MS - 3 * DAY_MS, 0);
    wizard_fixture_run(f, "20261118-103300-22cd", "kub-dev", "install", PAST_MS - 4 * DAY_MS - 300000u, PAST_MS - 4 * DAY_MS, 1);
    wizard_fixture_again(f);
}

void wizard_fixture_spells(struct wizard_fixture *f)
{
    static const char *const folders[] = {"spells", "spells-more"};
    const char *srcdir = getenv("srcdir");
    wizard_fixture_past(f);
    strv_done(&f->catalog.folders);
    f->catalog.folders = (struct strv){0};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char *folder = mem_printf("%s/tests/screen/%s", srcdir ? srcdir : ".", folders[i]);
        strv_add(&f->catalog.folders, folder);
        free(folder);
    }
}

void wizard_fixture_done(struct wizard_fixture *f)
{
    wizard_free(&f->wizard);
    strv_done(&f->catalog.folders);
    strv_done(&f->texts);
    run("rm", "-rf", "--", f->home);
    free(f->home);
}

/* As runtimes are judged, but by fact `has`, and for a question that the test spell has. */
static bool judge_has(struct judge *judge)
{
    struct strv found = {0};
    const char *answer = answers_value(judge->answers, "cni"), *has = facts_get(judge->facts, "has");
    for (const char *p = has ? has : ""; *p; p += strcspn(p, " ") + (p[strcspn(p, " ")] != '\0')) {
        char *word = strndup(p, strcspn(p, " "));
        strv_add(&found, word);
        free(word);
    }
    bool is_open = found.count > 1 && answer && strcmp(answer, "flannel") == 0; /* the default */
    judge_choices(judge, "cni", &found, is_open);
    judge_say(judge, is_open ? VERDICT_FAIL : VERDICT_PASS, strdup(has ? has : "none"), strdup("one"));
    strv_done(&found);
    return true;
}
static const struct measure_ops has = {.name = "has", .is_of_one_host = true, .judge = judge_has};

void wizard_fixture_several(struct wizard_fixture *f)
{
    struct spell *spell = (struct spell *)(uintptr_t)draft_spell(wizard_draft(f->wizard)); /* the fixture's own */
    for (size_t i = 0; i < spell->requirement_count; i++)
        if (strcmp(spell->requirements[i].id, "os.systemd") == 0) {
            spell->requirements[i].measure = MEASURE_OTHER;
            spell->requirements[i].ops = &has;
        }
}
