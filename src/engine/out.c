#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "engine/engine_state.h"
#include "engine/timers.h"

const char *effect_kind_name(enum effect_kind kind)
{
    static const char *const names[EFFECT_KIND_COUNT] = {
        "journal", "connect", "follow", "go",   "send",         "abort",        "audit",       "fetch-secret", "release",
        "quit",    "drop",    "wake",   "task", "host-changed", "run-changed", "ask", "notice", "ended"};
    return names[kind];
}

const char *outcome_name(enum outcome outcome)
{
    static const char *const names[] = {"ok", "failed", "interrupted", "local"};
    return names[outcome];
}

struct effect *out_add(struct engine *e, enum effect_kind kind)
{
    e->effects = mem_grow(e->effects, e->effect_count + 1, sizeof *e->effects);
    struct effect *effect = &e->effects[e->effect_count++];
    *effect = (struct effect){.kind = kind, .host = NO_HOST, .task = NO_TASK};
    return effect;
}

struct effect *out_host(struct engine *e, enum effect_kind kind, size_t host)
{
    struct effect *effect = out_add(e, kind);
    effect->host = host;
    effect->generation = e->hosts[host].generation;
    return effect;
}

struct effect *out_task(struct engine *e, enum effect_kind kind, size_t task)
{
    struct effect *effect = out_host(e, kind, e->plan->tasks[task].host);
    effect->task = task;
    effect->id = e->run->tasks[task].id;
    return effect;
}

void out_notice(struct engine *e, size_t host, size_t task, const char *format, ...)
{
    char *text = NULL;
    va_list ap;
    va_start(ap, format);
    if (vasprintf(&text, format, ap) < 0)
        text = mem_strdup("");
    va_end(ap);
    e->texts = mem_grow(e->texts, e->text_count + 1, sizeof *e->texts);
    e->texts[e->text_count++] = text;
    struct effect *effect = out_add(e, EFFECT_NOTICE);
    effect->host = host;
    effect->task = task;
    effect->text = text;
}

void out_task_changed(struct engine *e, size_t task)
{
    if (e->task_marked[task])
        return;
    e->task_marked[task] = true;
    e->marked_tasks[e->marked_task_count++] = task;
}

void out_host_changed(struct engine *e, size_t host)
{
    if (e->host_marked[host])
        return;
    e->host_marked[host] = true;
    e->marked_hosts[e->marked_host_count++] = host;
}

void out_begin(struct engine *e)
{
    for (size_t i = 0; i < e->text_count; i++)
        free(e->texts[i]);
    e->text_count = e->effect_count = 0;
    e->is_touched = e->is_sync = e->is_ending = false;
    out_add(e, EFFECT_JOURNAL); /* its place; out_end drops it when nothing is to be written */
}

void out_end(struct engine *e, bool is_journaled)
{
    uint64_t next = e->run->state == RUN_ENDED && !e->is_closing ? 0 : timers_next(e->timers);
    if (next != e->wake_ms) {
        e->wake_ms = next;
        out_add(e, EFFECT_WAKE)->at_ms = next;
    }
    for (size_t i = 0; i < e->marked_task_count; i++) {
        out_task(e, EFFECT_TASK_CHANGED, e->marked_tasks[i]);
        e->task_marked[e->marked_tasks[i]] = false;
    }
    for (size_t i = 0; i < e->marked_host_count; i++) {
        out_host(e, EFFECT_HOST_CHANGED, e->marked_hosts[i]);
        e->host_marked[e->marked_hosts[i]] = false;
    }
    e->marked_task_count = e->marked_host_count = 0;
    if (e->is_ending)
        out_add(e, EFFECT_ENDED)->outcome = e->outcome;
    e->effects[0].is_synced = e->is_sync;
    size_t skip = is_journaled ? 0 : 1;
    e->out = (struct effects){e->effects + skip, e->effect_count - skip};
}

void out_text(char *to, size_t size, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    int n = vsnprintf(to, size, format, ap);
    va_end(ap);
    if (n < 0) {
        to[0] = '\0';
    } else if ((size_t)n >= size) { /* a character cut in half is dropped: back over its tail to what begins it */
        size_t len = size - 1;
        size_t start = len;
        while (start > 0 && len - start < 3 && ((unsigned char)to[start - 1] & 0xc0) == 0x80)
            start--;
        if (start > 0 && (unsigned char)to[start - 1] >= 0xc0) {
            unsigned char lead = (unsigned char)to[start - 1];
            size_t need = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
            if (len - (start - 1) < need)
                to[start - 1] = '\0';
        }
    }
}

void out_duration(char *to, size_t size, uint64_t ms)
{
    uint64_t s = ms / 1000;
    if (s < 60)
        snprintf(to, size, _("%" PRIu64 " s"), s);
    else if (s % 60 == 0)
        snprintf(to, size, _("%" PRIu64 " min"), s / 60);
    else
        snprintf(to, size, _("%" PRIu64 " min %" PRIu64 " s"), s / 60, s % 60);
}
