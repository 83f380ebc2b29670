/* Which questions a draft's answers lead to. What was typed counts, right or wrong, so that a fault in one answer makes no others come and go. */
#include "spell/draft.h"

#include <string.h>

#include "spell/cond.h"

struct asked {
    const struct draft *draft;
    const bool *applies;
    size_t known; /* questions that conditions may name: those before the one it is about */
};

static const char *text_of(const struct draft *draft, const struct question *question)
{
    const char *typed = question->type == QUESTION_PASSWORD ? NULL : draft_value(draft, question->key);
    return typed ? typed : question->has_default ? question->fallback : NULL;
}

static const char *value_of(void *data, const char *name)
{
    const struct asked *a = data;
    const struct spell *spell = draft_spell(a->draft);
    if (strcmp(name, "topology") == 0)
        return draft_topology(a->draft);
    for (size_t i = 0; i < a->known; i++)
        if (strcmp(spell->questions[i].key, name) == 0)
            return a->applies[i] ? text_of(a->draft, &spell->questions[i]) : NULL;
    return NULL;
}

static bool has_role(void *data, int how, const char *role)
{
    const struct asked *a = data;
    size_t count = 0;
    for (size_t i = 0; i < draft_host_count(a->draft); i++)
        count += draft_host_has_role(a->draft, i, role);
    return (how == COND_ROLE_ANY && count) || (how == COND_ROLE_SEVERAL && count > 1);
}

bool draft_holds(const struct draft *draft, const bool *applies, size_t known, const struct cond *cond)
{
    struct asked asked = {draft, applies, known};
    struct cond_scope scope = {&asked, value_of, has_role};
    return !cond || cond_eval(cond, &scope);
}

void draft_asks(const struct draft *draft, bool *applies)
{
    const struct spell *spell = draft_spell(draft);
    for (size_t i = 0; spell && i < spell->question_count; i++)
        applies[i] = draft_holds(draft, applies, i, spell->questions[i].when);
}
