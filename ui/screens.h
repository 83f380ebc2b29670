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
/* A text to be read: a README, a file, a script. name and subject (row 1, printable, translated) are copied; owned_text, malloc'd, of any
 * bytes, is taken over. Needs no run. */
struct screen *scr_text_new(struct view *view, const char *name, const char *subject, char *owned_text);
/* Number count lines of it, from line first (from 0) on, as 1, 2, 3; for up to TEXT_PANE_PARTS parts. */
void scr_text_number(struct screen *screen, size_t first, size_t count);
/* A task's script as it runs, under the variables of its host and the names of its secrets. Needs no run, and copies from the plan. */
struct screen *scr_script_new(struct view *view, const struct plan *plan, size_t task);
/* What is shown instead of any screen when the terminal is too small. */
void scr_small_draw(const struct view *view, struct canvas *canvas);

#endif
