/* The operator's editor, on a text of ours. */
#ifndef KWIZ_CLI_EDITOR_H
#define KWIZ_CLI_EDITOR_H

#include <stdbool.h>

#include "base/err.h"

/* $VISUAL, else $EDITOR, else vi, on a file of mode 0600 that is removed afterwards; name gives its ending ("hosts.txt"). The terminal must have been given
 * back. *edited: malloc'd; the caller's loop stands still meanwhile. ERR_LOCAL: no editor, it failed, or more than 1 MiB. */
bool editor_edit(const char *name, const char *text, char **edited, struct err *err);

#endif
