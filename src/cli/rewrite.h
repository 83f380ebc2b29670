/* After an action that went well: the answers file says what the cluster is now. */
#ifndef KWIZ_CLI_REWRITE_H
#define KWIZ_CLI_REWRITE_H

#include "cli/execute.h"

/* Writes what the answers are now into the run's folder as after.yaml (RUNDIR_AFTER), and, unless the execution keeps it, into the answers file, which is read anew: what was changed in
 * it meanwhile stays. The file as it was is kept as FILE.bak. Does nothing for a plan that changes none. *note: malloc'd, what to tell, or NULL. ERR_LOCAL, ERR_INVALID. */
bool rewrite_answers(const struct execution *execution, char **note, struct err *err);

#endif
