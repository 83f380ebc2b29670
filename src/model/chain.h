/* The longest chain of a run that is over: tasks that waited for one another, and so made it last as long as it did. Pure. */
#ifndef KWIZ_MODEL_CHAIN_H
#define KWIZ_MODEL_CHAIN_H

#include <stddef.h>
#include <stdint.h>

#include "model/run.h"

struct chain {
    size_t *tasks; /* owned: indices into the plan's tasks, the first one first */
    size_t count;  /* 0: no task has ended */
    uint64_t ms;   /* how long they took together */
};

/* How long a task took at its last try; 0: it did not run, was skipped, or has not ended. */
uint64_t chain_task_ms(const struct run *run, size_t task);

/* A task is behind those it needs, and behind one of its step that had to end first where so many hosts may not have it at once. What a run waited for besides
 * (hosts that boot, an operator, a kwiz that was not there) is in no chain. */
void chain_find(const struct run *run, struct chain *chain);
void chain_done(struct chain *chain);

#endif
