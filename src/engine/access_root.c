/* Finding out how root is had on a host, and remembering it. Nothing is left behind there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/utf8.h"
#include "engine/access_parts.h"
#include "engine/bootstrap.h"

/* $0 is "self" where root came without sudo (bootstrap.c). */
#define TRIAL "echo " BOOTSTRAP_READY "; echo \"uid $(id -u) $0\""
#define ANSWER_MAX_BYTES ((size_t)4096)

void root_remember(struct visit *v)
{
    const struct secret *password = become_has_used_password(v->become) ? become_password(v->become) : NULL;
    struct secret *copy = password ? secret_copy(password) : NULL;
    v->way = become_way(v->become);
    secret_free(&v->password);
    v->password = copy;
    if (copy)
        contacts_accepted(v->access->contacts, v->number, true);
}

enum become_way root_way(const struct visit *v, const struct facts *facts, struct secret **password)
{
    const char *root = facts_get(facts, "root"), *wanted = contacts_host(v->access->contacts, v->number)->become;
    *password = NULL;
    if (v->host.root == ROOT_REFUSED || v->host.root == ROOT_UNWANTED || (wanted && strcmp(wanted, "none") == 0))
        return BECOME_PLAIN;
    if (v->host.root != ROOT_UNKNOWN) {
        *password = v->password ? secret_copy(v->password) : NULL;
        return v->way == BECOME_PLAIN ? BECOME_SUDO : v->way;
    }
    if (root && (strcmp(root, "yes") == 0 || strcmp(root, "sudo") == 0))
        return BECOME_SUDO;
    if (root && (strcmp(root, "password") == 0 || strcmp(root, "given") == 0))
        *password = contacts_sudo_password(v->access->contacts, v->number);
    return *password ? BECOME_PASSWORD : BECOME_PLAIN;
}

static void limit_hit(uv_timer_t *timer)
{
    struct visit *v = timer->data;
    char text[128];
    snprintf(text, sizeof text, _("the check for root did not end in %u s"), (visit_stage_limit_ms(v) + 999) / 1000);
    visit_fail(v, "shell", text);
}

static void on_data(void *context, const void *bytes, size_t len, bool is_error)
{
    struct visit *v = context;
    buf_add(is_error ? &v->noise : &v->out, bytes, len); /* beyond the cap it tells nothing new */
}

/* What stands behind "uid " at the beginning of a line, or NULL. */
static const char *find_uid(const struct buf *out)
{
    const char *text = buf_text(out);
    for (const char *hit = text; (hit = strstr(hit, "uid ")); hit++)
        if (hit == text || hit[-1] == '\n')
            return hit + strlen("uid ");
    return NULL;
}

static void judge(struct visit *v, const char *answer)
{
    char text[ACCESS_TEXT_MAX], *rest;
    unsigned long uid = strtoul(answer, &rest, 10);
    if (uid != 0) {
        snprintf(text, sizeof text, _("sudo made us the user with number %lu, not root"), uid);
        visit_refuse_root(v, text);
    } else if (v->password) {
        v->host.root = ROOT_PASSWORD;
    } else {
        v->host.root = strncmp(rest, " self", 5) == 0 ? ROOT_SELF : ROOT_FREE;
    }
}

static void on_closed(void *context, int exit_status, const char *signal)
{
    struct visit *v = context;
    const char *why = channel_why(v->channel), *answer = find_uid(&v->out);
    char noise[1024], text[1400];
    if (exit_status < 0 && !*signal && !*why)
        return; /* the connection went, and down comes; otherwise the limit ends it */
    if (exit_status == 0 && answer && *answer >= '0' && *answer <= '9') {
        judge(v, answer);
        visit_stop(v);
        visit_go_on(v);
        return;
    }
    become_quote(&v->noise, noise, sizeof noise);
    snprintf(text, sizeof text, _("the check for root ended with status %d: %s"), exit_status, *why ? why : noise);
    visit_fail(v, "shell", text);
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
    v->channel = channel;
    buf_init(&v->out, ANSWER_MAX_BYTES);
    buf_init(&v->noise, ANSWER_MAX_BYTES);
    buf_add(&v->out, rest, len);
    root_remember(v);
    visit_limit(v, visit_stage_limit_ms(v), limit_hit);
}

static void on_failed(void *context, const char *fault, const char *detail, bool is_passing)
{
    struct visit *v = context;
    (void)is_passing;
    if (strcmp(fault, "sudo") != 0) {
        visit_fail(v, fault, detail);
        return;
    }
    if (become_has_used_password(v->become)) /* the others need not be asked for it */
        contacts_accepted(v->access->contacts, v->number, true);
    visit_refuse_root(v, detail);
    visit_stop(v);
    visit_go_on(v);
}

void root_begin(struct visit *v)
{
    static const struct channel_events channel = {.data = on_data, .closed = on_closed};
    static const struct become_events events = {
        .stage = on_stage, .ask = on_ask, .ready = on_ready, .channel = &channel, .failed = on_failed};
    struct become_options options = {
        .transport = v->transport,
        .host = contacts_host(v->access->contacts, v->number)->name,
        .program = TRIAL,
        .way = BECOME_SUDO,
        .limit_ms = visit_stage_limit_ms(v),
    };
    secret_free(&v->password);
    visit_state(v, ACCESS_ROOT, "");
    v->become = become_start(v->access->options.loop, &options, &events, v);
}
