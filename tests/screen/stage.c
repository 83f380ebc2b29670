#include "tests/screen/stage.h"

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"

static int passed, failed, skipped;
static char folder[] = "/tmp/kwiz-real-XXXXXX"; /* a demo that is killed leaves its logs there */

const char *const stage_plain[] = {
    "TERM=xterm-256color", "LC_ALL=C.UTF-8", "COLORFGBG=15;0", "TZ=UTC", "NO_COLOR=", "KWIZ_THEME=", NULL};

void stage_begin(void)
{
    if (!mkdtemp(folder))
        exit(99);
    setenv("TMPDIR", folder, 1);
    signal(SIGPIPE, SIG_IGN);
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *walk)
{
    (void)st;
    (void)type;
    (void)walk;
    return remove(path);
}

int stage_end(void)
{
    nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
    return failed ? 1 : 0;
}

bool stage_check(bool ok, const char *what)
{
    printf("%s %s\n", ok ? "ok  " : "FAIL", what);
    fflush(stdout);
    passed += ok;
    failed += !ok;
    return ok;
}

void stage_skip(int count)
{
    skipped += count;
}

const char *stage_demo(void)
{
    return getenv("KWIZ_DEMO") ? getenv("KWIZ_DEMO") : "./tests/screen/demo";
}

void stage_start_in(struct pty *pty, int rows, int cols, const char *const *environment, const char *scene,
                    const char *option)
{
    const char *argv[] = {stage_demo(), scene, option, NULL};
    pty_start(pty, rows, cols, environment, argv);
}

void stage_start(struct pty *pty, const char *scene)
{
    stage_start_in(pty, 24, 80, stage_plain, scene, NULL);
}

bool stage_is_golden(struct pty *pty, const char *name)
{
    const char *srcdir = getenv("srcdir");
    char *path = mem_printf("%s/tests/screen/screens/%s.txt", srcdir ? srcdir : ".", name);
    struct buf want;
    struct err err = ERR_INIT;
    bool ok = file_read(path, 1 << 20, &want, &err);
    if (!ok)
        printf("  %s\n", err.text);
    ok = ok && pty_wait_is(pty, buf_text(&want));
    buf_done(&want);
    free(path);
    return ok;
}

uint64_t stage_settle(struct pty *pty, int quiet_ms)
{
    uint64_t before = pty->bytes;
    while (pty_read(pty, quiet_ms)) {
    }
    return pty->bytes - before;
}
