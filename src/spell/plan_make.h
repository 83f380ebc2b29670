/* From a spell and answers to a plan. */
#ifndef KWIZ_SPELL_PLAN_MAKE_H
#define KWIZ_SPELL_PLAN_MAKE_H

#include "base/err.h"
#include "model/plan.h"
#include "spell/action_call.h"
#include "spell/answers.h"
#include "spell/plan_narrow.h"
#include "spell/spell.h"

/* Make the plan of an action without targets: install, reset, or one that the spell declares; narrowed, unless narrowing is NULL or empty. Pure: reads nothing but what spell_load() and answers_load()
 * read. NULL after adding errors (ERR_INVALID: unknown action, nothing to do; ERR_USAGE: narrowing). */
struct plan *plan_make(const struct spell *spell, const struct answers *answers, const char *action, const struct narrowing *narrowing,
                       struct err_list *errors);
/* The same for any action; ERR_REQUIREMENT: one of its guards refuses. answers hold the new hosts and those that leave, and changed answers as they will be. */
struct plan *plan_make_call(const struct spell *spell, const struct answers *answers, const struct action_call *call,
                            const struct narrowing *narrowing, struct err_list *errors);
/* The variables that steps have on this host, into out, which is empty: of the spell, the host, the answers; no secrets. false after adding errors. */
bool plan_variables(const struct spell *spell, const struct answers *answers, const struct host *host, struct plan_host *out, struct err_list *errors);
/* One more; both are copied. false: it is too large. */
bool plan_variable_add(struct plan_host *host, const char *name, const char *value, struct err_list *errors);
/* Frees the variables and nothing else of it. */
void plan_variables_done(struct plan_host *host);
/* The plan as JSON with keys in a fixed order, scripts by digest; malloc'd, ends in a newline. */
char *plan_json(const struct plan *plan);

#endif
