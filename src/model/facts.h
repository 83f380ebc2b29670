/* What was measured on a host: a flat list of keys and values. Plain data; the bytes come from the host and are hostile until parsed. */
#ifndef KWIZ_MODEL_FACTS_H
#define KWIZ_MODEL_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define FACTS_BYTES_MAX ((size_t)256 * 1024)
#define FACTS_MAX 6000 /* of which a name of each of 1000 hosts, with some addresses */
#define FACT_KEY_MAX 200
#define FACT_VALUE_MAX 1000

struct fact {
    char *key, *value; /* owned */
};

struct facts {
    struct fact *items; /* owned, in the order received; a key may occur more than once */
    size_t count;
};

/* Parse lines `key value`; the last line must be `end 1`, so that a cut answer is not taken for a whole one. Keys: [A-Za-z0-9_.:/@+-], and neither
 * `facts` nor `end`; values: made printable, and cut after FACT_VALUE_MAX bytes of that. Lines before `facts 1` are ignored (banners). false
 * (ERR_PROTOCOL, with the line) otherwise; nothing is kept. */
bool facts_parse(const char *bytes, size_t len, struct facts *facts, struct err *err);
/* The same facts as text that facts_parse reads. out is initialised here; the caller calls buf_done. */
void facts_write(const struct facts *facts, struct buf *out);
/* The first value of key, or NULL. */
const char *facts_get(const struct facts *facts, const char *key);
/* The value of key as a number; false when it is absent or no number. */
bool facts_number(const struct facts *facts, const char *key, uint64_t *value);
/* Make it the only value of key. Both are copied; a host has at most FACTS_MAX facts, of which one is left out when there is no room. */
void facts_set(struct facts *facts, const char *key, const char *value);
void facts_done(struct facts *facts);

#endif
