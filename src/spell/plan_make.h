/* From a spell and answers to a plan. */
#ifndef KWIZ_SPELL_PLAN_MAKE_H
#define KWIZ_SPELL_PLAN_MAKE_H

#include "base/err.h"
#include "model/plan.h"
#include "spell/answers.h"
#include "spell/plan_narrow.h"
#include "spell/spell.h"

/* Make the plan of an action: `reset`, or one that the spell's steps name; narrowed, unless narrowing is NULL or empty. Pure: reads nothing but what spell_load() and answers_load()
 * read. NULL after adding errors (ERR_INVALID: unknown action, nothing to do; ERR_USAGE: narrowing). */
struct plan *plan_make(const struct spell *spell, const struct answers *answers, const char *action, const struct narrowing *narrowing,
                       struct err_list *errors);
/* The plan as JSON with keys in a fixed order, scripts by digest; malloc'd, ends in a newline. */
char *plan_json(const struct plan *plan);

#endif
