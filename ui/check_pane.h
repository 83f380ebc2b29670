/* The lower part of Requirements and of a check by itself: what may be longer than its room is scrolled with { and }. */
#ifndef KWIZ_UI_CHECK_PANE_H
#define KWIZ_UI_CHECK_PANE_H

#include "ui/view.h"

/* Zeroed = at the top. */
struct check_pane {
    int top;                /* the first row in sight */
    int rows, used;         /* as drawn last */
    const void *of;         /* what it tells of; another one begins at the top */
    size_t of_host;
};

/* A canvas as wide, for all that there is to tell; to be drawn on from row 0, and freed. */
struct canvas *check_pane_sheet(const struct canvas *canvas);
/* Show the used rows of it from row to last; the row before it is the rule, where is told that there is more. */
void check_pane_show(struct check_pane *pane, struct canvas *canvas, int row, int last, const struct canvas *sheet, int used, const void *of, size_t of_host);
/* false: another action. */
bool check_pane_act(struct check_pane *pane, enum action action);

#endif
