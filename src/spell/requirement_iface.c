/* iface: the address that the host's node gets is on one of its interfaces, which others can reach. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/finding.h"
#include "spell/interface_names.h"
#include "spell/measured_index.h"
#include "spell/requirement_between.h"

struct iface {
    struct strv questions; /* whose answer is the address; empty: the host's own */
};

static const char *const keys[] = {"questions", NULL};

static void read_iface(const struct yaml_reader *reader, const struct yaml_node *map, struct requirement *requirement)
{
    struct iface *own = mem_new(1, sizeof *own);
    requirement->own = own;
    read_questions(reader, map, "questions", &own->questions);
}

static void iface_done(struct requirement *requirement)
{
    struct iface *own = requirement->own;
    if (own)
        strv_done(&own->questions);
    free(own);
}

static void check_iface(const struct yaml_reader *reader, const struct yaml_node *map, const struct spell *spell, const struct requirement *requirement)
{
    const struct iface *own = requirement->own;
    check_questions(reader, map, "questions", spell, &own->questions);
}

static const struct seat_address *place_of(const struct seat *seat, const struct network *address)
{
    for (size_t i = 0; i < seat->count; i++)
        if (network_holds(&seat->addresses[i].network, address))
            return &seat->addresses[i];
    return NULL;
}

static void judge_place(const struct judge *judge, const struct seat_address *place, struct findings *found)
{
    char text[NETWORK_TEXT_MAX];
    if (interface_is_inside(place->interface) || interface_is_of_cluster(place->interface))
        finding_add(found, judge_bad(judge),
                    mem_printf(_("%s is on %s, which other hosts do not reach"), seat_text(&place->network, text), place->interface));
}

/* Only what is answered counts, as nothing is taken in its place. */
static bool judge_answered(struct judge *judge, const struct seat *seat, const struct iface *own)
{
    struct findings found = {0};
    struct strv right = {0};
    size_t asked = 0;
    for (size_t i = 0; i < own->questions.count; i++) {
        const char *answer = answers_value(judge->answers, own->questions.items[i]);
        struct network address;
        if (!answer || !*answer || !network_parse(answer, &address))
            continue;
        asked++;
        const struct seat_address *place = place_of(seat, &address);
        if (!seat->count)
            finding_unknown(&found, mem_strdup(_("the host did not say which addresses it has")));
        else if (!place)
            finding_add(&found, judge_bad(judge), mem_printf(_("%s (%s) is on no interface"), answer, own->questions.items[i]));
        else
            judge_place(judge, place, &found);
        char *text = place ? mem_printf(_("%s on %s"), answer, place->interface) : mem_strdup(answer);
        strv_add(&right, text);
        free(text);
    }
    if (asked)
        finding_say(judge, &found, strv_join(&right, ", "), mem_strdup(_("on an interface of this host")));
    strv_done(&right);
    return asked;
}

static void judge_own(struct judge *judge, const struct seat *seat)
{
    struct findings found = {0};
    char node[NETWORK_TEXT_MAX] = "", given[NETWORK_TEXT_MAX];
    char *wanted = mem_strdup(_("an address on an interface of this host, and a default route"));
    if (seat->node)
        seat_text(&seat->node->network, node);
    if (!seat->count)
        finding_unknown(&found, mem_strdup(_("the host did not say which addresses it has")));
    else if (!seat->node)
        finding_add(&found, judge_bad(judge), mem_printf(_("%s is on no interface, and no default route leads to another address"), judge->host->address));
    else if (seat->is_elsewhere)
        finding_add(&found, VERDICT_WARN, mem_printf(_("%s is on no interface; the node gets %s on %s"), seat_text(&seat->given, given), node, seat->node->interface));
    if (seat->node)
        judge_place(judge, seat->node, &found);
    /* without any route it is not known either */
    if (seat->node && facts_get(judge->facts, "route") && !facts_get(judge->facts, seat->node->network.is_v6 ? "iface.default6" : "iface.default"))
        finding_add(&found, VERDICT_WARN, mem_strdup(_("no default route")));
    finding_say(judge, &found, seat->node ? mem_printf(_("%s on %s"), node, seat->node->interface) : mem_strdup(""), wanted);
}

static bool judge_iface(struct judge *judge)
{
    const struct iface *own = judge->requirement->own;
    const struct seat *seat = &judge->measured->index->seats[judge->index];
    if (own->questions.count)
        return judge_answered(judge, seat, own);
    judge_own(judge, seat);
    return true;
}

const struct measure_ops measure_iface = {
    .name = "iface", .keys = keys, .read = read_iface, .done = iface_done, .check = check_iface, .judge = judge_iface};
