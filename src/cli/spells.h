/* Opening a spell for a subcommand. */
#ifndef KWIZ_CLI_SPELLS_H
#define KWIZ_CLI_SPELLS_H

#include "cli/command.h"

struct spell;

/* The spell of that name or folder, found with --spells. NULL after printing why; *status is then the exit status. */
struct spell *spells_open(const struct command_line *line, const char *name, int *status);

#endif
