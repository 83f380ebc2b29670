/* What a look at this machine found: a list of verdicts, shown as lines or as JSON Lines. */
#ifndef KWIZ_CLI_LOOK_H
#define KWIZ_CLI_LOOK_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "spell/requirement.h"

struct look_finding {
    const char *check; /* borrowed, one word: "context" */
    enum verdict_kind kind;
    char *found;  /* owned: what is so */
    char *remedy; /* owned: what to do; "" = nothing */
    char *detail; /* owned: lines, such as what a program said; "" = nothing */
};

/* Zero-initialised is empty. */
struct look {
    struct look_finding *items; /* owned */
    size_t count;
};

/* found becomes the list's; remedy is a sentence (translated) or "". Returns the new finding, which is valid until the next one. */
struct look_finding *look_add(struct look *look, const char *check, enum verdict_kind kind, char *found, const char *remedy);
bool look_has(const struct look *look, enum verdict_kind kind);
/* Print them on stdout: is_json as events `kubeconfig`, else as lines of at most 80 columns, made printable. */
void look_show(const struct look *look, bool is_json);
/* Set a key of an event to a text made printable. */
void look_set(json_t *o, const char *key, const char *text);
void look_done(struct look *look);

#endif
