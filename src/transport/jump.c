#include "transport/jump.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "transport/relay.h"
#include "transport/ssh.h"

TAILQ_HEAD(use_list, jump_use);

struct jump {
    TAILQ_ENTRY(jump) link;
    struct transport_pool *pool;
    char *key, *name;
    struct ssh *ssh;
    struct use_list uses;
    unsigned holds; /* of our own functions that go through uses */
    bool is_up, is_down;
    struct transport_ask question; /* with copies of its texts; kind of no meaning unless has_question */
    char *question_host, *question_text;
    bool has_question;
    struct jump_use *asked; /* NULL: nobody has been asked yet */
};

struct jump_use {
    TAILQ_ENTRY(jump_use) link;
    struct jump *jump;
    struct ssh *ssh; /* the inner one */
    struct relay *relay;
};

static bool parse_port(const char *text, size_t len, unsigned *port)
{
    unsigned n = 0;
    if (!len || len > 5)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        n = n * 10 + (unsigned)(text[i] - '0');
    }
    *port = n;
    return n > 0 && n < 65536;
}

bool jump_parse(const char *hop, size_t len, char **user, char **host, unsigned *port)
{
    *user = *host = NULL;
    *port = 0;
    const char *end = hop + len, *at = NULL, *colon = NULL;
    for (const char *p = hop; p < end; p++)
        at = *p == '@' ? p : at; /* the last one: user names may hold one */
    const char *start = at ? at + 1 : hop, *stop = end;
    if (start < end && *start == '[') {
        stop = memchr(start, ']', (size_t)(end - start));
        if (!stop)
            return false;
        colon = stop + 1 < end ? stop + 1 : NULL;
        if (colon && *colon != ':')
            return false;
        start++;
    } else {
        colon = memchr(start, ':', (size_t)(end - start));
        if (colon && memchr(colon + 1, ':', (size_t)(end - colon - 1)))
            colon = NULL; /* an IPv6 address without brackets, and so without a port */
        else if (colon)
            stop = colon;
    }
    if (stop == start || *start == '-' || at == hop || (at && *hop == '-'))
        return false;
    if (colon && !parse_port(colon + 1, (size_t)(end - colon - 1), port))
        return false;
    *user = at ? mem_strndup(hop, (size_t)(at - hop)) : NULL;
    *host = mem_strndup(start, (size_t)(stop - start));
    return true;
}

static void drop_question(struct jump *jump)
{
    free(jump->question_host);
    free(jump->question_text);
    jump->question_host = jump->question_text = NULL;
    jump->has_question = false;
    jump->asked = NULL;
}

static void free_if_unused(struct jump *jump)
{
    if (jump->holds || !TAILQ_EMPTY(&jump->uses))
        return;
    TAILQ_REMOVE(&jump->pool->jumps, jump, link);
    struct transport *transport = &jump->ssh->base;
    transport_free(&transport);
    drop_question(jump);
    free(jump->key);
    free(jump->name);
    free(jump);
}

static void up(void *context)
{
    struct jump *jump = context;
    struct jump_use *use;
    jump->is_up = true;
    drop_question(jump);
    TAILQ_FOREACH(use, &jump->uses, link)
    ssh_kick(use->ssh);
}

/* All that led through it falls with it. What only the operator can mend keeps its own fault. */
static void down(void *context, enum transport_fault fault, const char *detail)
{
    struct jump *jump = context;
    struct jump_use *use;
    jump->is_down = true;
    jump->holds++;
    drop_question(jump);
    while ((use = TAILQ_FIRST(&jump->uses)))
        ssh_fail(use->ssh, transport_fault_is_passing(fault) ? FAULT_JUMP : fault, _("jump host %s: %s"),
                 jump->name, detail);
    jump->holds--;
    free_if_unused(jump);
}

static void answered(void *context, bool is_refused, const struct secret *secret)
{
    struct jump *jump = context;
    drop_question(jump);
    if (is_refused)
        transport_refuse(&jump->ssh->base);
    else
        transport_answer(&jump->ssh->base, secret);
}

static void ask_through(struct jump *jump, struct jump_use *use)
{
    jump->asked = use;
    if (!transport_ask(&use->ssh->base, &jump->question, answered, jump))
        jump->asked = NULL;
}

static void ask(void *context, const struct transport_ask *question)
{
    struct jump *jump = context;
    drop_question(jump);
    jump->question = *question;
    jump->question.host = jump->question_host = mem_strdup(question->host);
    jump->question.text = jump->question_text = mem_strdup(question->text);
    jump->has_question = true;
    if (!TAILQ_EMPTY(&jump->uses))
        ask_through(jump, TAILQ_FIRST(&jump->uses));
}

static struct jump *new_jump(struct ssh *inner, const char *chain, char *key, char **detail)
{
    static const struct transport_events without_asking = {.up = up, .down = down};
    static const struct transport_events events = {.up = up, .down = down, .ask = ask};
    const char *comma = strrchr(chain, ','), *hop = comma ? comma + 1 : chain;
    struct host host = {0};
    if (!jump_parse(hop, strlen(hop), &host.user, &host.address, &host.port)) {
        *detail =
            mem_printf(_("jump '%s': expected user@host:port[,user@host:port...], found '%s'"), chain, hop);
        free(key);
        return NULL;
    }
    host.name = mem_strdup(hop);
    host.jump = comma ? mem_strndup(chain, (size_t)(comma - chain)) : NULL;
    strv_copy(&host.identities, &inner->base.host.identities);
    struct jump *jump = mem_new(1, sizeof *jump);
    jump->pool = inner->base.pool;
    jump->key = key;
    jump->name = mem_strdup(hop);
    TAILQ_INIT(&jump->uses);
    TAILQ_INSERT_TAIL(&jump->pool->jumps, jump, link);
    jump->ssh = ssh_new_connection(
        jump->pool, &host, NULL, inner->base.events.ask ? &events : &without_asking, jump, inner->depth + 1);
    jump->ssh->is_jump = true;
    host_done(&host);
    return jump;
}

/* Does the jump host itself wait for this connection? Then they would wait for each other. */
static bool leads_round(const struct jump *jump, const struct ssh *ssh)
{
    for (const struct ssh *s = jump->ssh; s; s = s->jump ? s->jump->jump->ssh : NULL)
        if (s == ssh)
            return true;
    return false;
}

struct jump_use *jump_begin(struct ssh *ssh, const char *chain, char **detail)
{
    struct transport_pool *pool = ssh->base.pool;
    char *files = strv_join(&ssh->base.host.identities, "\n"), *key = mem_printf("%s\n%s", chain, files);
    struct jump *jump;
    free(files);
    TAILQ_FOREACH(jump, &pool->jumps, link)
    if (!jump->is_down && strcmp(jump->key, key) == 0)
        break;
    if (jump && leads_round(jump, ssh)) {
        *detail =
            mem_printf(_("the jump hosts lead round in a circle (ssh_config?): %s is reached through %s"),
                       ssh->base.host.name, chain);
        free(key);
        return NULL;
    }
    if (jump)
        free(key);
    else if (!(jump = new_jump(ssh, chain, key, detail)))
        return NULL;
    for (size_t i = 0; i < ssh->base.host.host_keys.count;
         i++) { /* the answers' fingerprints may be the jump host's */
        struct strv *accepted = &jump->ssh->base.host.host_keys;
        if (!strv_has(accepted, ssh->base.host.host_keys.items[i]))
            strv_add(accepted, ssh->base.host.host_keys.items[i]);
    }
    struct jump_use *use = mem_new(1, sizeof *use);
    use->jump = jump;
    use->ssh = ssh;
    TAILQ_INSERT_TAIL(&jump->uses, use, link);
    return use;
}

bool jump_is_up(const struct jump_use *use)
{
    struct jump *jump = use->jump;
    if (jump->has_question && !jump->asked) /* who had been asked has gone */
        ask_through(jump, (struct jump_use *)use);
    return jump->is_up;
}

int jump_open(struct jump_use *use, const char *address, unsigned port)
{
    relay_free(&use->relay);
    int fd;
    use->relay = relay_new(use->jump->ssh, address, port, &fd);
    return use->relay ? fd : -1;
}

const char *jump_why(const struct jump_use *use)
{
    return use->relay ? relay_why(use->relay) : NULL;
}

void jump_end(struct jump_use **use)
{
    if (!*use)
        return;
    struct jump_use *u = *use;
    struct jump *jump = u->jump;
    *use = NULL;
    relay_free(&u->relay);
    TAILQ_REMOVE(&jump->uses, u, link);
    if (jump->asked == u) {
        jump->asked = NULL;
        transport_unask(&u->ssh->base);
        if (!TAILQ_EMPTY(&jump->uses))
            ssh_kick(TAILQ_FIRST(&jump->uses)->ssh);
    }
    free(u);
    free_if_unused(jump);
}
