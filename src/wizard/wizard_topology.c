/* How topologies and the hosts that were entered go together. */
#include "wizard/wizard_parts.h"

#include <string.h>

#include "base/i18n.h"

/* At most so many hosts can be in it; 0 = any number. */
static size_t most_hosts(const struct topology *topology)
{
    size_t most = 0;
    for (size_t i = 0; i < topology->role_count; i++) {
        if (!topology->roles[i].max)
            return 0;
        most += topology->roles[i].max;
    }
    return most;
}

/* A role of the topology is one of those that the host has, whose names stand between blanks. */
static bool has_unknown_role(const struct topology *topology, const char *roles, const char **unknown, size_t *len)
{
    for (const char *p = roles; *p;) {
        size_t n = strcspn(p, ", ");
        bool is_known = !n;
        for (size_t i = 0; i < topology->role_count; i++)
            is_known = is_known || (strlen(topology->roles[i].name) == n && strncmp(topology->roles[i].name, p, n) == 0);
        if (!is_known) {
            *unknown = p;
            *len = n;
            return true;
        }
        p += n + (p[n] != '\0');
    }
    return false;
}

bool wizard_topology_fits(struct wizard *w, const struct topology *topology, struct buf *why)
{
    size_t hosts = draft_host_count(w->draft), most = most_hosts(topology), strangers = 0, len = 0;
    const char *role = NULL;
    if (most && hosts > most) {
        buf_addf(why, ngettext("takes %zu host, %zu are entered", "takes at most %zu hosts, %zu are entered", most), most, hosts);
        return false;
    }
    for (size_t i = 0; i < hosts; i++)
        strangers += has_unknown_role(topology, draft_host(w->draft, i)->cells[CELL_ROLES], &role, &len);
    if (!strangers)
        return true;
    buf_addf(why, ngettext("no role %.*s in it: %zu host to change", "no role %.*s in it: %zu hosts to change", strangers), (int)len, role, strangers);
    return false;
}
