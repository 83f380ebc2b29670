/* A shell on a host, in the foreground of the operator's terminal, while the loop goes on. With a run or without one. */
#ifndef KWIZ_CLI_SHELL_H
#define KWIZ_CLI_SHELL_H

#include <stdbool.h>

#include <uv.h>

#include "base/err.h"
#include "model/host.h"

struct shell;

/* Start it: ssh as kwiz itself would reach the host (shell_command), the operator's own $SHELL for a host with the address "local". The caller
 * has given the terminal (descriptors 0 to 2) back to its usual modes before, and takes it again in ended, which is called once, from the loop,
 * with the exit status (128 + signal when it was killed). What ssh has to say about its own failure stays in sight until Enter. ^C, ^Z and
 * changes of size go to the shell alone. NULL with err set (ERR_LOCAL): nothing was started. */
struct shell *shell_start(uv_loop_t *loop, const struct host *host, const struct ssh_defaults *defaults,
                          void (*ended)(void *context, int exit_status), void *context, struct err *err);
/* End it (SIGHUP) and take the terminal back; ended is not called. *shell is NULL afterwards; NULL is accepted. */
void shell_hang_up(struct shell **shell);

/* What is run, for shell.c and its tests. */
struct shell_command {
    char *argv[16];     /* owned, NULL-terminated; never through another shell */
    char *config;       /* owned or NULL: text for a file that ssh reads with -F; its name goes into argv[config_at] */
    size_t config_at;
    bool is_local;
};
/* defaults may be NULL. Environment: KWIZ_SSH_CONFIG, KWIZ_KNOWN_HOSTS, SHELL, HOME. ERR_INVALID when a path can't be told to ssh, or KWIZ_SSH_CONFIG can't be read. */
bool shell_command(const struct host *host, const struct ssh_defaults *defaults, struct shell_command *command, struct err *err);
void shell_command_done(struct shell_command *command);

#endif
