#include "engine/access.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "engine/access_parts.h"

#define STAGE_LIMIT_MS 30000u

void visit_changed(struct visit *v)
{
    const struct access *a = v->access;
    if (a->options.changed && !a->is_quiet)
        a->options.changed(a->options.changed_context, v->number);
}

void visit_state(struct visit *v, enum access_state state, const char *stage)
{
    v->host.state = state;
    v->host.since_ms = v->access->options.loop ? uv_now(v->access->options.loop) : 0;
    v->host.answer_by_ms = 0;
    visit_text(v->host.stage, sizeof v->host.stage, stage);
}

void visit_text(char *out, size_t size, const char *text)
{
    struct buf line;
    buf_init(&line, size - 1);
    utf8_printable(text, strlen(text), &line); /* for a text that is too long: it ends behind a whole character */
    snprintf(out, size, "%s", buf_text(&line));
    buf_done(&line);
}

unsigned visit_stage_limit_ms(const struct visit *v)
{
    unsigned limit_ms = v->access->options.transport.stage_limit_ms;
    return limit_ms ? limit_ms : STAGE_LIMIT_MS;
}

void visit_limit(struct visit *v, unsigned ms, uv_timer_cb hit)
{
    uv_timer_start(v->limit, hit, ms, 0);
}

/* ---- what the contacts tell ---- */

static void asked(void *context, size_t host, const struct transport_ask *ask)
{
    struct access *a = context;
    struct visit *v = a->visits[host];
    visit_unask(v);
    v->host.ask = *ask;
    v->host.ask.host = v->ask_host = ask->host ? mem_strdup(ask->host) : NULL;
    v->host.ask.text = v->ask_text = mem_strdup(ask->text);
    v->host.asks = true;
    v->host.asks_sudo = ask->kind == ASK_PASSWORD && strcmp(ask->text, "sudo") == 0;
    visit_changed(v);
}

static void withdrawn(void *context, size_t host)
{
    struct access *a = context;
    visit_unask(a->visits[host]);
    visit_changed(a->visits[host]);
}

static void lost(void *context, size_t host, enum transport_fault fault, const char *detail)
{
    struct access *a = context;
    if (a->visits[host]->host.state == ACCESS_READY)
        visit_fail(a->visits[host], transport_fault_name(fault), detail);
}

/* ---- making and ending ---- */

static struct contacts *make_contacts(struct access *a)
{
    struct contacts_options options = {
        .transport = a->options.transport,
        .secret = a->options.secret,
        .secret_context = a->options.secret_context,
        .ask = a->options.can_ask ? asked : NULL,
        .withdraw = withdrawn,
        .lost = lost,
        .context = a,
    };
    options.transport.loop = a->options.loop;
    return contacts_new(&options);
}

struct access *access_new(const struct access_options *options)
{
    struct access *a = mem_new(1, sizeof *a);
    a->options = *options;
    a->contacts = options->contacts ? options->contacts : make_contacts(a);
    a->count = contacts_count(a->contacts);
    a->visits = mem_new(a->count + 1, sizeof *a->visits);
    for (size_t i = 0; i < a->count; i++)
        a->visits[i] = visit_new(a, i);
    return a;
}

void access_free(struct access **access)
{
    struct access *a = *access;
    if (!a)
        return;
    a->is_quiet = true;
    access_mesh_drop(a);
    for (size_t i = 0; i < a->count; i++)
        visit_stop(a->visits[i]);
    for (size_t i = 0; i < a->count && a->options.contacts; i++)
        if (a->visits[i]->transport)
            contacts_forget(a->contacts, i);
    for (size_t i = 0; i < a->count; i++)
        visit_free(&a->visits[i]);
    if (!a->options.contacts)
        contacts_free(&a->contacts);
    free(a->visits);
    free(a->script);
    free(a);
    *access = NULL;
}

/* The visits in the order of the new hosts: was says which stay. */
static void arrange(struct access *a, const size_t *was, size_t count)
{
    struct visit **now = mem_new(count + 1, sizeof(struct visit *));
    for (size_t i = 0; i < count; i++) {
        if (was[i] == CONTACTS_NONE) {
            now[i] = visit_new(a, i);
            continue;
        }
        now[i] = a->visits[was[i]];
        now[i]->number = i;
        a->visits[was[i]] = NULL;
    }
    free(a->visits);
    a->visits = now;
    a->count = count;
}

void access_set_hosts(struct access *a, const struct fleet *fleet)
{
    assert(!a->options.contacts); /* whose hosts are their owner's business */
    size_t count = fleet->count;
    const struct host **hosts = mem_new(count + 1, sizeof *hosts);
    size_t *was = mem_new(count + 1, sizeof *was);
    bool *stays = mem_new(a->count + 1, sizeof *stays);
    for (size_t i = 0; i < count; i++)
        hosts[i] = &fleet->items[i];
    contacts_match(a->contacts, hosts, count, &fleet->ssh, was);
    for (size_t i = 0; i < count; i++)
        if (was[i] != CONTACTS_NONE)
            stays[was[i]] = true;
    a->is_quiet = true;
    for (size_t i = 0; i < a->count; i++)
        if (!stays[i])
            visit_stop(a->visits[i]);
    /* Who is gone gives up what it had asked under its old number, while the others still have theirs. */
    for (size_t i = 0; i < a->count; i++)
        if (!stays[i])
            contacts_forget(a->contacts, i);
    for (size_t i = 0; i < a->count; i++)
        if (!stays[i])
            visit_free(&a->visits[i]);
    arrange(a, was, count);
    contacts_set_hosts(a->contacts, hosts, count, &fleet->ssh);
    a->is_quiet = false;
    free(stays);
    free(was);
    free(hosts);
}

/* ---- reading ---- */

size_t access_count(const struct access *a)
{
    return a->count;
}

const struct access_host *access_host(const struct access *a, size_t host)
{
    return &a->visits[host]->host;
}

struct access_host *access_host_mutable(struct access *a, size_t host)
{
    return &a->visits[host]->host;
}

struct facts access_take_facts(struct access *a, size_t host)
{
    struct facts facts = a->visits[host]->host.facts;
    a->visits[host]->host.facts = (struct facts){0};
    a->visits[host]->host.has_facts = false;
    return facts;
}

bool access_is_busy(const struct access *a)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct access_host *h = &a->visits[i]->host;
        if (h->asks || (h->state != ACCESS_IDLE && h->state != ACCESS_READY && h->state != ACCESS_FAILED))
            return true;
    }
    return false;
}

struct contacts *access_contacts(struct access *a)
{
    return a->contacts;
}

/* ---- doing ---- */

void access_start(struct access *a)
{
    for (size_t i = 0; i < a->count; i++)
        if (a->visits[i]->host.state == ACCESS_IDLE)
            visit_begin(a->visits[i]);
}

void access_again(struct access *a, size_t host)
{
    struct visit *v = a->visits[host];
    struct access_host *h = &v->host;
    bool is_root_refused = h->state == ACCESS_READY && h->root == ROOT_REFUSED;
    if (!a->options.loop || (h->state != ACCESS_FAILED && h->state != ACCESS_IDLE && !is_root_refused))
        return;
    h->root = ROOT_UNKNOWN;
    h->fault = NULL;
    h->detail[0] = '\0';
    v->wants_facts = v->wants_facts || !h->has_facts;
    visit_begin(v);
}

void access_answer(struct access *a, size_t host, const struct secret *secret, bool is_refused)
{
    struct visit *v = a->visits[host];
    if (!v->host.asks)
        return;
    visit_unask(v);
    contacts_answer(a->contacts, host, secret, is_refused);
    visit_changed(v);
}

static bool is_same(const struct probe *a, const struct probe *b)
{
    return strcmp(a->script ? a->script : "", b->script ? b->script : "") == 0;
}

void access_probe(struct access *a, const struct probes *probes)
{
    for (size_t i = 0; i < a->count; i++) {
        struct visit *v = a->visits[i];
        struct probe probe = {0};
        if (probes && i < probes->count)
            probe_copy(&probe, &probes->items[i]);
        probe_done(&v->probe);
        v->probe = probe;
        v->wants_facts = v->wants_facts || ((v->host.has_facts || v->has_fresh) && !is_same(&probe, &v->tried));
    }
}

bool access_has_probes(const struct access *a, const struct probes *probes)
{
    static const struct probe none;
    bool same = true;
    for (size_t i = 0; same && i < a->count; i++)
        same = is_same(&a->visits[i]->probe, i < probes->count ? &probes->items[i] : &none);
    return same;
}

void access_measure(struct access *a, const char *script, bool again)
{
    char *copy = mem_strdup(script);
    free(a->script);
    a->script = copy;
    for (size_t i = 0; i < a->count; i++) {
        struct visit *v = a->visits[i];
        v->wants_facts = v->wants_facts || again || (!v->host.has_facts && v->host.state != ACCESS_MEASURING);
        if (v->host.state == ACCESS_READY && v->wants_facts)
            visit_begin(v);
    }
}

void access_measure_host(struct access *a, size_t host)
{
    struct visit *v = a->visits[host];
    if (!a->script || v->host.state == ACCESS_MEASURING)
        return;
    v->wants_facts = true;
    if (v->host.state == ACCESS_READY)
        visit_begin(v);
    else
        access_again(a, host);
}
