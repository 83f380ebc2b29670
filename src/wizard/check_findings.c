#include "wizard/check_findings.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static bool is_alike(const struct verdict *a, const struct verdict *b)
{
    return a->kind == b->kind && strcmp(a->measured, b->measured) == 0 && strcmp(a->threshold, b->threshold) == 0 && strcmp(a->remedy, b->remedy) == 0 &&
           strcmp(a->detail, b->detail) == 0 && a->is_asked == b->is_asked;
}

static void add(struct check_findings *f, size_t host, const struct verdict *verdict)
{
    size_t i = 0;
    while (i < f->count && !is_alike(f->items[i].verdict, verdict))
        i++;
    if (i == f->count) {
        f->items = mem_grow(f->items, f->count + 1, sizeof *f->items);
        f->items[f->count++] = (struct check_finding){.verdict = verdict};
    }
    struct check_finding *item = &f->items[i];
    item->hosts = mem_grow(item->hosts, item->count + 1, sizeof *item->hosts);
    item->hosts[item->count++] = host;
    f->hosts++;
}

struct check_findings check_findings_make(const struct wizard_checks *checks, const struct wizard_check *check, bool has_passes)
{
    static const enum verdict_kind order[] = {VERDICT_FAIL, VERDICT_WARN, VERDICT_SKIP, VERDICT_PASS};
    struct check_findings f = {.is_one_threshold = true, .is_one_remedy = true};
    for (size_t o = 0; o < (has_passes ? 4 : 3); o++)
        for (size_t host = 0; check->counts[order[o]] && host < checks->hosts; host++) {
            const struct verdict *v = checks_verdict(checks, host, check->requirement);
            if (v && v->kind == order[o])
                add(&f, host, v);
        }
    for (size_t i = 1; i < f.count; i++) {
        const struct verdict *v = f.items[i].verdict, *first = f.items[0].verdict;
        f.is_one_threshold &= strcmp(v->threshold, first->threshold) == 0;
        f.is_one_remedy &= v->kind == VERDICT_SKIP || v->kind == VERDICT_PASS || strcmp(v->remedy, first->remedy) == 0;
    }
    return f;
}

void check_findings_done(struct check_findings *f)
{
    for (size_t i = 0; i < f->count; i++)
        free(f->items[i].hosts);
    free(f->items);
    *f = (struct check_findings){0};
}
