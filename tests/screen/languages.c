/* Pages of the real wizard in a real terminal, in three languages and sizes: tests/screen/pages/PAGE-LANGUAGE-SIZE.txt. "languages --accept" writes them. No host but
 * this machine is contacted: the table of hosts that could not be is not gone on from. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "tests/screen/place.h"
#include "tests/screen/stage.h"

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

static void start(struct pty *pty, const struct language *language, const char *answers)
{
    char *file = mem_printf("%s/tests/screen/pages/%s.yaml", place_source(), answers);
    const char *argv[] = {"--answers", file, NULL};
    place_start(pty, 24, 80, language, argv);
    free(file);
}

/* The page in all sizes. */
static void is_golden(struct pty *pty, const char *page, const struct language *language)
{
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *name = mem_printf("../pages/%s-%s-%dx%d", page, language->name, sizes[i].cols, sizes[i].rows);
        char *path = mem_printf("%s/tests/screen/screens/%s.txt", place_source(), name);
        pty_resize(pty, sizes[i].rows, sizes[i].cols);
        if (accepts) {
            struct err err = ERR_INIT;
            pty_wait_idle(pty);
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
    stage_check(place_go(&pty, 1, language), "the first page is there");
    is_golden(&pty, "welcome", language);
    place_go(&pty, 3, language);
    is_golden(&pty, "topology", language);
    place_go(&pty, 4, language);
    is_golden(&pty, "hosts", language);
    pty_wait_idle(&pty);
    char *hosts = pty_text(&pty);
    pty_type(&pty, "?");
    is_golden(&pty, "help", language);
    pty_type(&pty, "\033");
    pty_wait_is(&pty, hosts); /* an Esc that is followed at once is another key's beginning */
    free(hosts);
    pty_type(&pty, "q");
    is_golden(&pty, "quit", language);
    leave(&pty);
}

static void choosing(const struct language *language)
{
    struct pty pty;
    start(&pty, language, "single");
    stage_check(place_go(&pty, 7, language), "this machine is reached and measured");
    is_golden(&pty, "options", language);
    leave(&pty);
}

/* What Access says of this machine hangs on who runs the test. */
static void reviewing(const struct language *language)
{
    struct pty pty;
    if (getuid() != 0) {
        stage_skip((int)(sizeof sizes / sizeof *sizes));
        return;
    }
    start(&pty, language, "hello");
    stage_check(place_go(&pty, 8, language), "with all answers one is at Review soon");
    is_golden(&pty, "review", language);
    leave(&pty);
}

int main(int argc, char **argv)
{
    accepts = argc > 1 && !strcmp(argv[1], "--accept");
    if (!place_begin())
        return 99;
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
        printf("     %s\n", languages[i].name);
        entering(&languages[i]);
        choosing(&languages[i]);
        reviewing(&languages[i]);
    }
    return stage_end();
}
