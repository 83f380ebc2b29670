/* mtu: packets of one size get from each host to each other. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/finding.h"
#include "spell/measured_index.h"
#include "spell/requirement_between.h"

/* The hosts that have another than this one. */
static char *others(const struct judge *judge, const char *mtu)
{
    struct named named = {0};
    for (size_t i = 0; i < judge->measured->count; i++) {
        const struct seat *seat = &judge->measured->index->seats[i];
        if (!seat->mtu || strcmp(seat->mtu, mtu) == 0)
            continue;
        char *text = mem_printf("%s %s", judge->measured->items[i].host->name, seat->mtu);
        named_add(&named, text);
        free(text);
    }
    return named_text(&named);
}

static void judge_odd(struct judge *judge, const struct seat *seat, char *wanted)
{
    const struct measured_index *index = judge->measured->index;
    char *found;
    if (index->mtu) {
        found = mem_printf(_("%s on %s, most other hosts %s"), seat->mtu, seat->node->interface, index->mtu);
    } else {
        char *list = others(judge, seat->mtu);
        found = mem_printf(_("%s on %s, others: %s"), seat->mtu, seat->node->interface, list);
        free(list);
    }
    judge_say(judge, judge_bad(judge), found, wanted);
}

static bool judge_mtu(struct judge *judge)
{
    const struct measured_index *index = judge->measured->index;
    const struct seat *seat = &index->seats[judge->index];
    if (judge->measured->count < 2)
        return false;
    char *wanted = mem_strdup(_("the same on all hosts"));
    if (!seat->mtu)
        judge_skip(judge, seat->node ? _("the host did not say") : _("the host did not say which addresses it has"), wanted);
    else if (index->mtu_count < 2)
        judge_skip(judge, _("no other host was measured"), wanted);
    else if (index->mtu && strcmp(index->mtu, seat->mtu) == 0)
        judge_say(judge, VERDICT_PASS, mem_printf(_("%s on %s"), seat->mtu, seat->node->interface), wanted);
    else
        judge_odd(judge, seat, wanted);
    return true;
}

const struct measure_ops measure_mtu = {.name = "mtu", .judge = judge_mtu};
