/* A short-lived child process whose output is read: checkers of scripts, commands that print a secret. */
#ifndef KWIZ_SPELL_CHILD_H
#define KWIZ_SPELL_CHILD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* Run argv (searched in PATH; NULL-terminated) with nothing on stdin and read its stdout, and stderr too if with_stderr, into out (initialised by
 * the caller: its cap is the limit, more output is an error). After limit_ms it is killed with all it started (ERR_LOCAL). *status: the exit
 * status, 128 + signal when it was killed, 127 when there is no such program. */
bool child_run(char *const argv[], uint64_t limit_ms, bool with_stderr, struct buf *out, int *status, struct err *err);

#endif
