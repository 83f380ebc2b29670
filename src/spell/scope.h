/* What conditions are asked about: answers, and a host where one is meant. */
#ifndef KWIZ_SPELL_SCOPE_H
#define KWIZ_SPELL_SCOPE_H

#include "model/host.h"
#include "spell/answers.h"
#include "spell/cond.h"

struct action_call;

struct scope {
    const struct answers *answers; /* must outlive the scope */
    const struct host *host;       /* of answers->fleet, or NULL when no host is meant */
    const struct spell *spell;      /* of the call */
    const struct action_call *call; /* what is done with which hosts; NULL: an installation, or what takes it back */
};

/* The first host of a role is one that stays; a new one only where no host had the role before. A leaving one counts for no role. */
/* A NULL condition is true. */
bool scope_eval(const struct scope *scope, const struct cond *cond);

#endif
