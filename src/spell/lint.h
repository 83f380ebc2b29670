/* What can be said against a spell that loads: for `kwiz spell lint`. */
#ifndef KWIZ_SPELL_LINT_H
#define KWIZ_SPELL_LINT_H

#include "base/err.h"
#include "spell/spell.h"

/* Add what is wrong to errors (shell syntax, shellcheck's errors and warnings, a step without `check` that does not say `rerun`, results and
 * secrets that are used and not declared, translations of what the spell does not say) and what could be better to notes. Runs sh, dash and shellcheck where they are there; which ran is
 * added to tools. */
void spell_lint(const struct spell *spell, struct err_list *errors, struct err_list *notes, struct strv *tools);

#endif
