/* What the end of a failed task's log tells: a likely cause, and the line of the script. */
#ifndef KWIZ_HEADLESS_FINDING_H
#define KWIZ_HEADLESS_FINDING_H

#include "model/cause.h"
#include "model/run.h"
#include "model/trace.h"

struct finding {
    bool has_cause, has_trace;
    struct cause cause;
    struct trace trace; /* points into the plan */
};

/* log_path NULL or unreadable: only the exit status is looked at. Nothing is found for a task that did not fail. */
void finding_make(const struct run *run, size_t task, const char *log_path, struct finding *finding);

#endif
