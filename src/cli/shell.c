#include "cli/shell.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "cli/foreground.h"
#include "headless/prompt.h"

#define READ_LIMIT_MS 600000u /* how long ssh's complaint stays in sight when nobody presses Enter */
#define SSH_FAILED 255

struct shell {
    uv_loop_t *loop;
    struct foreground *program; /* NULL once it has ended */
    bool is_ssh;
    int exit_status;
    char *config_path; /* owned or NULL; removed in the end */
    char *name;
    struct prompt *prompt;
    void (*ended)(void *context, int exit_status);
    void *context;
};

static void free_shell(struct shell *shell)
{
    if (shell->config_path)
        unlink(shell->config_path);
    prompt_cancel(&shell->prompt);
    free(shell->config_path);
    free(shell->name);
    free(shell);
}

static void finish(struct shell *shell)
{
    void (*ended)(void *context, int exit_status) = shell->ended;
    void *context = shell->context;
    int exit_status = shell->exit_status;
    free_shell(shell);
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

static void on_end(void *context, int exit_status, bool is_killed)
{
    struct shell *shell = context;
    shell->program = NULL;
    shell->exit_status = exit_status;
    if (is_killed || (shell->is_ssh && exit_status == SSH_FAILED)) /* else it is the status of the last command there */
        wait_for_reader(shell);
    else
        finish(shell);
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
    printf(_("-- a shell on %s; exit goes back to kwiz, which goes on meanwhile --\n"), host->name);
    fflush(stdout);
    shell->program = foreground_start(shell->loop, command->argv, on_end, shell, err);
    return shell->program != NULL;
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
    bool ok = start(shell, host, &command, err);
    shell_command_done(&command);
    if (!ok) {
        free_shell(shell);
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
    foreground_hang_up(&shell->program);
    free_shell(shell);
}
