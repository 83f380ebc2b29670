/* Certificates in PEM: when they count, and whose key is whose. */
#ifndef KWIZ_CLI_CERTIFICATE_H
#define KWIZ_CLI_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>

#define CERTIFICATE_BYTES_MAX ((size_t)1 << 20)

enum certificate_state { CERTIFICATE_GOOD, CERTIFICATE_SOON, CERTIFICATE_EXPIRED, CERTIFICATE_EARLY, CERTIFICATE_NONE };

struct certificate_look {
    enum certificate_state state; /* the worst of all that the text holds; NONE: no certificate, or none that can be read */
    char until[32], from[32];     /* of that one: "2027-11-22 08:00 UTC"; "" with NONE */
    size_t count;
};

/* Look at all certificates of a text. soon_days: SOON when one ends within so many days. */
struct certificate_look certificate_look(const char *pem, size_t len, int soon_days);
enum certificate_key { CERTIFICATE_KEY_FITS, CERTIFICATE_KEY_OTHER, CERTIFICATE_KEY_NONE };
/* Is the private key that of the first certificate? NONE: one of the two can't be read, or the key has a passphrase. */
enum certificate_key certificate_key(const char *pem, size_t len, const char *key, size_t key_len);
/* Base64, with line ends or without, into bytes; malloc'd, NUL-terminated, *len without that. NULL when it is none. */
char *certificate_base64(const char *text, size_t *len);

#endif
