/* How long a disk takes until what was written is safe, as etcd's log waits for it. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/probe_parts.h"

#define US_PER_MS 1000u

struct fsync {
    char *path;         /* owned */
    uint64_t fail, warn; /* ms; 0 = none */
};

static void read_limit(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, uint64_t *limit)
{
    const struct yaml_node *node = yaml_get(map, key);
    int64_t n = 0;
    if (node && yaml_integer(reader, node, key, 1, 60000, &n))
        *limit = (uint64_t)n;
}

static void fsync_read(const struct yaml_reader *reader, const struct yaml_node *map, struct requirement *requirement)
{
    struct fsync *own = mem_new(1, sizeof *own);
    const struct yaml_node *path = yaml_get(map, "path");
    const char *text = NULL;
    requirement->own = own;
    if (path && yaml_string(reader, path, "path", &text) && !requirement_check_path(reader, path, "path", text))
        text = NULL;
    own->path = mem_strdup(text ? text : "/var/lib/etcd");
    read_limit(reader, map, "fail", &own->fail);
    read_limit(reader, map, "warn", &own->warn);
    if (own->fail && own->warn >= own->fail)
        yaml_error(reader, yaml_get(map, "warn"), _("warn: expected less than fail"));
    if (!yaml_get(map, "fail") && !yaml_get(map, "warn"))
        yaml_error(reader, map, _("the key \"fail\" or \"warn\" is missing: without a number nothing is required"));
}

static void fsync_done(struct requirement *requirement)
{
    struct fsync *own = requirement->own;
    if (own)
        free(own->path);
    free(own);
}

static char *key_of(const struct fsync *own)
{
    return mem_printf("fsync:%s", own->path);
}

static void fsync_probe(const struct judge *judge, struct probing *probing)
{
    const struct fsync *own = judge->requirement->own;
    char *key = key_of(own);
    probe_want(probing, PROBE_FSYNC, key, own->path);
    free(key);
}

/* "P90 P99" or "mean N", in microseconds. */
static bool read_figures(const char *value, uint64_t figures[2], bool *is_mean)
{
    *is_mean = strncmp(value, "mean ", 5) == 0;
    if (!*is_mean)
        return probe_numbers(value, figures, 2) == 2;
    bool ok = probe_numbers(value + 5, figures, 1) == 1;
    figures[1] = figures[0];
    return ok;
}

static char *ms(uint64_t us)
{
    return mem_printf(_("%" PRIu64 ".%02u ms"), us / US_PER_MS, (unsigned)(us % US_PER_MS / 10));
}

static char *wanted(const struct fsync *own)
{
    if (own->fail && own->warn)
        return mem_printf(_("99 of 100 writes in %" PRIu64 " ms, better in %" PRIu64 " ms"), own->fail, own->warn);
    return mem_printf(_("99 of 100 writes in %" PRIu64 " ms"), own->fail ? own->fail : own->warn);
}

static void explain_skip(struct judge *judge, const char *value, char *threshold)
{
    const char *root = facts_get(judge->facts, "root");
    if (value && strcmp(value, "unknown denied") == 0 && root && strcmp(root, "password") == 0)
        judge_skip(judge, _("this user may not write there, and sudo asks for a password"), threshold);
    else
        judge_skip(judge, probe_unknown(value), threshold);
}

/* Where one hundredth of all writes may take long, the mean tells of a slow disk, and never that it is fast enough. */
static void say_figures(struct judge *judge, const uint64_t figures[2], bool is_mean, char *threshold)
{
    const struct fsync *own = judge->requirement->own;
    bool fails = own->fail && figures[1] > own->fail * US_PER_MS, warns = own->warn && figures[1] > own->warn * US_PER_MS;
    char *first = ms(figures[0]), *second = ms(figures[1]);
    if (is_mean) {
        char *mean = mem_printf(_("mean %s, and neither python3 nor perl is there to time each write"), first);
        if (fails || warns)
            judge_say(judge, fails ? VERDICT_FAIL : VERDICT_WARN, mem_strdup(mean), threshold);
        else
            judge_skip(judge, mean, threshold);
        free(mean);
    } else {
        judge_say(judge, fails ? VERDICT_FAIL : warns ? VERDICT_WARN : VERDICT_PASS, mem_printf(_("9 of 10 writes in %s, 99 of 100 in %s"), first, second),
                  threshold);
    }
    free(first);
    free(second);
}

static bool fsync_judge(struct judge *judge)
{
    const struct fsync *own = judge->requirement->own;
    char *key = key_of(own), *threshold = wanted(own);
    const char *value = facts_get(judge->facts, key);
    uint64_t figures[2]; /* p90 and p99 */
    bool is_mean;
    free(key);
    if (probe_unknown(value)) {
        explain_skip(judge, value, threshold);
        return true;
    }
    if (!read_figures(value, figures, &is_mean)) {
        judge_skip(judge, _("what the host says of it makes no sense"), threshold);
        return true;
    }
    say_figures(judge, figures, is_mean, threshold);
    return true;
}

static const char *const keys[] = {"path", "fail", "warn", NULL};

const struct measure_ops measure_fsync = {
    .name = "fsync", .is_of_one_host = true, .keys = keys, .read = fsync_read, .done = fsync_done, .judge = fsync_judge, .probe = fsync_probe};
