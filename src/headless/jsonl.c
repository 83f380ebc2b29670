#include "headless/jsonl.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/utf8.h"

void format_utc(uint64_t ms, char *out, size_t out_size)
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm tm;
    char text[24];
    gmtime_r(&seconds, &tm);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(out, out_size, "%s.%03uZ", text, (unsigned)(ms % 1000));
}

static json_t *event(const char *name, uint64_t now_ms)
{
    char time[32];
    format_utc(now_ms, time, sizeof time);
    json_t *o = json_object();
    json_object_set_new(o, "event", json_string(name));
    json_object_set_new(o, "time", json_string(time));
    return o;
}

static void set_text(json_t *o, const char *key, const char *text)
{
    if (text && *text)
        json_object_set_new(o, key, json_string(text));
}

static void set_number(json_t *o, const char *key, uint64_t number)
{
    json_object_set_new(o, key, json_integer((json_int_t)number));
}

static void set_list(json_t *o, const char *key, const struct strv *list)
{
    if (!list->count)
        return;
    json_t *array = json_array();
    for (size_t i = 0; i < list->count; i++)
        json_array_append_new(array, json_string(list->items[i]));
    json_object_set_new(o, key, array);
}

static json_t *task_event(const char *name, const struct run *run, size_t task, uint64_t now_ms)
{
    json_t *o = event(name, now_ms);
    set_text(o, "host", run->plan->hosts[run->plan->tasks[task].host].host.name);
    set_text(o, "step", run->plan->steps[run->plan->tasks[task].step].id);
    return o;
}

static void emit(struct outlet *out, json_t *o, bool can_drop)
{
    char *text = json_dumps(o, JSON_COMPACT);
    if (text) {
        size_t len = strlen(text);
        text[len] = '\n'; /* in place of the NUL: one write a line */
        outlet_write(out, text, len + 1, can_drop);
    }
    free(text);
    json_decref(o);
}

void jsonl_run(struct outlet *out, const struct run *run, const struct rundir *dir, uint64_t now_ms)
{
    json_t *o = event("run", now_ms);
    set_text(o, "run", dir->id);
    set_text(o, "folder", dir->path);
    set_text(o, "cluster", run->plan->cluster);
    set_text(o, "spell", run->plan->spell);
    set_text(o, "topology", run->plan->topology);
    set_text(o, "action", run->plan->action);
    set_number(o, "hosts", run->plan->host_count);
    set_number(o, "tasks", run->plan->task_count);
    set_list(o, "limit", &run->plan->limit);
    set_list(o, "only", &run->plan->only);
    emit(out, o, false);
}

static void set_finding(json_t *o, const struct finding *finding)
{
    if (finding->has_cause) {
        set_text(o, "cause_id", finding->cause.id);
        set_text(o, "cause", finding->cause.text);
        set_text(o, "cause_hint", finding->cause.hint);
    }
    if (finding->has_trace) {
        set_text(o, "at_file", finding->trace.path ? finding->trace.path : "library");
        set_number(o, "at_line", finding->trace.line);
    }
}

void jsonl_task(struct outlet *out, const struct run *run, size_t task, const char *log_path, const struct finding *finding, uint64_t now_ms)
{
    const struct run_task *t = &run->tasks[task];
    json_t *o = task_event("step", run, task, now_ms);
    set_text(o, "state", task_state_name(t->state));
    if (t->attempt)
        set_number(o, "attempt", t->attempt);
    if (t->how[0]) {
        json_object_set_new(o, "status", json_integer(t->status));
        set_text(o, "how", t->how);
    }
    if (t->ended_ms)
        set_number(o, "took_ms", t->ended_ms - t->started_ms);
    set_text(o, "fail", t->fail);
    set_text(o, "hint", t->hint);
    set_text(o, "warning", t->warning);
    set_text(o, "reason", t->reason);
    set_text(o, "log", log_path);
    if (finding)
        set_finding(o, finding);
    emit(out, o, false);
}

void jsonl_host(struct outlet *out, const struct run *run, size_t host, uint64_t now_ms)
{
    const struct run_host *h = &run->hosts[host];
    json_t *o = event("host", now_ms);
    set_text(o, "host", run->plan->hosts[host].host.name);
    set_text(o, "state", host_state_name(h->state));
    set_text(o, "stage", h->stage);
    set_text(o, "fault", h->fault);
    set_text(o, "detail", h->detail);
    if (h->retry_ms)
        set_number(o, "retry_at_ms", h->retry_ms);
    emit(out, o, false);
}

void jsonl_progress(struct outlet *out, const struct run *run, size_t task, uint64_t now_ms)
{
    const struct run_task *t = &run->tasks[task];
    json_t *o = task_event("progress", run, task, now_ms);
    if (t->percent >= 0)
        json_object_set_new(o, "percent", json_integer(t->percent));
    set_text(o, "text", t->progress);
    emit(out, o, true);
}

void jsonl_output(struct outlet *out, const struct run *run, size_t task, const char *bytes, size_t len, uint64_t now_ms)
{
    json_t *o = task_event("log", run, task, now_ms);
    struct buf text;
    buf_init(&text, 4 * len + 4);
    for (size_t i = 0, from = 0; i < len;) {
        uint32_t cp;
        size_t n = utf8_decode(bytes + i, len - i, &cp);
        i += n ? n : 1;
        if (n && i < len)
            continue;
        buf_add(&text, bytes + from, i - from - !n); /* what is valid, in one piece */
        if (!n)
            buf_adds(&text, "\xef\xbf\xbd");
        from = i;
    }
    json_object_set_new(o, "text", json_stringn(buf_text(&text), text.len));
    buf_done(&text);
    emit(out, o, true);
}

void jsonl_warning(struct outlet *out, const struct run *run, size_t task, const char *text, uint64_t now_ms)
{
    json_t *o = task_event("warning", run, task, now_ms);
    set_text(o, "text", text);
    emit(out, o, false);
}

void jsonl_note(struct outlet *out, uint64_t now_ms, const char *text)
{
    json_t *o = event("notice", now_ms);
    set_text(o, "text", text);
    emit(out, o, false);
}

void jsonl_summary(struct outlet *out, const struct run *run, const struct rundir *dir, int exit_status, uint64_t now_ms)
{
    json_t *o = event("summary", now_ms), *counts = json_object(), *results = json_array();
    set_text(o, "run", dir->id);
    json_object_set_new(o, "exit_status", json_integer(exit_status));
    set_number(o, "took_ms", now_ms - run->started_ms);
    for (int s = 0; s < TASK_STATE_COUNT; s++)
        set_number(counts, task_state_name((enum task_state)s), run->counts[s]);
    json_object_set_new(o, "steps", counts);
    for (size_t i = 0; i < run->result_count; i++)
        json_array_append_new(results, json_pack("{s:s,s:s,s:s}", "host",
                                                 run->plan->hosts[run->results[i].host].host.name, "key",
                                                 run->results[i].key, "value", run->results[i].value));
    json_object_set_new(o, "results", results);
    set_text(o, "folder", dir->path);
    emit(out, o, false);
}
