/* Reaching one host: the connection, what it asks, and what is done next. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "engine/access_parts.h"

/* ---- questions ---- */

void visit_unask(struct visit *v)
{
    free(v->ask_host);
    free(v->ask_text);
    v->ask_host = v->ask_text = NULL;
    v->host.ask = (struct transport_ask){0};
    v->host.asks = v->host.asks_sudo = false;
}

static void wait_for_answer(struct visit *v, unsigned limit_ms)
{
    v->host.answer_by_ms = uv_now(v->access->options.loop) + limit_ms;
}

static void answered(void *context, const struct secret *secret, bool is_refused)
{
    struct visit *v = context;
    v->host.answer_by_ms = 0;
    if (v->asked_key[0] && !is_refused) {
        v->host.was_key_accepted = true;
        snprintf(v->host.fingerprint, sizeof v->host.fingerprint, "%s", v->asked_key);
        contacts_keep_key(v->access->contacts, v->number, v->asked_key);
    }
    v->asked_key[0] = '\0';
    if (is_refused)
        transport_refuse(v->transport);
    else
        transport_answer(v->transport, secret);
}

static void on_ask(void *context, const struct transport_ask *ask)
{
    struct visit *v = context;
    const char *name = contacts_host(v->access->contacts, v->number)->name;
    bool is_own = !ask->host || strcmp(ask->host, name) == 0; /* else a jump host asks */
    const char *blank = strrchr(ask->text, ' ');              /* text: type and fingerprint */
    v->asked_key[0] = '\0';
    if (ask->kind == ASK_HOST_KEY && is_own)
        snprintf(v->asked_key, sizeof v->asked_key, "%s", blank ? blank + 1 : ask->text);
    wait_for_answer(v, v->access->options.transport.ask_limit_ms ? v->access->options.transport.ask_limit_ms : TRANSPORT_ASK_LIMIT_MS);
    contacts_ask(v->access->contacts, v->number, ask, answered, v);
}

static void answered_sudo(void *context, const struct secret *secret, bool is_refused)
{
    struct visit *v = context;
    v->host.answer_by_ms = 0;
    if (v->become)
        become_answer(v->become, is_refused ? NULL : secret);
}

void visit_ask_sudo(struct visit *v, const struct transport_ask *ask)
{
    wait_for_answer(v, BECOME_ASK_LIMIT_MS);
    contacts_ask(v->access->contacts, v->number, ask, answered_sudo, v);
}

/* ---- the connection ---- */

static void on_up(void *context)
{
    struct visit *v = context;
    contacts_accepted(v->access->contacts, v->number, false);
    contacts_forget(v->access->contacts, v->number); /* a question that it got in without an answer to */
    v->host.reach_us = transport_reach_us(v->transport);
    visit_go_on(v);
}

static void on_stage(void *context, const char *text)
{
    struct visit *v = context;
    visit_text(v->host.stage, sizeof v->host.stage, text);
    visit_changed(v);
}

static void on_down(void *context, enum transport_fault fault, const char *detail)
{
    visit_fail(context, transport_fault_name(fault), detail);
}

static const struct transport_events events = {.up = on_up, .ask = on_ask, .stage = on_stage, .down = on_down};

static void connect_anew(struct visit *v)
{
    struct contacts *contacts = v->access->contacts;
    if (v->host.root != ROOT_REFUSED) { /* which stands until it is tried again */
        v->host.fault = NULL;
        v->host.detail[0] = '\0';
    }
    v->transport = transport_connect(contacts_pool(contacts), contacts_host(contacts, v->number), NULL, &events, v);
    visit_state(v, ACCESS_CONNECTING, _("connecting"));
    visit_changed(v);
}

/* The run makes it: there is nothing to reach yet, and nothing to find out. */
static void be_container(struct visit *v)
{
    v->host.is_container = v->host.has_facts = v->host.is_probed = true;
    v->host.root = ROOT_SELF;
    v->wants_facts = false;
    visit_state(v, ACCESS_READY, "");
    visit_changed(v);
}

void visit_begin(struct visit *v)
{
    if (!v->access->options.loop)
        return;
    if (contacts_host(v->access->contacts, v->number)->outer) {
        be_container(v);
        return;
    }
    v->transport = contacts_take(v->access->contacts, v->number);
    if (!v->transport) { /* a run has taken it, perhaps */
        connect_anew(v);
        return;
    }
    transport_adopt(v->transport, &events, v);
    visit_go_on(v);
}

static bool is_root_wanted(const struct visit *v)
{
    const char *become = contacts_host(v->access->contacts, v->number)->become;
    return !become || strcmp(become, "none") != 0;
}

void visit_go_on(struct visit *v)
{
    const struct access *a = v->access;
    if (v->host.root == ROOT_UNKNOWN && !is_root_wanted(v))
        v->host.root = ROOT_UNWANTED;
    if (v->host.root == ROOT_UNKNOWN && a->options.tries_root) {
        root_begin(v);
    } else if (v->job) {
        perform_begin(v);
    } else if (v->mesh) {
        visit_mesh(v);
    } else if (v->wants_facts && a->script) {
        facts_begin(v);
    } else {
        contacts_leave(a->contacts, v->number, &v->transport);
        visit_state(v, ACCESS_READY, "");
        visit_changed(v);
    }
}

void visit_stop(struct visit *v)
{
    visit_leave_mesh(v);
    if (v->limit)
        uv_timer_stop(v->limit);
    channel_free(&v->channel);
    become_free(&v->become);
    buf_done(&v->out);
    buf_done(&v->noise);
}

void visit_fail(struct visit *v, const char *fault, const char *detail)
{
    struct access_job *job = v->job;
    v->job = NULL;
    facts_keep(v);
    visit_stop(v);
    transport_free(&v->transport);
    contacts_forget(v->access->contacts, v->number);
    visit_unask(v);
    v->host.fault = fault;
    visit_text(v->host.detail, sizeof v->host.detail, detail);
    visit_state(v, ACCESS_FAILED, "");
    visit_changed(v);
    job_give_up(&job, v->number, detail); /* not v's: changed may have begun anew */
}

void visit_refuse_root(struct visit *v, const char *detail)
{
    contacts_forget(v->access->contacts, v->number);
    visit_unask(v);
    v->host.root = ROOT_REFUSED;
    v->host.fault = "sudo";
    visit_text(v->host.detail, sizeof v->host.detail, detail);
}

/* ---- making and ending ---- */

struct visit *visit_new(struct access *access, size_t number)
{
    struct visit *v = mem_new(1, sizeof *v);
    v->access = access;
    v->number = number;
    v->wants_facts = access->script != NULL;
    if (!access->options.loop)
        return v;
    v->limit = mem_new(1, sizeof *v->limit);
    uv_timer_init(access->options.loop, v->limit);
    v->limit->data = v;
    return v;
}

void visit_free(struct visit **visit)
{
    struct visit *v = *visit;
    visit_stop(v);
    visit_forget_mesh(v);
    transport_free(&v->transport);
    visit_unask(v);
    facts_done(&v->host.facts);
    facts_done(&v->fresh);
    probe_done(&v->probe);
    probe_done(&v->tried);
    secret_free(&v->password);
    job_free(&v->job);
    if (v->limit)
        uv_close((uv_handle_t *)v->limit, (uv_close_cb)free);
    free(v);
    *visit = NULL;
}
