#include "headless/finding.h"

#include "base/file.h"

void finding_make(const struct run *run, size_t task, const char *log_path, struct finding *finding)
{
    const struct run_task *t = &run->tasks[task];
    struct buf output;
    struct err err = ERR_INIT;
    *finding = (struct finding){0};
    if (t->state != TASK_FAILED)
        return;
    buf_init(&output, CAUSE_OUTPUT_BYTES);
    if (log_path && !file_read_end(log_path, CAUSE_OUTPUT_BYTES, &output, &err))
        buf_clear(&output);
    finding->has_cause = cause_find(buf_text(&output), output.len, t->status, t->how, &finding->cause);
    finding->has_trace = trace_find(&run->plan->steps[run->plan->tasks[task].step], buf_text(&output), output.len, &finding->trace);
    buf_done(&output);
}
