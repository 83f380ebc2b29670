/* One call of an action: what the operator wants done, and with which hosts. Plain data. */
#ifndef KWIZ_SPELL_ACTION_CALL_H
#define KWIZ_SPELL_ACTION_CALL_H

#include "base/err.h"
#include "base/strv.h"
#include "model/host.h"
#include "spell/answers.h"
#include "spell/spell.h"

struct action_call {
    const char *name;    /* an action of the spell, install or reset */
    struct strv targets; /* names of hosts of the answers: those that are new and those that leave too */
    struct strv lost;    /* of the targets: they are dead, nothing is run on them and nothing dials them */
    struct strv before;  /* KEY=VALUE: what changed answers were before; KEY= when there was none */
};

void action_call_done(struct action_call *call);
/* Is this host what the action is about? call may be NULL. */
bool action_call_has(const struct action_call *call, const char *host);
/* Does the spell know the action (ERR_INVALID: it says which it has), do the targets fit it (ERR_USAGE), and do its guards allow it (ERR_REQUIREMENT)? All errors are added.
 * answers: with new and leaving hosts, and changed answers as they will be. */
bool action_call_check(const struct spell *spell, const struct answers *answers, const struct action_call *call, struct err_list *errors);

#endif
