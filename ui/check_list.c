#include "ui/check_list.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

static const struct access *access_of(const struct wizard *wizard)
{
    return wizard_access((struct wizard *)(uintptr_t)wizard);
}

const struct wizard_check *check_find(struct wizard *wizard, const struct requirement *requirement)
{
    const struct wizard_checks *checks = wizard_checks(wizard);
    for (size_t i = 0; i < checks->count; i++)
        if (checks->items[i].requirement == requirement)
            return &checks->items[i];
    return NULL;
}

enum task_state check_sign(enum verdict_kind kind)
{
    static const enum task_state signs[] = {
        [VERDICT_PASS] = TASK_OK, [VERDICT_WARN] = TASK_WARNED, [VERDICT_FAIL] = TASK_FAILED, [VERDICT_SKIP] = TASK_SKIPPED};
    return signs[kind];
}

enum task_state check_state(const struct wizard_check *check)
{
    if (check->is_stale)
        return TASK_WARNED;
    return check->hosts ? check_sign(check->worst) : TASK_PENDING;
}

bool check_is_measured(const struct wizard *wizard, size_t host)
{
    const struct access *access = access_of(wizard);
    return access && host < access_count(access) && access_host(access, host)->has_facts;
}

bool check_is_busy(const struct wizard *wizard, size_t host)
{
    const struct access *access = access_of(wizard);
    if (!access || host >= access_count(access))
        return false;
    enum access_state state = access_host(access, host)->state;
    return state != ACCESS_IDLE && state != ACCESS_READY && state != ACCESS_FAILED;
}

const char *check_stage(const struct wizard *wizard, size_t host)
{
    const struct access *access = access_of(wizard);
    const struct access_host *h = access && host < access_count(access) ? access_host(access, host) : NULL;
    bool says = h && *h->stage && (h->state == ACCESS_MEASURING || h->state == ACCESS_CONNECTING);
    return says && strcmp(h->stage, _("measuring")) != 0 ? h->stage : _("is being measured");
}

const char *check_missing_why(const struct wizard *wizard, size_t host)
{
    const struct access *access = access_of(wizard);
    if (!access || host >= access_count(access))
        return "";
    const struct access_host *h = access_host(access, host);
    return h->state == ACCESS_FAILED ? h->detail : h->facts_fault;
}

/* -- lines -- */

static bool has_own_line(const struct check_list *list, const struct wizard_check *check)
{
    bool is_problem = check->hosts && (check->worst == VERDICT_FAIL || check->worst == VERDICT_WARN);
    if (list->only_problems)
        return is_problem || check->is_stale;
    return list->is_open || is_problem || check->accepted || (check->hosts && check->worst == VERDICT_SKIP);
}

static bool is_there(const struct check_list *list, enum check_line_kind kind, const struct requirement *requirement)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].kind == kind && list->items[i].requirement == requirement)
            return true;
    return false;
}

static void add(struct check_list *list, enum check_line_kind kind, const struct requirement *requirement)
{
    if (is_there(list, kind, requirement))
        return;
    list->items = mem_grow(list->items, list->count + 1, sizeof *list->items);
    list->items[list->count++] = (struct check_line){kind, requirement};
}

/* Lines of checks that the spell has no more would point nowhere. */
static bool is_of_another_spell(const struct check_list *list, struct wizard *wizard)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].kind == LINE_CHECK && !check_find(wizard, list->items[i].requirement))
            return true;
    return false;
}

/* Is there a host that is not measured, is being measured, or was asked again in vain? */
static bool is_unsettled(struct wizard *wizard, const struct wizard_checks *checks)
{
    const char *phase;
    bool is = checks->missing || wizard_measuring(wizard, &phase);
    for (size_t i = 0; !is && i < checks->hosts; i++)
        is = *check_missing_why(wizard, i);
    return is;
}

void check_list_update(struct check_list *list, struct wizard *wizard)
{
    const struct wizard_checks *checks = wizard_checks(wizard);
    if (!list->is_settled || is_of_another_spell(list, wizard))
        list->count = 0;
    if (is_unsettled(wizard, checks))
        add(list, LINE_MISSING, NULL);
    list->folded = 0;
    for (size_t i = 0; i < checks->count; i++)
        if (has_own_line(list, &checks->items[i]))
            add(list, LINE_CHECK, checks->items[i].requirement);
        else
            list->folded += !is_there(list, LINE_CHECK, checks->items[i].requirement);
    if (list->folded && !list->only_problems)
        add(list, LINE_FOLD, NULL);
}

void check_list_done(struct check_list *list)
{
    free(list->items);
    *list = (struct check_list){0};
}
