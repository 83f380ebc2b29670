#include "tests/screen/stage.h"

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

static int passed, failed, skipped;
static char folder[] = "/tmp/kwiz-real-XXXXXX"; /* a demo that is killed leaves its logs there */

#define GRACE_TRIES 150 /* of 20 ms, for what has lost its terminal or its connection to end by itself */

const char *const stage_plain[] = {
    "TERM=xterm-256color", "LC_ALL=C.UTF-8", "COLORFGBG=15;0", "TZ=UTC", "NO_COLOR=", "KWIZ_THEME=", NULL};

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *walk)
{
    (void)st;
    (void)type;
    (void)walk;
    return remove(path);
}

/* ---- what is left behind ---- */

static void kill_children(void)
{
    char path[64];
    int pid;
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *file = fopen(path, "r");
    while (file && fscanf(file, "%d", &pid) == 1)
        kill(pid, SIGKILL);
    if (file)
        fclose(file);
}

/* All that the test has started and that outlives it becomes a child of this process. */
static void end_rest(void)
{
    for (int i = 0; i < 2 * GRACE_TRIES; i++) {
        pid_t pid;
        while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {
        }
        if (pid < 0)
            return;
        if (i >= GRACE_TRIES)
            kill_children();
        usleep(20000);
    }
}

/* Waits for the test; then nothing of it is left, also when it was interrupted or killed. */
static void clean_up_after(pid_t test, const sigset_t *signals)
{
    int number, status = 0;
    pid_t pid = 0;
    while (pid != test) {
        sigwait(signals, &number);
        if (number != SIGCHLD)
            kill(test, SIGTERM);
        while ((pid = waitpid(-1, &status, WNOHANG)) > 0 && pid != test) {
        }
    }
    end_rest();
    nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    if (WIFEXITED(status))
        _exit(WEXITSTATUS(status));
    signal(WTERMSIG(status), SIG_DFL);
    sigprocmask(SIG_UNBLOCK, signals, NULL);
    raise(WTERMSIG(status));
    _exit(99);
}

static void begin_cleaning(void)
{
    sigset_t signals, before;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGCHLD);
    sigprocmask(SIG_BLOCK, &signals, &before);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    fflush(stdout);
    pid_t test = fork();
    if (test < 0)
        exit(99);
    if (test)
        clean_up_after(test, &signals);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

void stage_begin(void)
{
    if (!mkdtemp(folder))
        exit(99);
    begin_cleaning();
    setenv("TMPDIR", folder, 1);
    signal(SIGPIPE, SIG_IGN);
}

int stage_end(void)
{
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
