#include "spell/reach.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "spell/network.h"
#include "spell/requirement_parts.h"
#include "spell/scope.h"

const char *reach_kind_name(enum reach_kind kind)
{
    static const char *const names[] = {[REACH_TCP] = "tcp", [REACH_UDP] = "udp", [REACH_RTT] = "rtt"};
    return names[kind];
}

char *reach_key(enum reach_kind kind, const char *host, unsigned port)
{
    if (kind == REACH_RTT)
        return mem_printf("rtt:%s", host);
    return mem_printf("reach:%s:%s:%u", host, reach_kind_name(kind), port);
}

bool reach_is_taken(const struct facts *facts, enum reach_kind kind, unsigned port)
{
    char text[16];
    snprintf(text, sizeof text, "%u", port);
    for (size_t i = 0; i < facts->count; i++)
        if (strcmp(facts->items[i].key, kind == REACH_UDP ? "listen.udp" : "listen") == 0 && strcmp(facts->items[i].value, text) == 0)
            return true;
    return false;
}

/* ---- addresses ---- */

/* What a host says is its address is what others dial: this machine's own, many at once, or one that means nothing without an interface it can't be.
 * RFC 1122, 5771, 1112 and 4291. */
static bool is_dialled(const struct network *address)
{
    static const char *const others[] = {"0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4", "::/127", "fe80::/10", "ff00::/8"};
    struct network other;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (network_parse(others[i], &other) && network_holds(&other, address))
            return false;
    return true;
}

/* Is the fact an address of one of the host's interfaces (iface NULL = any), as `addr:IFACE ADDRESS/LENGTH` says? Its length without LENGTH, else 0. */
static size_t address_length(const struct fact *fact, const char *iface)
{
    struct network address;
    char text[NETWORK_TEXT_MAX];
    size_t len = strcspn(fact->value, "/");
    if (strncmp(fact->key, "addr:", 5) != 0 || (iface && strcmp(fact->key + 5, iface) != 0) || len >= sizeof text)
        return 0;
    snprintf(text, sizeof text, "%.*s", (int)len, fact->value);
    return network_parse(text, &address) && is_dialled(&address) ? len : 0;
}

static bool find_address(const struct facts *facts, const char *iface, bool is_v6, char *out, size_t size)
{
    for (size_t i = 0; i < facts->count; i++) {
        size_t len = address_length(&facts->items[i], iface);
        if (!len || (strchr(facts->items[i].value, ':') != NULL) != is_v6)
            continue;
        snprintf(out, size, "%.*s", (int)len, facts->items[i].value);
        return true;
    }
    return false;
}

bool reach_address(const struct measured_host *host, char *out, size_t size)
{
    const struct facts *facts = host->facts;
    *out = '\0';
    if (!facts)
        return false;
    for (size_t i = 0; i < facts->count; i++) {
        size_t len = address_length(&facts->items[i], NULL);
        if (len && strlen(host->host->address) == len && strncmp(facts->items[i].value, host->host->address, len) == 0) {
            snprintf(out, size, "%s", host->host->address);
            return true;
        }
    }
    const char *iface = facts_get(facts, "iface.default"), *iface6 = facts_get(facts, "iface.default6");
    return (iface && find_address(facts, iface, false, out, size)) || (iface6 && find_address(facts, iface6, true, out, size)) ||
           find_address(facts, NULL, false, out, size) || find_address(facts, NULL, true, out, size);
}

/* ---- which ---- */

static void add(struct reach_probes *probes, size_t from, size_t to, enum reach_kind kind, unsigned port)
{
    probes->items = mem_grow(probes->items, probes->count + 1, sizeof *probes->items);
    probes->items[probes->count++] = (struct reach_probe){from, to, kind, port};
}

static bool has_role(const struct measured_host *host, const char *role)
{
    return !host->host->outer && !host->host->holds_containers && (!role || strv_has(&host->host->roles, role));
}

/* The hosts that `from` tries: all that have the role, or REACH_SAMPLE of them. Returns how many, in targets (room for measured->count). */
static size_t choose(const struct measured *measured, size_t from, const char *role, size_t *targets)
{
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < measured->count; i++)
        if (i != from && has_role(&measured->items[i], role))
            targets[count++] = i;
    if (measured->count <= REACH_ALL_PAIRS_MAX || count <= REACH_SAMPLE)
        return count;
    /* evenly spread, and beginning one further for each host: each is tried by about as many others */
    bool *is_chosen = mem_new(count, sizeof *is_chosen);
    for (size_t j = 0; j < REACH_SAMPLE; j++)
        is_chosen[(from + j * count / REACH_SAMPLE) % count] = true;
    for (size_t i = 0; i < count; i++)
        if (is_chosen[i])
            targets[kept++] = targets[i];
    free(is_chosen);
    return kept;
}

static int in_order(const void *a, const void *b)
{
    const struct reach_probe *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    if (x->to != y->to)
        return x->to < y->to ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return x->port == y->port ? 0 : x->port < y->port ? -1 : 1;
}

static void sort(struct reach_probes *probes)
{
    size_t kept = 0;
    if (!probes->count)
        return;
    qsort(probes->items, probes->count, sizeof *probes->items, in_order);
    for (size_t i = 1; i < probes->count; i++)
        if (in_order(&probes->items[kept], &probes->items[i]) != 0)
            probes->items[++kept] = probes->items[i];
    probes->count = kept + 1;
}

static bool is_of(const struct requirement *r, const char *measure)
{
    return r->ops && strcmp(r->ops->name, measure) == 0;
}

struct reach_probes reach_of(const struct requirement *r, const struct answers *answers, const struct measured *measured, size_t from)
{
    struct reach_probes probes = {0};
    const struct measured_host *host = &measured->items[from];
    struct scope scope = {.answers = answers, .host = host->host};
    if (!r->own || !requirement_concerns(r, answers, host->host))
        return probes;
    size_t *targets = mem_new(measured->count, sizeof *targets), count;
    if (is_of(r, "latency")) {
        const struct latency *latency = r->own;
        count = choose(measured, from, latency->to, targets);
        for (size_t i = 0; i < count; i++)
            add(&probes, from, targets[i], REACH_RTT, 0);
    } else if (is_of(r, "reach")) {
        const struct reach *reach = r->own;
        for (size_t k = 0; k < reach->rule_count; k++) {
            const struct reach_rule *rule = &reach->rules[k];
            if (!has_role(host, rule->from) || !scope_eval(&scope, rule->when))
                continue;
            count = choose(measured, from, rule->to, targets);
            for (size_t i = 0; i < count; i++)
                for (size_t j = 0; j < rule->port_count; j++)
                    add(&probes, from, targets[i], reach->is_udp ? REACH_UDP : REACH_TCP, rule->ports[j]);
        }
    }
    free(targets);
    sort(&probes);
    return probes;
}

bool reach_is_asked(const struct spell *spell)
{
    for (size_t i = 0; i < spell->requirement_count; i++)
        if (is_of(&spell->requirements[i], "reach") || is_of(&spell->requirements[i], "latency"))
            return true;
    return false;
}

struct reach_probes reach_of_all(const struct spell *spell, const struct answers *answers, const struct measured *measured)
{
    struct reach_probes all = {0};
    for (size_t i = 0; i < spell->requirement_count; i++)
        for (size_t from = 0; from < measured->count; from++) {
            if (!measured->items[from].facts)
                continue;
            struct reach_probes some = reach_of(&spell->requirements[i], answers, measured, from);
            for (size_t j = 0; j < some.count; j++)
                if (measured->items[some.items[j].to].facts)
                    add(&all, from, some.items[j].to, some.items[j].kind, some.items[j].port);
            reach_probes_done(&some);
        }
    sort(&all);
    return all;
}

void reach_probes_done(struct reach_probes *probes)
{
    free(probes->items);
    *probes = (struct reach_probes){0};
}
