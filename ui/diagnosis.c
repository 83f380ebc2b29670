#include "ui/diagnosis.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"

void diagnosis_look(struct diagnosis *d, const struct view *view, const struct tail *tail)
{
    const struct run_task *t = tail->task == NO_TASK ? NULL : &view->run->tasks[tail->task];
    uint64_t size = tail->reader ? log_reader_size(tail->reader) : 0;
    if (!t || (t->state != TASK_FAILED && t->state != TASK_ASKS)) {
        *d = (struct diagnosis){0};
        return;
    }
    if (d->is_made && d->task == tail->task && d->size == size && d->id == t->id)
        return;
    *d = (struct diagnosis){.is_made = true, .task = tail->task, .size = size, .id = t->id};
    struct buf output;
    struct err err = ERR_INIT;
    buf_init(&output, CAUSE_OUTPUT_BYTES);
    if (tail->reader && !file_read_end(log_reader_path(tail->reader), CAUSE_OUTPUT_BYTES, &output, &err))
        buf_clear(&output); /* the exit status may tell on its own */
    d->has_cause = cause_find(buf_text(&output), output.len, t->status, t->how, &d->cause);
    d->has_trace = trace_find(&view->run->plan->steps[view->run->plan->tasks[tail->task].step], buf_text(&output), output.len, &d->trace);
    buf_done(&output);
}

/* Did the step say why? Else the engine put how it ended there, which says less than a likely cause. */
static bool says_why(const struct run_task *task)
{
    char plain[RUN_TEXT_MAX];
    snprintf(plain, sizeof plain, _("ended with status %d"), task->status);
    if (strcmp(plain, task->fail) == 0)
        return false;
    snprintf(plain, sizeof plain, _("ended with status %d (signal %d)"), task->status, task->status - 128);
    return *task->fail && strcmp(plain, task->fail) != 0;
}

void diagnosis_cause(const struct diagnosis *d, const struct run_task *task, struct buf *out)
{
    if (d->has_cause && !says_why(task))
        buf_addf(out, _("likely: %s"), d->cause.text);
    else
        buf_adds(out, *task->fail ? task->fail : task->reason);
}

void diagnosis_advice(const struct diagnosis *d, const struct run_task *task, struct buf *out)
{
    buf_adds(out, *task->hint ? task->hint : d->has_cause ? d->cause.hint : "");
}

void diagnosis_place(const struct diagnosis *d, struct buf *out)
{
    if (d->trace.path)
        buf_addf(out, _("%s line %zu: %s"), d->trace.path, d->trace.line, d->trace.code);
    else
        buf_addf(out, _("line %zu of the spell's library: %s"), d->trace.line, d->trace.code);
}
