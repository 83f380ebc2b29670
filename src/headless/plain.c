#include "headless/plain.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "headless/frontend.h"


void format_duration(uint64_t ms, char *out, size_t out_size)
{
    unsigned long long s = ms / 1000;
    if (s >= 3600)
        snprintf(out, out_size, "%llu:%02llu:%02llu", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(out, out_size, "%llu:%02llu", s / 60, s % 60);
}

static void begin(struct buf *line, uint64_t now_ms)
{
    time_t seconds = (time_t)(now_ms / 1000);
    struct tm tm;
    char clock[16];
    localtime_r(&seconds, &tm);
    strftime(clock, sizeof clock, "%H:%M:%S", &tm);
    buf_init(line, OUTLET_LINE_MAX);
    buf_addf(line, "%s ", clock);
}

static void write_line(struct buf *line, struct outlet *out, bool can_drop)
{
    if (!buf_adds(line, "\n")) { /* met its cap: the end of the line is cut, the line itself not lost */
        line->len -= 4;
        buf_adds(line, "...\n");
    }
    outlet_write(out, line->data, line->len, can_drop);
}

static void finish(struct buf *line, struct outlet *out, bool can_drop)
{
    write_line(line, out, can_drop);
    buf_done(line);
}

static const char *step_id(const struct run *run, size_t task)
{
    return run->plan->steps[run->plan->tasks[task].step].id;
}

static const char *host_name(const struct run *run, size_t task)
{
    return run->plan->hosts[run->plan->tasks[task].host].host.name;
}

static void add_outcome(struct buf *line, const struct run_task *t)
{
    char took[16];
    format_duration(t->ended_ms > t->started_ms ? t->ended_ms - t->started_ms : 0, took, sizeof took);
    buf_addf(line, _(" after %s"), took);
}

static void add_failure(struct buf *line, const struct run_task *t, const char *log_path)
{
    if (strcmp(t->how, "timeout") == 0)
        buf_adds(line, _(": ran into its time limit"));
    else if (t->how[0])
        buf_addf(line, _(": exit status %d"), t->status);
    add_outcome(line, t);
    if (t->fail[0])
        buf_addf(line, ". %s", t->fail);
    else if (t->reason[0])
        buf_addf(line, ". %s", t->reason);
    if (t->hint[0])
        buf_addf(line, _(". What to do: %s"), t->hint);
    if (log_path)
        buf_addf(line, _(". Log: %s"), log_path);
}

void plain_task(struct outlet *out, const struct run *run, size_t task, const char *log_path, uint64_t now_ms)
{
    const struct run_task *t = &run->tasks[task];
    struct buf line;
    begin(&line, now_ms);
    buf_addf(&line, "%s %s: %s", host_name(run, task), step_id(run, task), task_state_name(t->state));
    switch (t->state) {
    case TASK_OK:
    case TASK_UNCHANGED:
        add_outcome(&line, t);
        break;
    case TASK_WARNED:
        add_outcome(&line, t);
        buf_addf(&line, ". %s", t->warning);
        break;
    case TASK_FAILED:
        add_failure(&line, t, log_path);
        break;
    case TASK_RUNNING:
        if (t->attempt > 1)
            buf_addf(&line, _(", attempt %u"), t->attempt);
        break;
    case TASK_PENDING:
    case TASK_SKIPPED:
    case TASK_LOST:
    case TASK_CANCELLED:
    case TASK_ASKS:
        if (t->reason[0])
            buf_addf(&line, ": %s", t->reason);
        break;
    }
    finish(&line, out, false);
}

void plain_finding(struct outlet *out, const struct run *run, size_t task, const struct finding *finding, uint64_t now_ms)
{
    const struct trace *trace = &finding->trace;
    struct buf line;
    if (finding->has_trace) {
        begin(&line, now_ms);
        buf_addf(&line, "%s %s: ", host_name(run, task), step_id(run, task));
        if (trace->path)
            buf_addf(&line, _("at %s line %zu: %s"), trace->path, trace->line, trace->code);
        else
            buf_addf(&line, _("at line %zu of the spell's library: %s"), trace->line, trace->code);
        finish(&line, out, false);
    }
    if (!finding->has_cause)
        return;
    begin(&line, now_ms);
    buf_addf(&line, _("%s %s: likely cause: %s"), host_name(run, task), step_id(run, task), finding->cause.text);
    if (*finding->cause.hint)
        buf_addf(&line, _(". What to do: %s"), finding->cause.hint);
    finish(&line, out, false);
}

void plain_host(struct outlet *out, const struct run *run, size_t host, uint64_t now_ms)
{
    const struct run_host *h = &run->hosts[host];
    struct buf line;
    begin(&line, now_ms);
    buf_addf(&line, "%s: %s", run->plan->hosts[host].host.name, host_state_name(h->state));
    if ((h->state == HOST_FAILED || h->state == HOST_LOST) && h->detail[0])
        buf_addf(&line, " (%s): %s", h->fault, h->detail);
    if (h->state == HOST_LOST && h->retry_ms > now_ms)
        buf_addf(&line, _("; trying again in %llu s"), (unsigned long long)(h->retry_ms - now_ms + 999) / 1000);
    finish(&line, out, false);
}

void plain_progress(struct outlet *out, const struct run *run, size_t task, uint64_t now_ms)
{
    const struct run_task *t = &run->tasks[task];
    struct buf line;
    begin(&line, now_ms);
    buf_addf(&line, "%s %s:", host_name(run, task), step_id(run, task));
    if (t->percent >= 0)
        buf_addf(&line, " %d%%", t->percent);
    if (t->progress[0])
        buf_addf(&line, " %s", t->progress);
    finish(&line, out, true);
}

void plain_output(struct outlet *out, const struct run *run, size_t task, const char *text, size_t len)
{
    struct buf *line = outlet_line(out);
    buf_adds(line, host_name(run, task)); /* not formatted: this is done for millions of lines */
    buf_adds(line, " ");
    buf_adds(line, step_id(run, task));
    buf_adds(line, " | ");
    /* a bar redrawn by carriage returns: its last state is the line */
    while (len && text[len - 1] == '\r')
        len--;
    const char *last = len ? memrchr(text, '\r', len) : NULL;
    if (last) {
        len -= (size_t)(last + 1 - text);
        text = last + 1;
    }
    utf8_printable(text, len, line);
    write_line(line, out, true);
}

void plain_note(struct outlet *out, uint64_t now_ms, const char *text)
{
    struct buf line;
    begin(&line, now_ms);
    buf_addf(&line, "kwiz: %s", text);
    finish(&line, out, false);
}
