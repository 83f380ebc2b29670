/* `measure: latency`: how long it takes to the other hosts and back. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/reach.h"
#include "spell/read.h"
#include "spell/requirement_parts.h"
#include "spell/spell_parts.h"

#define MS_MAX 10000

static void read_ms(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, unsigned *ms)
{
    const struct yaml_node *node = yaml_get(map, key);
    int64_t n = 0;
    if (node && yaml_integer(reader, node, key, 1, MS_MAX, &n))
        *ms = (unsigned)n;
}

static void read(const struct yaml_reader *reader, const struct yaml_node *map, struct requirement *requirement)
{
    struct latency *latency = mem_new(1, sizeof *latency);
    const struct yaml_node *to = yaml_get(map, "to");
    const char *text = NULL;
    requirement->own = latency;
    if (to && yaml_string(reader, to, "to", &text) && strcmp(text, "all") != 0)
        latency->to = mem_strdup(text);
    read_ms(reader, map, "fail", &latency->fail_ms);
    read_ms(reader, map, "warn", &latency->warn_ms);
    if (latency->fail_ms && latency->warn_ms >= latency->fail_ms)
        yaml_error(reader, yaml_get(map, "warn"), _("warn: expected less than fail"));
    if (!yaml_get(map, "fail") && !yaml_get(map, "warn"))
        yaml_error(reader, map, _("the key \"fail\" or \"warn\" is missing: without a number nothing is required"));
    if (yaml_get(map, "level"))
        yaml_error(reader, yaml_key(map, "level"), _("level does not belong to the measure %s: write fail: and warn: with numbers"), "latency");
}

static void done(struct requirement *requirement)
{
    struct latency *latency = requirement->own;
    if (latency)
        free(latency->to);
    free(latency);
    requirement->own = NULL;
}

static void check(const struct yaml_reader *reader, const struct yaml_node *map, const struct spell *spell, const struct requirement *requirement)
{
    const struct latency *latency = requirement->own;
    if (latency && latency->to)
        spell_check_role(reader, yaml_get(map, "to"), spell, "to", latency->to);
}

static char *threshold_text(const struct latency *latency)
{
    if (latency->fail_ms && latency->warn_ms)
        return mem_printf(_("%u ms or less, better %u ms"), latency->fail_ms, latency->warn_ms);
    return mem_printf(_("%u ms or less"), latency->fail_ms ? latency->fail_ms : latency->warn_ms);
}

/* 12345 us: "12.3 ms" */
static char *ms_text(uint64_t us)
{
    return mem_printf(_("%" PRIu64 ".%" PRIu64 " ms"), us / 1000, us % 1000 / 100);
}

static enum verdict_kind kind_of(const struct latency *latency, uint64_t us)
{
    if (latency->fail_ms && us > (uint64_t)latency->fail_ms * 1000)
        return VERDICT_FAIL;
    return latency->warn_ms && us > (uint64_t)latency->warn_ms * 1000 ? VERDICT_WARN : VERDICT_PASS;
}

static bool judge(struct judge *judge)
{
    const struct latency *latency = judge->requirement->own;
    struct reach_probes probes = reach_of(judge->requirement, judge->answers, judge->measured, judge->index);
    uint64_t us, worst = 0;
    const char *worst_host = NULL;
    char *unknown = NULL;
    for (size_t i = 0; i < probes.count; i++) {
        const struct measured_host *to = &judge->measured->items[probes.items[i].to];
        char *key = reach_key(REACH_RTT, to->host->name, 0), *ms, *line;
        const char *value = facts_get(judge->facts, key);
        if (facts_number(judge->facts, key, &us)) {
            ms = ms_text(us);
            line = mem_printf("%s: %s", to->host->name, ms);
            if (kind_of(latency, us) != VERDICT_PASS)
                judge_detail(judge, line);
            if (!worst_host || us > worst) {
                worst = us;
                worst_host = to->host->name;
            }
            free(ms);
        } else {
            line = mem_printf("%s: %s", to->host->name, value && strncmp(value, "unknown ", 8) == 0 ? _(value + 8)
                                                        : !to->facts ? _("the host was not measured") : _("it was not probed"));
            judge_detail(judge, line);
            unknown = unknown ? unknown : mem_strdup(line);
        }
        free(line);
        free(key);
    }
    bool has = probes.count > 0;
    enum verdict_kind kind = worst_host ? kind_of(latency, worst) : VERDICT_PASS;
    if (has && unknown && kind == VERDICT_PASS) {
        judge_skip(judge, unknown, threshold_text(latency));
    } else if (has) {
        char *ms = ms_text(worst);
        judge_say(judge, kind, mem_printf("%s: %s", worst_host, ms), threshold_text(latency));
        free(ms);
    }
    free(unknown);
    reach_probes_done(&probes);
    return has;
}

static const char *const keys[] = {"to", "fail", "warn", NULL};

const struct measure_ops measure_latency = {.name = "latency", .keys = keys, .read = read, .done = done, .check = check, .judge = judge};
