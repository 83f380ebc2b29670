/* The real wizard in a real terminal, as the way to what a spell can do with what is installed: each kind of action of the spell hello, on this machine, from
 * its line on Welcome to the end of its run, and a reset from there; then which actions the bundled Kubernetes offers, and what each asks for. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "tests/screen/place.h"
#include "tests/screen/stage.h"

#define LINES_MAX 30
#define ENTER "\r"
#define DOWN "\033[B"

/* Is the line in focus one with this text? */
static bool is_on(const struct pty *pty, const char *label)
{
    char *text = pty_text(pty);
    bool is = false;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        is = is || (*line == '>' && strstr(line, label));
    free(text);
    return is;
}

static bool told(struct pty *pty, bool ok, const char *what, const char *where)
{
    char *text = mem_printf("%s: %s", where, what);
    stage_check(ok, text);
    free(text);
    if (!ok) {
        char *screen = pty_text(pty);
        printf("%s", screen);
        free(screen);
    }
    return ok;
}

static bool go_to(struct pty *pty, const char *label)
{
    for (int i = 0; i < LINES_MAX; i++) {
        if (pty_wait_idle(pty) && is_on(pty, label))
            return true;
        pty_type(pty, DOWN);
    }
    return false;
}

/* Welcome, with the actions listed. */
static void open_actions(struct pty *pty)
{
    static const char *const argv[] = {NULL};
    place_start(pty, 30, 100, &place_english, argv);
    if (go_to(pty, "do something else with what is installed"))
        pty_type(pty, ENTER);
}

static bool file_has(const char *name, const char *text)
{
    struct buf all;
    struct err err = ERR_INIT;
    if (!file_read(name, 1 << 20, &all, &err))
        return false;
    bool has = strstr(buf_text(&all), text) != NULL;
    buf_done(&all);
    return has;
}

/* One action from its line to its end; words: what is typed for it, NULL where nothing is asked for. */
static void does(const char *label, const char *words)
{
    struct pty pty;
    open_actions(&pty);
    if (told(&pty, go_to(&pty, label), "has its line", label)) {
        pty_type(&pty, ENTER);
        if (words) {
            pty_wait_idle(&pty);
            pty_type(&pty, words);
            pty_type(&pty, ENTER);
        }
        told(&pty, pty_wait_has(&pty, "Go on with"), "is gone on with", label);
        pty_wait_idle(&pty);
        pty_type(&pty, ENTER);
        told(&pty, pty_wait_has(&pty, "Begin? [y/N]"), "asks whether to begin", label);
        pty_type(&pty, "yes\r");
        told(&pty, pty_wait_has(&pty, ": done"), "comes to its end", label);
        pty_type(&pty, "q");
        told(&pty, !strcmp(pty_wait_report(&pty), "exit 0"), "ends well", label);
    }
    pty_stop(&pty);
}

static void install(void)
{
    static const char *const argv[] = {"run", "--yes", "shop.yaml", NULL};
    struct err err = ERR_INIT;
    char *answers = mem_printf("version: 1\nname: shop\nspell: hello\ntopology: any\nhosts:\n"
                               "  - {name: here, address: local, roles: [greeter], become: none}\nanswers: {folder: \"%s/greetings\"}\n", place_home());
    struct buf out;
    buf_init(&out, 1 << 16);
    bool is_there = file_write("shop.yaml", answers, strlen(answers), 0600, &err) && place_run(argv, &out) == 0;
    stage_check(is_there, "hello is installed");
    if (!is_there)
        printf("%s", buf_text(&out));
    buf_done(&out);
    free(answers);
}

static void all_of_hello(void)
{
    does("shop, verify", NULL);
    does("shop, upgrade", "1.1");
    stage_check(file_has("shop.yaml", "edition: '1.1'") && file_has("greetings/greeting", "edition 1.1"), "the other edition is there, and in the file");
    does("shop, renew", "here");
    does("shop, add", "more=local greeter");
    stage_check(file_has("shop.yaml", "name: more"), "the new host is in the file");
    does("shop, remove", "lost=more");
    stage_check(!file_has("shop.yaml", "name: more"), "the one that left is not");
}

/* As if Kubernetes had been installed: what is offered comes of the spell's copy in the run's folder. */
static bool be_kubernetes(void)
{
    glob_t found;
    char *folder = mem_printf("%s/state/kwiz/runs/*/spell", place_home());
    bool ok = glob(folder, 0, NULL, &found) == 0;
    for (size_t i = 0; ok && i < found.gl_pathc; i++) {
        char *command = mem_printf("chmod -R u+w '%s' && rm -rf '%s' && cp -r '%s/spells/kubernetes' '%s'", found.gl_pathv[i], found.gl_pathv[i], place_source(),
                                   found.gl_pathv[i]);
        ok = system(command) == 0;
        free(command);
    }
    free(folder);
    globfree(&found);
    return ok;
}

static void what_kubernetes_offers(void)
{
    /* NULL: it asks for nothing before the button */
    static const struct {
        const char *label, *asks;
    } offered[] = {{"shop, verify", NULL},
                   {"shop, upgrade", "New value of kubernetes_version"},
                   {"shop, certificates", NULL},
                   {"shop, renew-certificates", NULL},
                   {"shop, snapshot", NULL},
                   {"shop, restore", "Hosts, with blanks between"},
                   {"shop, add", "New hosts and their roles"},
                   {"shop, remove", "Hosts that leave"},
                   {"shop, sample-remove", NULL}};
    stage_check(be_kubernetes(), "the spell is another");
    for (size_t i = 0; i < sizeof offered / sizeof *offered; i++) {
        struct pty pty;
        open_actions(&pty);
        if (told(&pty, go_to(&pty, offered[i].label), "is offered", offered[i].label)) {
            pty_type(&pty, ENTER);
            told(&pty, pty_wait_has(&pty, offered[i].asks ? offered[i].asks : "Go on with"), "says what it wants", offered[i].label);
        }
        pty_stop(&pty);
    }
}

static void reset(void)
{
    static const char *const argv[] = {NULL};
    struct pty pty;
    struct stat st;
    place_start(&pty, 30, 100, &place_english, argv);
    go_to(&pty, "Reset");
    pty_type(&pty, ENTER);
    told(&pty, place_go(&pty, 8, &place_english), "is looked through", "reset");
    pty_type(&pty, PLACE_NEXT);
    pty_wait_idle(&pty);
    pty_type(&pty, ENTER);
    pty_wait_idle(&pty);
    pty_type(&pty, "shop" ENTER);
    told(&pty, pty_wait_has(&pty, ": done"), "comes to its end", "reset");
    pty_type(&pty, "q");
    told(&pty, !strcmp(pty_wait_report(&pty), "exit 0"), "ends well", "reset");
    pty_stop(&pty);
    stage_check(stat("greetings", &st) != 0, "nothing is left");
}

int main(void)
{
    if (!place_begin()) {
        printf("0 passed, 1 failed\nkwiz or the sources are not there\n");
        return 1;
    }
    char *spells = mem_printf("%s/spells", place_source());
    place_spells(spells);
    free(spells);
    install();
    all_of_hello();
    reset();
    install();
    what_kubernetes_offers();
    return stage_end();
}
