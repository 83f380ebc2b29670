#include "headless/frontend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "headless/jsonl.h"
#include "headless/plain.h"

/* A line of output longer than this is shown in pieces; the log has it whole. */
#define PIECE_MAX_BYTES 4096
/* Progress of a task is printed at most this often where it can't be redrawn. */
#define PROGRESS_EVERY_MS 2000

struct pending_line {
    struct buf text; /* output of a task that has no newline yet */
    uint64_t progress_ms;
    int percent;
    uint64_t dropped_lines;
    enum task_state shown; /* as printed last, with its attempt */
    unsigned shown_attempt;
};

struct host_shown {
    enum host_state state;
    char fault[RUN_FAULT_MAX];
};

struct frontend {
    struct outlet *out;
    bool is_json;
    const struct runner *runner;
    const struct rundir *dir;
    struct pending_line *lines; /* one a task */
    struct host_shown *hosts;   /* as shown last */
    struct runner_observer observer;
};

static uint64_t now_ms(void)
{
    struct timeval tv;
    gettimeofday(&tv, NULL);
    return (uint64_t)tv.tv_sec * 1000 + (uint64_t)tv.tv_usec / 1000;
}

static void show_line(struct frontend *f, size_t task, const char *line, size_t len)
{
    if (f->is_json)
        jsonl_output(f->out, runner_state(f->runner), task, line, len, now_ms());
    else
        plain_output(f->out, runner_state(f->runner), task, line, len);
}

static void flush_line(struct frontend *f, size_t task)
{
    struct buf *text = &f->lines[task].text;
    if (text->len)
        show_line(f, task, text->data, text->len);
    buf_clear(text);
}

static void on_output(void *context, size_t task, const char *bytes, size_t len)
{
    struct frontend *f = context;
    struct buf *text = &f->lines[task].text;
    outlet_cork(f->out);
    while (len) {
        const char *newline = memchr(bytes, '\n', len);
        size_t n = newline ? (size_t)(newline - bytes) : len;
        if (n > PIECE_MAX_BYTES - text->len)
            n = PIECE_MAX_BYTES - text->len;
        bool is_whole = newline && bytes + n == newline;
        if (is_whole && !text->len) {
            show_line(f, task, bytes, n);
        } else {
            buf_add(text, bytes, n);
            if (is_whole || text->len == PIECE_MAX_BYTES) {
                if (text->len)
                    flush_line(f, task);
                else
                    show_line(f, task, "", 0);
            }
        }
        bytes += n + is_whole;
        len -= n + is_whole;
    }
    outlet_uncork(f->out);
}

static void on_task(void *context, size_t task)
{
    struct frontend *f = context;
    const struct run *run = runner_state(f->runner);
    const struct run_task *t = &run->tasks[task];
    if (t->state != TASK_RUNNING && t->state != TASK_LOST)
        flush_line(f, task);
    if (t->state == f->lines[task].shown && t->attempt == f->lines[task].shown_attempt)
        return; /* another reason to wait is no change of state */
    f->lines[task].shown = t->state;
    f->lines[task].shown_attempt = t->attempt;
    char *log = t->state == TASK_FAILED || t->state == TASK_ASKS ? runner_log_path(f->runner, task) : NULL;
    struct finding finding;
    finding_make(run, task, log, &finding);
    if (f->is_json) {
        jsonl_task(f->out, run, task, log, &finding, now_ms());
    } else {
        plain_task(f->out, run, task, log, now_ms());
        plain_finding(f->out, run, task, &finding, now_ms());
    }
    free(log);
}

static void on_progress(void *context, size_t task)
{
    struct frontend *f = context;
    const struct run *run = runner_state(f->runner);
    struct pending_line *line = &f->lines[task];
    uint64_t now = now_ms();
    if (!f->is_json && now - line->progress_ms < PROGRESS_EVERY_MS && run->tasks[task].percent < line->percent + 10)
        return;
    line->progress_ms = now;
    line->percent = run->tasks[task].percent;
    if (f->is_json)
        jsonl_progress(f->out, run, task, now);
    else
        plain_progress(f->out, run, task, now);
}

static void on_host(void *context, size_t host)
{
    struct frontend *f = context;
    const struct run *run = runner_state(f->runner);
    if (run->plan->hosts[host].is_left_out)
        return;
    if (f->is_json) {
        jsonl_host(f->out, run, host, now_ms());
        return;
    }
    struct host_shown *shown = &f->hosts[host];
    const struct run_host *h = &run->hosts[host];
    /* A new stage is nothing to tell, but another reason why a host stays lost is: first the connection broke, then the host turns out to be off. */
    bool has_reason = h->state == HOST_LOST && *h->fault && strcmp(shown->fault, h->fault) != 0;
    if (shown->state != h->state || has_reason) {
        plain_host(f->out, run, host, now_ms());
        snprintf(shown->fault, sizeof shown->fault, "%s", h->fault);
    }
    shown->state = h->state;
}

static void on_warning(void *context, size_t task, const char *text)
{
    struct frontend *f = context;
    const struct run *run = runner_state(f->runner);
    if (f->is_json) {
        jsonl_warning(f->out, run, task, text, now_ms());
        return;
    }
    char *line = mem_printf(_("%s %s warns: %s"), run->plan->hosts[run->plan->tasks[task].host].host.name,
                            run->plan->steps[run->plan->tasks[task].step].id, text);
    plain_note(f->out, now_ms(), line);
    free(line);
}

void frontend_notice(struct frontend *f, const char *text)
{
    if (f->is_json)
        jsonl_note(f->out, now_ms(), text);
    else
        plain_note(f->out, now_ms(), text);
}

static void on_notice(void *context, const char *text)
{
    frontend_notice(context, text);
}

struct frontend *frontend_new(struct outlet *out, bool is_json)
{
    struct frontend *f = mem_new(1, sizeof *f);
    f->out = out;
    f->is_json = is_json;
    f->observer = (struct runner_observer){
        .task = on_task,
        .progress = on_progress,
        .host = on_host,
        .output = on_output,
        .warning = on_warning,
        .notice = on_notice,
    };
    return f;
}

const struct runner_observer *frontend_observer(const struct frontend *f)
{
    return &f->observer;
}

void frontend_set_runner(struct frontend *f, const struct runner *runner, const struct rundir *dir)
{
    const struct run *run = runner_state(runner);
    f->runner = runner;
    f->dir = dir;
    f->lines = mem_new(run->plan->task_count, sizeof *f->lines);
    f->hosts = mem_new(run->plan->host_count, sizeof *f->hosts);
    for (size_t i = 0; i < run->plan->task_count; i++) {
        buf_init(&f->lines[i].text, PIECE_MAX_BYTES);
        f->lines[i].percent = -100;
        f->lines[i].shown = run->tasks[i].state;
        f->lines[i].shown_attempt = run->tasks[i].attempt;
    }
}

void frontend_begin(struct frontend *f)
{
    const struct run *run = runner_state(f->runner);
    if (f->is_json) {
        jsonl_run(f->out, run, f->dir, now_ms());
        return;
    }
    size_t selected = 0;
    for (size_t i = 0; i < run->plan->host_count; i++)
        selected += !run->plan->hosts[i].is_left_out;
    char *hosts = mem_printf(ngettext("%zu host", "%zu hosts", selected), selected);
    char *tasks = mem_printf(ngettext("%zu task", "%zu tasks", run->plan->task_count), run->plan->task_count);
    char *line = mem_printf(_("run %s: %s %s, topology %s, cluster %s, %s, %s; everything is kept in %s"), f->dir->id, run->plan->action,
                            run->plan->spell, run->plan->topology, run->plan->cluster ? run->plan->cluster : "-", hosts, tasks,
                            f->dir->path);
    plain_note(f->out, now_ms(), line);
    free(hosts);
    free(tasks);
    free(line);
}

void frontend_summary(struct frontend *f, int exit_status)
{
    jsonl_summary(f->out, runner_state(f->runner), f->dir, exit_status, now_ms());
}

void frontend_free(struct frontend **frontend)
{
    struct frontend *f = *frontend;
    if (!f)
        return;
    if (f->lines)
        for (size_t i = 0; i < runner_state(f->runner)->plan->task_count; i++)
            buf_done(&f->lines[i].text);
    free(f->lines);
    free(f->hosts);
    free(f);
    *frontend = NULL;
}
