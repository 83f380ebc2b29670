/* One question at a time on the operator's terminal, without holding up the loop: hosts that need no answer go on. */
#ifndef KWIZ_HEADLESS_PROMPT_H
#define KWIZ_HEADLESS_PROMPT_H

#include <stdbool.h>

#include <uv.h>

#include "base/secret.h"

struct prompt;

/* Can questions be asked? (There is a terminal, /dev/tty can be opened.) */
bool prompt_possible(void);
/* Ask text (printable, without newline) on /dev/tty. The answer (without its newline; NULL for end of file, ^C, SIGTERM, SIGHUP or no answer in limit_ms) is
 * given once to answered, from the loop; the prompt frees itself afterwards. With echo off nothing of the answer is shown. NULL if there is no
 * terminal. */
struct prompt *prompt_ask(uv_loop_t *loop, const char *text, bool echo, unsigned limit_ms,
                          void (*answered)(void *context, const struct secret *answer), void *context);
/* Take the question back; answered is not called. */
void prompt_cancel(struct prompt **prompt);

#endif
