#include "spell/scope.h"

#include <string.h>

static const char *value_of(void *data, const char *name)
{
    const struct scope *scope = data;
    if (strcmp(name, "topology") == 0)
        return scope->answers->topology;
    return answers_value(scope->answers, name);
}

static bool has_role(void *data, int how, const char *role)
{
    const struct scope *scope = data;
    const struct fleet *fleet = &scope->answers->fleet;
    const struct host *first = NULL;
    for (size_t i = 0; i < fleet->count && !first; i++)
        if (strv_has(&fleet->items[i].roles, role))
            first = &fleet->items[i];
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
