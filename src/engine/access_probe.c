/* Trying out on a host what the facts script can't find out by looking. Whatever becomes of it, the facts are kept. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "engine/access_parts.h"
#include "engine/errand.h"

#define OUTPUT_MAX_BYTES ((size_t)64 * 1024)
#define NOISE_MAX_BYTES ((size_t)400)

/* For each key that the probe was to tell and did not. */
static void fill_up(struct visit *v)
{
    char value[sizeof v->probe_fault + 16];
    snprintf(value, sizeof value, "unknown %s", v->probe_fault);
    for (size_t i = 0; i < v->tried.keys.count; i++)
        if (!facts_get(&v->fresh, v->tried.keys.items[i]))
            facts_set(&v->fresh, v->tried.keys.items[i], value);
}

void facts_keep(struct visit *v)
{
    if (!v->has_fresh)
        return;
    fill_up(v);
    facts_done(&v->host.facts);
    v->host.facts = v->fresh;
    v->fresh = (struct facts){0};
    v->has_fresh = false;
    v->host.is_probed = false; /* between hosts */
    v->host.has_facts = true;
}

/* To be called last. */
static void give_up(struct visit *v, const char *why)
{
    visit_text(v->probe_fault, sizeof v->probe_fault, why);
    facts_end(v);
}

static void limit_hit(uv_timer_t *timer)
{
    struct visit *v = timer->data;
    char text[128];
    snprintf(text, sizeof text, _("the script that tries it did not end in %u s"), (visit_stage_limit_ms(v) + 999) / 1000);
    give_up(v, text);
}

static void on_data(void *context, const void *bytes, size_t len, bool is_error)
{
    struct visit *v = context;
    char text[128];
    if (is_error) {
        buf_add(&v->noise, bytes, len); /* beyond its cap it tells nothing new */
        return;
    }
    if (buf_add(&v->out, bytes, len))
        return;
    snprintf(text, sizeof text, _("the script that tries it printed more than %zu KiB"), OUTPUT_MAX_BYTES / 1024);
    give_up(v, text);
}

/* What was asked for joins the facts, and nothing else. */
static void merge(struct visit *v)
{
    struct facts found;
    struct err err = ERR_INIT;
    if (!facts_parse(buf_text(&v->out), v->out.len, &found, &err)) {
        give_up(v, err.text);
        return;
    }
    for (size_t i = 0; i < v->tried.keys.count; i++) {
        const char *key = v->tried.keys.items[i], *value = facts_get(&found, key);
        if (value)
            facts_set(&v->fresh, key, value);
    }
    facts_done(&found);
    give_up(v, _("the script that tries it did not say"));
}

static void on_closed(void *context, int exit_status, const char *signal)
{
    struct visit *v = context;
    const char *why = channel_why(v->channel);
    if (exit_status < 0 && !*signal && !*why)
        return; /* the connection went, and down comes; otherwise the limit ends it */
    if (exit_status == 0) {
        merge(v);
        return;
    }
    char noise[1024], text[1400];
    become_quote(&v->noise, noise, sizeof noise);
    if (exit_status < 0 && *signal)
        snprintf(text, sizeof text, _("the script that tries it was ended by signal %.40s"), signal);
    else if (exit_status < 0)
        snprintf(text, sizeof text, "%s", why);
    else
        snprintf(text, sizeof text, _("the script that tries it ended with status %d: %s"), exit_status, noise);
    give_up(v, text);
}

static void on_ready(void *context, struct channel *channel, const void *rest, size_t len)
{
    struct visit *v = context;
    const char *script = v->tried.script;
    v->channel = channel;
    buf_init(&v->out, OUTPUT_MAX_BYTES);
    buf_init(&v->noise, NOISE_MAX_BYTES);
    buf_add(&v->out, rest, len);
    errand_write_head(channel, strlen(script), 0, visit_stage_limit_ms(v));
    channel_write(channel, script, strlen(script));
    visit_limit(v, visit_stage_limit_ms(v), limit_hit);
}

static void start(struct visit *v);

static void on_failed(void *context, const char *fault, const char *detail, bool is_passing)
{
    struct visit *v = context;
    (void)is_passing;
    if (strcmp(fault, "sudo") != 0 || v->is_probe_plain) {
        char text[ACCESS_TEXT_MAX];
        snprintf(text, sizeof text, "%s", detail);
        give_up(v, text);
        return;
    }
    v->is_probe_plain = true;
    become_free(&v->become);
    start(v);
}

static void start(struct visit *v)
{
    static const struct channel_events channel = {.data = on_data, .closed = on_closed};
    static const struct become_events events = {.ready = on_ready, .channel = &channel, .failed = on_failed};
    struct secret *password = NULL;
    struct become_options options = {
        .transport = v->transport,
        .host = contacts_host(v->access->contacts, v->number)->name,
        .program = errand_program,
        .way = v->is_probe_plain ? BECOME_PLAIN : root_way(v, &v->fresh, &password),
        .password = password,
        .limit_ms = visit_stage_limit_ms(v),
    };
    v->become = become_start(v->access->options.loop, &options, &events, v);
    secret_free(&password);
}

void probe_begin(struct visit *v)
{
    probe_done(&v->tried);
    probe_copy(&v->tried, &v->probe);
    v->is_probe_plain = false;
    visit_text(v->probe_fault, sizeof v->probe_fault, _("the connection was lost while it was tried"));
    if (!v->tried.script) {
        facts_end(v);
        return;
    }
    visit_state(v, ACCESS_MEASURING, _("trying out what the checks want"));
    start(v);
    visit_changed(v);
}
