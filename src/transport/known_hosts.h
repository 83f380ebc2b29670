/* known_hosts files, as sshd(8) describes them. libssh reads one user's file and knows neither @revoked nor
 * `!` in a list of names nor line numbers, so the lines are matched here and only the keys are left to it.
 * For the files of this folder only.
 */
#ifndef KWIZ_TRANSPORT_KNOWN_HOSTS_H
#define KWIZ_TRANSPORT_KNOWN_HOSTS_H

#include <libssh/libssh.h>

#include "base/err.h"
#include "base/strv.h"

enum known {
    KNOWN_NOT,     /* no line speaks of this host */
    KNOWN_OK,      /* a line holds this key */
    KNOWN_CHANGED, /* lines speak of this host, none holds this key (also: only keys of another type) */
    KNOWN_REVOKED, /* a line forbids this key */
};
struct known_place { /* of the line that decided; for KNOWN_CHANGED one of the same type if there is one */
    char file[256];
    unsigned line;
    char type[64];        /* of the key there */
    char fingerprint[64]; /* "SHA256:..." */
};

/* "name" or, with a port that isn't 22, "[name]:port"; lower case; malloc'd. */
char *known_hosts_name(const char *host, unsigned port);
/* Look for name in the files (those that can't be read count as empty). plain is tried as well, for KNOWN_OK
 * only, as OpenSSH does with hosts on other ports; may be NULL. place may be NULL. */
enum known known_hosts_check(const struct strv *files, const char *name, const char *plain, ssh_key key,
                             struct known_place *place);
/* Types of the keys that are known for it ("ssh-ed25519"...), added to types. */
void known_hosts_types(const struct strv *files, const char *name, const char *plain, struct strv *types);
/* Append a line, under a lock, synced; the folder and the file are made if they are missing. ERR_LOCAL. */
bool known_hosts_append(const char *path, const char *name, bool is_hashed, ssh_key key, struct err *err);

/* "SHA256:..." of a public key into out. */
void key_fingerprint(ssh_key key, char *out, size_t out_size);

/* For tests: does the field of names (patterns, negated ones, a hash) speak of name? */
bool known_hosts_field_matches(const char *field, const char *name);

#endif
