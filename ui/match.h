/* Looking for a text the way every screen does: letter case counts only when the pattern has an upper-case ASCII letter. Pure. */
#ifndef KWIZ_UI_MATCH_H
#define KWIZ_UI_MATCH_H

#include <stddef.h>

#include "ui/canvas.h"

/* The first place of the pattern in text, or NULL; an empty or missing pattern is nowhere. */
const char *match_in(const char *text, const char *pattern);
/* Reverse each place of the pattern in text, which stands at row, col already. */
void match_mark(struct canvas *canvas, int row, int col, const char *text, const char *pattern);

#endif
