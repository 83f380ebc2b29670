#include "engine/survey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"

struct survey;

struct visit {
    struct survey *survey;
    size_t host;
    struct transport *transport;
    struct channel *channel;
    uv_timer_t *limit;
    struct buf noise; /* stderr */
    bool is_over;
};

struct survey {
    const struct survey_options *options;
    struct transport_pool *pool;
    struct visit *visits;
    struct survey_host *results;
    size_t left;
    bool is_pool_closed;
};

static void over(struct visit *v, const char *fault, const char *detail)
{
    struct survey *s = v->survey;
    struct survey_host *r = &s->results[v->host];
    if (v->is_over)
        return;
    v->is_over = true;
    r->is_answered = !fault;
    r->fault = fault;
    snprintf(r->detail, sizeof r->detail, "%s", detail);
    uv_timer_stop(v->limit);
    s->left--;
    if (s->options->answered)
        s->options->answered(s->options->answered_context, v->host, r);
}

static void limit_hit(uv_timer_t *timer)
{
    struct visit *v = timer->data;
    char text[128];
    snprintf(text, sizeof text, _("the facts script did not end in %d s"), SURVEY_LIMIT_MS / 1000);
    over(v, "shell", text);
    transport_free(&v->transport);
}

static void on_data(void *context, const void *bytes, size_t len, bool is_error)
{
    struct visit *v = context;
    struct survey_host *r = &v->survey->results[v->host];
    if (is_error)
        buf_add(&v->noise, bytes, len); /* beyond its cap it tells nothing new */
    else if (!buf_add(&r->facts, bytes, len))
        over(v, "shell", _("the facts script printed more than 1 MiB"));
}

static void on_closed(void *context, int exit_status, const char *signal)
{
    struct visit *v = context;
    (void)signal;
    if (exit_status == 0) {
        over(v, NULL, "");
        return;
    }
    struct buf text;
    buf_init(&text, 500);
    buf_addf(&text, _("the facts script ended with status %d: "), exit_status);
    utf8_printable(buf_text(&v->noise), v->noise.len, &text);
    over(v, "shell", buf_text(&text));
    buf_done(&text);
}

static void on_up(void *context)
{
    static const struct channel_events table = {.data = on_data, .closed = on_closed};
    struct visit *v = context;
    v->channel = transport_exec(v->transport, "exec sh -s", false, &table, v);
    channel_write(v->channel, v->survey->options->script, strlen(v->survey->options->script));
    channel_write_end(v->channel);
    uv_timer_start(v->limit, limit_hit, SURVEY_LIMIT_MS, 0);
}

static void on_ask(void *context, const struct transport_ask *ask)
{
    struct visit *v = context;
    const struct survey_options *o = v->survey->options;
    const char *key = ask->kind == ASK_PASSPHRASE ? "key_passphrase" : "ssh_password";
    struct err err = ERR_INIT;
    struct secret *secret = o->secret && ask->kind != ASK_HOST_KEY && ask->attempt <= 1 && !(ask->kind == ASK_KEYBOARD && ask->echo)
                                ? o->secret(o->secret_context, key, &err)
                                : NULL;
    if (secret)
        transport_answer(v->transport, secret);
    else
        transport_refuse(v->transport);
    secret_free(&secret);
}

static void on_down(void *context, enum transport_fault fault, const char *detail)
{
    over(context, transport_fault_name(fault), detail);
}

static void pool_closed(void *context)
{
    ((struct survey *)context)->is_pool_closed = true;
}

struct survey_host *survey_run(const struct survey_options *options)
{
    static const struct transport_events events = {.up = on_up, .ask = on_ask, .down = on_down};
    size_t count = options->plan->host_count;
    struct transport_options transport = options->transport;
    transport.loop = options->loop;
    struct survey s = {
        .options = options,
        .pool = transport_pool_new(&transport),
        .visits = mem_new(count, sizeof *s.visits),
        .results = mem_new(count, sizeof *s.results),
        .left = count,
    };
    for (size_t i = 0; i < count; i++) {
        struct visit *v = &s.visits[i];
        v->survey = &s;
        v->host = i;
        buf_init(&s.results[i].facts, SURVEY_MAX_BYTES);
        buf_init(&v->noise, 400);
        v->limit = mem_new(1, sizeof *v->limit);
        uv_timer_init(options->loop, v->limit);
        v->limit->data = v;
        v->transport = transport_connect(s.pool, &options->plan->hosts[i].host, options->ssh, &events, v);
    }
    while (s.left)
        uv_run(options->loop, UV_RUN_ONCE);
    for (size_t i = 0; i < count; i++) {
        channel_free(&s.visits[i].channel);
        transport_free(&s.visits[i].transport);
        uv_close((uv_handle_t *)s.visits[i].limit, (uv_close_cb)free);
        buf_done(&s.visits[i].noise);
    }
    transport_pool_free(&s.pool, pool_closed, &s);
    while (!s.is_pool_closed)
        uv_run(options->loop, UV_RUN_ONCE);
    uv_run(options->loop, UV_RUN_NOWAIT);
    free(s.visits);
    return s.results;
}

void survey_done(struct survey_host **results, size_t count)
{
    if (!*results)
        return;
    for (size_t i = 0; i < count; i++)
        buf_done(&(*results)[i].facts);
    free(*results);
    *results = NULL;
}
