/* A program in the foreground of the operator's terminal (descriptors 0 to 2) while the loop goes on. */
#ifndef KWIZ_CLI_FOREGROUND_H
#define KWIZ_CLI_FOREGROUND_H

#include <stdbool.h>

#include <uv.h>

#include "base/err.h"

struct foreground;

/* argv (NULL-terminated) is found in PATH and run in a process group of its own; ^C, ^Z and changes of size are its alone, and it is continued when it stops
 * itself. The caller has given the terminal back to its usual modes before, and takes it again in ended, which is called once, from the loop, with the
 * terminal's modes as they were: exit_status is 128 + signal when it was killed. NULL with err set (ERR_LOCAL): it could not be started. */
struct foreground *foreground_start(uv_loop_t *loop, char *const *argv, void (*ended)(void *context, int exit_status, bool is_killed), void *context,
                                    struct err *err);
/* End it (SIGHUP) and take the terminal back; ended is not called. *foreground is NULL afterwards; NULL is accepted. */
void foreground_hang_up(struct foreground **foreground);

#endif
