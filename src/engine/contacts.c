#include "engine/contacts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum known_state { KNOWN_NOT, KNOWN_ASKING, KNOWN_TRIAL, KNOWN_GOOD };

/* A password: what was asked, and what came of it. */
struct known {
    struct known *next;
    char *key;
    char *only;         /* the name of the host that it is for; NULL = all */
    struct contact *by; /* KNOWN_ASKING, KNOWN_TRIAL: the host that asked */
    enum known_state state;
    bool is_sudo;
    struct secret *secret; /* KNOWN_TRIAL, KNOWN_GOOD */
};

/* What a host asks. */
struct question {
    contacts_answer_fn *answered; /* NULL: it asks nothing */
    void *context;
    struct known *known;          /* what will answer it, or NULL: not to be remembered */
    bool is_told;                 /* the operator sees it */
    bool is_secret;
    struct transport_ask ask;     /* strings owned */
};

struct contact {
    struct contacts *contacts;
    size_t number;
    struct host host;       /* with the defaults filled in */
    struct transport *left; /* open, for the next user */
    struct question question;
};

struct contacts {
    struct contacts_options options;
    struct transport_pool *pool;
    struct contact **hosts; /* owned, each owned */
    size_t count;
    struct known *known;
    struct secret **learned;
    size_t learned_count;
    void (*watcher)(void *context, const struct secret *secret);
    void *watcher_context;
};

/* ---- what is known ---- */

static void learn(struct contacts *c, const struct secret *secret)
{
    for (size_t i = 0; i < c->learned_count; i++)
        if (secret_len(c->learned[i]) == secret_len(secret) &&
            memcmp(secret_bytes(c->learned[i]), secret_bytes(secret), secret_len(secret)) == 0)
            return;
    c->learned = mem_grow(c->learned, c->learned_count + 1, sizeof *c->learned);
    c->learned[c->learned_count++] = secret_copy(secret);
    if (c->watcher)
        c->watcher(c->watcher_context, secret);
}

void contacts_watch(struct contacts *c, void (*learned)(void *context, const struct secret *secret), void *context)
{
    c->watcher = learned;
    c->watcher_context = context;
    for (size_t i = 0; learned && i < c->learned_count; i++)
        learned(context, c->learned[i]);
}

static const char *user_of(const struct contacts *c, size_t host)
{
    const char *user = c->hosts[host]->host.user;
    return user ? user : "";
}

static bool is_sudo(const struct transport_ask *ask)
{
    return ask->kind == ASK_PASSWORD && strcmp(ask->text, "sudo") == 0;
}

static char *sudo_key(const struct contacts *c, size_t host)
{
    return mem_printf("sudo %s", user_of(c, host));
}

/* What two questions have in common that the same answer is right for. NULL: each is asked for itself. */
static char *key_of(const struct contacts *c, size_t host, const struct transport_ask *ask)
{
    const char *name = c->hosts[host]->host.name;
    bool is_own = !ask->host || strcmp(ask->host, name) == 0; /* else a jump host asks */
    if (is_sudo(ask))
        return sudo_key(c, host);
    if (ask->kind == ASK_PASSWORD)
        return mem_printf("password %s %s", user_of(c, host), is_own ? "" : ask->host);
    if (ask->kind == ASK_KEYBOARD && !ask->echo)
        return mem_printf("keyboard %s %s %s", user_of(c, host), is_own ? "" : ask->host, ask->text);
    return NULL; /* keys and their passphrases are the connections' to share */
}

/* only: a host's name, or NULL for what counts for all. */
static struct known *find(struct contacts *c, const char *key, const char *only)
{
    for (struct known *k = c->known; k; k = k->next)
        if ((only ? k->only && strcmp(k->only, only) == 0 : !k->only) && strcmp(k->key, key) == 0)
            return k;
    return NULL;
}

static struct known *find_or_make(struct contacts *c, const char *key, const char *only)
{
    struct known *k = find(c, key, only);
    if (k)
        return k;
    k = mem_new(1, sizeof *k);
    k->key = mem_strdup(key);
    k->only = only ? mem_strdup(only) : NULL;
    k->next = c->known;
    c->known = k;
    return k;
}

/* The host's own, else everybody's. */
static const struct known *find_good(struct contacts *c, const char *key, size_t host)
{
    struct known *own = find(c, key, c->hosts[host]->host.name), *common = find(c, key, NULL);
    if (own && own->state == KNOWN_GOOD)
        return own;
    return common && common->state == KNOWN_GOOD ? common : NULL;
}

static void unknow(struct known *k)
{
    k->state = KNOWN_NOT;
    secret_free(&k->secret);
}

/* The secret that the answers name for such a question, or NULL. */
static struct secret *from_answers(struct contacts *c, const struct transport_ask *ask)
{
    struct err err = ERR_INIT;
    const char *key = NULL;
    if (ask->kind == ASK_PASSPHRASE)
        key = "key_passphrase";
    else if (is_sudo(ask))
        key = "sudo_password";
    else if (ask->kind == ASK_PASSWORD || (ask->kind == ASK_KEYBOARD && !ask->echo)) /* what may be shown is no password */
        key = "ssh_password";
    return key && c->options.secret ? c->options.secret(c->options.secret_context, key, &err) : NULL;
}

struct secret *contacts_sudo_password(struct contacts *c, size_t host)
{
    char *key = sudo_key(c, host);
    const struct known *known = find_good(c, key, host);
    static const struct transport_ask ask = {.kind = ASK_PASSWORD, .text = "sudo"};
    struct secret *secret = known ? secret_copy(known->secret) : from_answers(c, &ask);
    if (secret)
        learn(c, secret);
    free(key);
    return secret;
}

/* ---- questions ---- */

static void question_done(struct question *q)
{
    free((char *)(uintptr_t)q->ask.host);
    free((char *)(uintptr_t)q->ask.text);
    *q = (struct question){0};
}

static void settle(struct contacts *c, size_t host, const struct secret *secret, bool is_refused)
{
    struct question q = c->hosts[host]->question;
    c->hosts[host]->question = (struct question){0};
    if (secret && q.is_secret)
        learn(c, secret);
    q.answered(q.context, secret, is_refused);
    question_done(&q);
}

static void tell_operator(struct contacts *c, size_t host)
{
    struct question *q = &c->hosts[host]->question;
    if (!c->options.ask) {
        settle(c, host, NULL, true);
        return;
    }
    if (q->known) {
        q->known->state = KNOWN_ASKING;
        q->known->by = c->hosts[host];
    }
    q->is_told = true;
    c->options.ask(c->options.context, host, &q->ask);
}

/* Something was found out about k: those who wait for it go on. */
static void wake(struct contacts *c, struct known *k)
{
    for (size_t host = 0; host < c->count; host++) {
        struct question *q = &c->hosts[host]->question;
        if (!q->answered || q->known != k || q->is_told)
            continue;
        if (k->state == KNOWN_GOOD)
            settle(c, host, k->secret, false);
        else if (k->state == KNOWN_NOT)
            tell_operator(c, host); /* k waits for this host's answer from now on, unless it was refused at once */
    }
}

static void drop_question(struct contacts *c, size_t host)
{
    struct question *q = &c->hosts[host]->question;
    struct known *k = q->known;
    bool is_told = q->is_told;
    if (!q->answered)
        return;
    question_done(q);
    if (is_told && c->options.withdraw)
        c->options.withdraw(c->options.context, host);
    if (is_told && k && k->state == KNOWN_ASKING && k->by == c->hosts[host]) {
        unknow(k);
        wake(c, k);
    }
}

/* Another answer is wanted than the one that was given: for all, if nobody took that one, else for this host alone. */
static struct known *known_for(struct contacts *c, size_t host, const char *key, unsigned attempt)
{
    struct known *own = find(c, key, c->hosts[host]->host.name), *common = find_or_make(c, key, NULL);
    if (own)
        return own;
    return attempt > 1 && common->state == KNOWN_GOOD ? find_or_make(c, key, c->hosts[host]->host.name) : common;
}

static bool answer_at_once(struct contacts *c, size_t host, const char *key)
{
    const struct transport_ask *ask = &c->hosts[host]->question.ask;
    const struct known *good = key && ask->attempt <= 1 ? find_good(c, key, host) : NULL;
    if (good) {
        settle(c, host, good->secret, false);
        return true;
    }
    struct secret *given = ask->attempt <= 1 ? from_answers(c, ask) : NULL;
    if (given)
        settle(c, host, given, false);
    bool is_given = given != NULL;
    secret_free(&given);
    return is_given;
}

void contacts_ask(struct contacts *c, size_t host, const struct transport_ask *ask, contacts_answer_fn *answered, void *context)
{
    struct question *q = &c->hosts[host]->question;
    char *key = key_of(c, host, ask);
    drop_question(c, host);
    *q = (struct question){.answered = answered, .context = context, .ask = *ask};
    q->is_secret = ask->kind != ASK_HOST_KEY && !ask->echo;
    q->ask.host = ask->host ? mem_strdup(ask->host) : NULL;
    q->ask.text = mem_strdup(ask->text);
    if (!answer_at_once(c, host, key)) {
        struct known *k = key ? known_for(c, host, key, ask->attempt) : NULL;
        if (k && (k->state == KNOWN_GOOD || (k->state == KNOWN_TRIAL && k->by == c->hosts[host])))
            unknow(k); /* it asks again: what it was given was wrong */
        q->known = k;
        if (k)
            k->is_sudo = is_sudo(ask);
        if (!k || k->state == KNOWN_NOT)
            tell_operator(c, host);
    }
    free(key);
}

void contacts_answer(struct contacts *c, size_t host, const struct secret *secret, bool is_refused)
{
    struct question *q = &c->hosts[host]->question;
    struct known *k = q->known;
    if (!q->answered || !q->is_told)
        return;
    if (k) {
        unknow(k);
        if (secret && !is_refused) {
            k->secret = secret_copy(secret);
            k->state = KNOWN_TRIAL;
            k->by = c->hosts[host];
        }
    }
    settle(c, host, secret, is_refused);
    if (k)
        wake(c, k);
}

void contacts_accepted(struct contacts *c, size_t host, bool is_sudo)
{
    for (struct known *k = c->known; k; k = k->next)
        if (k->state == KNOWN_TRIAL && k->by == c->hosts[host] && k->is_sudo == is_sudo) {
            k->state = KNOWN_GOOD;
            wake(c, k);
        }
}

void contacts_forget(struct contacts *c, size_t host)
{
    drop_question(c, host);
    for (struct known *k = c->known; k; k = k->next)
        if (k->state == KNOWN_TRIAL && k->by == c->hosts[host]) {
            unknow(k);
            wake(c, k);
        }
}

/* ---- connections ---- */

struct transport_pool *contacts_pool(const struct contacts *c)
{
    return c->pool;
}

/* It broke while nobody used it: the next user makes one. */
static void left_down(void *context, enum transport_fault fault, const char *detail)
{
    struct contact *contact = context;
    const struct contacts_options *o = &contact->contacts->options;
    transport_free(&contact->left);
    if (o->lost)
        o->lost(o->context, contact->number, fault, detail);
}

struct transport *contacts_take(struct contacts *c, size_t host)
{
    struct transport *transport = c->hosts[host]->left;
    c->hosts[host]->left = NULL;
    return transport;
}

void contacts_leave(struct contacts *c, size_t host, struct transport **transport)
{
    static const struct transport_events events = {.down = left_down};
    assert(!c->hosts[host]->left);
    c->hosts[host]->left = *transport;
    *transport = NULL;
    transport_adopt(c->hosts[host]->left, &events, c->hosts[host]);
}

/* ---- hosts ---- */

void contacts_pin(struct contacts *c, size_t host, const char *fingerprint)
{
    struct strv *keys = &c->hosts[host]->host.host_keys;
    if (!strv_has(keys, fingerprint))
        strv_add(keys, fingerprint);
}

size_t contacts_count(const struct contacts *c)
{
    return c->count;
}

const struct host *contacts_host(const struct contacts *c, size_t host)
{
    return &c->hosts[host]->host;
}

static size_t find_alike(const struct contacts *c, const struct host *host)
{
    for (size_t i = 0; i < c->count; i++)
        if (host_is_reached_alike(&c->hosts[i]->host, host))
            return i;
    return CONTACTS_NONE;
}

void contacts_match(const struct contacts *c, const struct host *const *hosts, size_t count, const struct ssh_defaults *ssh, size_t *numbers)
{
    bool *is_taken = mem_new(c->count + 1, sizeof *is_taken);
    for (size_t i = 0; i < count; i++) {
        struct host host;
        host_copy_reach(&host, hosts[i], ssh);
        numbers[i] = find_alike(c, &host);
        if (numbers[i] != CONTACTS_NONE && is_taken[numbers[i]])
            numbers[i] = CONTACTS_NONE; /* names should be unique; where they are not, each has a connection of its own */
        if (numbers[i] != CONTACTS_NONE)
            is_taken[numbers[i]] = true;
        host_done(&host);
    }
    free(is_taken);
}

static void contact_free(struct contact *contact)
{
    question_done(&contact->question);
    transport_free(&contact->left);
    host_done(&contact->host);
    free(contact);
}

void contacts_set_hosts(struct contacts *c, const struct host *const *hosts, size_t count, const struct ssh_defaults *ssh)
{
    size_t *was = mem_new(count + 1, sizeof *was);
    bool *stays = mem_new(c->count + 1, sizeof *stays);
    contacts_match(c, hosts, count, ssh, was);
    for (size_t i = 0; i < count; i++)
        if (was[i] != CONTACTS_NONE)
            stays[was[i]] = true;
    for (size_t i = 0; i < c->count; i++)
        if (!stays[i] && c->hosts[i]->question.answered && !c->hosts[i]->question.is_told)
            question_done(&c->hosts[i]->question); /* or the operator would be asked for a host that goes as well */
    for (size_t i = 0; i < c->count; i++)
        if (!stays[i])
            contacts_forget(c, i);
    struct contact **now = mem_new(count + 1, sizeof(struct contact *));
    for (size_t i = 0; i < count; i++) {
        now[i] = was[i] != CONTACTS_NONE ? c->hosts[was[i]] : mem_new(1, sizeof *now[i]);
        now[i]->contacts = c;
        now[i]->number = i;
        if (was[i] == CONTACTS_NONE)
            host_copy_reach(&now[i]->host, hosts[i], ssh);
    }
    for (size_t i = 0; i < c->count; i++)
        if (!stays[i])
            contact_free(c->hosts[i]);
    free(c->hosts);
    c->hosts = now;
    c->count = count;
    free(stays);
    free(was);
}

/* ---- making and ending ---- */

void contacts_set_ask(struct contacts *c, void (*ask)(void *context, size_t host, const struct transport_ask *ask),
                      void (*withdraw)(void *context, size_t host), void *context)
{
    c->options.ask = ask;
    c->options.withdraw = withdraw;
    c->options.lost = NULL; /* it was told to the one before */
    c->options.context = context;
}

struct contacts *contacts_new(const struct contacts_options *options)
{
    struct contacts *c = mem_new(1, sizeof *c);
    c->options = *options;
    if (options->transport.loop)
        c->pool = transport_pool_new(&options->transport);
    return c;
}

static void pool_closed(void *context)
{
    (void)context;
}

void contacts_free(struct contacts **contacts)
{
    struct contacts *c = *contacts;
    if (!c)
        return;
    for (size_t i = 0; i < c->count; i++)
        contact_free(c->hosts[i]);
    if (c->pool)
        transport_pool_free(&c->pool, pool_closed, NULL);
    while (c->known) {
        struct known *k = c->known;
        c->known = k->next;
        secret_free(&k->secret);
        free(k->key);
        free(k->only);
        free(k);
    }
    for (size_t i = 0; i < c->learned_count; i++)
        secret_free(&c->learned[i]);
    free(c->learned);
    free(c->hosts);
    free(c);
    *contacts = NULL;
}
