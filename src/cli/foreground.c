#include "cli/foreground.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"

#define CLOSE_AT_EXEC 4u /* CLOSE_RANGE_CLOEXEC, which older headers lack */

struct foreground {
    pid_t pid;
    bool has_modes;
    struct termios modes; /* of the terminal, before */
    uv_signal_t child;
    void (*ended)(void *context, int exit_status, bool is_killed);
    void *context;
};

/* Only the foreground may change whose the terminal is; the background is stopped for it, unless it doesn't hear that. */
static void set_foreground(pid_t group)
{
    sigset_t stop, before;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTTOU);
    sigprocmask(SIG_BLOCK, &stop, &before);
    tcsetpgrp(STDIN_FILENO, group);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

static void take_terminal(struct foreground *f)
{
    set_foreground(getpgrp());
    if (f->has_modes)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &f->modes);
}

static void closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void on_child(uv_signal_t *handle, int number)
{
    struct foreground *f = handle->data;
    int status;
    (void)number;
    if (!f->pid || waitpid(f->pid, &status, WNOHANG | WUNTRACED) != f->pid)
        return;
    if (WIFSTOPPED(status)) { /* nobody here could say fg */
        set_foreground(f->pid);
        kill(-f->pid, SIGCONT);
        return;
    }
    f->pid = 0;
    uv_signal_stop(&f->child);
    take_terminal(f);
    uv_close((uv_handle_t *)&f->child, closed); /* freed in a later turn of the loop */
    f->ended(f->context, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), WIFSIGNALED(status));
}

/* Between fork and exec only async-signal-safe calls: other threads may have held locks. */
static void become(char *const *argv, int report)
{
    struct sigaction plain = {.sa_handler = SIG_DFL};
    sigset_t none;
    setpgid(0, 0);
    set_foreground(getpid());
    for (int i = 1; i < NSIG; i++)
        sigaction(i, &plain, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
#ifdef SYS_close_range
    syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, CLOSE_AT_EXEC);
#endif
    execvp(argv[0], argv);
    int why = errno;
    if (write(report, &why, sizeof why) < 0)
        _exit(126);
    _exit(127);
}

/* Fork and exec; errno when either fails, else 0. */
static int spawn(struct foreground *f, char *const *argv)
{
    int pipe_fds[2], why = 0;
    ssize_t n;
    if (pipe2(pipe_fds, O_CLOEXEC) < 0)
        return errno;
    pid_t pid = fork();
    if (pid == 0)
        become(argv, pipe_fds[1]);
    why = pid < 0 ? errno : 0;
    close(pipe_fds[1]);
    while (pid > 0 && (n = read(pipe_fds[0], &why, sizeof why)) < 0 && errno == EINTR) {
    }
    close(pipe_fds[0]);
    if (pid > 0 && why)
        waitpid(pid, NULL, 0); /* it has nothing left to do but to end */
    else if (pid > 0)
        f->pid = pid;
    return why;
}

struct foreground *foreground_start(uv_loop_t *loop, char *const *argv, void (*ended)(void *context, int exit_status, bool is_killed), void *context,
                                    struct err *err)
{
    struct foreground *f = mem_new(1, sizeof *f);
    f->ended = ended;
    f->context = context;
    f->has_modes = tcgetattr(STDIN_FILENO, &f->modes) == 0;
    uv_signal_init(loop, &f->child);
    f->child.data = f;
    uv_signal_start(&f->child, on_child, SIGCHLD);
    int why = spawn(f, argv);
    if (!why)
        return f;
    take_terminal(f);
    uv_close((uv_handle_t *)&f->child, closed);
    err_set_errno(err, ERR_LOCAL, why, _("%s can't be started"), argv[0]);
    return NULL;
}

void foreground_hang_up(struct foreground **handle)
{
    struct foreground *f = *handle;
    *handle = NULL;
    if (!f)
        return;
    if (f->pid) {
        kill(-f->pid, SIGHUP);
        kill(-f->pid, SIGCONT);
        take_terminal(f);
    }
    uv_close((uv_handle_t *)&f->child, closed);
}
