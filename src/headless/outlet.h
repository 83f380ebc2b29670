/* Standard output without waiting for whoever reads it. A reader that stops (a paused pipe, a terminal on hold) must not hold up hosts: lines
 * that matter are queued, output of steps is left out beyond a limit and counted, since it is in the logs anyway. */
#ifndef KWIZ_HEADLESS_OUTLET_H
#define KWIZ_HEADLESS_OUTLET_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

#include "base/buf.h"

struct outlet;

/* For the descriptor (1 or 2). loop must outlive it. */
struct outlet *outlet_new(uv_loop_t *loop, int fd);
/* Queue bytes (copied). What may be lost (can_drop) is dropped while more than OUTLET_QUEUE_MAX bytes wait; false then. */
#define OUTLET_QUEUE_MAX (4U << 20)
bool outlet_write(struct outlet *outlet, const char *bytes, size_t len, bool can_drop);
/* An empty buffer of at most OUTLET_LINE_MAX bytes to make a line in, for millions of lines: it keeps its memory. Valid until the next call. */
#define OUTLET_LINE_MAX ((size_t)16384)
struct buf *outlet_line(struct outlet *outlet);
/* Until outlet_uncork, what can be dropped is gathered and written in larger pieces; the order is kept. */
void outlet_cork(struct outlet *outlet);
void outlet_uncork(struct outlet *outlet);
/* Did writing fail (reader gone, disk full)? errno of the first failure, 0 if none. Everything after it is swallowed. */
int outlet_error(const struct outlet *outlet);
/* Run the loop until all is written, at most limit_ms, then close. */
void outlet_free(struct outlet **outlet, unsigned limit_ms);

#endif
