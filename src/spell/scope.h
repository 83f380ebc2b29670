/* What conditions are asked about: answers, and a host where one is meant. */
#ifndef KWIZ_SPELL_SCOPE_H
#define KWIZ_SPELL_SCOPE_H

#include "model/host.h"
#include "spell/answers.h"
#include "spell/cond.h"

struct scope {
    const struct answers *answers; /* must outlive the scope */
    const struct host *host;       /* of answers->fleet, or NULL when no host is meant */
};

/* A NULL condition is true. */
bool scope_eval(const struct scope *scope, const struct cond *cond);

#endif
