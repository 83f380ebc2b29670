/* The upper part of the Run screen: title, progress, Now, Next; and the pane of all steps. */
#ifndef KWIZ_UI_RUN_HEAD_H
#define KWIZ_UI_RUN_HEAD_H

#include "ui/view.h"

/* Rows 1 to 4. what: which view it is, translated. */
void run_head_draw(const struct view *view, struct canvas *canvas, const char *what);
/* "34 ok   6 unchanged   3 running ...": states that have none are left out, but for ok, running, pending and failed. */
void run_head_counts(const struct view *view, struct canvas *canvas, int line);
/* All steps in two columns, where there is room. Returns lines used. */
int run_head_steps(const struct view *view, struct canvas *canvas, int line);

#endif
