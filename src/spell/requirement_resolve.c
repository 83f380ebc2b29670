/* resolve: every host knows where the name of every other leads. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/finding.h"
#include "spell/measured_index.h"
#include "spell/requirement_between.h"

struct resolve {
    bool is_mended; /* steps of the spell make known the names of hosts that are given by address */
};

struct answers_seen {
    unsigned char *is_seen; /* owned; one a host: something was said of its name */
    struct named none, mended, unknown;
    size_t right;
};

static const char *const keys[] = {"mended", NULL};

static void read_resolve(const struct yaml_reader *reader, const struct yaml_node *map, struct requirement *requirement)
{
    struct resolve *own = mem_new(1, sizeof *own);
    requirement->own = own;
    yaml_get_boolean(reader, map, "mended", &own->is_mended);
}

/* The address in the answers counts as well: behind address translation no interface has it. */
static bool is_right(const struct seat *seat, const struct network *address)
{
    bool has_given = seat->is_given || seat->is_elsewhere;
    return (has_given && network_holds(&seat->given, address)) || (seat->node && network_holds(&seat->node->network, address)) || seat_has(seat, address);
}

static void judge_wrong(const struct judge *judge, size_t host, const char *value, struct findings *found)
{
    const struct seat *seat = &judge->measured->index->seats[host];
    const char *name = judge->measured->items[host].host->name;
    char text[NETWORK_TEXT_MAX];
    const struct network *right = seat->node ? &seat->node->network : &seat->given;
    finding_add(found, judge_bad(judge), mem_printf(_("%s leads to %s, but has %s"), name, value, seat_text(right, text)));
}

static void judge_answer(const struct judge *judge, size_t host, const char *value, struct answers_seen *seen, struct findings *found)
{
    static const struct network local = {.is_v6 = true, .bytes = {0xfe, 0x80}, .prefix = 10};
    const struct seat *seat = &judge->measured->index->seats[host];
    const char *name = judge->measured->items[host].host->name;
    struct network address;
    bool is_first = !seen->is_seen[host];
    seen->is_seen[host] = 1;
    const struct resolve *own = judge->requirement->own;
    if (strcmp(value, "none") == 0)
        named_add(own->is_mended && (seat->is_given || seat->is_elsewhere) ? &seen->mended : &seen->none, name);
    else if (!network_parse(value, &address))
        named_add(&seen->unknown, name);
    else if (network_holds(&local, &address))
        return;
    else if (!seat->count && !seat->is_elsewhere && is_first) /* nothing is known of where that host is */
        named_add(&seen->unknown, name);
    else if (!seat->count && !seat->is_elsewhere)
        return;
    else if (!is_right(seat, &address))
        judge_wrong(judge, host, value, found);
    else
        seen->right += is_first;
}

static void look(const struct judge *judge, struct answers_seen *seen, struct findings *found)
{
    size_t hint = 0, host;
    for (size_t i = 0; i < judge->facts->count; i++) {
        const struct fact *f = &judge->facts->items[i];
        if (strncmp(f->key, "resolve:", 8) != 0 || !measured_find(judge->measured, f->key + 8, hint, &host))
            continue;
        hint = host + 1;
        if (host != judge->index)
            judge_answer(judge, host, f->value, seen, found);
    }
    for (host = 0; host < judge->measured->count; host++)
        if (host != judge->index && !seen->is_seen[host])
            named_add(&seen->unknown, judge->measured->items[host].host->name);
}

static void judge_none(const struct judge *judge, struct named *named, bool is_mended, struct findings *found)
{
    if (!named->count)
        return;
    char *names = named_text(named);
    finding_add(found, is_mended ? VERDICT_WARN : judge_bad(judge), mem_printf(_("no address for %s"), names));
    free(names);
}

static bool judge_resolve(struct judge *judge)
{
    struct findings found = {0};
    struct answers_seen seen = {0};
    size_t others = judge->measured->count - 1;
    if (!others)
        return false;
    seen.is_seen = mem_new(judge->measured->count, 1);
    look(judge, &seen, &found);
    judge_none(judge, &seen.none, false, &found);
    judge_none(judge, &seen.mended, true, &found);
    if (seen.unknown.count) {
        char *names = named_text(&seen.unknown);
        finding_unknown(&found, mem_printf(_("the addresses of %s"), names));
        free(names);
    }
    finding_say(judge, &found, mem_printf(ngettext("%zu name leads where it should", "%zu names lead where they should", seen.right), seen.right),
                mem_strdup(_("each host's name leads to it")));
    free(seen.is_seen);
    return true;
}

const struct measure_ops measure_resolve = {.name = "resolve", .keys = keys, .read = read_resolve, .judge = judge_resolve};
