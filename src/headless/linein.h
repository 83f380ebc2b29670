/* Lines from standard input, be it a terminal, a pipe or a file, without holding up the loop. A line is handed over only when one is wanted: what comes
 * earlier out of a pipe waits there. */
#ifndef KWIZ_HEADLESS_LINEIN_H
#define KWIZ_HEADLESS_LINEIN_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

#include "base/err.h"

#define LINEIN_LINE_MAX ((size_t)65536) /* bytes */

struct linein;

enum linein_kind {
    LINEIN_TEXT,     /* valid UTF-8 without control characters (a tab is one blank); a secret: any bytes but NUL */
    LINEIN_TOO_LONG, /* more than LINEIN_LINE_MAX bytes; they are gone */
    LINEIN_BAD,      /* holds what no answer holds; it is gone */
    LINEIN_END,      /* of input; said again whenever a line is wanted */
};

struct linein_line {
    enum linein_kind kind;
    const char *text;    /* LINEIN_TEXT: NUL-terminated, without its newline; valid during the call */
    size_t len;          /* bytes */
    size_t bad_at;       /* LINEIN_BAD: which byte, from 1 */
    unsigned char bad;   /* and its value */
};

enum linein_wish {
    LINEIN_NOTHING,
    LINEIN_LINE,
    LINEIN_SECRET, /* a terminal does not show it; what was typed ahead there is dropped first */
};

/* Read from the descriptor, which stays the caller's. loop must outlive it. got is called in the loop, at most one line a turn; nothing is wanted any more
 * then. ERR_LOCAL when the descriptor can't be read. */
struct linein *linein_new(uv_loop_t *loop, int fd, void (*got)(void *context, const struct linein_line *line), void *context, struct err *err);
bool linein_is_terminal(const struct linein *in);
/* What to hand over next. When no secret is wanted, a terminal has its echo back. */
void linein_want(struct linein *in, enum linein_wish wish);
/* Drop what was typed ahead on a terminal: it was meant for another question. From a pipe nothing is dropped. */
void linein_drop(struct linein *in);
/* The terminal is as it was; got is not called any more. Handles close in the loop. */
void linein_free(struct linein **in);

#endif
