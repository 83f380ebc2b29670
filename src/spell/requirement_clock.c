/* clock: do hosts have the same time? */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/measured_index.h"
#include "spell/requirement_between.h"

struct clock {
    uint64_t fail_ms, warn_ms;
};

/* A clock may be ahead by anything from least to most; negative = behind. */
struct span {
    int64_t least, most;
};

#define LIMIT_MAX_MS ((uint64_t)3600 * 1000)
static const char *const keys[] = {"fail", "warn", NULL};

static void read_clock_limits(const struct yaml_reader *reader, const struct yaml_node *map, struct requirement *requirement)
{
    const struct yaml_node *fail = yaml_need(reader, map, "fail"), *warn = yaml_need(reader, map, "warn");
    struct clock *own = mem_new(1, sizeof *own);
    requirement->own = own;
    if (fail && warn && yaml_duration_ms(reader, fail, "fail", LIMIT_MAX_MS, &own->fail_ms) &&
        yaml_duration_ms(reader, warn, "warn", LIMIT_MAX_MS, &own->warn_ms) && own->warn_ms >= own->fail_ms)
        yaml_error(reader, warn, _("warn: expected less than fail"));
}

static uint64_t size_of(int64_t ms)
{
    return ms < 0 ? (uint64_t)-ms : (uint64_t)ms;
}

/* By how much it is off at least, and at most. */
static uint64_t surely(struct span span)
{
    if (span.least <= 0 && span.most >= 0)
        return 0;
    return size_of(span.least) < size_of(span.most) ? size_of(span.least) : size_of(span.most);
}

static uint64_t perhaps(struct span span)
{
    return size_of(span.least) > size_of(span.most) ? size_of(span.least) : size_of(span.most);
}

static char *seconds(uint64_t ms)
{
    return ms % 1000 ? mem_printf("%" PRIu64 ".%" PRIu64, ms / 1000, ms % 1000 / 100) : mem_printf("%" PRIu64, ms / 1000);
}

/* The nearer end is told, which is what it is off by at least. */
static char *off_by(struct span span, bool has_others)
{
    char *s = seconds(surely(span));
    char *text = span.least > 0 ? mem_printf(has_others ? _("%s s ahead of the other hosts") : _("%s s ahead of kwiz's machine"), s)
                                : mem_printf(has_others ? _("%s s behind the other hosts") : _("%s s behind kwiz's machine"), s);
    free(s);
    return text;
}

static void say_right(struct judge *judge, uint64_t ms, char *wanted)
{
    char *s = seconds(ms + 99); /* rounded up: it is a bound */
    judge_say(judge, VERDICT_PASS, mem_printf(_("right within %s s"), s), wanted);
    free(s);
}

static void say_too_vague(struct judge *judge, uint64_t ms, char *wanted)
{
    char *s = seconds(ms + 99), *why = mem_printf(_("the answer was so long on its way that the clock may be %s s off"), s);
    judge_skip(judge, why, wanted);
    free(s);
    free(why);
}

/* All hosts agree, and kwiz's machine does not: nothing that would break a cluster, but one of them is wrong. */
static void say_all_off(struct judge *judge, struct span here, char *wanted)
{
    char *text = off_by(here, false);
    judge_say(judge, VERDICT_WARN, mem_printf(_("%s, as all hosts are"), text), wanted);
    free(text);
}

static char *limits(const struct clock *own)
{
    char *better = seconds(own->warn_ms), *most = seconds(own->fail_ms);
    char *text = mem_printf(_("off by at most %s s, better %s s"), most, better);
    free(better);
    free(most);
    return text;
}

static bool judge_clock(struct judge *judge)
{
    const struct clock *own = judge->requirement->own;
    const struct measured_index *index = judge->measured->index;
    const struct clock_reading *clock = &index->clocks[judge->index];
    char *wanted = limits(own);
    bool has_others = index->clock_count > 1;
    int64_t reference = has_others ? index->clock_reference_ms : 0;
    struct span here = {clock->ahead_ms, clock->ahead_ms + clock->unsure_ms};
    struct span span = {here.least - reference, here.most - reference};
    if (!clock->is_known)
        judge_skip(judge, _("the host did not say"), wanted);
    else if (surely(span) > own->warn_ms)
        judge_say(judge, surely(span) > own->fail_ms ? judge_bad(judge) : VERDICT_WARN, off_by(span, has_others), wanted);
    else if (surely(here) > own->warn_ms)
        say_all_off(judge, here, wanted);
    else if (perhaps(span) > own->fail_ms)
        say_too_vague(judge, perhaps(span), wanted);
    else
        say_right(judge, perhaps(span), wanted);
    return true;
}

const struct measure_ops measure_clock = {.name = "clock", .keys = keys, .read = read_clock_limits, .judge = judge_clock};
