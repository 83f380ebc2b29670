/* Every screen's constructor. A screen is owned by the view it is pushed onto. */
#ifndef KWIZ_UI_SCREENS_H
#define KWIZ_UI_SCREENS_H

#include <stddef.h>

#include "ui/view.h"

/* Hosts x steps, and the log of the one that has the focus. */
struct screen *scr_run_new(struct view *view);
/* The whole log of a task. */
struct screen *scr_log_new(struct view *view, size_t task);
/* Why a task failed, and what can be done. */
struct screen *scr_failed_new(struct view *view, size_t task);
/* Stay, leave it running, leave when the running steps end, abort. */
struct screen *scr_leave_new(struct view *view);
/* Keys, signs and words of a screen. */
struct screen *scr_help_new(struct view *view, const struct screen *about);
/* What is shown instead of any screen when the terminal is too small. */
void scr_small_draw(const struct view *view, struct canvas *canvas);

#endif
