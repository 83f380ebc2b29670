/* One host's connection in the runner: what the session tells becomes events. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "engine/runner_parts.h"

/* A screen can't show more: how often output is reported while it pours. */
#define OUTPUT_EVERY_MS 200
/* A stream that is behind its `end` and does not move for so long has got stuck. */
#define STREAM_LIMIT_MS 30000

static struct event host_event(const struct link *link, enum event_kind kind)
{
    return (struct event){.kind = kind, .host = link->host, .generation = link->generation};
}

static void on_stage(void *context, const char *text)
{
    struct link *link = context;
    struct event e = host_event(link, EVENT_STAGE);
    e.text = text;
    runner_event(link->runner, &e);
}

static void on_attached(void *context, const struct proto_hello *hello)
{
    struct link *link = context;
    struct event e = host_event(link, EVENT_ATTACHED);
    e.hello = *hello;
    runner_event(link->runner, &e);
}

static void on_down(void *context, const char *fault, const char *detail, bool is_passing)
{
    struct link *link = context;
    struct event e = host_event(link, EVENT_DOWN);
    e.down.fault = fault;
    e.down.detail = detail;
    e.down.is_passing = is_passing;
    contacts_forget(link->runner->options.contacts, link->host);
    runner_event(link->runner, &e);
}

static void completed(struct link *link, struct stream *s)
{
    struct runner *r = link->runner;
    struct err err = ERR_INIT;
    buf_clear(&r->scratch);
    if (!stream_completes(s, &r->scratch, &err))
        return;
    if (err.code)
        runner_fail(r, err.text, 0);
    if (r->scratch.len && r->options.observer && r->options.observer->output)
        r->options.observer->output(r->options.observer_context, s->task, r->scratch.data, r->scratch.len);
    struct event e = host_event(link, EVENT_OUTPUT);
    e.id = s->id;
    e.log_bytes = s->got;
    if (s->got)
        runner_event(r, &e);
    e = host_event(link, EVENT_COMPLETE);
    e.id = s->id;
    runner_event(r, &e);
}

static bool is_fetched(const struct link *link, const struct stream *s)
{
    for (size_t i = 0; i < s->awaited.count; i++)
        if (engine_is_fetching(link->runner->engine, s->task, s->awaited.items[i]))
            return false;
    return true;
}

/* Streams that wait for secrets go on when none of these is on its way any more. */
static void go_on(struct link *link)
{
    struct runner *r = link->runner;
    struct err err = ERR_INIT;
    struct stream *s = link->streams;
    while (s && !r->failure[0]) {
        if (!s->mask.is_waiting || !is_fetched(link, s)) {
            s = s->next;
            continue;
        }
        buf_clear(&r->scratch);
        stream_go_on(s, &r->scratch, &err);
        if (r->scratch.len && r->options.observer && r->options.observer->output)
            r->options.observer->output(r->options.observer_context, s->task, r->scratch.data, r->scratch.len);
        if (err.code)
            runner_fail(r, err.text, 0);
        s->moved_ms = runner_now_ms();
        completed(link, s);
        s = link->streams; /* events may have closed any of them */
    }
}

static void on_record(void *context, const struct record *record)
{
    struct link *link = context;
    struct event e = host_event(link, EVENT_RECORD);
    struct stream *s = link_stream(link, record->id);
    e.id = record->id;
    e.record = *record;
    if (s && record->kind == RECORD_END) {
        s->has_end = true;
        s->end_log = record->log_bytes;
        s->end_rec = record->rec_bytes;
        s->moved_ms = runner_now_ms();
    }
    runner_event(link->runner, &e);
    if (s && (s = link_stream(link, record->id)))
        completed(link, s);
}

static void bad_stream(struct link *link, const struct err *err)
{
    if (err->code == ERR_LOCAL) {
        runner_fail(link->runner, err->text, 0);
        return;
    }
    struct event e = host_event(link, EVENT_DOWN); /* what follows makes no sense: attach again */
    e.down.fault = "protocol";
    e.down.detail = err->text;
    e.down.is_passing = true;
    session_free(&link->session);
    runner_event(link->runner, &e);
}

static void on_log(void *context, uint64_t id, uint64_t offset, const void *bytes, size_t len)
{
    struct link *link = context;
    struct runner *r = link->runner;
    struct stream *s = link_stream(link, id);
    struct err err = ERR_INIT;
    if (!s)
        return;
    buf_clear(&r->scratch);
    bool ok = stream_log(s, offset, bytes, len, &r->scratch, &err);
    if (r->scratch.len && r->options.observer && r->options.observer->output)
        r->options.observer->output(r->options.observer_context, s->task, r->scratch.data, r->scratch.len);
    if (!ok) {
        bad_stream(link, &err);
        return;
    }
    uint64_t now = runner_now_ms();
    s->moved_ms = now;
    if (now - s->shown_ms >= OUTPUT_EVERY_MS) {
        s->shown_ms = now;
        struct event e = host_event(link, EVENT_OUTPUT);
        e.id = id;
        e.log_bytes = s->got;
        runner_event(r, &e);
    }
    if ((s = link_stream(link, id)))
        completed(link, s);
}

struct rec_call {
    struct link *link;
    struct stream *stream;
};

static void on_rec_item(void *context, const struct rec_item *item)
{
    struct rec_call *call = context;
    struct runner *r = call->link->runner;
    struct event e = host_event(call->link, EVENT_REC);
    char *text = mem_strdup(item->text); /* what a step says of itself may quote a secret, and goes to screens and summaries */
    mask_text(r->masks, text, strlen(text));
    e.id = call->stream->id;
    e.rec = *item;
    e.rec.text = text;
    runner_event(r, &e);
    if (item->kind == REC_WARN && r->options.observer && r->options.observer->warning)
        r->options.observer->warning(r->options.observer_context, call->stream->task, text);
    if (item->kind == REC_SECRET && engine_is_fetching(r->engine, call->stream->task, item->key))
        stream_await(call->stream, item->key);
    free(text);
}

static void on_rec(void *context, uint64_t id, uint64_t offset, const void *bytes, size_t len)
{
    struct link *link = context;
    struct stream *s = link_stream(link, id);
    struct err err = ERR_INIT;
    if (!s)
        return;
    s->moved_ms = runner_now_ms();
    struct rec_call call = {link, s};
    if (!stream_rec(s, offset, bytes, len, on_rec_item, &call, &err))
        bad_stream(link, &err);
    else if ((s = link_stream(link, id)))
        completed(link, s);
}

static void on_secret(void *context, const char *key, const struct secret *secret)
{
    struct link *link = context;
    struct event e = host_event(link, EVENT_SECRET);
    const struct plan *plan = link->runner->options.plan;
    if (secret) {
        mask_set_add(link->runner->masks, secret);
        for (struct stream *s = link->streams; s; s = s->next)
            stream_arrived(s, key);
        for (size_t i = 0; i < plan->task_count; i++)
            if (plan->tasks[i].host == link->host && strv_has(&plan->steps[plan->tasks[i].step].mints, key))
                runner_publish(link->runner, i, key, secret);
        if (link->runner->options.observer && link->runner->options.observer->published)
            link->runner->options.observer->published(link->runner->options.observer_context, key, secret);
    }
    e.secret.key = key;
    e.secret.is_there = secret != NULL;
    runner_event(link->runner, &e);
    go_on(link);
}

static void on_bad(void *context, const char *text)
{
    struct link *link = context;
    struct event e = host_event(link, EVENT_BAD);
    e.text = text;
    runner_event(link->runner, &e);
}

/* Something the operator may want to know; nothing depends on it. */
static void on_noise(void *context, const char *text)
{
    struct link *link = context;
    struct runner *r = link->runner;
    char *line = mem_printf(_("%s says: %s"), r->options.plan->hosts[link->host].host.name, text);
    if (r->options.observer && r->options.observer->notice)
        r->options.observer->notice(r->options.observer_context, line);
    free(line);
}

static void on_bye(void *context)
{
    struct link *link = context;
    struct event e = host_event(link, EVENT_BYE);
    runner_event(link->runner, &e);
}

static void on_drained(void *context)
{
    struct link *link = context;
    size_t count = link->unsent_count;
    uint64_t *ids = link->unsent;
    link->unsent = NULL;
    link->unsent_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct event e = host_event(link, EVENT_SENT);
        e.id = ids[i];
        runner_event(link->runner, &e);
    }
    free(ids);
}

void link_watch(struct link *link, uint64_t now_ms)
{
    struct err err = ERR_INIT;
    go_on(link);
    for (struct stream *s = link->streams; s && link->session; s = s->next)
        if (s->has_end && !s->is_complete && now_ms > s->moved_ms + STREAM_LIMIT_MS) {
            err_set(&err, ERR_PROTOCOL, _("the rest of a log (%llu of %llu bytes) did not come in %d s"),
                    (unsigned long long)s->got, (unsigned long long)s->end_log, STREAM_LIMIT_MS / 1000);
            bad_stream(link, &err);
            return;
        }
}

/* ---- questions ---- */

static void answered(void *context, const struct secret *secret, bool is_refused)
{
    struct link *link = context;
    if (link->session)
        session_answer(link->session, secret, is_refused);
}

static void on_ask(void *context, const struct transport_ask *ask)
{
    struct link *link = context;
    contacts_ask(link->runner->options.contacts, link->host, ask, answered, link);
}

static void on_accepted(void *context, bool is_sudo)
{
    struct link *link = context;
    contacts_accepted(link->runner->options.contacts, link->host, is_sudo);
}

/* ---- connecting ---- */

static const struct proto_handlers frames = {
    .record = on_record,
    .log = on_log,
    .rec = on_rec,
    .secret = on_secret,
    .bad = on_bad,
    .bye = on_bye,
    .noise = on_noise,
};

static const struct session_events events = {
    .stage = on_stage,
    .ask = on_ask,
    .accepted = on_accepted,
    .attached = on_attached,
    .frames = &frames,
    .drained = on_drained,
    .down = on_down,
};

static void open_session(struct link *link)
{
    struct runner *r = link->runner;
    const struct boot *boot = engine_boot(r->engine, link->host);
    snprintf(link->seen_boot, sizeof link->seen_boot, "%s %llu", boot->id, (unsigned long long)boot->start);
    struct contacts *contacts = r->options.contacts;
    struct secret *sudo_password = contacts_sudo_password(contacts, link->host);
    struct session_options options = {
        .pool = contacts_pool(contacts),
        .open = contacts_take(contacts, link->host),
        .host = &r->options.plan->hosts[link->host].host,
        .ssh = r->options.ssh,
        .sudo_password = sudo_password,
        .bootstrap = {.run = r->options.dir->id,
                      .host = r->options.plan->hosts[link->host].host.name,
                      .operator_name = r->options.operator_name,
                      .take_over = r->options.take_over,
                      .seen_boot = boot->id[0] ? link->seen_boot : NULL},
    };
    link->session = session_open(r->options.loop, &options, &events, link);
    secret_free(&sudo_password);
}

static void delay_over(uv_timer_t *timer)
{
    open_session(timer->data);
}

void link_drop(struct link *link)
{
    if (link->delay)
        uv_timer_stop(link->delay);
    session_free(&link->session);
    strv_done(&link->put);
    link->has_vars = false;
    link->unsent_count = 0;
    free(link->unsent);
    link->unsent = NULL;
    contacts_forget(link->runner->options.contacts, link->host);
    buf_clear(&link->follows);
}

void link_connect(struct link *link, unsigned generation, uint64_t at_ms, uint64_t now_ms)
{
    link_drop(link);
    link->generation = generation;
    if (!link->delay) {
        link->delay = mem_new(1, sizeof *link->delay);
        uv_timer_init(link->runner->options.loop, link->delay);
        link->delay->data = link;
    }
    /* Also at once by the timer: a session's callbacks may not come from within the engine's step. */
    uv_timer_start(link->delay, delay_over, at_ms > now_ms ? at_ms - now_ms : 0, 0);
}

void link_close(struct link *link)
{
    link_drop(link);
    while (link->streams)
        link_stream_close(link, link->streams->id);
    if (link->delay)
        uv_close((uv_handle_t *)link->delay, (uv_close_cb)free);
    link->delay = NULL;
    buf_done(&link->follows);
}
