/* Narrowing a plan to some hosts and some steps (--limit, --only). What is left out is taken as done: nothing looks whether it is. */
#ifndef KWIZ_SPELL_PLAN_NARROW_H
#define KWIZ_SPELL_PLAN_NARROW_H

#include <stdbool.h>

#include "base/err.h"
#include "base/strv.h"
#include "model/host.h"

struct narrowing {
    struct strv limit; /* names of hosts, shell patterns of them, or roles; empty = all hosts */
    struct strv only;  /* ids of steps, or shell patterns of them; empty = all steps */
};

/* Add the words of a list with commas. */
void narrowing_add(struct strv *words, const char *list);
void narrowing_done(struct narrowing *narrowing);

/* For plan_make. */
struct spell;
struct graph;
struct plan;
/* Take what was not chosen out of the graph. Needs lead through what was taken out. Hosts that had tasks and have none left, and those outside
 * the limit, are marked in left_out (one a host, false at first); what tasks that are left need directly, or get values and secrets from, is added
 * to plan's gaps. false after adding errors (ERR_USAGE): a word that means nothing, nothing left. */
bool narrow(const struct narrowing *narrowing, const struct spell *spell, const struct fleet *fleet, struct graph *graph, bool *left_out,
            struct plan *plan, struct err_list *errors);

#endif
