/* Measuring a host: the facts script runs there as the login user and changes nothing. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include "base/i18n.h"
#include "base/utf8.h"
#include "engine/access_parts.h"

#define NOISE_MAX_BYTES ((size_t)400)

/* Over: why NULL = it went well. To be called last. */
static void end(struct visit *v, const char *why)
{
    visit_text(v->host.facts_fault, sizeof v->host.facts_fault, why ? why : "");
    visit_stop(v);
    visit_go_on(v);
}

void facts_end(struct visit *v)
{
    facts_keep(v);
    end(v, NULL);
}

static void limit_hit(uv_timer_t *timer)
{
    struct visit *v = timer->data;
    char text[128];
    snprintf(text, sizeof text, _("the facts script did not end in %d s"), (int)(visit_stage_limit_ms(v) + 999) / 1000);
    end(v, text);
}

static void on_data(void *context, const void *bytes, size_t len, bool is_error)
{
    struct visit *v = context;
    char text[128];
    if (is_error) {
        buf_add(&v->noise, bytes, len); /* beyond its cap it tells nothing new */
        return;
    }
    if (!v->out.len)
        gettimeofday(&v->began, NULL);
    if (buf_add(&v->out, bytes, len))
        return;
    snprintf(text, sizeof text, _("the facts script printed more than %zu KiB"), FACTS_BYTES_MAX / 1024);
    end(v, text);
}

/* The script reads its host's clock just before it writes the first line, so the two can be compared: not exactly, but what was asked after was not
 * answered before. */
static void add_clock(const struct visit *v, struct facts *facts)
{
    char text[32];
    int64_t unsure = (int64_t)(v->began.tv_sec - v->asked.tv_sec) * 1000 + (v->began.tv_usec - v->asked.tv_usec) / 1000;
    if (!facts_get(facts, "clock"))
        return;
    snprintf(text, sizeof text, "%" PRIu64 ".%03u", (uint64_t)v->began.tv_sec, (unsigned)(v->began.tv_usec / 1000));
    facts_set(facts, "clock.here", text);
    if (unsure < 0)
        return; /* this machine's clock was set meanwhile */
    snprintf(text, sizeof text, "%" PRId64, unsure);
    facts_set(facts, "clock.unsure", text);
}

/* The script, which is given no password, says that sudo asks for one; it was given before, and taken. */
static void tell_root(const struct visit *v, struct facts *facts)
{
    const char *root = facts_get(facts, "root");
    if (v->host.root == ROOT_PASSWORD && root && strcmp(root, "password") == 0)
        facts_set(facts, "root", "given");
}

static void parse(struct visit *v)
{
    struct facts facts = {0};
    struct err err = ERR_INIT;
    char text[ACCESS_TEXT_MAX];
    if (!facts_parse(buf_text(&v->out), v->out.len, &facts, &err)) {
        facts_done(&facts);
        snprintf(text, sizeof text, _("what the facts script printed makes no sense: %.400s"), err.text);
        end(v, text);
        return;
    }
    add_clock(v, &facts);
    tell_root(v, &facts);
    v->fresh = facts;
    v->has_fresh = true;
    visit_stop(v);
    probe_begin(v);
}

static void on_closed(void *context, int exit_status, const char *signal)
{
    struct visit *v = context;
    const char *why = channel_why(v->channel);
    if (exit_status < 0 && !*signal && !*why)
        return; /* the connection went, and down comes; otherwise the limit ends it */
    if (exit_status == 0) {
        parse(v);
        return;
    }
    struct buf text;
    buf_init(&text, ACCESS_TEXT_MAX - 1);
    if (exit_status < 0 && *signal)
        buf_addf(&text, v->noise.len ? _("the facts script was ended by signal %.40s: ") : _("the facts script was ended by signal %.40s"), signal);
    else if (exit_status < 0)
        buf_adds(&text, why);
    else
        buf_addf(&text, _("the facts script ended with status %d: "), exit_status);
    utf8_printable(buf_text(&v->noise), v->noise.len, &text);
    char copy[ACCESS_TEXT_MAX];
    snprintf(copy, sizeof copy, "%s", buf_text(&text));
    buf_done(&text);
    end(v, copy);
}

void facts_begin(struct visit *v)
{
    static const struct channel_events table = {.data = on_data, .closed = on_closed};
    const char *script = v->access->script;
    v->wants_facts = false;
    buf_init(&v->out, FACTS_BYTES_MAX);
    buf_init(&v->noise, NOISE_MAX_BYTES);
    gettimeofday(&v->asked, NULL);
    v->channel = transport_exec(v->transport, "exec sh -s", false, &table, v);
    channel_write(v->channel, script, strlen(script));
    channel_write_end(v->channel);
    visit_limit(v, visit_stage_limit_ms(v), limit_hit);
    visit_state(v, ACCESS_MEASURING, _("measuring"));
    visit_changed(v);
}
