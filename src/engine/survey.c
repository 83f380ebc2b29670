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
    bool is_over, is_down;
};

struct survey {
    const struct survey_options *options;
    struct visit *visits;
    struct survey_host *results;
    size_t left;
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
    channel_free(&v->channel);
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
    contacts_accepted(v->survey->options->contacts, v->host, false);
    v->channel = transport_exec(v->transport, "exec sh -s", false, &table, v);
    channel_write(v->channel, v->survey->options->script, strlen(v->survey->options->script));
    channel_write_end(v->channel);
    uv_timer_start(v->limit, limit_hit, SURVEY_LIMIT_MS, 0);
}

static void answered(void *context, const struct secret *secret, bool is_refused)
{
    struct visit *v = context;
    if (is_refused)
        transport_refuse(v->transport);
    else
        transport_answer(v->transport, secret);
}

static void on_ask(void *context, const struct transport_ask *ask)
{
    struct visit *v = context;
    contacts_ask(v->survey->options->contacts, v->host, ask, answered, v);
}

static void on_down(void *context, enum transport_fault fault, const char *detail)
{
    struct visit *v = context;
    contacts_forget(v->survey->options->contacts, v->host);
    v->is_down = true;
    over(v, transport_fault_name(fault), detail);
}

static void begin_visit(struct survey *s, size_t host)
{
    static const struct transport_events events = {.up = on_up, .ask = on_ask, .down = on_down};
    const struct survey_options *o = s->options;
    struct visit *v = &s->visits[host];
    v->survey = s;
    v->host = host;
    buf_init(&s->results[host].facts, SURVEY_MAX_BYTES);
    buf_init(&v->noise, 400);
    v->limit = mem_new(1, sizeof *v->limit);
    uv_timer_init(o->loop, v->limit);
    v->limit->data = v;
    s->results[host].is_left_out = o->plan->hosts[host].is_left_out;
    if (s->results[host].is_left_out)
        return;
    s->left++;
    v->transport = transport_connect(contacts_pool(o->contacts), &o->plan->hosts[host].host, o->ssh, &events, v);
}

static void end_visit(struct visit *v)
{
    const struct survey *s = v->survey;
    bool is_good = v->is_over && !v->is_down && s->results[v->host].is_answered;
    channel_free(&v->channel);
    if (is_good)
        contacts_leave(s->options->contacts, v->host, &v->transport);
    else
        contacts_forget(s->options->contacts, v->host);
    transport_free(&v->transport);
    uv_close((uv_handle_t *)v->limit, (uv_close_cb)free);
    buf_done(&v->noise);
}

struct survey_host *survey_run(const struct survey_options *options)
{
    size_t count = options->plan->host_count;
    struct survey s = {
        .options = options,
        .visits = mem_new(count, sizeof *s.visits),
        .results = mem_new(count, sizeof *s.results),
    };
    for (size_t i = 0; i < count; i++)
        begin_visit(&s, i);
    while (s.left && !(options->is_cancelled && *options->is_cancelled))
        uv_run(options->loop, UV_RUN_ONCE);
    for (size_t i = 0; i < count; i++) {
        if (s.left && !s.visits[i].is_over && !s.results[i].is_left_out) {
            s.visits[i].is_over = true;
            s.results[i].fault = "cancelled";
        }
        end_visit(&s.visits[i]);
    }
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
