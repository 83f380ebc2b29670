/* Networks and addresses of IPv4 and IPv6 as numbers, to see whether they meet. */
#ifndef KWIZ_SPELL_NETWORK_H
#define KWIZ_SPELL_NETWORK_H

#include <stdbool.h>

struct network {
    bool is_v6;
    unsigned char bytes[16]; /* in network order; IPv4 in the first four; host bits are 0 */
    unsigned prefix;         /* 0 to 32, or to 128 */
};

#define NETWORK_TEXT_MAX 64

/* "10.0.0.0/8", or an address, which is a network of one. IPv6 addresses that stand for IPv4 ones (::ffff:10.0.0.1) are these. Host bits are cleared. false: it is
 * neither, but perhaps a name. */
bool network_parse(const char *text, struct network *network);
/* Is all of inner in outer? Of the same family only. */
bool network_holds(const struct network *outer, const struct network *inner);
/* Does any address belong to both? */
bool network_overlap(const struct network *a, const struct network *b);
/* "10.0.0.0/8". out holds NETWORK_TEXT_MAX. Returns out. */
const char *network_text(const struct network *network, char *out);
/* A private network, of the same family and size as `like` (or of a /16 where that is larger; IPv6: /48), that is_free says of that it meets nothing. false when there is
 * none among those that are tried. */
bool network_suggest(const struct network *like, bool (*is_free)(const void *context, const struct network *network), const void *context,
                     struct network *found);

#endif
