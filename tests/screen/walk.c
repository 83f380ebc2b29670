/* The real wizard walked through in a real terminal, from Welcome to the end of a run, on the screen and line by line, for each topology; hosts are those of
 * an sshd on loopback. Both give the same answers file; replayed without a terminal it gives the plan that the wizard made, byte for byte. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "tests/screen/loopback.h"
#include "tests/screen/place.h"
#include "tests/screen/stage.h"

#define LINES_MAX 60
#define ASKS_MAX 600 /* of at most 50 ms */
#define FILE_MAX (1 << 20)
#define UP "\033[A"
#define DOWN "\033[B"
#define LEFT "\033[D"
#define RIGHT "\033[C"
#define CLEAR "\025"
/* Pasted, so that it is text in any place. */
#define PASTE(text) "\033[200~" text "\033[201~"

struct turn {
    const char *line;  /* go to the line that has this first; after UP: upwards. May be NULL */
    const char *keys;  /* "@PORT@", "@USER@" and "@HOME@" are filled in */
    const char *shown; /* what is there afterwards; NULL: nothing in particular */
    const char *asks;  /* as long as the last line has this, the same keys again: hosts ask when they are reached. NULL: once */
};

struct walk {
    const char *topology, *name; /* name of the cluster: of the files, too */
    const struct turn *screen, *lines;
};

static int port;
static const char *user;

/* Is the line in focus one with this text? */
static bool is_on(const struct pty *pty, const char *label)
{
    char *text = pty_text(pty);
    bool is = false;
    for (char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        char *end = strchr(line, '\n'), *at = strstr(line, label);
        is = is || (*line == '>' && at && (!end || at < end));
    }
    free(text);
    return is;
}

static bool go_to(struct pty *pty, const char *label)
{
    const char *key = DOWN;
    if (!strncmp(label, UP, strlen(UP))) {
        key = UP;
        label += strlen(UP);
    }
    for (int i = 0; i < LINES_MAX; i++) {
        if (pty_wait_idle(pty) && is_on(pty, label))
            return true;
        pty_type(pty, key);
    }
    char *text = pty_text(pty);
    printf("  no line in focus has %s:\n%s", label, text);
    free(text);
    return false;
}

/* "@PORT@" and such filled in. */
static char *filled(const char *keys)
{
    char number[16];
    const struct {
        const char *name, *value;
    } names[] = {{"@PORT@", number}, {"@USER@", user}, {"@HOME@", place_home()}};
    struct buf out;
    buf_init(&out, 1 << 16);
    snprintf(number, sizeof number, "%d", port);
    while (*keys) {
        size_t i = 0;
        while (i < sizeof names / sizeof *names && strncmp(keys, names[i].name, strlen(names[i].name)) != 0)
            i++;
        if (i < sizeof names / sizeof *names) {
            buf_adds(&out, names[i].value);
            keys += strlen(names[i].name);
        } else {
            buf_add(&out, keys++, 1);
        }
    }
    return buf_take(&out);
}

/* Is that question the last that was written, and open? */
static bool is_asked(char *text, const char *question)
{
    size_t len = strlen(text);
    while (len && text[len - 1] == '\n')
        text[--len] = '\0';
    const char *line = strrchr(text, '\n') ? strrchr(text, '\n') : text;
    return len && text[len - 1] == ':' && strstr(line, question);
}

static bool take(struct pty *pty, const struct turn *turn)
{
    pty_wait_idle(pty);
    if (turn->line && !go_to(pty, turn->line))
        return stage_check(false, turn->line);
    char *keys = filled(turn->keys);
    pty_type(pty, keys);
    for (int i = 0; turn->asks && i < ASKS_MAX; i++) {
        pty_wait_idle(pty);
        char *text = pty_text(pty);
        if (strstr(text, turn->shown))
            i = ASKS_MAX;
        else if (is_asked(text, turn->asks))
            pty_type(pty, keys);
        else
            pty_read(pty, 50);
        free(text);
    }
    free(keys);
    return !turn->shown || stage_check(pty_wait_has(pty, turn->shown), turn->shown);
}

static char *read_whole(const char *file)
{
    struct err err = ERR_INIT;
    struct buf bytes;
    if (!file_read(file, FILE_MAX, &bytes, &err)) {
        printf("  %s\n", err.text);
        return mem_strdup("");
    }
    return buf_take(&bytes);
}

/* The plan of the one run in a state folder; malloc'd, "" when there is none. */
static char *plan_of_run(const char *state)
{
    glob_t found;
    char *pattern = mem_printf("%s/%s/kwiz/runs/*/plan.json", place_home(), state), *plan = NULL;
    if (glob(pattern, 0, NULL, &found) == 0 && found.gl_pathc == 1)
        plan = read_whole(found.gl_pathv[0]);
    else
        printf("  not one run: %s\n", pattern);
    globfree(&found);
    free(pattern);
    return plan ? plan : mem_strdup("");
}

static void use_state(const char *state)
{
    char *path = mem_printf("%s/%s", place_home(), state), *known = mem_printf("%s/%s.known_hosts", place_home(), state);
    setenv("XDG_STATE_HOME", path, 1);
    setenv("KWIZ_KNOWN_HOSTS", known, 1);
    free(path);
    free(known);
}

/* One walk to its end. The answers lie in NAME.yaml of a folder of that name; the run in STATE. */
static void go_through(const char *folder, const char *option, const struct turn *turns)
{
    struct pty pty;
    const char *argv[] = {option, NULL};
    char *back = mem_printf("%s", place_home());
    mkdir(folder, 0700);
    use_state(folder);
    if (chdir(folder) != 0)
        return;
    place_start(&pty, 40, 120, &place_english, argv);
    bool ok = stage_check(pty_wait_has(&pty, "What do you want to do?"), folder);
    for (; ok && turns->keys; turns++)
        ok = take(&pty, turns);
    stage_check(ok && strcmp(pty_wait_report(&pty), "exit 0") == 0, "it ends well");
    stage_check(pty_is_restored(&pty), "the terminal is as it was");
    pty_stop(&pty);
    if (chdir(back) != 0)
        abort();
    free(back);
}

static void same(const char *a, const char *b, const char *what)
{
    size_t at = 0, line = 0;
    while (a[at] && a[at] == b[at])
        line = a[at++] == '\n' ? at : line;
    if (!stage_check(*a && !a[at] && !b[at], what))
        printf("  one has:   %.*s\n  the other: %.*s\n", (int)strcspn(a + line, "\n"), a + line, (int)strcspn(b + line, "\n"), b + line);
}

/* The saved file without a terminal. */
static void replay(const char *file, const char *state, const char *wizards_plan)
{
    const char *plan[] = {"plan", "--json", file, NULL}, *run[] = {"run", "--yes", file, NULL};
    struct buf out;
    use_state(state);
    buf_init(&out, FILE_MAX);
    stage_check(place_run(plan, &out) == 0, "kwiz plan takes the file");
    same(wizards_plan, buf_text(&out), "kwiz plan of the file is the plan of the wizard's run");
    buf_clear(&out);
    char *known = mem_printf("%s/%s.known_hosts", place_home(), state);
    unlink(known); /* the keys stand in the file */
    free(known);
    if (!stage_check(place_run(run, &out) == 0, "kwiz run does it without a question"))
        printf("%s\n", buf_text(&out));
    buf_done(&out);
    char *its = plan_of_run(state);
    same(wizards_plan, its, "and its plan is the same");
    free(its);
}

static void walk_through(const struct walk *walk)
{
    char *screen = mem_printf("%s-screen", walk->name), *lines = mem_printf("%s-lines", walk->name), *again = mem_printf("%s-again", walk->name);
    char *screen_file = mem_printf("%s/%s.yaml", screen, walk->name), *lines_file = mem_printf("%s/%s.yaml", lines, walk->name);
    printf("     %s\n", walk->topology);
    go_through(screen, NULL, walk->screen);
    go_through(lines, "--plain", walk->lines);
    char *a = read_whole(screen_file), *b = read_whole(lines_file), *first = plan_of_run(screen), *second = plan_of_run(lines);
    stage_check(strstr(a, walk->topology) != NULL, "the file names the topology");
    same(a, b, "screen and lines give the same answers file");
    same(first, second, "and the same plan");
    replay(screen_file, again, first);
    stage_check(loopback_is_clean(), "nothing of all that is left on the hosts");
    free(a), free(b), free(first), free(second);
    free(screen), free(lines), free(again), free(screen_file), free(lines_file);
}

/* ---- the spell ---- */

/* The test spell, but that one machine may be several hosts, its steps need no root, and its checks find the same on every machine. */
static bool make_spell(void)
{
    static const char command[] =
        "mkdir spells && cp -r '%s/tests/screen/spells/cluster' spells && chmod -R u+w spells && cd spells/cluster && "
        "sed -i -e 's/^version: .*/&\\nexclusive: false/' -e 's/run: steps/become: false, run: steps/' -e '/^  - {id: \\(swap\\|os\\.\\|disk\\)/d' "
        "-e 's/measure: cpus, .*/measure: cpus, fail: 1}/' -e 's/measure: memory, .*/measure: memory, fail: 1000T}/' spell.yaml";
    char *made = mem_printf(command, place_source()), *spells = mem_printf("%s/spells", place_home());
    bool ok = system(made) == 0;
    place_spells(spells);
    free(made);
    free(spells);
    return ok;
}

/* ---- the walks ---- */

#define TO_HOSTS(topology) {NULL, "\r", "Which installer", NULL}, {"cluster ", "\r", "What shape", NULL}, {topology " ", "\r", "Which machines", NULL}
/* In the line (all hosts), the column PORT. */
#define PORT_OF_ALL {UP "(all hosts)", LEFT LEFT LEFT RIGHT RIGHT RIGHT RIGHT RIGHT "\r@PORT@\r", NULL, NULL}

#define SAVE_AND_START {NULL, "S", "Save the answers", NULL}, {NULL, "\r", "Saved in", NULL}, {NULL, PLACE_NEXT, "Enter starts it", NULL}, \
    {NULL, "\r", "Printed again after quitting", NULL}, {NULL, "q", NULL, NULL}
#define SAVE_AND_START_IN_LINES(name) {NULL, "save " name ".yaml\r", "Saved: " name ".yaml", NULL}, {NULL, "start\r", NULL, NULL}
#define HAN "\xe6\xbc\xa2\xe5\xad\x97"

static const struct turn ha_screen[] = {
    TO_HOSTS("ha"),
    {NULL, PASTE("kub-[1-3] 127.0.0.[1-3] control-plane @USER@\rkub-4 127.0.0.4 ingress @USER@\rkub-[5-6] 127.0.0.[5-6] worker @USER@\r"), "6 hosts understood", NULL},
    {NULL, "\r", "all there", NULL},
    PORT_OF_ALL,
    {NULL, PLACE_NEXT, "6 new host keys", NULL},
    {NULL, "\r", "Accept all", NULL},
    {NULL, "\t\t\r", "All hosts are reached", NULL},
    {NULL, PLACE_NEXT, "measured 6 of 6", NULL},
    {NULL, "gA", "Why go on although", NULL},
    {NULL, "a test\r", "is accepted: a test", NULL},
    {NULL, PLACE_NEXT, "7 of 10", NULL},
    {"Name of the cluster", CLEAR "three", NULL, NULL},
    {"Kubernetes version", CLEAR "1.35", NULL, NULL},
    {"Pod network", RIGHT, "Calico", NULL},
    {"Pod range", CLEAR "10.200.0.0/16", NULL, NULL},
    {"Service range", CLEAR "10.112.0.0/12", NULL, NULL},
    {"API endpoint", CLEAR "10.250.0.40", NULL, NULL},
    {"Add-ons", RIGHT " ", NULL, NULL},
    {"Port of the sample", CLEAR "30081", NULL, NULL},
    {"Text of the sample", CLEAR "two words, " HAN, NULL, NULL},
    {"More", "\r", "Domain inside", NULL},
    {"Domain inside", CLEAR "kub.example", NULL, NULL},
    {"Folder of etcd", CLEAR "/srv/etcd", NULL, NULL},
    {"Certificate authority", PASTE("-----BEGIN\r one\r-----END\r"), NULL, NULL},
    {"Password of the registry", RIGHT, "reference", NULL},
    {"  reference", CLEAR "env:KWIZ_TEST_SECRET", NULL, NULL},
    {NULL, PLACE_NEXT, "8 of 10", NULL},
    SAVE_AND_START,
    {NULL, NULL, NULL, NULL},
};
static const struct turn ha_lines[] = {
    {NULL, "new\r", "Which installer", NULL},
    {NULL, "cluster\r", "What shape", NULL},
    {NULL, "ha\r", "Host 1:", NULL},
    {NULL, "kub-[1-3] 127.0.0.[1-3] control-plane @USER@\r", "Host 4:", NULL},
    {NULL, "kub-4 127.0.0.4 ingress @USER@\r", "Host 5:", NULL},
    {NULL, "kub-[5-6] 127.0.0.[5-6] worker @USER@\r", "Host 7:", NULL},
    {NULL, "set all port @PORT@\r", "ost 7:", NULL},
    {NULL, "\r", "Accept the key", NULL},
    {NULL, "all\r", "accept CHECK REASON", "Accept the key"},
    {NULL, "accept hw.mem a test\r", "Accepted", NULL},
    {NULL, "next\r", "Name of the cluster", NULL},
    {NULL, "three\r", "Kubernetes version", NULL},
    {NULL, "1.35\r", "Pod network", NULL},
    {NULL, "calico\r", "Pod range", NULL},
    {NULL, "10.200.0.0/16\r", "Service range", NULL},
    {NULL, "10.112.0.0/12\r", "API endpoint", NULL},
    {NULL, "10.250.0.40\r", "Add-ons", NULL},
    {NULL, "metrics-server headlamp\r", "Install a sample", NULL},
    {NULL, "\r", "Port of the sample", NULL},
    {NULL, "30081\r", "Text of the sample", NULL},
    {NULL, "two words, " HAN "\r", "more", NULL},
    {NULL, "more\r", "Domain inside", NULL},
    {NULL, "kub.example\r", "Folder of etcd", NULL},
    {NULL, "/srv/etcd\r", "Certificate authority", NULL},
    {NULL, "-----BEGIN\r one\r-----END\r.\r", "Password of the registry", NULL},
    {NULL, "env:KWIZ_TEST_SECRET\r", "start, show STEP", NULL},
    SAVE_AND_START_IN_LINES("three"),
    {NULL, NULL, NULL, NULL},
};

/* A host typed cell by cell; a key that is compared by itself; options left as they are but for those of this topology. */
static const struct turn single_screen[] = {
    TO_HOSTS("single"),
    {NULL, "\r", NULL, NULL},
    {NULL, "kub-1\r", NULL, NULL},
    {NULL, "@USER@@127.0.0.1\r", "control-plane 1 of 1", NULL},
    {">", "2", "control-plane worker", NULL},
    PORT_OF_ALL,
    {NULL, PLACE_NEXT, "The host key is new", NULL},
    {NULL, "\r", "not compared", NULL},
    {NULL, "A", "All hosts are reached", NULL},
    {NULL, PLACE_NEXT, "measured 1 of 1", NULL},
    {NULL, "gA", "Why go on although", NULL},
    {NULL, "a test\r", "is accepted: a test", NULL},
    {NULL, PLACE_NEXT, "7 of 10", NULL},
    {"Name of the cluster", CLEAR "alone", NULL, NULL},
    {"Install a sample", RIGHT, NULL, NULL},
    {NULL, PLACE_NEXT, "8 of 10", NULL},
    SAVE_AND_START,
    {NULL, NULL, NULL, NULL},
};
static const struct turn single_lines[] = {
    {NULL, "new\r", "Which installer", NULL},
    {NULL, "cluster\r", "What shape", NULL},
    {NULL, "single\r", "Host 1:", NULL},
    {NULL, "kub-1 @USER@@127.0.0.1 control-plane,worker\r", "Host 2:", NULL},
    {NULL, "set all port @PORT@\r", "For all hosts", NULL},
    {NULL, "\r", "Accept the key", NULL},
    {NULL, "yes\r", "accept CHECK REASON", NULL},
    {NULL, "accept hw.mem a test\r", "Accepted", NULL},
    {NULL, "next\r", "Name of the cluster", NULL},
    {NULL, "alone\r", "Kubernetes version", NULL},
    {NULL, "\r", "Pod network", NULL},
    {NULL, "\r", "Pod range", NULL},
    {NULL, "\r", "Service range", NULL},
    {NULL, "\r", "Add-ons", NULL},
    {NULL, "\r", "Install a sample", NULL},
    {NULL, "no\r", "more", NULL},
    {NULL, "\r", "start, show STEP", NULL},
    SAVE_AND_START_IN_LINES("alone"),
    {NULL, NULL, NULL, NULL},
};

/* One host typed, the rest pasted as a range; an answer that only this topology offers takes another question away. */
static const struct turn many_screen[] = {
    TO_HOSTS("many"),
    {NULL, "\r", NULL, NULL},
    {NULL, "node-01\r", NULL, NULL},
    {NULL, "@USER@@127.0.0.1\r", "worker 1", NULL},
    {NULL, PASTE("node-[02-04] 127.0.0.[2-4] worker @USER@\r"), "3 hosts understood", NULL},
    {NULL, "\r", "3 hosts taken", NULL},
    PORT_OF_ALL,
    {NULL, PLACE_NEXT, "4 new host keys", NULL},
    {NULL, "\r", "Accept all", NULL},
    {NULL, "\t\t\r", "All hosts are reached", NULL},
    {NULL, PLACE_NEXT, "measured 4 of 4", NULL},
    {NULL, "gA", "Why go on although", NULL},
    {NULL, "a test\r", "is accepted: a test", NULL},
    {NULL, PLACE_NEXT, "7 of 10", NULL},
    {"Name of the cluster", CLEAR "several", NULL, NULL},
    {"Pod network", RIGHT RIGHT, "None", NULL},
    {"Add-ons", " ", NULL, NULL},
    {NULL, PLACE_NEXT, "8 of 10", NULL},
    SAVE_AND_START,
    {NULL, NULL, NULL, NULL},
};
static const struct turn many_lines[] = {
    {NULL, "new\r", "Which installer", NULL},
    {NULL, "cluster\r", "What shape", NULL},
    {NULL, "many\r", "Host 1:", NULL},
    {NULL, "node-01 @USER@@127.0.0.1 worker\r", "Host 2:", NULL},
    {NULL, "node-[02-04] 127.0.0.[2-4] worker @USER@\r", "Host 5:", NULL},
    {NULL, "set all port @PORT@\r", "For all hosts", NULL},
    {NULL, "\r", "Accept the key", NULL},
    {NULL, "all\r", "accept CHECK REASON", "Accept the key"},
    {NULL, "accept hw.mem a test\r", "Accepted", NULL},
    {NULL, "next\r", "Name of the cluster", NULL},
    {NULL, "several\r", "Kubernetes version", NULL},
    {NULL, "\r", "Pod network", NULL},
    {NULL, "none\r", "Service range", NULL},
    {NULL, "\r", "Add-ons", NULL},
    {NULL, "none\r", "Install a sample", NULL},
    {NULL, "next\r", "start, show STEP", NULL},
    SAVE_AND_START_IN_LINES("several"),
    {NULL, NULL, NULL, NULL},
};

/* The spell that is bundled for trying kwiz, really run. */
static const struct turn hello_screen[] = {
    {NULL, "\r", "Which installer", NULL},
    {"hello ", "\r", "What shape", NULL},
    {NULL, "\r", "Which machines", NULL},
    {NULL, PASTE("name,address,roles,user\rg-1,127.0.0.1,greeter,@USER@\rg-2,127.0.0.2,greeter,@USER@\r"), "2 hosts understood", NULL},
    {NULL, "\r", "all there", NULL},
    PORT_OF_ALL,
    {NULL, PLACE_NEXT, "2 new host keys", NULL},
    {NULL, "\r", "Accept all", NULL},
    {NULL, "\t\t\r", "All hosts are reached", NULL},
    {NULL, PLACE_NEXT, "measured 2 of 2", NULL},
    {NULL, PLACE_NEXT, "7 of 10", NULL},
    {"Name of the cluster", CLEAR "greeted", NULL, NULL},
    {"Greeting", CLEAR "Hi there, \xc3\xbc!", NULL, NULL},
    {"Folder", CLEAR "@HOME@/greeting", NULL, NULL},
    {"Capital letters", RIGHT, NULL, NULL},
    {"How many times", CLEAR "3", NULL, NULL},
    {"Language", RIGHT, NULL, NULL},
    {"Also write", " " RIGHT " ", NULL, NULL},
    {"A network to greet", CLEAR "10.200.0.0/16", NULL, NULL},
    {"Domain of the greeted", CLEAR "kub.example", NULL, NULL},
    {"Edition of the greeting", CLEAR "1.10", NULL, NULL},
    {"A secret to keep", RIGHT, "reference", NULL},
    {"  reference", CLEAR "env:KWIZ_TEST_SECRET", NULL, NULL},
    {NULL, PLACE_NEXT, "8 of 10", NULL},
    SAVE_AND_START,
    {NULL, NULL, NULL, NULL},
};
static const struct turn hello_lines[] = {
    {NULL, "new\r", "Which installer", NULL},
    {NULL, "hello\r", "What shape", NULL},
    {NULL, "any\r", "Host 1:", NULL},
    {NULL, "g-[1-2] 127.0.0.[1-2] greeter @USER@\r", "Host 3:", NULL},
    {NULL, "set all port @PORT@\r", "For all hosts", NULL},
    {NULL, "\r", "Accept the key", NULL},
    {NULL, "all\r", "Name of the cluster", "Accept the key"},
    {NULL, "greeted\r", "Greeting", NULL},
    {NULL, "Hi there, \xc3\xbc!\r", "Folder", NULL},
    {NULL, "@HOME@/greeting\r", "Capital letters", NULL},
    {NULL, "yes\r", "How many times", NULL},
    {NULL, "3\r", "Language", NULL},
    {NULL, "german\r", "Also write", NULL},
    {NULL, "date\r", "A network to greet", NULL},
    {NULL, "10.200.0.0/16\r", "An address to greet", NULL},
    {NULL, "\r", "Domain of the greeted", NULL},
    {NULL, "kub.example\r", "Edition of the greeting", NULL},
    {NULL, "1.10\r", "A secret to keep", NULL},
    {NULL, "env:KWIZ_TEST_SECRET\r", "start, show STEP", NULL},
    SAVE_AND_START_IN_LINES("greeted"),
    {NULL, NULL, NULL, NULL},
};

static const struct walk walks[] = {
    {"single", "alone", single_screen, single_lines},
    {"ha", "three", ha_screen, ha_lines},
    {"many", "several", many_screen, many_lines},
    {"any", "greeted", hello_screen, hello_lines},
};

int main(void)
{
    const char *why = "needs root, for hosts that need no sudo";
    if (!place_begin() || !make_spell())
        return 99;
    user = "root";
    setenv("KWIZ_TEST_SECRET", "sesame", 1);
    port = getuid() == 0 ? loopback_start(&why) : 0;
    if (!port) {
        printf("skip walks (%s)\n", why);
        stage_skip(1);
        return stage_end();
    }
    for (size_t i = 0; i < sizeof walks / sizeof *walks; i++)
        walk_through(&walks[i]);
    loopback_stop();
    return stage_end();
}
