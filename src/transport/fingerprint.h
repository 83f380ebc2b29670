/* Public keys as people hand them on: fingerprints, what ssh-keygen -l prints, lines of known_hosts files and of .pub files. Pure. */
#ifndef KWIZ_TRANSPORT_FINGERPRINT_H
#define KWIZ_TRANSPORT_FINGERPRINT_H

#include <stdbool.h>
#include <stddef.h>

#define FINGERPRINTS_MAX 10000 /* what is beyond is not read */
#define FINGERPRINT_BYTES 51   /* "SHA256:", 43 characters of base64, NUL */

struct fingerprint {
    char text[FINGERPRINT_BYTES]; /* "SHA256:..." */
    char *type;  /* owned; "ssh-ed25519"; NULL: it was not said */
    char *names; /* owned; the first field of a known_hosts line; NULL: it was not said */
};

struct fingerprints {
    struct fingerprint *items; /* owned */
    size_t count;
};

/* All that is found in the text, which may be anything. */
void fingerprints_read(const char *text, size_t len, struct fingerprints *found);
void fingerprints_done(struct fingerprints *found);
/* Does it say that it belongs to this host (address or name; port 0 = 22)? */
bool fingerprint_names(const struct fingerprint *fingerprint, const char *host, unsigned port);

#endif
