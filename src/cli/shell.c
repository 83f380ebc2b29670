#include "cli/shell.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "headless/prompt.h"

#define READ_LIMIT_MS 600000u /* how long ssh's complaint stays in sight when nobody presses Enter */
#define SSH_FAILED 255
#define CLOSE_AT_EXEC 4u /* CLOSE_RANGE_CLOEXEC, which older headers lack */

struct shell {
    uv_loop_t *loop;
    pid_t pid;
    bool is_ssh, is_killed;
    int exit_status;
    char *config_path; /* owned or NULL; removed in the end */
    char *name;
    bool has_modes;
    struct termios modes; /* of the terminal, before */
    uv_signal_t child;
    struct prompt *prompt;
    void (*ended)(void *context, int exit_status);
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

static void take_terminal(struct shell *shell)
{
    set_foreground(getpgrp());
    if (shell->has_modes)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &shell->modes);
}

static void closed(uv_handle_t *handle)
{
    struct shell *shell = handle->data;
    free(shell->config_path);
    free(shell->name);
    free(shell);
}

static void close_shell(struct shell *shell)
{
    if (shell->config_path)
        unlink(shell->config_path);
    prompt_cancel(&shell->prompt);
    uv_close((uv_handle_t *)&shell->child, closed);
}

static void finish(struct shell *shell)
{
    void (*ended)(void *context, int exit_status) = shell->ended;
    void *context = shell->context;
    int exit_status = shell->exit_status;
    close_shell(shell);
    ended(context, exit_status);
}

static void was_read(void *context, const struct secret *answer)
{
    struct shell *shell = context;
    (void)answer;
    shell->prompt = NULL;
    finish(shell);
}

/* What ssh says of its own failure would go with the screen's return. */
static void wait_for_reader(struct shell *shell)
{
    char *text = mem_printf(_("%s ended with status %d. Enter goes back to kwiz."), shell->name, shell->exit_status);
    shell->prompt = prompt_ask(shell->loop, text, true, READ_LIMIT_MS, was_read, shell);
    free(text);
    if (!shell->prompt)
        finish(shell);
}

static void on_child(uv_signal_t *handle, int number)
{
    struct shell *shell = handle->data;
    int status;
    (void)number;
    if (!shell->pid || waitpid(shell->pid, &status, WNOHANG | WUNTRACED) != shell->pid)
        return;
    if (WIFSTOPPED(status)) { /* nobody here could say fg */
        set_foreground(shell->pid);
        kill(-shell->pid, SIGCONT);
        return;
    }
    shell->pid = 0;
    shell->exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    shell->is_killed = WIFSIGNALED(status);
    uv_signal_stop(&shell->child);
    take_terminal(shell);
    if (shell->is_killed || (shell->is_ssh && shell->exit_status == SSH_FAILED)) /* else it is the status of the last command there */
        wait_for_reader(shell);
    else
        finish(shell);
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
static int spawn(struct shell *shell, char *const *argv)
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
        shell->pid = pid;
    return why;
}

static bool write_config(struct shell *shell, struct shell_command *command, struct err *err)
{
    const char *base = getenv("TMPDIR");
    shell->config_path = mem_printf("%s/kwiz-ssh-XXXXXX", base && *base ? base : "/tmp");
    int fd = mkostemp(shell->config_path, O_CLOEXEC);
    if (fd < 0) {
        free(shell->config_path);
        shell->config_path = NULL;
        return err_set_errno(err, ERR_LOCAL, errno, _("a file for ssh can't be written in %s"), base && *base ? base : "/tmp");
    }
    size_t len = strlen(command->config);
    bool ok = write(fd, command->config, len) == (ssize_t)len;
    if (!ok)
        err_set_errno(err, ERR_LOCAL, errno, _("%s can't be written"), shell->config_path);
    close(fd);
    free(command->argv[command->config_at]);
    command->argv[command->config_at] = mem_strdup(shell->config_path);
    return ok;
}

static bool start(struct shell *shell, const struct host *host, struct shell_command *command, struct err *err)
{
    if (command->config && !write_config(shell, command, err))
        return false;
    shell->is_ssh = !command->is_local;
    shell->name = mem_strdup(command->argv[0]);
    shell->has_modes = tcgetattr(STDIN_FILENO, &shell->modes) == 0;
    uv_signal_start(&shell->child, on_child, SIGCHLD);
    printf(_("-- a shell on %s; exit goes back to kwiz, which goes on meanwhile --\n"), host->name);
    fflush(stdout);
    int why = spawn(shell, command->argv);
    if (!why)
        return true;
    take_terminal(shell);
    return err_set_errno(err, ERR_LOCAL, why, _("%s can't be started"), shell->name);
}

struct shell *shell_start(uv_loop_t *loop, const struct host *host, const struct ssh_defaults *defaults,
                          void (*ended)(void *context, int exit_status), void *context, struct err *err)
{
    struct shell_command command;
    if (!shell_command(host, defaults, &command, err)) {
        shell_command_done(&command);
        return NULL;
    }
    struct shell *shell = mem_new(1, sizeof *shell);
    shell->loop = loop;
    shell->ended = ended;
    shell->context = context;
    uv_signal_init(loop, &shell->child);
    shell->child.data = shell;
    bool ok = start(shell, host, &command, err);
    shell_command_done(&command);
    if (!ok) {
        close_shell(shell);
        shell = NULL;
    }
    return shell;
}

void shell_hang_up(struct shell **handle)
{
    struct shell *shell = *handle;
    *handle = NULL;
    if (!shell)
        return;
    if (shell->pid) {
        kill(-shell->pid, SIGHUP);
        kill(-shell->pid, SIGCONT);
        take_terminal(shell);
    }
    close_shell(shell);
}
