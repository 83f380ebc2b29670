#include "spell/reach_rule_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

static bool has_firewall(const struct facts *facts, const char *name)
{
    for (size_t i = 0; facts && i < facts->count; i++)
        if (strcmp(facts->items[i].key, "firewall") == 0 && strcmp(facts->items[i].value, name) == 0)
            return true;
    return false;
}

char *reach_rule_text(const struct measured_host *from, const struct measured_host *to, const struct reach_probe *probe)
{
    char source[64], *command = NULL, *text;
    const char *kind = reach_kind_name(probe->kind), *input = to->facts ? facts_get(to->facts, "firewall.input") : NULL;
    if (!reach_address(from, source, sizeof source))
        return mem_strdup("");
    bool is_v6 = strchr(source, ':') != NULL;
    if (has_firewall(to->facts, "firewalld"))
        command = mem_printf("firewall-cmd --permanent --add-rich-rule='rule family=\"%s\" source address=\"%s\" port port=\"%u\" protocol=\"%s\" "
                             "accept' && firewall-cmd --reload",
                             is_v6 ? "ipv6" : "ipv4", source, probe->port, kind);
    else if (has_firewall(to->facts, "ufw"))
        command = mem_printf("ufw allow proto %s from %s to any port %u", kind, source, probe->port);
    else if (has_firewall(to->facts, "nftables") || (input && strcmp(input, "drop") == 0))
        command = mem_printf("nft insert rule inet filter input %s saddr %s %s dport %u accept", is_v6 ? "ip6" : "ip", source, kind, probe->port);
    if (!command)
        return mem_printf(_("No firewall is known on %s: let %s %u through from %s there and on the way (security groups, routers)"), to->host->name,
                          kind, probe->port, source);
    if (has_firewall(to->facts, "firewalld") || has_firewall(to->facts, "ufw"))
        text = mem_printf(_("To open it on %s: %s"), to->host->name, command);
    else
        text = mem_printf(_("To open it on %s (with the names of the table and chain there): %s"), to->host->name, command);
    free(command);
    return text;
}
