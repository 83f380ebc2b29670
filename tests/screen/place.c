#include "tests/screen/place.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/screen/stage.h"

#define TRIES 600 /* of at most 50 ms */
#define ARGV_MAX 16

const struct language place_english = {"en", "LC_ALL=C.UTF-8", "LANGUAGE=en", "of", "TERM=xterm-256color"};

static char kwiz[PATH_MAX], source[PATH_MAX], home[PATH_MAX];

void place_spells(const char *folder)
{
    setenv("KWIZ_SPELLS", folder, 1);
}

static void set_folder(const char *variable, const char *name)
{
    char *path = mem_printf("%s/%s", home, name);
    setenv(variable, path, 1);
    free(path);
}

bool place_begin(void)
{
    const char *srcdir = getenv("srcdir");
    if (!realpath(getenv("KWIZ") ? getenv("KWIZ") : "./kwiz", kwiz) || !realpath(srcdir ? srcdir : ".", source))
        return false;
    setenv("srcdir", source, 1);
    stage_begin();
    snprintf(home, sizeof home, "%s/home", getenv("TMPDIR"));
    if (mkdir(home, 0700) != 0 || chdir(home) != 0)
        return false;
    setenv("HOME", home, 1);
    set_folder("XDG_STATE_HOME", "state");
    set_folder("XDG_DATA_HOME", "data");
    set_folder("XDG_CONFIG_HOME", "config");
    setenv("KWIZ_SSH_CONFIG", "/dev/null", 1);
    unsetenv("SSH_AUTH_SOCK");
    char *spells = mem_printf("%s/tests/screen/spells", source);
    place_spells(spells);
    free(spells);
    return true;
}

const char *place_source(void)
{
    return source;
}

const char *place_home(void)
{
    return home;
}

static void fill(const char **full, const char *const *argv)
{
    size_t n = 0;
    full[n++] = kwiz;
    while (argv && *argv && n < ARGV_MAX)
        full[n++] = *argv++;
    full[n] = NULL;
}

void place_start(struct pty *pty, int rows, int cols, const struct language *language, const char *const *argv)
{
    const char *environment[] = {language->locale, language->language, language->term, "COLORFGBG=15;0", "TZ=UTC", "NO_COLOR=", "KWIZ_THEME=", NULL};
    const char *full[ARGV_MAX + 1];
    fill(full, argv);
    pty_start(pty, rows, cols, environment, full);
}

bool place_is_at(struct pty *pty, int page, const struct language *language)
{
    char *wanted = mem_printf(" %d %s 10", page, language->of), *text = pty_text(pty);
    text[strcspn(text, "\n")] = '\0';
    bool is = strstr(text, wanted) != NULL;
    free(text);
    free(wanted);
    return is;
}

bool place_go(struct pty *pty, int page, const struct language *language)
{
    for (int i = 0; i < TRIES; i++) {
        if (!pty_wait_idle(pty))
            return false;
        if (place_is_at(pty, page, language))
            return true;
        bool is_behind = false;
        for (int behind = page + 1; behind <= 10; behind++)
            is_behind = is_behind || place_is_at(pty, behind, language);
        pty_type(pty, is_behind ? PLACE_BACK : PLACE_NEXT);
        pty_read(pty, 50); /* nothing at all comes where the way is not free yet */
    }
    return false;
}

int place_run(const char *const *argv, struct buf *out)
{
    const char *full[ARGV_MAX + 1];
    char bytes[4096];
    int ends[2], status;
    fill(full, argv);
    fflush(stdout);
    if (pipe(ends) != 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        int nothing = open("/dev/null", O_RDONLY);
        setenv("LC_ALL", "C.UTF-8", 1);
        setenv("LANGUAGE", "en", 1);
        dup2(nothing, 0);
        dup2(ends[1], 1);
        dup2(ends[1], 2);
        close(ends[0]);
        execv(kwiz, (char *const *)full);
        _exit(127);
    }
    close(ends[1]);
    for (ssize_t n; pid > 0 && (n = read(ends[0], bytes, sizeof bytes)) > 0;)
        if (out)
            buf_add(out, bytes, (size_t)n);
    close(ends[0]);
    return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
