/* Which of the programs that kwiz's side of a host calls are not on the host. */
#ifndef KWIZ_ENGINE_MISSING_H
#define KWIZ_ENGINE_MISSING_H

#include <stdbool.h>

#include "base/buf.h"
#include "transport/transport.h"

/* Append shell lines, for the beginning of a bootstrap, that end it with `bad` and the programs' names when some are missing. They call nothing
 * but the shell itself. */
void missing_add_check(struct buf *script);

/* The same over a channel of its own, for when not even the bootstrap arrives. found: the programs' names with spaces between them, printable, "" when all are there or
 * the host didn't say in time; called once, unless missing_free comes first. */
struct missing;
struct missing *missing_ask(uv_loop_t *loop, struct transport *transport, void (*found)(void *context, const char *names), void *context);
void missing_free(struct missing **missing);

#endif
