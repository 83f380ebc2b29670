#include "tests/screen/wizard_fixture.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "model/facts.h"

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

static void on_quit(void *context)
{
    ask(context, "quit");
}

static void on_gone(void *context)
{
    ask(context, "gone");
}

static bool on_edit(void *context, const char *name, const char *text, char **edited, struct err *err)
{
    (void)name, (void)err;
    ask(context, "edit");
    *edited = mem_strdup(text);
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
    free(from);
    setenv("XDG_STATE_HOME", home, 1);
    setenv("XDG_DATA_HOME", home, 1);
    strv_add(&f->catalog.folders, spells);
    free(spells);
    struct wizard_options options = {.catalog = &f->catalog, .can_ask = true};
    f->wizard = wizard_new(&options);
    f->actions = (struct ui_wizard_actions){.context = f, .start = on_start, .resume = on_resume, .quit = on_quit, .gone = on_gone, .edit = on_edit,
                                            .speak = on_speak};
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

void wizard_fixture_access(struct wizard_fixture *f)
{
    wizard_fixture_ha(f);
    reach_all(f);
    struct access *access = wizard_access(f->wizard);
    struct access_host *h = access_host_mutable(access, 0);
    h->state = ACCESS_CONNECTING;
    h->root = ROOT_UNKNOWN;
    h->asks = true;
    h->ask = (struct transport_ask){.kind = ASK_HOST_KEY, .host = "kub-master-1", .attempt = 1,
                                    .text = "ED25519 SHA256:uC1pIcAoQ2f0y1nO5bTt3Zz0WmWq0m9rE3yP4JgkY8s"};
    h = access_host_mutable(access, 3);
    h->state = ACCESS_ROOT;
    h->root = ROOT_UNKNOWN;
    h->asks = h->asks_sudo = true;
    h->ask = (struct transport_ask){.kind = ASK_PASSWORD, .host = "kub-ingress-1", .text = "sudo", .attempt = 1};
    h = access_host_mutable(access, 4);
    h->state = ACCESS_CONNECTING;
    h->root = ROOT_UNKNOWN;
    snprintf(h->stage, sizeof h->stage, "dialling 10.1.4.32:22");
    h = access_host_mutable(access, 5);
    h->state = ACCESS_FAILED;
    h->root = ROOT_UNKNOWN;
    h->fault = "dial-timeout";
    snprintf(h->detail, sizeof h->detail, "no answer from 10.1.4.33:22 in 10 s");
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

void wizard_fixture_done(struct wizard_fixture *f)
{
    wizard_free(&f->wizard);
    strv_done(&f->catalog.folders);
    run("rm", "-rf", "--", f->home);
    free(f->home);
}
