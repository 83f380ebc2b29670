/* kwiz check --fix and --show-fix: what the operator names is mended, and nothing else. */
#ifndef KWIZ_CLI_MEND_H
#define KWIZ_CLI_MEND_H

#include "cli/command.h"
#include "cli/common.h"

/* Are the checks that --fix and --show-fix name ones that can be mended? -1 = yes, or none is named; else the exit status (a message was printed). */
int mend_given(const struct command_line *line, const struct loaded *loaded);
/* Measure, ask, mend (or show), measure again, judge. The exit status: 1 when a script failed, else that of kwiz check; -1 = nothing is wrong. */
int mend_hosts(const struct command_line *line, const struct loaded *loaded, const struct execute_options *options, struct desk *desk);

#endif
