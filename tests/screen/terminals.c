/* The real view (demo) on terminals of many kinds: what is sent to each, what each may say, and how little. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/screen/stage.h"

/* What colours the program has sent: counts of the parameters of its "CSI ... m". */
struct colours {
    int few;        /* 30 to 37 */
    int bright;     /* 90 to 97 */
    int many;       /* 38;5;N */
    int background; /* any but the terminal's own: never */
    int grey;       /* colour 8: never, Solarized has it as background */
};

static void count_sgr(struct colours *c, const char *s, const char *end)
{
    while (s < end) {
        char *next;
        long n = strtol(s, &next, 10);
        c->few += n >= 30 && n <= 37;
        c->bright += n >= 90 && n <= 97;
        c->grey += n == 90;
        c->background += (n >= 40 && n <= 48) || (n >= 100 && n <= 107);
        if (n == 38 && !strncmp(next, ";5;", 3)) {
            n = strtol(next + 3, &next, 10);
            c->many++;
            c->grey += n == 8;
        }
        s = next < end ? next + 1 : end;
    }
}

static struct colours sent_colours(const struct pty *pty)
{
    struct colours c = {0};
    const char *s = buf_text(&pty->raw);
    while ((s = strstr(s, "\033[")) != NULL) {
        s += 2;
        size_t n = strspn(s, "0123456789;");
        if (s[n] == 'm')
            count_sgr(&c, s, s + n);
    }
    return c;
}

enum wanted { WANT_NONE, WANT_FEW, WANT_MANY };

/* Where the background is not known, colours are few: those that can be read on any. */
static const struct kind {
    const char *what, *term, *locale, *variable; /* variable: one more, may be NULL */
    bool is_ascii;
    enum wanted colours;
    bool has_paste, is_asked; /* for its background */
} kinds[] = {
    {"xterm-256color", "xterm-256color", "C.UTF-8", NULL, false, WANT_FEW, true, true},
    {"xterm with 8 colours", "xterm", "C.UTF-8", NULL, false, WANT_FEW, true, true},
    {"xterm with 16 colours", "xterm-kwiz16", "C.UTF-8", NULL, false, WANT_FEW, true, true},
    {"tmux-256color", "tmux-256color", "C.UTF-8", NULL, false, WANT_FEW, true, true},
    {"screen", "screen", "C.UTF-8", NULL, false, WANT_FEW, true, true},
    {"screen-256color", "screen-256color", "C.UTF-8", NULL, false, WANT_FEW, true, true},
    {"the Linux console", "linux", "C.UTF-8", NULL, false, WANT_FEW, true, false},
    {"rxvt", "rxvt", "C.UTF-8", NULL, false, WANT_FEW, true, true},
    {"vt100", "vt100", "C.UTF-8", NULL, false, WANT_NONE, false, false},
    {"vt100 in the C locale", "vt100", "C", NULL, true, WANT_NONE, false, false},
    {"vt220", "vt220", "C", NULL, true, WANT_NONE, false, false},
    {"xterm-256color in the C locale", "xterm-256color", "C", NULL, true, WANT_FEW, true, true},
    {"NO_COLOR", "xterm-256color", "C.UTF-8", "NO_COLOR=1", false, WANT_NONE, true, false},
    {"KWIZ_THEME=mono", "xterm-256color", "C.UTF-8", "KWIZ_THEME=mono", false, WANT_NONE, true, false},
    {"KWIZ_THEME=light", "xterm-256color", "C.UTF-8", "KWIZ_THEME=light", false, WANT_MANY, true, false},
    {"COLORFGBG", "xterm-256color", "C.UTF-8", "COLORFGBG=0;15", false, WANT_MANY, true, false},
};

static void start_kind(struct pty *pty, const struct kind *kind, const char *scene)
{
    char term[64], locale[64];
    snprintf(term, sizeof term, "TERM=%s", kind->term);
    snprintf(locale, sizeof locale, "LC_ALL=%s", kind->locale);
    const char *environment[] = {term,          locale,        "TZ=UTC",    "COLORFGBG=",
                                 "KWIZ_THEME=", "KWIZ_MOUSE=", "NO_COLOR=", kind->variable,
                                 NULL};
    stage_start_in(pty, 24, 80, environment, scene, NULL);
    pty->answers = true;
}

static bool has_sent(const struct pty *pty, const char *bytes)
{
    return strstr(buf_text(&pty->raw), bytes) != NULL;
}

/* What came since the screen was left, or all: there stands what a program says that ends badly. */
static const char *last_words(const struct pty *pty)
{
    static const char left[] = "\033[?1049l";
    const char *said = buf_text(&pty->raw);
    for (const char *at; (at = strstr(said, left)) != NULL;)
        said = at + sizeof left - 1;
    return said;
}

static void kind_of_terminal(const struct kind *kind)
{
    struct pty pty;
    char what[128];
    printf("     %s\n", kind->what);
    start_kind(&pty, kind, "ha");
    pty_wait_has(&pty, "? help");
    pty_type(&pty, "j");
    snprintf(what, sizeof what, "%s: the golden screen", kind->what);
    stage_check(stage_is_golden(&pty, kind->is_ascii ? "run-80x24" : "run-80x24.utf8"), what);
    stage_settle(&pty, 50);
    struct colours c = sent_colours(&pty);
    bool ok = kind->colours == WANT_NONE  ? !c.few && !c.bright && !c.many
              : kind->colours == WANT_FEW ? c.few && !c.many
                                          : c.many > 0;
    if (!stage_check(ok && !c.background && !c.grey, "  in colours that it has, on its own background"))
        printf("  %d of 8, %d bright, %d of 256, %d backgrounds, %d grey\n", c.few, c.bright, c.many,
               c.background, c.grey);
    stage_check(pty.has_paste == kind->has_paste && has_sent(&pty, "\033]11;?") == kind->is_asked,
                "  and no sequence that it may not know");
    pty_type(&pty, "\003\003");
    const char *report = pty_wait_report(&pty);
    bool is_restored = pty_is_restored(&pty);
    size_t unread = pty_unread(&pty);
    if (!stage_check(!strcmp(report, "exit 0") && is_restored && !unread, "  and left as it was"))
        printf("  %s, %s, %zu bytes unread; at last it said:\n%s\n", report,
               is_restored ? "restored" : "not restored", unread, last_words(&pty));
    pty_stop(&pty);
}

/* Wide characters and marks stand where they should: what follows them on the line is aligned. */
static void wide_characters(void)
{
    static const struct kind utf8 = {.term = "xterm-256color", .locale = "C.UTF-8"},
                             ascii = {.term = "xterm-256color", .locale = "C"};
    struct pty pty;
    start_kind(&pty, &utf8, "hostile");
    stage_check(stage_is_golden(&pty, "hostile-80x24"), "wide characters and marks are aligned");
    pty_type(&pty, "j");
    pty_wait_has(&pty, "> caf");
    pty_type(&pty, "k");
    stage_check(stage_is_golden(&pty, "hostile-80x24"), "also where they replace each other");
    pty_type(&pty, "\r");
    stage_check(stage_is_golden(&pty, "log-hostile-80x24"), "and in logs");
    pty_stop(&pty);
    start_kind(&pty, &ascii, "hostile");
    pty_wait_has(&pty, "? help");
    bool is_ascii = true;
    for (size_t i = 0; i < pty.raw.len; i++)
        is_ascii = is_ascii && !(pty.raw.data[i] & 0x80);
    stage_check(is_ascii, "without UTF-8 only ASCII is sent, whatever hosts have written");
    pty_stop(&pty);
}

/* -- what terminals answer
 * ----------------------------------------------------------------------------------------------------- */

static void answers(void)
{
    static const struct kind xterm = {.term = "xterm-256color", .locale = "C.UTF-8"};
    struct pty pty;
    start_kind(&pty, &xterm, "fail");
    pty_wait_has(&pty, "? help");
    char *before = pty_text(&pty);
    stage_settle(&pty, 100);
    struct colours c = sent_colours(&pty);
    stage_check(c.few && !has_sent(&pty, "38;5;114") && !has_sent(&pty, "38;5;22"),
                "unknown background: colours that can be read on any");
    size_t seen = pty.raw.len;
    const char *pieces[] = {"\033]1", "1;rgb:ffff/f", "fff/ff", "ff\033", "\\"};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        pty_type(&pty, pieces[i]);
        usleep(60000); /* later than a lone Esc is waited for */
    }
    stage_settle(&pty, 100);
    const char *since = pty.raw.data + seen;
    stage_check(strstr(since, "38;5;22") && strstr(since, "38;5;124"), "a light background is answered: its colours");
    if (!stage_check(!strstr(since, "\033[2J") && !strstr(since, "\033[J") && pty.raw.len - seen < 1500,
                     "  without clearing the screen first"))
        printf("  %zu bytes\n", pty.raw.len - seen);
    char *after = pty_text(&pty);
    stage_check(!strcmp(before, after), "  and the answer, in pieces as it came, has pressed no key");
    free(before);
    free(after);
    pty_type(&pty, "\014");
    stage_settle(&pty, 100);
    seen = pty.raw.len;
    pty_type(&pty, "\033]11;rgb:0000/0000/0000\033\\\014"); /* nobody has asked again */
    stage_settle(&pty, 100);
    stage_check(strstr(pty.raw.data + seen, "38;5;22") != NULL, "  and a second answer changes nothing");
    pty_stop(&pty);
}

/* Leaving at once, while the answer is on its way: the shell must not get it. */
static void late_answers(void)
{
    static const struct kind xterm = {.term = "xterm-256color", .locale = "C.UTF-8"};
    struct pty pty;
    start_kind(&pty, &xterm, "ha");
    pty.answers = false;
    pty_wait_has(&pty, "? help");
    pty_type(&pty, "\003\003");
    const char *report = pty_wait_report(&pty);
    stage_check(!strcmp(report, "exit 0") && pty_is_restored(&pty),
                "a terminal that never answers doesn't keep anyone from leaving");
    pty_stop(&pty);
    start_kind(&pty, &xterm, "ha");
    pty.answers = false;
    while (!has_sent(&pty, "\033]11;?") && pty_read(&pty, 5000)) {
    }
    pty_type(&pty, "\003\003");
    stage_settle(&pty, 100);
    pty_type(&pty, "\033]11;rgb:0000/0000/0000\033\\\033[?1;2c");
    stage_check(!strcmp(pty_wait_report(&pty), "exit 0") && !pty_unread(&pty),
                "an answer that comes after leaving is not left for the shell");
    pty_stop(&pty);
}

static void mouse(void)
{
    static const struct kind xterm = {.term = "xterm", .locale = "C.UTF-8"},
                             mice = {.term = "screen", .locale = "C.UTF-8", .variable = "KWIZ_MOUSE=1"},
                             vt100 = {.term = "vt100", .locale = "C.UTF-8"};
    struct pty pty;
    start_kind(&pty, &xterm, "ha");
    pty_wait_has(&pty, "? help");
    stage_check(!pty.has_mouse, "the mouse is off at first");
    pty_type(&pty, "m");
    stage_check(pty_wait_has(&pty, "Mouse on") && pty.has_mouse, "m takes it");
    pty_type(&pty, "\033[<0;4;8M\033[<0;4;8m");
    stage_check(pty_wait_has(&pty, "> kub-master-3"), "a click focuses");
    pty_type(&pty, "\033[<0;4;7M\033[<0;4;7m\033[<0;4;7M\033[<0;4;7m");
    stage_check(pty_wait_has(&pty, "kwiz  Log"), "two, however quickly, open");
    pty_type(&pty, "\033[<64;4;8M");
    stage_check(pty_wait_has(&pty, "held at line"), "the wheel scrolls");
    pty_type(&pty, "qm");
    stage_check(pty_wait_has(&pty, "Mouse off") && !pty.has_mouse, "m gives it back");
    pty_type(&pty, "m");
    pty_wait_has(&pty, "Mouse on");
    pty_type(&pty, "\003\003\033[<65;4;8M\033[<65;4;8M");
    stage_check(!strcmp(pty_wait_report(&pty), "exit 0") && pty_is_restored(&pty) && !pty_unread(&pty),
                "leaving leaves it off, and no report for the shell");
    pty_stop(&pty);
    start_kind(&pty, &mice, "ha");
    pty_wait_has(&pty, "? help");
    pty_type(&pty, "\033[M $(\033[M#$("); /* as GNU screen sends them */
    stage_check(pty_wait_has(&pty, "> kub-master-3"), "KWIZ_MOUSE=1 begins with it, reports in the old form");
    pty_stop(&pty);
    start_kind(&pty, &vt100, "ha");
    pty_wait_has(&pty, "? help");
    pty_type(&pty, "m");
    stage_check(pty_wait_has(&pty, "isn't known to report a mouse") && !has_sent(&pty, "\033[?1000h"),
                "a terminal that isn't known to have one says so");
    pty_stop(&pty);
}

static void little_is_sent(void)
{
    struct pty pty;
    stage_start(&pty, "ha"); /* its clock stands, and frames are asked for 20 times a second */
    pty_wait_has(&pty, "? help");
    stage_settle(&pty, 200);
    pty_beats(&pty);
    uint64_t before = pty.bytes;
    for (size_t beats = 0; beats < 20; beats += pty_beats(&pty))
        pty_read(&pty, 50);
    stage_check(pty.bytes == before, "equal frames: no byte");
    pty_type(&pty, "/");
    pty_wait_has(&pty, "Find:");
    stage_settle(&pty, 100);
    pty_type(&pty, "x");
    uint64_t sent = stage_settle(&pty, 200);
    printf("     one changed cell and the cursor: %llu bytes\n", (unsigned long long)sent);
    stage_check(sent > 0 && sent <= 20, "one changed cell: a few bytes");
    pty_stop(&pty);
}

/* Descriptions with 16 colours are in a package that few have. */
static bool describe_sixteen(void)
{
    const char *folder = getenv("TMPDIR");
    char command[512];
    snprintf(command, sizeof command,
             "echo 'xterm-kwiz16|for tests, colors#16, pairs#256, use=xterm,' >%s/ti && tic -x -o %s/terminfo %s/ti",
             folder, folder, folder);
    if (system(command) != 0)
        return false;
    snprintf(command, sizeof command, "%s/terminfo:", folder);
    setenv("TERMINFO_DIRS", command, 1);
    return true;
}

int main(void)
{
    stage_begin();
    bool has_sixteen = describe_sixteen();
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (has_sixteen || strcmp(kinds[i].term, "xterm-kwiz16") != 0)
            kind_of_terminal(&kinds[i]);
        else
            stage_skip(4);
    wide_characters();
    answers();
    late_answers();
    mouse();
    little_is_sent();
    return stage_end();
}
