/* The operator's editor, on a text of ours, while the loop goes on. */
#ifndef KWIZ_CLI_EDITOR_H
#define KWIZ_CLI_EDITOR_H

#include <uv.h>

#include "wizard/actions.h"

struct editor;

/* $VISUAL, else $EDITOR, else vi, on a file of mode 0600 that is removed afterwards; name gives its ending ("hosts.txt"). The terminal must have been given
 * back; it is taken again in ended, which is called once, from the loop: with the text (borrowed) or NULL and why (no editor, it failed, more than 1 MiB).
 * NULL with err set (ERR_LOCAL): nothing was started. */
struct editor *editor_start(uv_loop_t *loop, const char *name, const char *text, wizard_edited *ended, void *context, struct err *err);
/* End it; ended is not called. *editor is NULL afterwards; NULL is accepted. */
void editor_hang_up(struct editor **editor);

#endif
