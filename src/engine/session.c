#include "engine/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "engine/missing.h"
#include "engine/session_parts.h"

#define STAGE_LIMIT_MS 30000

/* ---- limits ---- */

static void session_down(struct session *s, const char *fault, const char *detail, bool is_passing);

static unsigned stage_limit_ms(const struct session *s)
{
    return s->options.stage_limit_ms ? s->options.stage_limit_ms : STAGE_LIMIT_MS;
}

static void limit_hit(uv_timer_t *timer)
{
    struct session *s = timer->data;
    char text[256];
    snprintf(text, sizeof text, _("the host did not answer the bootstrap in %u s"), stage_limit_ms(s) / 1000);
    session_down(s, "shell", text, true);
}

static void session_stage(struct session *s, const char *text)
{
    if (s->events->stage)
        s->events->stage(s->context, text);
}

/* ---- the end ---- */

static void session_down(struct session *s, const char *fault, const char *detail, bool is_passing)
{
    if (s->state == STATE_DOWN)
        return;
    s->state = STATE_DOWN;
    uv_timer_stop(s->timer);
    abort_drop_all(s);
    missing_free(&s->missing);
    channel_free(&s->channel);
    become_free(&s->become);
    s->events->down(s->context, fault, detail, is_passing);
}

/* ---- the protocol ---- */

static void on_hello(void *context, const struct proto_hello *hello)
{
    struct session *s = context;
    s->state = STATE_ATTACHED;
    uv_timer_stop(s->timer);
    s->events->attached(s->context, hello);
}

static void on_refused(void *context, const char *run, const char *holder, uint64_t since_s)
{
    struct session *s = context;
    char text[1024];
    uint64_t now = (uint64_t)time(NULL);
    unsigned long long seconds = now > since_s ? now - since_s : 0;
    if (strcmp(run, "mending") == 0)
        snprintf(text, sizeof text, _("a script of `kwiz check --fix` mends this host: %s, for %llu s; run again when it has ended"), holder, seconds);
    else
        snprintf(text, sizeof text,
                 _("another run lives on this host: %s, of %s, for %llu s; whoever began it goes on with `kwiz resume %s`, and `--take-over` ends it"), run, holder,
                 seconds, run);
    proto_stop(s->proto);
    session_down(s, "busy", text, false);
}

static void on_record(void *context, const struct record *record)
{
    struct session *s = context;
    s->events->frames->record(s->context, record);
}

static void on_log(void *context, uint64_t id, uint64_t offset, const void *bytes, size_t len)
{
    struct session *s = context;
    s->events->frames->log(s->context, id, offset, bytes, len);
}

static void on_rec(void *context, uint64_t id, uint64_t offset, const void *bytes, size_t len)
{
    struct session *s = context;
    s->events->frames->rec(s->context, id, offset, bytes, len);
}

static void on_secret(void *context, const char *key, const struct secret *secret)
{
    struct session *s = context;
    s->events->frames->secret(s->context, key, secret);
}

static void on_bad(void *context, const char *text)
{
    struct session *s = context;
    if (s->state == STATE_ATTACHING) /* why there will be no hello */
        buf_adds(&s->noise, text);
    else
        s->events->frames->bad(s->context, text);
}

static void on_bye(void *context)
{
    struct session *s = context;
    s->events->frames->bye(s->context);
}

static void on_noise(void *context, const char *text)
{
    struct session *s = context;
    s->events->frames->noise(s->context, text);
}

static const struct proto_handlers handlers = {
    .hello = on_hello,
    .refused = on_refused,
    .record = on_record,
    .log = on_log,
    .rec = on_rec,
    .secret = on_secret,
    .bad = on_bad,
    .bye = on_bye,
    .noise = on_noise,
};

static bool feed_proto(struct session *s, const void *bytes, size_t len)
{
    struct err err = ERR_INIT;
    if (proto_feed(s->proto, bytes, len, &handlers, s, &err))
        return true;
    if (s->state != STATE_DOWN)
        session_down(s, "protocol", err.text, true);
    return false;
}

static void channel_data(void *context, const void *bytes, size_t len, bool is_error)
{
    struct session *s = context;
    if (!is_error)
        feed_proto(s, bytes, len);
    else
        buf_add(&s->noise, bytes, len); /* for the message if it ends now */
}

static void channel_drained(void *context)
{
    struct session *s = context;
    if (s->state == STATE_ATTACHED && s->events->drained)
        s->events->drained(s->context);
}

static void attachment_ended(struct session *s, int exit_status, const char *missing)
{
    char noise[1024], text[1600];
    become_quote(&s->noise, noise, sizeof noise);
    if (*missing)
        snprintf(text, sizeof text, _("programs that kwiz needs are missing on the host: %s (%s)"), missing, noise);
    else
        snprintf(text, sizeof text, _("the attachment on the host ended (status %d): %s"), exit_status, noise);
    session_down(s, s->state == STATE_ATTACHED ? "lost" : "shell", text, true);
}

static void missing_known(void *context, const char *names)
{
    struct session *s = context;
    attachment_ended(s, s->exit_status, names);
}

static void channel_closed(void *context, int exit_status, const char *signal)
{
    struct session *s = context;
    (void)signal;
    if (s->state == STATE_ATTACHED) {
        attachment_ended(s, exit_status, "");
        return;
    }
    s->exit_status = exit_status;
    channel_free(&s->channel);
    s->missing = missing_ask(s->loop, s->transport, missing_known, s);
}

static const struct channel_events channel_table = {
    .data = channel_data,
    .drained = channel_drained,
    .closed = channel_closed,
};

/* ---- the loader ---- */

static void become_asks(void *context, const struct transport_ask *ask)
{
    struct session *s = context;
    if (s->events->ask)
        s->events->ask(s->context, ask);
    else
        become_answer(s->become, NULL);
}

static void loader_ready(void *context, struct channel *channel, const void *rest, size_t len)
{
    struct session *s = context;
    s->channel = channel;
    s->state = STATE_ATTACHING;
    if (become_has_used_password(s->become) && s->events->accepted)
        s->events->accepted(s->context, true);
    uv_timer_start(s->timer, limit_hit, stage_limit_ms(s), 0);
    session_stage(s, _("attaching"));
    bootstrap_attach(&s->options.bootstrap, s->channel);
    if (len)
        feed_proto(s, rest, len);
}

static void loader_stage(void *context, const char *text)
{
    session_stage(context, text);
}

static void loader_failed(void *context, const char *fault, const char *detail, bool is_passing)
{
    session_down(context, fault, detail, is_passing);
}

static const struct become_events become_table = {
    .stage = loader_stage,
    .ask = become_asks,
    .ready = loader_ready,
    .channel = &channel_table,
    .failed = loader_failed,
};

static void start_loader(struct session *s)
{
    const char *become = s->options.host->become ? s->options.host->become : s->options.ssh ? s->options.ssh->become : NULL;
    struct become_options options = {
        .transport = s->transport,
        .host = s->options.host->name,
        .way = s->sudo_password ? BECOME_PASSWORD : BECOME_SUDO,
        .password = s->sudo_password,
        .limit_ms = stage_limit_ms(s),
    };
    if (become && strcmp(become, "none") == 0)
        options.way = BECOME_PLAIN;
    s->state = STATE_LOADING;
    s->become = become_start(s->loop, &options, &become_table, s);
}

/* ---- the transport ---- */

static void transport_up(void *context)
{
    struct session *s = context;
    if (s->events->accepted)
        s->events->accepted(s->context, false);
    start_loader(s);
}

static void transport_asks(void *context, const struct transport_ask *ask)
{
    struct session *s = context;
    if (s->events->ask)
        s->events->ask(s->context, ask);
    else
        transport_refuse(s->transport);
}

static void transport_stage(void *context, const char *text)
{
    session_stage(context, text);
}

static void transport_down(void *context, enum transport_fault fault, const char *detail)
{
    struct session *s = context;
    session_down(s, transport_fault_name(fault), detail, transport_fault_is_passing(fault));
}

static const struct transport_events transport_table = {
    .up = transport_up,
    .ask = transport_asks,
    .stage = transport_stage,
    .down = transport_down,
};

/* On a connection that was open already; not from within session_open, which makes no calls back. */
static void begin(uv_timer_t *timer)
{
    start_loader(timer->data);
}

struct session *session_open(uv_loop_t *loop, const struct session_options *options, const struct session_events *events, void *context)
{
    struct session *s = mem_new(1, sizeof *s);
    s->loop = loop;
    s->options = *options;
    s->events = events;
    s->context = context;
    s->sudo_password = secret_copy(options->sudo_password);
    s->options.sudo_password = NULL;
    s->proto = proto_new();
    buf_init(&s->noise, SESSION_NOISE_MAX_BYTES);
    s->timer = mem_new(1, sizeof *s->timer);
    uv_timer_init(loop, s->timer);
    s->timer->data = s;
    s->transport = options->open;
    if (s->transport) {
        transport_adopt(s->transport, &transport_table, s);
        uv_timer_start(s->timer, begin, 0, 0);
    } else {
        s->transport = transport_connect(options->pool, options->host, options->ssh, &transport_table, s);
    }
    return s;
}

void session_answer(struct session *s, const struct secret *secret, bool is_refused)
{
    if (s->state == STATE_DOWN)
        return;
    if (s->become)
        become_answer(s->become, is_refused ? NULL : secret);
    else if (is_refused)
        transport_refuse(s->transport);
    else
        transport_answer(s->transport, secret);
}

void session_send(struct session *s, const struct buf *frames)
{
    if (s->state == STATE_ATTACHED && frames->len)
        channel_write(s->channel, frames->data, frames->len);
}

void session_send_secret(struct session *s, const struct secret *secret)
{
    if (s->state == STATE_ATTACHED)
        channel_write_secret(s->channel, secret);
}

size_t session_queued(const struct session *s)
{
    return s->channel ? channel_queued(s->channel) : 0;
}

void session_pause(struct session *s, bool is_paused)
{
    if (s->channel)
        channel_pause(s->channel, is_paused);
}

/* The timer's memory is the last that libuv lets go of; until then frames further up the stack may still be looking at the session. */
static void timer_closed(uv_handle_t *handle)
{
    struct session *s = handle->data;
    proto_free(&s->proto);
    secret_free(&s->sudo_password);
    buf_done(&s->noise);
    free(s);
    free(handle);
}

void session_free(struct session **session)
{
    struct session *s = *session;
    if (!s)
        return;
    s->state = STATE_DOWN;
    proto_stop(s->proto);
    abort_drop_all(s);
    missing_free(&s->missing);
    channel_free(&s->channel);
    become_free(&s->become);
    transport_free(&s->transport);
    uv_close((uv_handle_t *)s->timer, timer_closed);
    *session = NULL;
}
