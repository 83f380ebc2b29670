/* Shared by what collects probes and the measures that want them. */
#ifndef KWIZ_SPELL_PROBE_PARTS_H
#define KWIZ_SPELL_PROBE_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strv.h"
#include "spell/requirement_parts.h"

enum probe_kind {
    PROBE_FSYNC,   /* PATH; tells fsync:PATH */
    PROBE_FETCH,   /* NAME,URL,WAY,TRUST (fetch_target.h); fetch:NAME */
    PROBE_ADDRESS, /* ADDRESS; address:ADDRESS */
    PROBE_PEER,    /* HOST,ADDRESS; pmtu:HOST */
};
#define PROBE_KINDS 4
#define PROBE_WORDS_MAX 32 /* of a kind, on one host */

struct probing {
    struct strv keys, words[PROBE_KINDS];
    const char *http_proxy, *https_proxy; /* borrowed: of fetches whose WAY is proxy; NULL = none */
};

/* Have this tried; key: the fact that is told then. The same key is asked for once. What has characters in it that may mean something to a shell, or is one
 * too many, is left out. */
void probe_want(struct probing *probing, enum probe_kind kind, const char *key, const char *word);
/* What stands behind "unknown " in a fact, as a reason for people; value NULL: the host did not say. NULL: the value tells something. Translated; may
 * point into value. */
const char *probe_unknown(const char *value);
/* Whole numbers of at most 9 digits with one blank between them: how many, at most `max`, or 0 where the text is anything else. */
size_t probe_numbers(const char *text, uint64_t *numbers, size_t max);

#endif
