/* What the end of a failed task's log tells: the line of the script, and a likely cause. Kept until the log has changed. */
#ifndef KWIZ_UI_DIAGNOSIS_H
#define KWIZ_UI_DIAGNOSIS_H

#include "model/cause.h"
#include "model/trace.h"
#include "ui/tail.h"
#include "ui/view.h"

/* Zero-initialised is empty; nothing has to be freed. */
struct diagnosis {
    size_t task;
    uint64_t size; /* of the log, as last looked at */
    uint64_t id;   /* of the attempt */
    bool is_made, has_cause, has_trace;
    struct cause cause;
    struct trace trace;
};

/* tail: has looked at the same task. Says nothing about a task that neither failed nor asks. */
void diagnosis_look(struct diagnosis *diagnosis, const struct view *view, const struct tail *tail);
/* What to do about it: what the step said, else what helps against the likely cause. Empty when nothing is known. */
void diagnosis_advice(const struct diagnosis *diagnosis, const struct run_task *task, struct buf *out);
/* "steps/runtime.sh line 42: apt-get install"; only when has_trace. */
void diagnosis_place(const struct diagnosis *diagnosis, struct buf *out);

#endif
