#include "spell/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/i18n.h"

static uint64_t now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* Between fork and exec only async-signal-safe calls: other threads may have held locks. */
static void become(char *const argv[], int out, bool with_stderr)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    setpgid(0, 0);
    signal(SIGPIPE, SIG_DFL);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
        dup2(with_stderr ? out : null, STDERR_FILENO) < 0)
        _exit(126);
    execvp(argv[0], argv);
    _exit(errno == ENOENT ? 127 : 126);
}

/* true when the output has ended */
static bool read_all(int fd, uint64_t deadline_ms, struct buf *out, const char *name, struct err *err)
{
    char chunk[4096];
    bool ok = true, is_end = false;
    while (ok && !is_end) {
        uint64_t now = now_ms();
        struct pollfd poller = {.fd = fd, .events = POLLIN};
        int n = now >= deadline_ms ? 0 : poll(&poller, 1, (int)(deadline_ms - now));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            ok = err_set(err, ERR_LOCAL, _("%s took too long and was stopped"), name);
            break;
        }
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got > 0)
            ok = buf_add(out, chunk, (size_t)got) || err_set(err, ERR_LOCAL, _("%s wrote more than %zu bytes"), name, out->max);
        else
            is_end = got == 0 || errno != EINTR;
    }
    explicit_bzero(chunk, sizeof chunk);
    return ok;
}

/* Wait for its end up to the deadline; a child may close its output and go on. */
static bool reap(pid_t pid, uint64_t deadline_ms, int *status)
{
    for (;;) {
        pid_t got = waitpid(pid, status, now_ms() < deadline_ms ? WNOHANG : 0);
        if (got == pid)
            return true;
        if (got < 0 && errno != EINTR)
            return false;
        if (now_ms() >= deadline_ms)
            kill(-pid, SIGKILL);
        else
            poll(NULL, 0, 5);
    }
}

bool child_run(char *const argv[], uint64_t limit_ms, bool with_stderr, struct buf *out, int *status, struct err *err)
{
    int fds[2];
    uint64_t deadline_ms = now_ms() + limit_ms;
    if (pipe2(fds, O_CLOEXEC) != 0)
        return err_set_errno(err, ERR_LOCAL, errno, _("cannot start %s"), argv[0]);
    pid_t pid = fork();
    if (pid == 0)
        become(argv, fds[1], with_stderr);
    close(fds[1]);
    if (pid < 0) {
        close(fds[0]);
        return err_set_errno(err, ERR_LOCAL, errno, _("cannot start %s"), argv[0]);
    }
    setpgid(pid, pid); /* both do it, so that it is so whoever runs first */
    bool ok = read_all(fds[0], deadline_ms, out, argv[0], err);
    close(fds[0]);
    int how = 0;
    if (!ok)
        kill(-pid, SIGKILL);
    bool in_time = now_ms() < deadline_ms;
    bool is_reaped = reap(pid, ok ? deadline_ms : 0, &how);
    if (is_reaped && ok && in_time && WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL && now_ms() >= deadline_ms)
        ok = err_set(err, ERR_LOCAL, _("%s took too long and was stopped"), argv[0]);
    *status = !is_reaped ? 126 : WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
    return ok;
}
