/* The real wizard in a real terminal, at each of its pages: resized, stopped and continued, ended by signals, by a crash and by the loss of its terminal. The
 * terminal is left as it was, and what was answered is kept. No host but this machine is contacted. */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "tests/screen/place.h"
#include "tests/screen/stage.h"

#define PAGES 8 /* Welcome to Review */

static const char *const pages[PAGES + 1] = {"", "Welcome", "Spell", "Topology", "Hosts", "Access", "Requirements", "Options", "Review"};
static const char answers[] = "version: 1\nname: shop\nspell: hello\ntopology: any\nhosts:\n  - {name: here, address: local, roles: [greeter]}\n";

static bool check(bool ok, const char *what, const char *where)
{
    char *text = mem_printf("%s: %s", where, what);
    stage_check(ok, text);
    free(text);
    return ok;
}

static void start(struct pty *pty)
{
    static const char *const argv[] = {"--answers", "shop.yaml", NULL};
    place_start(pty, 24, 80, &place_english, argv);
}

/* The wizard at a page, with something answered that is in no file. */
static bool start_at(struct pty *pty, int page)
{
    start(pty);
    bool ok = place_go(pty, 7, &place_english);
    pty_type(pty, "\025changed");
    return ok && pty_wait_has(pty, "changed") && place_go(pty, page, &place_english) && pty_wait_idle(pty);
}

/* ---- what was answered ---- */

static char *kept_folder(void)
{
    return mem_printf("%s/state/kwiz/drafts", place_home());
}

/* The one file that is kept, or NULL; malloc'd. */
static char *kept_file(void)
{
    char *folder = kept_folder(), *path = NULL;
    DIR *dir = opendir(folder);
    int count = 0;
    for (struct dirent *e; dir && (e = readdir(dir)) != NULL;) {
        if (e->d_name[0] == '.')
            continue;
        count++;
        free(path);
        path = mem_printf("%s/%s", folder, e->d_name);
    }
    if (dir)
        closedir(dir);
    free(folder);
    if (count > 1)
        printf("  %d files are kept\n", count);
    if (count == 1)
        return path;
    free(path);
    return NULL;
}

/* And it is gone then. */
static void answers_are_kept(const char *where)
{
    char *path = kept_file();
    struct buf text;
    struct stat st;
    struct err err = ERR_INIT;
    bool is_read = path && file_read(path, 1 << 20, &text, &err);
    check(is_read && strstr(buf_text(&text), "name: changed") && strstr(buf_text(&text), "address: local"), "what was answered is kept", where);
    check(path && stat(path, &st) == 0 && (st.st_mode & 0777) == 0600, "for its owner only", where);
    if (is_read)
        buf_done(&text);
    if (path)
        unlink(path);
    free(path);
}

static void nothing_is_kept(const char *where)
{
    char *path = kept_file();
    check(!path, "nothing is kept", where);
    free(path);
}

/* ---- ends ---- */

static void ends(struct pty *pty, const char *want, const char *where)
{
    const char *got = pty_wait_report(pty);
    char *what = mem_printf("ends with %s", want);
    if (!check(!strcmp(got, want), what, where))
        printf("  it was: %s\n", got);
    if (pty->master >= 0)
        check(pty_is_restored(pty), "the terminal is as it was", where);
    free(what);
}

static void signalled(int page, int number, const char *name)
{
    struct pty pty;
    char *where = mem_printf("%s, %s", pages[page], name);
    check(start_at(&pty, page), "the page is there", where);
    kill(pty.program, number);
    ends(&pty, "exit 130", where);
    check(pty_wait_has(&pty, "what was answered is kept in"), "it says where", where);
    answers_are_kept(where);
    pty_stop(&pty);
    free(where);
}

#ifndef __SANITIZE_ADDRESS__ /* it ends programs in its own way */
static void crashed(int page, int number, const char *want)
{
    struct pty pty;
    char *where = mem_printf("%s, %s", pages[page], want);
    check(start_at(&pty, page), "the page is there", where);
    pty_type(&pty, "m");
    pty_wait_idle(&pty);
    kill(pty.program, number);
    ends(&pty, want, where);
    pty_stop(&pty);
    free(where);
}
#endif

static void vanished(int page, int number)
{
    struct pty pty;
    char *where = mem_printf("%s, no terminal any more%s", pages[page], number ? " and SIGHUP" : "");
    check(start_at(&pty, page), "the page is there", where);
    pty_vanish(&pty);
    if (number)
        kill(pty.program, number);
    ends(&pty, "exit 130", where);
    answers_are_kept(where);
    pty_stop(&pty);
    free(where);
}

static void ending(void)
{
    struct pty pty;
    struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    for (int page = 1; page <= PAGES; page++) {
        signalled(page, SIGTERM, "SIGTERM");
        if (page == 1 || page == 5 || page == 8)
            vanished(page, 0);
    }
    signalled(4, SIGHUP, "SIGHUP");
    signalled(8, SIGINT, "SIGINT");
    vanished(7, SIGHUP);
#ifndef __SANITIZE_ADDRESS__ /* it ends programs in its own way */
    crashed(1, SIGSEGV, "signal 11");
    crashed(7, SIGSEGV, "signal 11");
    crashed(4, SIGABRT, "signal 6");
    crashed(5, SIGBUS, "signal 7");
#endif
    start(&pty);
    pty_wait_has(&pty, "What do you want to do?");
    kill(pty.program, SIGTERM);
    ends(&pty, "exit 130", "nothing changed, SIGTERM");
    nothing_is_kept("nothing changed, SIGTERM");
    pty_stop(&pty);
}

/* What is kept is gone on with as if nothing had happened. */
static void going_on(void)
{
    struct pty pty;
    check(start_at(&pty, 8), "the page is there", "going on");
    char *before = pty_text(&pty);
    kill(pty.program, SIGTERM);
    ends(&pty, "exit 130", "going on");
    pty_stop(&pty);
    char *path = kept_file();
    const char *argv[] = {"--answers", path ? path : "", NULL};
    place_start(&pty, 24, 80, &place_english, argv);
    check(place_go(&pty, 8, &place_english) && pty_wait_is(&pty, before), "Review is as it was", "going on");
    pty_type(&pty, "\003\003");
    ends(&pty, "exit 0", "going on");
    pty_stop(&pty);
    if (path)
        unlink(path);
    free(path);
    free(before);
}

#define SEVERAL 3

/* A session's end takes all of its wizards with it: none is kept over another. */
static void several(void)
{
    struct pty pty[SEVERAL];
    for (int i = 0; i < SEVERAL; i++)
        check(start_at(&pty[i], 7), "the page is there", "several");
    for (int i = 0; i < SEVERAL; i++)
        kill(pty[i].program, SIGHUP);
    for (int i = 0; i < SEVERAL; i++) {
        ends(&pty[i], "exit 130", "several");
        pty_stop(&pty[i]);
    }
    char *folder = kept_folder();
    DIR *dir = opendir(folder);
    int count = 0;
    for (struct dirent *e; dir && (e = readdir(dir)) != NULL;)
        if (e->d_name[0] != '.') {
            char *path = mem_printf("%s/%s", folder, e->d_name);
            count++;
            unlink(path);
            free(path);
        }
    if (dir)
        closedir(dir);
    free(folder);
    check(count == SEVERAL, "what was answered in each is kept", "several");
}

/* ---- staying ---- */

/* stopped: by the key, or by a signal of that number. Continued in the same size, the screen is the same. */
static void stopped(struct pty *pty, int number, const char *where)
{
    char *before = pty_text(pty);
    if (number)
        kill(pty->program, number);
    else
        pty_type(pty, "\032");
    const char *got = pty_wait_report(pty);
    check(!strcmp(got, "stopped") && pty_is_restored(pty), number ? "stopped from outside, with the terminal as it was" : "^Z stops, with the terminal as it was", where);
    if (strcmp(got, "stopped") != 0)
        printf("  it was: %s\n", got);
    pty_continue(pty);
    check(pty_wait_is(pty, before) && pty->has_alt_screen, "fg brings the screen back", where);
    free(before);
}

static void resized(struct pty *pty, int page, const char *where)
{
    static const struct {
        int rows, cols;
    } sizes[] = {{60, 200}, {12, 40}, {40, 120}, {16, 60}, {12, 40}, {60, 200}};
    char *before = pty_text(pty);
    bool fits = true, says = true;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        pty_resize(pty, sizes[i].rows, sizes[i].cols);
        if (sizes[i].cols < 60)
            says = says && pty_wait_has(pty, "60x16");
        else
            fits = fits && pty_wait_has(pty, pages[page]) && pty_wait_idle(pty) && place_is_at(pty, page, &place_english);
    }
    check(says, "too small a terminal is told what is needed", where);
    check(fits, "the page is there in other sizes", where);
    for (int i = 0; i < 40; i++)
        pty_resize(pty, 1 + i * 7 % 70, 1 + i * 31 % 230);
    pty_resize(pty, 24, 80);
    check(pty_wait_is(pty, before), "after all sizes the screen is as it was", where);
    free(before);
}

static void staying(void)
{
    struct pty pty;
    check(start_at(&pty, 1), "the page is there", pages[1]);
    for (int page = 1; page <= PAGES; page++) {
        check(place_go(&pty, page, &place_english), "the page is there", pages[page]);
        pty_wait_idle(&pty);
        resized(&pty, page, pages[page]);
        stopped(&pty, 0, pages[page]);
        stopped(&pty, SIGTSTP, pages[page]);
    }
    pty_type(&pty, "?");
    pty_wait_has(&pty, "Help");
    pty_wait_idle(&pty);
    stopped(&pty, 0, "help");
    pty_type(&pty, "\033");
    pty_wait_has(&pty, "8 of 10");
    pty_wait_idle(&pty);
    pty_type(&pty, "S");
    pty_wait_has(&pty, "Save the answers");
    pty_wait_idle(&pty);
    stopped(&pty, 0, "saving");
    pty_type(&pty, "\003");
    check(pty_wait_has(&pty, "8 of 10"), "^C closes it", "saving");
    pty_type(&pty, "\003");
    check(pty_wait_has(&pty, "Quit kwiz?"), "^C asks", "quitting");
    pty_type(&pty, "\003");
    check(pty_wait_has(&pty, "choose to quit without saving"), "another does not throw away what is in no file", "quitting");
    stopped(&pty, 0, "quitting");
    pty_type(&pty, "\033[B\033[B\r");
    ends(&pty, "exit 0", "quitting");
    nothing_is_kept("quitting");
    pty_stop(&pty);
}

/* ---- line by line ---- */

static void say(struct pty *pty, const char *line, const char *wanted)
{
    pty_type(pty, line);
    check(pty_wait_has(pty, wanted), wanted, "lines");
}

static void start_lines(struct pty *pty)
{
    static const char *const argv[] = {"--plain", "--answers", "shop.yaml", NULL};
    place_start(pty, 60, 120, &place_english, argv);
    say(pty, "", "start, show STEP");
    say(pty, "7\r", "Name of the cluster");
    say(pty, "changed\r", "Greeting [");
}

static void to_password(struct pty *pty)
{
    start_lines(pty);
    say(pty, "\r\r\r\r\r\r\r\r\r\r", "A secret to keep");
    say(pty, "type\r", ", not shown:");
    check(!pty_is_echoing(pty), "what is typed is not shown", "lines, password");
}

static void lines_end(int number, const char *want, const char *where)
{
    struct pty pty;
    start_lines(&pty);
    if (number)
        kill(pty.program, number);
    else
        pty_vanish(&pty);
    ends(&pty, want, where);
    answers_are_kept(where);
    pty_stop(&pty);
}

static void in_lines(void)
{
    struct pty pty;
    lines_end(SIGTERM, "exit 130", "lines, SIGTERM");
    lines_end(SIGHUP, "exit 130", "lines, SIGHUP");
    lines_end(0, "exit 4", "lines, no terminal any more");

    to_password(&pty);
    pty_type(&pty, "\032");
    check(!strcmp(pty_wait_report(&pty), "stopped") && pty_is_restored(&pty), "^Z stops, with the terminal as it was", "lines, password");
    pty_continue(&pty);
    for (int i = 0; pty_is_echoing(&pty) && i < 100; i++)
        usleep(100000);
    check(!pty_is_echoing(&pty), "fg hides again what is typed", "lines, password");
    say(&pty, "sesame\r", "7 Options: name changed");
    check(pty_is_echoing(&pty), "afterwards what is typed is shown", "lines, password");
    char *text = pty_text(&pty);
    check(!strstr(text, "sesame"), "the secret is not on the screen", "lines, password");
    free(text);
    say(&pty, "\003", "Quit kwiz?");
    say(&pty, "quit\r", "");
    ends(&pty, "exit 0", "lines, ^C");
    nothing_is_kept("lines, ^C");
    pty_stop(&pty);

    to_password(&pty);
    kill(pty.program, SIGTERM);
    ends(&pty, "exit 130", "lines, password, SIGTERM");
    answers_are_kept("lines, password, SIGTERM");
    pty_stop(&pty);
}

int main(void)
{
    struct err err = ERR_INIT;
    if (!place_begin() || !file_write("shop.yaml", answers, strlen(answers), 0600, &err))
        return 99;
    char *spells = mem_printf("%s/spells", place_source());
    place_spells(spells);
    free(spells);
    staying();
    ending();
    going_on();
    several();
    in_lines();
    return stage_end();
}
