/* Pieces of the Requirements page and of the check by itself. */
#ifndef KWIZ_UI_CHECK_DRAW_H
#define KWIZ_UI_CHECK_DRAW_H

#include "ui/check_list.h"
#include "ui/view.h"

#define CHECK_SIGNS_MAX 20 /* hosts that have a sign each; above that they are counted */

/* Columns that the signs of all hosts take, with a gap where roles change; 0 when they are counted instead. */
int check_signs_width(const struct wizard *wizard);
/* One sign a host: "+++ + +x". requirement NULL: of whether it is measured. */
void check_draw_signs(const struct view *view, struct canvas *canvas, int row, int col, const struct requirement *requirement);
/* "2 fail": so many verdicts of a kind, in words; valid until the next call. */
const char *check_count_words(enum verdict_kind kind, size_t count);
/* "2 x  198 +" into width columns. */
void check_draw_counts(const struct view *view, struct canvas *canvas, int row, int col, int width, const size_t counts[4], size_t missing);
/* "kub-node-2: on, 2 GB and 13 more"; malloc'd. */
char *check_found(const struct view *view, const struct wizard_check *check);
/* What the worst host should have: "off"; "" = nothing to say. Valid until something changes. */
const char *check_wanted(const struct view *view, const struct wizard_check *check);
/* Found, wanted, why, remedy and so on, of the whole check, then what was found on which hosts; from row on, as far as the canvas goes. Returns the row
 * behind it. */
int check_draw_detail(const struct view *view, struct canvas *canvas, int row, const struct wizard_check *check);
/* A verdict's detail, line by line, from column col on. Returns the row behind it. */
int check_draw_lines(struct canvas *canvas, int row, int col, const char *lines);

#endif
