/* Conditions in words, for people who see what can't be chosen and ask when it can. */
#ifndef KWIZ_SPELL_COND_WORDS_H
#define KWIZ_SPELL_COND_WORDS_H

#include "spell/cond.h"
#include "spell/spell.h"

/* "the topology is many and "Pod network" is not None": labels as the operator sees them, translated. malloc'd. */
char *cond_words(const struct cond *cond, const struct spell *spell);
/* Why a choice that is not offered can't be chosen: "only when the topology is many", "retired: nobody maintains it". malloc'd. */
char *choice_why_not(const struct choice *choice, const struct spell *spell);

#endif
