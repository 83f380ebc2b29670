#include "wizard/checks.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

/* How much a check wants to be looked at. */
static int gravity(enum verdict_kind kind)
{
    static const int order[] = {[VERDICT_FAIL] = 0, [VERDICT_WARN] = 1, [VERDICT_SKIP] = 2, [VERDICT_PASS] = 3};
    return order[kind];
}

/* Where a check stands among the others: an acceptance that nobody needs wants to be seen, one that somebody needs was thought about. */
static int rank(const struct wizard_check *check)
{
    if (check->is_stale)
        return 2;
    if (check->accepted && check->worst == VERDICT_PASS && check->hosts)
        return 4;
    static const int ranks[] = {[VERDICT_FAIL] = 0, [VERDICT_WARN] = 1, [VERDICT_SKIP] = 3, [VERDICT_PASS] = 5};
    return ranks[check->worst];
}

static int by_rank(const void *a, const void *b)
{
    const struct wizard_check *x = a, *y = b;
    int order = rank(x) - rank(y);
    return order ? order : x->requirement < y->requirement ? -1 : x->requirement > y->requirement;
}

enum verdict_kind check_worst(const struct wizard_check *check)
{
    return check->counts[VERDICT_FAIL] ? VERDICT_FAIL : check->counts[VERDICT_WARN] ? VERDICT_WARN : check->counts[VERDICT_SKIP] ? VERDICT_SKIP : VERDICT_PASS;
}

static void sum_up(const struct checks_source *source, struct wizard_checks *checks, size_t index)
{
    const struct requirement *requirement = &source->spell->requirements[index];
    struct wizard_check *check = &checks->items[checks->count++];
    enum verdict_kind worst = VERDICT_PASS;
    *check = (struct wizard_check){.requirement = requirement, .accepted = source->accepted(source->accepted_context, requirement->id)};
    for (size_t host = 0; host < source->hosts; host++) {
        const struct verdict *v = checks->cells[host * source->spell->requirement_count + index];
        if (!v)
            continue;
        if (!check->hosts++ || gravity(v->kind) < gravity(worst)) {
            worst = v->kind;
            check->worst_host = host;
        }
        check->counts[v->kind]++;
    }
    size_t asked = 0;
    for (size_t host = 0; source->can_ask && host < source->hosts; host++) {
        const struct verdict *v = checks->cells[host * source->spell->requirement_count + index];
        asked += v && v->kind == VERDICT_FAIL && v->is_asked;
    }
    bool fires = worst == VERDICT_FAIL || worst == VERDICT_WARN;
    check->is_stale = check->accepted && worst == VERDICT_PASS && source->measured && !source->missing && !source->is_part;
    check->worst = check->accepted && fires ? VERDICT_PASS : worst;
    check->is_asked = !check->accepted && asked && asked == check->counts[VERDICT_FAIL];
    checks->stale += check->is_stale;
    if (check->accepted && fires)
        checks->accepted++;
    else if (check->is_asked)
        checks->asked++;
    else if (check->hosts)
        checks->counts[check->worst]++;
}

void checks_sum(const struct checks_source *source, struct wizard_checks *checks)
{
    size_t count = source->spell->requirement_count;
    *checks = (struct wizard_checks){.measured = source->measured, .missing = source->missing, .hosts = source->hosts, .spell = source->spell};
    checks->items = mem_new(count + 1, sizeof *checks->items);
    checks->cells = mem_new(source->hosts * count + 1, sizeof *checks->cells);
    for (size_t host = 0; host < source->hosts; host++)
        for (size_t i = 0; i < source->verdicts[host].count; i++) {
            const struct verdict *v = &source->verdicts[host].items[i];
            checks->cells[host * count + (size_t)(v->requirement - source->spell->requirements)] = v;
        }
    for (size_t i = 0; i < count; i++)
        sum_up(source, checks, i);
    qsort(checks->items, checks->count, sizeof *checks->items, by_rank);
}

void checks_done(struct wizard_checks *checks)
{
    free(checks->items);
    free(checks->cells);
    *checks = (struct wizard_checks){0};
}

const struct verdict *checks_verdict(const struct wizard_checks *checks, size_t host, const struct requirement *requirement)
{
    const struct spell *spell = checks->spell;
    uintptr_t at = (uintptr_t)requirement, first = spell ? (uintptr_t)spell->requirements : 0;
    size_t count = spell ? spell->requirement_count : 0;
    if (host >= checks->hosts || at < first || at >= first + count * sizeof *requirement)
        return NULL; /* of another spell */
    return checks->cells[host * count + (at - first) / sizeof *requirement];
}
