/* Jump hosts: a connection that others lead through, shared by all that name the same chain, and dropped when
 * the last of them has gone. Each inner connection gets one end of a socket pair; a relay moves bytes between
 * the other end and a forward channel, holding at most a few hundred kilobytes either way. For the files of
 * this folder only.
 */
#ifndef KWIZ_TRANSPORT_JUMP_H
#define KWIZ_TRANSPORT_JUMP_H

#include "transport/pool.h"

struct ssh;
struct jump_use;

/* Lead through chain ("user@host:port[,...]"; the last one is the nearest to the target). NULL with detail
 * (to be freed) set when the chain can't be read. The uses of ssh that come later: jump_is_up says whether it
 * may go on (ssh_kick comes), ssh_fail is called with FAULT_JUMP when the chain fails or falls. */
struct jump_use *jump_begin(struct ssh *ssh, const char *chain, char **detail);
bool jump_is_up(const struct jump_use *use);
/* Open the way to address:port through it: a descriptor, at once; what can't be passed on shows as its end.
 * -1: out of descriptors. */
int jump_open(struct jump_use *use, const char *address, unsigned port);
/* Why the way ended, or NULL. */
const char *jump_why(const struct jump_use *use);
/* Let go; accepts NULL; sets NULL. */
void jump_end(struct jump_use **use);

/* For tests: one hop "user@host:port", IPv6 in brackets. Strings are malloc'd; user may be NULL, port 0. */
bool jump_parse(const char *hop, size_t len, char **user, char **host, unsigned *port);

#endif
