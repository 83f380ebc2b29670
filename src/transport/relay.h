/* Moves bytes between a descriptor and a forward channel of a connection, either way bounded. For the files
 * of this folder only. */
#ifndef KWIZ_TRANSPORT_RELAY_H
#define KWIZ_TRANSPORT_RELAY_H

struct relay;
struct ssh;

/* Begin; *fd is the caller's end. NULL with errno: no descriptor left. */
struct relay *relay_new(struct ssh *ssh, const char *address, unsigned port, int *fd);
/* Why it ended, or NULL: printable, lives as long as the relay. */
const char *relay_why(const struct relay *relay);
/* End it; accepts NULL; sets NULL. Must come before its connection is freed. */
void relay_free(struct relay **relay);

#endif
