/* hostname: the host's own name is one that DNS takes, and leads to the host. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/finding.h"
#include "spell/measured_index.h"
#include "spell/requirement_between.h"

#define NAME_MAX_LEN 63 /* of the label that a node's name is; the kernel takes one more */

static bool is_dns_name(const char *name)
{
    if (!*name || strlen(name) > NAME_MAX_LEN)
        return false;
    for (const char *label = name;;) {
        size_t len = strcspn(label, ".");
        if (!len || label[0] == '-' || label[len - 1] == '-' || strspn(label, "abcdefghijklmnopqrstuvwxyz0123456789-") < len)
            return false;
        if (!label[len])
            return true;
        label += len + 1;
    }
}

static bool has_same_label(const char *a, const char *b)
{
    size_t len = strcspn(a, ".");
    return strcspn(b, ".") == len && strncmp(a, b, len) == 0;
}

static void judge_name(const struct judge *judge, const char *name, struct findings *found)
{
    const char *later = facts_get(judge->facts, "hostname.static");
    if (has_same_label(name, "localhost"))
        finding_add(found, judge_bad(judge), mem_printf(_("%s, as every host calls itself"), name));
    else if (!is_dns_name(name))
        finding_add(found, judge_bad(judge), mem_printf(_("%s is no name for DNS"), *name ? name : "\"\""));
    else if (!has_same_label(name, judge->host->name))
        finding_add(found, VERDICT_WARN, mem_printf(_("%s, but its node will be called %s"), name, judge->host->name));
    if (later && *later && !has_same_label(name, later))
        finding_add(found, judge_bad(judge), mem_printf(_("%s, but %s after the next boot"), name, later));
}

/* 127.0.1.1, as Debian and Ubuntu write it, leads to the host, but from the host itself only. */
static void judge_loopback(const struct judge *judge, const char *name, const char *address, struct findings *found)
{
    const char *by_file = facts_get(judge->facts, "hosts.127");
    bool is_known = by_file && strcmp(by_file, "yes") == 0;
    finding_add(found, is_known ? VERDICT_WARN : judge_bad(judge),
                is_known ? mem_printf(_("/etc/hosts gives %s the address %s, which is good on this host only"), name, address)
                         : mem_printf(_("%s leads to %s, which is good on this host only"), name, address));
}

static void judge_address(const struct judge *judge, const char *name, struct findings *found)
{
    static const struct network loopback = {.bytes = {127}, .prefix = 8}, local = {.is_v6 = true, .bytes = {0xfe, 0x80}, .prefix = 10};
    static const struct network loopback6 = {.is_v6 = true, .bytes = {[15] = 1}, .prefix = 128};
    const struct seat *seat = &judge->measured->index->seats[judge->index];
    const char *inside = NULL;
    size_t own = 0, seen = 0;
    for (size_t i = 0; i < judge->facts->count; i++) {
        const struct fact *f = &judge->facts->items[i];
        struct network address;
        if (strcmp(f->key, "hostname.address") != 0)
            continue;
        if (strcmp(f->value, "none") == 0) {
            finding_add(found, VERDICT_WARN, mem_printf(_("%s leads to no address"), name));
            return;
        }
        if (!network_parse(f->value, &address) || network_holds(&local, &address))
            continue;
        seen++;
        if (network_holds(&loopback, &address) || network_holds(&loopback6, &address))
            inside = inside ? inside : f->value;
        else if (seat_has(seat, &address))
            own++;
        else if (seat->count)
            finding_add(found, judge_bad(judge), mem_printf(_("%s leads to %s, which this host does not have"), name, f->value));
    }
    if (!seen || !seat->count)
        finding_unknown(found, mem_strdup(seen ? _("the host did not say which addresses it has") : _("the host did not say where its name leads")));
    else if (!own && inside)
        judge_loopback(judge, name, inside, found);
}

static bool judge_hostname(struct judge *judge)
{
    struct findings found = {0};
    const char *name = facts_get(judge->facts, "hostname");
    char *wanted = mem_strdup(_("a DNS name that leads to this host"));
    if (!name) {
        judge_skip(judge, _("the host did not say"), wanted);
        return true;
    }
    judge_name(judge, name, &found);
    if (*name)
        judge_address(judge, name, &found);
    finding_say(judge, &found, mem_strdup(name), wanted);
    return true;
}

const struct measure_ops measure_hostname = {.name = "hostname", .judge = judge_hostname};
