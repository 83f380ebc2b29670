/* dns: name servers that pods can use as well. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/finding.h"
#include "spell/network.h"
#include "spell/requirement_between.h"

#define SERVERS_MAX 3 /* of which the kubelet hands on to pods, as resolv.conf(5) has it */

struct servers {
    struct strv all, outside; /* outside: those that are not on the host itself */
};

static void read_servers(const struct judge *judge, const char *key, struct servers *servers)
{
    static const struct network loopback = {.bytes = {127}, .prefix = 8}, loopback6 = {.is_v6 = true, .bytes = {[15] = 1}, .prefix = 128};
    for (size_t i = 0; i < judge->facts->count; i++) {
        const struct fact *f = &judge->facts->items[i];
        struct network address;
        if (strcmp(f->key, key) != 0 || !*f->value)
            continue;
        strv_add(&servers->all, f->value);
        if (!network_parse(f->value, &address) || (!network_holds(&loopback, &address) && !network_holds(&loopback6, &address)))
            strv_add(&servers->outside, f->value);
    }
}

static void servers_done(struct servers *servers)
{
    strv_done(&servers->all);
    strv_done(&servers->outside);
}

/* kubeadm gives the kubelet systemd-resolved's own file where that service runs. */
static bool uses_upstream(const struct judge *judge)
{
    const char *service = facts_get(judge->facts, "service:systemd-resolved");
    return facts_get(judge->facts, "resolv.upstream") && (!service || strcmp(service, "active") == 0);
}

static void judge_servers(const struct judge *judge, const struct servers *here, const struct servers *pods, struct findings *found)
{
    char *list = strv_join(&here->all, ", ");
    if (!here->all.count && !facts_get(judge->facts, "uid")) /* which is said of every host */
        finding_unknown(found, mem_strdup(_("the host did not say")));
    else if (!here->all.count)
        finding_add(found, judge_bad(judge), mem_strdup(_("no name server")));
    else if (!pods->outside.count)
        finding_add(found, judge_bad(judge), mem_printf(_("%s is on the host itself: CoreDNS would ask itself"), list));
    else if (pods->outside.count < pods->all.count)
        finding_add(found, VERDICT_WARN, mem_printf(_("%s: of these one is on the host itself, where CoreDNS would ask itself"), list));
    if (pods->all.count > SERVERS_MAX)
        finding_add(found, VERDICT_WARN, mem_printf(_("%zu name servers, of which the kubelet takes %d"), pods->all.count, SERVERS_MAX));
    free(list);
}

static bool judge_dns(struct judge *judge)
{
    struct findings found = {0};
    struct servers here = {0}, upstream = {0};
    const char *wildcard = facts_get(judge->facts, "resolv.wildcard"), *search = facts_get(judge->facts, "resolv.search");
    read_servers(judge, "resolv.nameserver", &here);
    read_servers(judge, "resolv.upstream", &upstream);
    const struct servers *pods = uses_upstream(judge) ? &upstream : &here;
    char *list = strv_join(&pods->all, ", ");
    judge_servers(judge, &here, pods, &found);
    if (wildcard && strcmp(wildcard, "yes") == 0)
        finding_add(&found, VERDICT_WARN, mem_printf(_("in %s, which is searched, every name has an address"), search ? search : "?"));
    finding_say(judge, &found, mem_strdup(list), mem_strdup(_("name servers that pods reach")));
    free(list);
    servers_done(&here);
    servers_done(&upstream);
    return true;
}

const struct measure_ops measure_dns = {.name = "dns", .judge = judge_dns};
