/* A TCP connection to a name: all its addresses, each started 250 ms after the one before (RFC 8305), the
 * first that answers wins. Never blocks, always ends within its limit. For the files of this folder only.
 */
#ifndef KWIZ_TRANSPORT_DIAL_H
#define KWIZ_TRANSPORT_DIAL_H

#include "transport/pool.h"

struct dial;

/* fd >= 0: connected, the caller's, non-blocking; detail is the numeric address ("10.1.4.36 port 22"). fd -1:
 * fault and detail say why. Comes once, from the loop, unless dial_cancel came first. */
typedef void dial_fn(void *context, int fd, enum transport_fault fault, const char *detail);

/* family: AF_UNSPEC, AF_INET, AF_INET6. limit_ms counts from now, name lookup included. */
struct dial *dial_start(struct transport_pool *pool, const char *name, unsigned port, int family,
                        unsigned limit_ms, dial_fn *done, void *context);
/* Drop it, no callback; accepts NULL; sets NULL. Not after done: then it is gone. */
void dial_cancel(struct dial **dial);

#endif
