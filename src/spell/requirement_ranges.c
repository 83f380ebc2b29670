/* ranges: what a cluster takes for itself meets nothing that its hosts have or reach. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/finding.h"
#include "spell/interface_names.h"
#include "spell/measured_index.h"
#include "spell/requirement_between.h"

struct ranges {
    struct strv questions; /* of type cidr */
    struct strv outside;   /* of addresses and endpoints that must lie in none of them */
    struct strv nodes;     /* of those, the ones of which each node gets a part */
};

struct range {
    const char *question, *answer; /* borrowed */
    struct network network;
};

#define RANGES_MAX 8
#define PART4 24 /* the size of a node's part: kube-controller-manager's defaults for --node-cidr-mask-size-ipv4 and -ipv6 */
#define PART6 64
static const char *const keys[] = {"questions", "outside", "nodes", NULL};

static void read_ranges(const struct yaml_reader *reader, const struct yaml_node *map, struct requirement *requirement)
{
    const struct yaml_node *node = yaml_need(reader, map, "questions");
    struct ranges *own = mem_new(1, sizeof *own);
    requirement->own = own;
    read_questions(reader, map, "questions", &own->questions);
    read_questions(reader, map, "outside", &own->outside);
    read_questions(reader, map, "nodes", &own->nodes);
    if (own->questions.count > RANGES_MAX)
        yaml_error(reader, node, _("questions: expected at most %d"), RANGES_MAX);
}

static void ranges_done(struct requirement *requirement)
{
    struct ranges *own = requirement->own;
    if (own) {
        strv_done(&own->questions);
        strv_done(&own->outside);
        strv_done(&own->nodes);
    }
    free(own);
}

static void check_ranges(const struct yaml_reader *reader, const struct yaml_node *map, const struct spell *spell, const struct requirement *requirement)
{
    const struct ranges *own = requirement->own;
    check_questions(reader, map, "questions", spell, &own->questions);
    check_questions(reader, map, "outside", spell, &own->outside);
    check_questions(reader, map, "nodes", spell, &own->nodes);
}

/* A route to a part of the pods' own range is what kwiz, or the pod network, has set up on a host of this cluster. */
static bool is_own_route(const struct judge *judge, const struct range *range, const struct network *route)
{
    return judge_is_own_cluster(judge) && network_holds(&range->network, route);
}

/* The network of an address of this host that was told already. */
static bool is_of_own_address(const struct judge *judge, const struct range *range, const struct network *route, const char *device)
{
    const struct seat *seat = &judge->measured->index->seats[judge->index];
    for (size_t i = 0; i < seat->count; i++)
        if (strcmp(seat->addresses[i].interface, device) == 0 && network_holds(route, &seat->addresses[i].network) &&
            network_holds(&range->network, &seat->addresses[i].network))
            return true;
    return false;
}

/* `CIDR dev IFACE` or `CIDR via ADDRESS dev IFACE` */
static void judge_route(const struct judge *judge, const struct range *range, const char *value, struct findings *found)
{
    char text[NETWORK_TEXT_MAX];
    struct network route;
    size_t len = strcspn(value, " ");
    const char *device = strstr(value, " dev ");
    if (!device || len >= sizeof text)
        return;
    memcpy(text, value, len);
    text[len] = '\0';
    device += 5;
    if (!network_parse(text, &route) || interface_is_of_cluster(device) || !network_overlap(&range->network, &route) || is_own_route(judge, range, &route))
        return;
    bool has_router = strncmp(value + len, " via ", 5) == 0;
    if (!has_router && is_of_own_address(judge, range, &route, device))
        return;
    /* the cluster's narrower routes win over a wide one by way of a router; what else lies behind that in the range can't be reached any more */
    bool is_wide = has_router && route.prefix < range->network.prefix;
    finding_add(found, is_wide ? VERDICT_WARN : judge_bad(judge),
                mem_printf(interface_is_inside(device) ? _("%s (%s) meets %s, the network of %s") : _("%s (%s) meets the route to %s on %s"), range->answer,
                           range->question, text, device));
}

static void judge_own_addresses(const struct judge *judge, const struct range *range, struct findings *found)
{
    const struct seat *seat = &judge->measured->index->seats[judge->index];
    char text[NETWORK_TEXT_MAX];
    for (size_t i = 0; i < seat->count; i++) {
        const struct seat_address *a = &seat->addresses[i];
        if (interface_is_of_cluster(a->interface) || !network_holds(&range->network, &a->network))
            continue;
        finding_add(found, judge_bad(judge),
                    mem_printf(_("%s (%s) holds %s, this host's address on %s"), range->answer, range->question, seat_text(&a->network, text), a->interface));
    }
}

static void judge_other_hosts(const struct judge *judge, const struct range *range, struct findings *found)
{
    size_t count;
    struct named names = {0};
    const struct placed_host *all = measured_in(judge->measured, &range->network, &count);
    for (size_t i = 0; i < count; i++)
        if (all[i].host != judge->index)
            named_add(&names, judge->measured->items[all[i].host].host->name);
    if (!names.count)
        return;
    char *list = named_text(&names);
    finding_add(found, judge_bad(judge), mem_printf(_("%s (%s) holds the addresses of %s"), range->answer, range->question, list));
    free(list);
}

static void judge_outside(const struct judge *judge, const struct range *range, struct findings *found)
{
    const struct ranges *own = judge->requirement->own;
    for (size_t i = 0; i < own->outside.count; i++) {
        const char *answer = answers_value(judge->answers, own->outside.items[i]);
        struct network address;
        if (!answer || !*answer)
            continue;
        char *host = endpoint_host(answer);
        if (network_parse(host, &address) && network_overlap(&range->network, &address))
            finding_add(found, judge_bad(judge),
                        mem_printf(_("%s (%s) holds %s (%s)"), range->answer, range->question, host, own->outside.items[i]));
        free(host);
    }
}

static void judge_size(const struct judge *judge, const struct range *range, struct findings *found)
{
    const struct ranges *own = judge->requirement->own;
    unsigned part = range->network.is_v6 ? PART6 : PART4, bits = range->network.prefix > part ? 0 : part - range->network.prefix;
    size_t parts = range->network.prefix > part ? 0 : bits < 20 ? (size_t)1 << bits : SIZE_MAX;
    if (strv_has(&own->nodes, range->question) && parts < judge->measured->count)
        finding_add(found, judge_bad(judge),
                    mem_printf(_("%s (%s) has a /%u for %zu nodes, and there are %zu"), range->answer, range->question, part, parts, judge->measured->count));
}

static size_t read_answers(const struct judge *judge, struct range *list)
{
    const struct ranges *own = judge->requirement->own;
    size_t count = 0;
    for (size_t i = 0; i < own->questions.count && count < RANGES_MAX; i++) {
        struct range *r = &list[count];
        r->question = own->questions.items[i];
        r->answer = answers_value(judge->answers, r->question);
        count += r->answer && *r->answer && network_parse(r->answer, &r->network);
    }
    return count;
}

static void judge_range(const struct judge *judge, const struct range *range, struct findings *found)
{
    judge_size(judge, range, found);
    judge_outside(judge, range, found);
    judge_own_addresses(judge, range, found);
    judge_other_hosts(judge, range, found);
    for (size_t i = 0; i < judge->facts->count; i++)
        if (strcmp(judge->facts->items[i].key, "route") == 0)
            judge_route(judge, range, judge->facts->items[i].value, found);
}

static bool judge_ranges(struct judge *judge)
{
    struct range list[RANGES_MAX];
    struct findings found = {0};
    struct strv shown = {0};
    size_t count = read_answers(judge, list);
    if (!count)
        return false;
    for (size_t i = 0; i < count; i++) {
        judge_range(judge, &list[i], &found);
        strv_add(&shown, list[i].answer);
        for (size_t j = 0; j < i; j++)
            if (network_overlap(&list[i].network, &list[j].network))
                finding_add(&found, judge_bad(judge),
                            mem_printf(_("%s (%s) meets %s (%s)"), list[j].answer, list[j].question, list[i].answer, list[i].question));
    }
    if (!judge->measured->index->seats[judge->index].count && !facts_get(judge->facts, "route"))
        finding_unknown(&found, mem_strdup(_("the host did not say which addresses and routes it has")));
    else if (facts_get(judge->facts, "routes.more"))
        finding_unknown(&found, mem_strdup(_("the host has more than 200 routes, of which the first do not meet them")));
    finding_say(judge, &found, strv_join(&shown, ", "), mem_strdup(_("ranges that no host has or reaches already")));
    strv_done(&shown);
    return true;
}

const struct measure_ops measure_ranges = {
    .name = "ranges", .keys = keys, .read = read_ranges, .done = ranges_done, .check = check_ranges, .judge = judge_ranges};
