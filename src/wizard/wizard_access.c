/* What hosts ask and who waits for which answer. */
#include "wizard/wizard_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

const struct fleet *wizard_fleet(const struct wizard *w)
{
    return &w->asked;
}

static const char *first_of(const char *a, const char *b)
{
    return a && *a ? a : b && *b ? b : "";
}

const char *wizard_user(const struct wizard *w, size_t host)
{
    return first_of(w->asked.items[host].user, w->asked.ssh.user);
}

bool wizard_is_local(const struct wizard *w, size_t host)
{
    return host_is_local(&w->asked.items[host]);
}

char *wizard_route(const struct wizard *w, size_t host)
{
    const struct host *h = &w->asked.items[host];
    const char *user = wizard_user(w, host), *jump = first_of(h->jump, w->asked.ssh.jump);
    unsigned port = h->port ? h->port : w->asked.ssh.port;
    bool is_v6 = strchr(h->address, ':') && port;
    struct buf text;
    buf_init(&text, 4096);
    buf_addf(&text, "%s%s%s%s%s", user, *user ? "@" : "", is_v6 ? "[" : "", h->address, is_v6 ? "]" : "");
    if (port)
        buf_addf(&text, ":%u", port);
    if (!*jump || strcmp(jump, "none") == 0)
        return buf_take(&text);
    char *route = mem_printf(_("%s through %s"), buf_text(&text), jump);
    buf_done(&text);
    return route;
}

/* ---- questions ---- */

size_t wizard_asker(const struct wizard *w, size_t host)
{
    if (access_host(w->access, host)->asks)
        return host;
    size_t by = contacts_waits_for(access_contacts(w->access), host);
    return by != CONTACTS_NONE && access_host(w->access, by)->asks ? by : CONTACTS_NONE;
}

/* Two hosts that were asked before either was answered. */
static bool ask_the_same(const struct wizard *w, size_t a, size_t b)
{
    const struct access_host *x = access_host(w->access, a), *y = access_host(w->access, b);
    if (!x->asks || !y->asks || x->ask.kind == ASK_HOST_KEY || x->ask.kind != y->ask.kind || x->ask.attempt > 1 || y->ask.attempt > 1)
        return false;
    return strcmp(x->ask.text, y->ask.text) == 0 && strcmp(wizard_user(w, a), wizard_user(w, b)) == 0;
}

size_t wizard_waiters(const struct wizard *w, size_t host, size_t *hosts)
{
    size_t count = 0;
    hosts[count++] = host;
    for (size_t i = 0; i < access_count(w->access); i++)
        if (i != host && (wizard_asker(w, i) == host || ask_the_same(w, host, i)))
            hosts[count++] = i;
    return count;
}

/* ---- host keys ---- */

static const char *fingerprint_of(const char *shown)
{
    const char *blank = strrchr(shown, ' ');
    return blank ? blank + 1 : shown;
}

static bool asks_for_key(const struct access_host *h, const char *shown)
{
    return h->asks && h->ask.kind == ASK_HOST_KEY && strcmp(h->ask.text, shown) == 0;
}

/* It waited for the answer, but not so long. */
static bool was_refused_for(const struct access_host *h, const char *shown)
{
    const char *fingerprint = fingerprint_of(shown);
    return h->state == ACCESS_FAILED && h->fault && strcmp(h->fault, transport_fault_name(FAULT_HOST_KEY_NEW)) == 0 && *fingerprint &&
           strstr(h->detail, fingerprint);
}

bool wizard_shows_key(const struct wizard *w, size_t host, const char *shown)
{
    if (!w->access || host >= access_count(w->access))
        return false;
    const struct access_host *h = access_host(w->access, host);
    return asks_for_key(h, shown) || was_refused_for(h, shown);
}

bool wizard_accept_key(struct wizard *w, size_t host, const char *shown, struct err *err)
{
    if (!wizard_shows_key(w, host, shown))
        return err_set(err, ERR_INVALID, _("%s does not ask for this key any more: nothing was accepted"),
                       host < w->asked.count ? w->asked.items[host].name : "?");
    if (asks_for_key(access_host(w->access, host), shown)) {
        access_answer(w->access, host, NULL, false);
        return true;
    }
    for (size_t i = 0; i < draft_host_count(w->draft); i++)
        if (strcmp(draft_host(w->draft, i)->cells[CELL_NAME], w->asked.items[host].name) == 0)
            draft_host_key(w->draft, i, fingerprint_of(shown));
    wizard_hosts_enter(w, false);
    wizard_tell(w);
    return true;
}

/* ---- going on ---- */

uint64_t wizard_state_ms(const struct wizard *w, size_t host)
{
    uint64_t now = w->options.loop ? uv_now(w->options.loop) : 0, since = access_host(w->access, host)->since_ms;
    return now > since ? now - since : 0;
}

uint64_t wizard_answer_ms(const struct wizard *w, size_t host)
{
    uint64_t now = w->options.loop ? uv_now(w->options.loop) : 0, by = access_host(w->access, host)->answer_by_ms;
    return by > now ? by - now : 0;
}

size_t wizard_again_all(struct wizard *w)
{
    size_t count = 0;
    for (size_t i = 0; w->access && i < access_count(w->access); i++) {
        const struct access_host *h = access_host(w->access, i);
        if (h->state != ACCESS_FAILED && !(h->state == ACCESS_READY && h->root == ROOT_REFUSED))
            continue;
        access_again(w->access, i);
        count++;
    }
    return count;
}
