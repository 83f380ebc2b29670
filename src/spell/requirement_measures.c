/* The kinds of measures. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "spell/measured_index.h"
#include "spell/requirement_between.h"
#include "spell/requirement_parts.h"

extern const struct measure_ops measure_fact;

static const struct measure_ops *const all[] = {
    &measure_fsync, &measure_fetch, &measure_address_free, &measure_endpoint, &measure_path_mtu,
    &measure_fact, &measure_hostname, &measure_unique, &measure_resolve, &measure_clock, &measure_mtu, &measure_iface, &measure_ranges, &measure_dns,
    &measure_no_proxy, &measure_runtime,
    &measure_reach,
    &measure_latency,
    NULL, /* the end */
};

const struct measure_ops *measure_find(const char *name)
{
    for (size_t i = 0; all[i]; i++)
        if (strcmp(all[i]->name, name) == 0)
            return all[i];
    return NULL;
}

const struct measure_ops *measure_at(size_t index)
{
    _Static_assert(sizeof all / sizeof *all <= MEASURES_MAX, "room for all names");
    return all[index];
}

struct measured *measured_new(const struct measured_host *hosts, size_t count)
{
    struct measured *m = mem_new(1, sizeof *m);
    struct measured_host *items = mem_new(count ? count : 1, sizeof *items);
    memcpy(items, hosts, count * sizeof *items);
    m->items = items;
    m->count = count;
    m->index = measured_index_new(hosts, count);
    return m;
}

void measured_free(struct measured **measured)
{
    struct measured *m = *measured;
    if (!m)
        return;
    measured_index_free(&m->index, m->count);
    free((void *)m->items);
    free(m);
    *measured = NULL;
}
