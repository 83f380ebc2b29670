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
#define FILE_MAX (1 << 20)
#define UP "\033[A"
#define DOWN "\033[B"
#define RIGHT "\033[C"
#define CLEAR "\025"
/* Pasted, so that it is text in any place. */
#define PASTE(text) "\033[200~" text "\033[201~"

struct turn {
    const char *line;  /* go to the line that has this first; after UP: upwards. May be NULL */
    const char *keys;  /* "@PORT@" and "@USER@" are filled in */
    const char *shown; /* what is there afterwards; NULL: nothing in particular */
};

struct walk {
    const char *topology, *name; /* name of the cluster: of the files, too */
    const struct turn *screen, *lines;
};

static int port;
static const char *user;

static void settle(struct pty *pty)
{
    while (pty_read(pty, 60)) {
    }
}

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
        settle(pty);
        if (is_on(pty, label))
            return true;
        pty_type(pty, key);
    }
    char *text = pty_text(pty);
    printf("  no line in focus has %s:\n%s", label, text);
    free(text);
    return false;
}

static char *filled(const char *keys)
{
    struct buf out;
    buf_init(&out, 1 << 16);
    for (const char *p = keys; *p; p++) {
        if (!strncmp(p, "@PORT@", 6)) {
            buf_addf(&out, "%d", port);
            p += 5;
        } else if (!strncmp(p, "@USER@", 6)) {
            buf_adds(&out, user);
            p += 5;
        } else {
            buf_add(&out, p, 1);
        }
    }
    return buf_take(&out);
}

static bool take(struct pty *pty, const struct turn *turn)
{
    if (turn->line && !go_to(pty, turn->line))
        return stage_check(false, turn->line);
    char *keys = filled(turn->keys);
    pty_type(pty, keys);
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
    free(a), free(b), free(first), free(second);
    free(screen), free(lines), free(again), free(screen_file), free(lines_file);
}

/* ---- the spell ---- */

/* tests/screen/spells/cluster, but that one machine may be several hosts, its steps need no root, and its checks find the same on every machine. */
static bool make_spell(void)
{
    static const char command[] =
        "mkdir spells && cp -r '%s/tests/screen/spells/cluster' '%s/spells/hello' spells && chmod -R u+w spells && cd spells/cluster && "
        "sed -i -e 's/^version: .*/&\\nexclusive: false/' -e 's/run: steps/become: false, run: steps/' -e '/^  - {id: \\(swap\\|os\\.\\|disk\\)/d' "
        "-e 's/measure: cpus, .*/measure: cpus, fail: 1}/' -e 's/measure: memory, .*/measure: memory, fail: 1000T}/' spell.yaml";
    char *made = mem_printf(command, place_source(), place_source()), *spells = mem_printf("%s/spells", place_home());
    bool ok = system(made) == 0;
    place_spells(spells);
    free(made);
    free(spells);
    return ok;
}

/* ---- the walks ---- */

#define TO_HOSTS(topology) {NULL, "\r", "Which installer"}, {"cluster ", "\r", "What shape"}, {topology " ", "\r", "Which machines"}
/* In the line (all hosts), the column PORT. */
#define PORT_OF_ALL {UP "(all hosts)", RIGHT RIGHT RIGHT RIGHT RIGHT "\r@PORT@\r", NULL}

#define SAVE_AND_START {NULL, "S", "Save the answers"}, {NULL, "\r", "Saved in"}, {NULL, PLACE_NEXT, "Enter starts it"}, \
    {NULL, "\r", "Printed again after quitting"}, {NULL, "q", NULL}
#define SAVE_AND_START_IN_LINES(name) {NULL, "save " name ".yaml\r", "Saved: " name ".yaml"}, {NULL, "start\r", NULL}
#define HAN "\xe6\xbc\xa2\xe5\xad\x97"

static const struct turn ha_screen[] = {
    TO_HOSTS("ha"),
    {NULL, PASTE("kub-[1-3] 127.0.0.[1-3] control-plane @USER@\rkub-4 127.0.0.4 ingress @USER@\rkub-[5-6] 127.0.0.[5-6] worker @USER@\r"), "6 hosts understood"},
    {NULL, "\r", "all there"},
    PORT_OF_ALL,
    {NULL, PLACE_NEXT, "6 new host keys"},
    {NULL, "\r", "Accept all"},
    {NULL, "\t\t\r", "All hosts are reached"},
    {NULL, PLACE_NEXT, "measured 6 of 6"},
    {NULL, "gA", "Why go on although"},
    {NULL, "a test\r", "is accepted: a test"},
    {NULL, PLACE_NEXT, "7 of 10"},
    {"Name of the cluster", CLEAR "three", NULL},
    {"Kubernetes version", CLEAR "1.35", NULL},
    {"Pod network", RIGHT, "Calico"},
    {"Pod range", CLEAR "10.200.0.0/16", NULL},
    {"Service range", CLEAR "10.112.0.0/12", NULL},
    {"API endpoint", CLEAR "10.250.0.40", NULL},
    {"Add-ons", RIGHT " ", NULL},
    {"Port of the sample", CLEAR "30081", NULL},
    {"Text of the sample", CLEAR "two words, " HAN, NULL},
    {"More", "\r", "Domain inside"},
    {"Domain inside", CLEAR "kub.example", NULL},
    {"Folder of etcd", CLEAR "/srv/etcd", NULL},
    {"Certificate authority", PASTE("-----BEGIN\r one\r-----END\r"), NULL},
    {"Password of the registry", RIGHT, "reference"},
    {"  reference", CLEAR "env:KWIZ_TEST_SECRET", NULL},
    {NULL, PLACE_NEXT, "8 of 10"},
    SAVE_AND_START,
    {NULL, NULL, NULL},
};
static const struct turn ha_lines[] = {
    {NULL, "new\r", "Which installer"},
    {NULL, "cluster\r", "What shape"},
    {NULL, "ha\r", "Host 1:"},
    {NULL, "kub-[1-3] 127.0.0.[1-3] control-plane @USER@\r", "Host 4:"},
    {NULL, "kub-4 127.0.0.4 ingress @USER@\r", "Host 5:"},
    {NULL, "kub-[5-6] 127.0.0.[5-6] worker @USER@\r", "Host 7:"},
    {NULL, "set all port @PORT@\r", "ost 7:"},
    {NULL, "\r", "Accept the key"},
    {NULL, "all\r", "accept CHECK REASON"},
    {NULL, "accept hw.mem a test\r", "Accepted"},
    {NULL, "next\r", "Name of the cluster"},
    {NULL, "three\r", "Kubernetes version"},
    {NULL, "1.35\r", "Pod network"},
    {NULL, "calico\r", "Pod range"},
    {NULL, "10.200.0.0/16\r", "Service range"},
    {NULL, "10.112.0.0/12\r", "API endpoint"},
    {NULL, "10.250.0.40\r", "Add-ons"},
    {NULL, "metrics-server headlamp\r", "Install a sample"},
    {NULL, "\r", "Port of the sample"},
    {NULL, "30081\r", "Text of the sample"},
    {NULL, "two words, " HAN "\r", "more"},
    {NULL, "more\r", "Domain inside"},
    {NULL, "kub.example\r", "Folder of etcd"},
    {NULL, "/srv/etcd\r", "Certificate authority"},
    {NULL, "-----BEGIN\r one\r-----END\r.\r", "Password of the registry"},
    {NULL, "env:KWIZ_TEST_SECRET\r", "start, show STEP"},
    SAVE_AND_START_IN_LINES("three"),
    {NULL, NULL, NULL},
};

static const struct walk walks[] = {
    {"ha", "three", ha_screen, ha_lines},
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
