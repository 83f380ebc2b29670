#include "spell/scope.h"

#include <string.h>

#include "spell/action_call.h"

static const char *value_of(void *data, const char *name)
{
    const struct scope *scope = data;
    if (strcmp(name, "topology") == 0)
        return scope->answers->topology;
    if (strcmp(name, COND_ALL) == 0)
        return scope->host && scope->host->holds_containers ? "false" : "true";
    if (strcmp(name, COND_TARGET) == 0)
        return scope->host && action_call_has(scope->call, scope->host->name) ? "true" : "false";
    return answers_value(scope->answers, name);
}

/* The one that commands: it must know the cluster, and stay. */
static const struct host *first_of(const struct scope *scope, const char *role)
{
    const struct fleet *fleet = &scope->answers->fleet;
    const struct spell_action *action = scope->call ? spell_action(scope->spell, scope->call->name) : NULL;
    const struct host *new = NULL;
    for (size_t i = 0; i < fleet->count; i++) {
        const struct host *host = &fleet->items[i];
        bool is_target = action_call_has(scope->call, host->name);
        if (!strv_has(&host->roles, role) || (is_target && action && action->targets == TARGETS_LEAVING))
            continue;
        if (!is_target || !action || action->targets != TARGETS_NEW)
            return host;
        if (!new)
            new = host;
    }
    return new;
}

static bool has_several(const struct fleet *fleet, const char *role)
{
    size_t count = 0;
    for (size_t i = 0; i < fleet->count; i++)
        count += strv_has(&fleet->items[i].roles, role);
    return count > 1;
}

static bool has_role(void *data, int how, const char *role)
{
    const struct scope *scope = data;
    if (how == COND_ROLE_SEVERAL)
        return has_several(&scope->answers->fleet, role);
    const struct host *first = how == COND_ROLE_HAS ? NULL : first_of(scope, role);
    if (how == COND_ROLE_ANY)
        return first != NULL;
    if (!scope->host || !strv_has(&scope->host->roles, role))
        return false;
    bool is_first = first && strcmp(first->name, scope->host->name) == 0;
    return how == COND_ROLE_HAS || (how == COND_ROLE_FIRST) == is_first;
}

bool scope_eval(const struct scope *scope, const struct cond *cond)
{
    struct scope copy = *scope;
    struct cond_scope asked = {&copy, value_of, has_role};
    return !cond || cond_eval(cond, &asked);
}
