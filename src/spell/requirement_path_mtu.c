/* Do packets as large as the host's interface sends them arrive at the other hosts? */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/probe.h"
#include "spell/probe_parts.h"

/* The i-th of those that this host sends to, or NULL behind the last: all others, or so many of them, spread evenly over the ring of all hosts. */
static const struct host *peer(const struct judge *judge, size_t i)
{
    const struct fleet *fleet = &judge->answers->fleet;
    const struct host *own = fleet_find(fleet, judge->host->name);
    size_t others = own ? fleet->count - 1 : 0, count = others < PROBE_PEERS_MAX ? others : PROBE_PEERS_MAX;
    if (i >= count)
        return NULL;
    return &fleet->items[((size_t)(own - fleet->items) + 1 + i * others / count) % fleet->count];
}

static char *key_of(const struct host *host)
{
    return mem_printf("pmtu:%s", host->name);
}

static void path_mtu_probe(const struct judge *judge, struct probing *probing)
{
    const struct host *other;
    for (size_t i = 0; (other = peer(judge, i)); i++) {
        if (host_is_local(other) || strcmp(other->address, judge->host->address) == 0)
            continue;
        char *key = key_of(other), *word = mem_printf("%s,%s", other->name, other->address);
        probe_want(probing, PROBE_PEER, key, word);
        free(word);
        free(key);
    }
}

struct ways {
    struct strv good, narrow, unknown; /* names; of those too narrow with what passes; of those unknown with the reason */
    char *first_reason;                /* owned */
};

static void look_at(struct judge *judge, const struct host *other, struct ways *ways)
{
    char *key = key_of(other), *line;
    const char *value = facts_get(judge->facts, key), *why = probe_unknown(value);
    uint64_t n[2] = {0}, passed;
    if (!why && strncmp(value, "ok ", 3) == 0 && probe_numbers(value + 3, n, 1)) {
        line = mem_printf(_("%s: packets of %" PRIu64 " bytes arrive"), other->name, n[0]);
        strv_add(&ways->good, other->name);
    } else if (!why && strncmp(value, "too-big ", 8) == 0 && probe_numbers(value + 8, n, 2)) {
        passed = n[1];
        char *name = passed ? mem_printf(_("%s (%" PRIu64 ")"), other->name, passed) : mem_strdup(other->name);
        line = passed ? mem_printf(_("%s: packets of %" PRIu64 " bytes are lost, of %" PRIu64 " arrive"), other->name, n[0], passed)
                      : mem_printf(_("%s: packets of %" PRIu64 " bytes are lost"), other->name, n[0]);
        strv_add(&ways->narrow, name);
        free(name);
    } else {
        why = why ? why : _("what the host says of it makes no sense");
        line = mem_printf(_("%s: unknown: %s"), other->name, why);
        strv_add(&ways->unknown, other->name);
        ways->first_reason = ways->first_reason ? ways->first_reason : mem_strdup(why);
    }
    judge_detail(judge, line);
    free(line);
    free(key);
}

static bool path_mtu_judge(struct judge *judge)
{
    struct ways ways = {0};
    const struct host *other;
    for (size_t i = 0; (other = peer(judge, i)); i++)
        if (!host_is_local(other) && strcmp(other->address, judge->host->address) != 0)
            look_at(judge, other, &ways);
    bool has = ways.good.count || ways.narrow.count || ways.unknown.count;
    if (has) {
        char *narrow = strv_join(&ways.narrow, ", "), *unknown = strv_join(&ways.unknown, ", ");
        char *threshold = mem_strdup(_("packets as large as the interface's MTU arrive"));
        if (ways.narrow.count) {
            judge_say(judge, judge_bad(judge), mem_printf(_("lost on the way to: %s"), narrow), threshold);
        } else if (ways.unknown.count) {
            char *why = mem_printf("%s (%s)", ways.first_reason, unknown);
            judge_skip(judge, why, threshold);
            free(why);
        } else {
            judge_say(judge, VERDICT_PASS, mem_printf(ngettext("they arrive at %zu host", "they arrive at %zu hosts", ways.good.count), ways.good.count),
                      threshold);
        }
        free(narrow);
        free(unknown);
    }
    strv_done(&ways.good);
    strv_done(&ways.narrow);
    strv_done(&ways.unknown);
    free(ways.first_reason);
    return has;
}

const struct measure_ops measure_path_mtu = {.name = "path-mtu", .is_of_one_host = true, .judge = path_mtu_judge, .probe = path_mtu_probe};
