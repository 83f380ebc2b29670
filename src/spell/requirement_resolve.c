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

/* What was said of the name of one host. */
enum said { SAID_NOTHING, SAID_NONE, SAID_UNKNOWN, SAID_ADDRESS };

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

static void judge_answer(const struct judge *judge, size_t host, const char *value, unsigned char *said, struct findings *found)
{
    static const struct network local = {.is_v6 = true, .bytes = {0xfe, 0x80}, .prefix = 10};
    const struct seat *seat = &judge->measured->index->seats[host];
    struct network address;
    bool has_address = network_parse(value, &address), is_known = seat->count || seat->is_elsewhere;
    if (has_address && network_holds(&local, &address))
        return;
    if (strcmp(value, "none") == 0)
        *said = SAID_NONE;
    else if (!has_address || !is_known) /* without facts of that host a name in the answers says nothing of where it is */
        *said = SAID_UNKNOWN;
    else
        *said = SAID_ADDRESS;
    if (*said == SAID_ADDRESS && !is_right(seat, &address))
        judge_wrong(judge, host, value, found);
}

static void look(const struct judge *judge, unsigned char *said, struct findings *found)
{
    size_t hint = 0, host;
    for (size_t i = 0; i < judge->facts->count; i++) {
        const struct fact *f = &judge->facts->items[i];
        if (strncmp(f->key, "resolve:", 8) != 0 || !measured_find(judge->measured, f->key + 8, hint, &host))
            continue;
        hint = host + 1;
        if (host != judge->index)
            judge_answer(judge, host, f->value, &said[host], found);
    }
}

static void tell_none(const struct judge *judge, struct named *named, bool is_mended, struct findings *found)
{
    if (!named->count)
        return;
    char *names = named_text(named);
    finding_add(found, is_mended ? VERDICT_WARN : judge_bad(judge), mem_printf(_("no address for %s"), names));
    free(names);
}

/* How many names lead somewhere; the others are told, in the order of the answers. */
static size_t tell_missing(const struct judge *judge, const unsigned char *said, struct findings *found)
{
    const struct resolve *own = judge->requirement->own;
    struct named none = {0}, mended = {0}, unknown = {0};
    size_t right = 0;
    for (size_t i = 0; i < judge->measured->count; i++) {
        const struct seat *seat = &judge->measured->index->seats[i];
        const char *name = judge->measured->items[i].host->name;
        if (i == judge->index)
            continue;
        if (said[i] == SAID_ADDRESS)
            right++;
        else if (said[i] == SAID_NONE)
            named_add(own->is_mended && (seat->is_given || seat->is_elsewhere) ? &mended : &none, name);
        else
            named_add(&unknown, name);
    }
    tell_none(judge, &none, false, found);
    tell_none(judge, &mended, true, found);
    if (unknown.count) {
        char *names = named_text(&unknown);
        finding_unknown(found, mem_printf(_("the addresses of %s"), names));
        free(names);
    }
    return right;
}

static bool judge_resolve(struct judge *judge)
{
    struct findings found = {0};
    if (judge->measured->count < 2)
        return false;
    unsigned char *said = mem_new(judge->measured->count, 1);
    look(judge, said, &found);
    size_t right = tell_missing(judge, said, &found);
    finding_say(judge, &found, mem_printf(ngettext("%zu name leads where it should", "%zu names lead where they should", right), right),
                mem_strdup(_("each host's name leads to it")));
    free(said);
    return true;
}

const struct measure_ops measure_resolve = {.name = "resolve", .keys = keys, .read = read_resolve, .judge = judge_resolve};
