/* A secret: bytes that are zeroed when freed and that no formatting function knows of. */
#ifndef KWIZ_BASE_SECRET_H
#define KWIZ_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

struct secret; /* opaque, so that it can't be printed by accident */

/* A copy of the bytes. */
struct secret *secret_new(const void *bytes, size_t len);
struct secret *secret_copy(const struct secret *secret);
/* The bytes, NUL-terminated for C interfaces that need it; valid while the secret lives. Pass them on to the channel or library that needs
 * them, and nowhere else. */
const char *secret_bytes(const struct secret *secret);
size_t secret_len(const struct secret *secret);
void secret_free(struct secret **secret);

/* The text with the user and password of every URL in it as "***", for messages that quote what somebody wrote. The caller frees it. */
char *secret_hide_logins(const char *text);

#endif
