/* Private to plan_make.c: which steps run where, and what waits for what, as numbers. */
#ifndef KWIZ_SPELL_PLAN_GRAPH_H
#define KWIZ_SPELL_PLAN_GRAPH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "spell/spell.h"

#define PLAN_NEEDS_MAX ((size_t)8 * 1000 * 1000) /* of all tasks together; about 64 MB */

struct graph_task {
    size_t step, host; /* indices into the spell's steps and the fleet */
    size_t *needs;     /* owned: indices of tasks */
    size_t need_count;
    bool is_undo; /* it takes back what the step did */
};

struct graph {
    struct graph_task *tasks; /* owned; each behind those it needs */
    size_t count;
    size_t need_count; /* of all tasks */
};

/* runs[step * host_count + host]: does the step run there? false (ERR_INVALID) when there would be too many needs. */
bool graph_make(const struct spell *spell, const bool *runs, size_t host_count, struct graph *graph, struct err *err);
/* The graph of taking back: tasks whose step has an undo, each waiting for all that needed it, also through tasks without undo. */
bool graph_reverse(const struct spell *spell, const struct graph *from, struct graph *to, struct err *err);
/* Put the taking back of leaving hosts (undo, which is emptied) into the graph of an action: behind its steps, but before those that need `undo`. */
void graph_join(const struct spell *spell, struct graph *action, struct graph *undo);
void graph_done(struct graph *graph);

#endif
