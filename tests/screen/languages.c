/* Pages of the real wizard in a real terminal, in three languages and sizes: tests/screen/pages/PAGE-LANGUAGE-SIZE.txt. "languages --accept" writes them. No host but
 * this machine is contacted: the table of hosts that could not be is not gone on from. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "tests/screen/stage.h"

#define NEXT "\016"
#define BACK "\020"
#define TRIES 200 /* of 100 ms */

struct language {
    const char *name, *locale, *language;
    const char *of; /* "7 of 10" in it: what stands between the numbers */
    const char *term;
};

static const struct language languages[] = {
    {"en", "LC_ALL=C.UTF-8", "LANGUAGE=en", "of", "TERM=xterm-256color"},
    {"ru", "LC_ALL=C.UTF-8", "LANGUAGE=ru", "\xd0\xb8\xd0\xb7", "TERM=xterm-256color"},
    /* without UTF-8, ncurses uses xterm's "repeat a character", after which libvterm takes the last but one column for the last */
    {"c", "LC_ALL=C", "LANGUAGE=ru", "of", "TERM=screen-256color"},
};
static const struct {
    int rows, cols;
} sizes[] = {{24, 80}, {40, 120}, {60, 200}};

static bool accepts;
static char kwiz[PATH_MAX], source[PATH_MAX], home[PATH_MAX];

static void start(struct pty *pty, const struct language *language, const char *answers)
{
    static char names[7][PATH_MAX + 32];
    char file[PATH_MAX + 64];
    snprintf(names[0], sizeof names[0], "HOME=%s", home);
    snprintf(names[1], sizeof names[1], "XDG_STATE_HOME=%s/state", home);
    snprintf(names[2], sizeof names[2], "XDG_DATA_HOME=%s/data", home);
    snprintf(names[3], sizeof names[3], "XDG_CONFIG_HOME=%s/config", home);
    snprintf(names[4], sizeof names[4], "KWIZ_SPELLS=%s/tests/screen/spells", source);
    const char *environment[] = {names[0], names[1], names[2], names[3], names[4], language->locale, language->language, language->term,
                                 "COLORFGBG=15;0", "TZ=UTC", "NO_COLOR=", "KWIZ_THEME=", NULL};
    snprintf(file, sizeof file, "%s/tests/screen/pages/%s.yaml", source, answers);
    const char *argv[] = {kwiz, "--answers", file, NULL};
    pty_start(pty, 24, 80, environment, argv);
}

/* The page in all sizes. */
static void is_golden(struct pty *pty, const char *page, const struct language *language)
{
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *name = mem_printf("../pages/%s-%s-%dx%d", page, language->name, sizes[i].cols, sizes[i].rows);
        char *path = mem_printf("%s/tests/screen/screens/%s.txt", source, name);
        pty_resize(pty, sizes[i].rows, sizes[i].cols);
        if (accepts) {
            struct err err = ERR_INIT;
            stage_settle(pty, 400);
            char *text = pty_text(pty);
            if (!file_write(path, text, strlen(text), 0644, &err))
                printf("  %s\n", err.text);
            free(text);
        }
        bool ok = stage_is_golden(pty, name);
        if (!ok) {
            char *text = pty_text(pty);
            printf("%s\n", text);
            free(text);
        }
        stage_check(ok, name + strlen("../pages/"));
        free(path);
        free(name);
    }
    pty_resize(pty, 24, 80);
}

static bool is_at(struct pty *pty, int page, const struct language *language)
{
    char *wanted = mem_printf(" %d %s 10", page, language->of), *text = pty_text(pty);
    text[strcspn(text, "\n")] = '\0';
    bool is = strstr(text, wanted) != NULL;
    free(text);
    free(wanted);
    return is;
}

/* Go on, or back, until that page is there: on the way hosts are reached and measured, which takes as long as it takes. */
static bool go(struct pty *pty, int page, const struct language *language)
{
    for (int i = 0; i < TRIES; i++) {
        while (pty_read(pty, 100)) {
        }
        if (is_at(pty, page, language))
            return true;
        pty_type(pty, is_at(pty, page + 1, language) ? BACK : NEXT);
    }
    return false;
}

static void leave(struct pty *pty)
{
    pty_type(pty, "\003\003");
    const char *report = pty_wait_report(pty);
    stage_check(!strncmp(report, "exit ", 5) && pty_is_restored(pty), "and the terminal is left as it was");
    pty_stop(pty);
}

static void entering(const struct language *language)
{
    struct pty pty;
    start(&pty, language, "ha");
    stage_check(go(&pty, 1, language), "the first page is there");
    is_golden(&pty, "welcome", language);
    go(&pty, 3, language);
    is_golden(&pty, "topology", language);
    go(&pty, 4, language);
    is_golden(&pty, "hosts", language);
    pty_type(&pty, "?");
    is_golden(&pty, "help", language);
    pty_type(&pty, "\033");
    stage_settle(&pty, 500); /* an Esc that is followed at once is another key's beginning */
    pty_type(&pty, "q");
    is_golden(&pty, "quit", language);
    leave(&pty);
}

static void choosing(const struct language *language)
{
    struct pty pty;
    start(&pty, language, "single");
    stage_check(go(&pty, 7, language), "this machine is reached and measured");
    is_golden(&pty, "options", language);
    leave(&pty);
}

int main(int argc, char **argv)
{
    const char *srcdir = getenv("srcdir");
    accepts = argc > 1 && !strcmp(argv[1], "--accept");
    if (!realpath(getenv("KWIZ") ? getenv("KWIZ") : "./kwiz", kwiz) || !realpath(srcdir ? srcdir : ".", source))
        return 99;
    setenv("srcdir", source, 1);
    stage_begin();
    snprintf(home, sizeof home, "%s/home", getenv("TMPDIR"));
    if (mkdir(home, 0700) != 0 || chdir(home) != 0)
        return 99;
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
        printf("     %s\n", languages[i].name);
        entering(&languages[i]);
        choosing(&languages[i]);
    }
    return stage_end();
}
