#include "ui/diagnosis.h"

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
