/* How long a run will still take, by what it has shown so far. Pure. */
#ifndef KWIZ_MODEL_REMAINING_H
#define KWIZ_MODEL_REMAINING_H

#include <stdbool.h>
#include <stdint.h>

#include "model/run.h"

/* Milliseconds until nothing is left that can run. A task is taken to last as long as its step did on other hosts, or as its progress says; a
 * step that has not run anywhere as long as the others did in proportion to their limits. What waits for something that failed does not
 * count. false, and nothing is said: the run is over, paused or stopping, or has shown too little. */
bool remaining_ms(const struct run *run, uint64_t now_ms, uint64_t *left_ms);

#endif
