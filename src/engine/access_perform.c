/* Running a script as root on a host. Script and input go over the channel and lie in the host's memory only. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "engine/access_parts.h"
#include "engine/errand.h"

#define OUTPUT_MAX_BYTES ((size_t)64 * 1024)

void job_free(struct access_job **job)
{
    if (!*job)
        return;
    free((*job)->script);
    secret_free(&(*job)->input);
    free(*job);
    *job = NULL;
}

void job_give_up(struct access_job **job, size_t host, const char *text)
{
    struct access_job *j = *job;
    *job = NULL;
    if (j)
        j->done(j->context, host, -1, text);
    job_free(&j);
}

/* Lines made printable, and (if there is one) a last line that says why. */
static void make_output(const struct buf *raw, const char *why, struct buf *out)
{
    const char *text = buf_text(raw);
    for (size_t i = 0; i < raw->len;) {
        const char *newline = memchr(text + i, '\n', raw->len - i);
        size_t n = newline ? (size_t)(newline - text) - i : raw->len - i, shown = n;
        while (shown && text[i + shown - 1] == '\r')
            shown--;
        utf8_printable(text + i, shown, out);
        buf_adds(out, "\n");
        i += n + 1;
    }
    if (!why)
        return;
    if (out->len + strlen(why) > out->max)
        buf_clear(out);
    buf_adds(out, why);
}

/* Over; why: NULL, or why there is no status. To be called last. */
static void end(struct visit *v, int status, const char *why)
{
    struct access_job *job = v->job;
    size_t number = v->number;
    struct buf output;
    buf_init(&output, OUTPUT_MAX_BYTES);
    make_output(&v->out, why, &output);
    v->job = NULL;
    visit_stop(v);
    visit_go_on(v);
    job->done(job->context, number, status, buf_text(&output));
    job_free(&job);
    buf_done(&output);
}

static unsigned limit_s(const struct visit *v)
{
    return (v->job->limit_ms + 999) / 1000;
}

static void limit_hit(uv_timer_t *timer)
{
    struct visit *v = timer->data;
    char text[128];
    if (!v->job->is_late) { /* the host ends it, and tells */
        v->job->is_late = true;
        visit_limit(v, ERRAND_GRACE_MS, limit_hit);
        return;
    }
    snprintf(text, sizeof text, _("the script did not end in %u s; it may be running still"), limit_s(v));
    end(v, -1, text);
}

/* The last of it is kept: there stands what went wrong. */
static void keep(struct buf *out, const char *bytes, size_t len)
{
    if (len > OUTPUT_MAX_BYTES) {
        bytes += len - OUTPUT_MAX_BYTES;
        len = OUTPUT_MAX_BYTES;
    }
    if (out->len + len > OUTPUT_MAX_BYTES)
        buf_eat(out, out->len + len - OUTPUT_MAX_BYTES);
    buf_add(out, bytes, len);
}

static void on_data(void *context, const void *bytes, size_t len, bool is_error)
{
    struct visit *v = context;
    (void)is_error;
    keep(&v->out, bytes, len);
}

static void on_closed(void *context, int exit_status, const char *signal)
{
    struct visit *v = context;
    const char *why = channel_why(v->channel);
    char text[ACCESS_TEXT_MAX];
    if (v->job->is_late && errand_was_ended(exit_status, signal)) {
        snprintf(text, sizeof text, _("the script did not end in %u s, and was ended"), limit_s(v));
        end(v, -1, text);
    } else if (exit_status >= 0) {
        end(v, exit_status, NULL);
    } else if (*signal) {
        snprintf(text, sizeof text, _("the script was ended by signal %.40s"), signal);
        end(v, -1, text);
    } else if (*why) {
        snprintf(text, sizeof text, "%s", why);
        end(v, -1, text);
    } /* else the connection went, and down comes; otherwise the limit ends it */
}

static void on_stage(void *context, const char *text)
{
    struct visit *v = context;
    visit_text(v->host.stage, sizeof v->host.stage, text);
    visit_changed(v);
}

static void on_ask(void *context, const struct transport_ask *ask)
{
    visit_ask_sudo(context, ask);
}

static void on_ready(void *context, struct channel *channel, const void *rest, size_t len)
{
    struct visit *v = context;
    const struct access_job *job = v->job;
    v->channel = channel;
    buf_init(&v->out, OUTPUT_MAX_BYTES);
    keep(&v->out, rest, len);
    root_remember(v);
    errand_write_head(channel, strlen(job->script), job->input ? secret_len(job->input) : 0, job->limit_ms);
    channel_write(channel, job->script, strlen(job->script));
    if (job->input)
        channel_write_secret(channel, job->input);
    visit_limit(v, job->limit_ms, limit_hit);
    visit_text(v->host.stage, sizeof v->host.stage, _("running a script"));
    visit_changed(v);
}

static void on_failed(void *context, const char *fault, const char *detail, bool is_passing)
{
    struct visit *v = context;
    (void)is_passing;
    if (strcmp(fault, "sudo") != 0) {
        visit_fail(v, fault, detail);
        return;
    }
    char text[1600];
    snprintf(text, sizeof text, "%s", detail);
    visit_refuse_root(v, text);
    end(v, -1, text);
}

void perform_begin(struct visit *v)
{
    static const struct channel_events channel = {.data = on_data, .closed = on_closed};
    static const struct become_events events = {
        .stage = on_stage, .ask = on_ask, .ready = on_ready, .channel = &channel, .failed = on_failed};
    struct become_options options = {
        .transport = v->transport,
        .host = contacts_host(v->access->contacts, v->number)->name,
        .program = errand_program,
        .way = v->host.root == ROOT_UNWANTED ? BECOME_PLAIN : v->way == BECOME_PLAIN ? BECOME_SUDO : v->way,
        .password = v->password,
        .limit_ms = visit_stage_limit_ms(v),
    };
    if (v->host.root == ROOT_REFUSED) { /* found out on the way here */
        char text[ACCESS_TEXT_MAX];
        snprintf(text, sizeof text, "%s", v->host.detail);
        end(v, -1, text);
        return;
    }
    visit_state(v, ACCESS_PERFORMING, "");
    v->become = become_start(v->access->options.loop, &options, &events, v);
}

bool access_perform(struct access *a, size_t host, const char *script, const struct secret *input, unsigned limit_ms,
                    void (*done)(void *context, size_t host, int status, const char *output), void *context)
{
    struct visit *v = a->visits[host];
    if (!a->options.loop || v->host.state != ACCESS_READY || v->host.root == ROOT_REFUSED || v->host.is_container || v->job)
        return false;
    v->job = mem_new(1, sizeof *v->job);
    *v->job = (struct access_job){
        .script = mem_strdup(script),
        .input = input ? secret_copy(input) : NULL,
        .limit_ms = limit_ms,
        .done = done,
        .context = context,
    };
    visit_begin(v);
    return true;
}
