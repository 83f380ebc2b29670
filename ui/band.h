/* What all bands over a page have: the page's head, a title between double lines, the message, buttons, keys. */
#ifndef KWIZ_UI_BAND_H
#define KWIZ_UI_BAND_H

#include "ui/page.h"

/* Clear all, draw the page's head and the line with the band's title. Returns the first row of its content. */
int band_begin(const struct view *view, struct canvas *canvas, const char *title, const char *remark);
/* The last row that its content may have. */
int band_last(const struct canvas *canvas);
/* The line below the content's last row (at most band_last), the message, the buttons (focus as in buttons_draw), the keys. */
void band_end(const struct view *view, struct canvas *canvas, int last, const struct button *buttons, int count, int focus);
/* A paragraph from row on, as far as it fits above the end; returns the row behind it. */
int band_text(struct canvas *canvas, int row, enum text_role role, const char *text);
/* The same text in a format; the text that is made may not be longer than 2000 bytes. */
int band_textf(struct canvas *canvas, int row, enum text_role role, const char *format, ...) __attribute__((format(printf, 4, 5)));
/* What may be higher than the band is drawn on a canvas of its own: as wide, and so many rows high. */
#define BAND_SHEET_ROWS 400
struct canvas *band_sheet(const struct canvas *canvas);
/* Show rows of it, the used ones, from row to the last that the band may have. *top: the first in sight, corrected. Returns the last row that was used. */
int band_show(const struct view *view, struct canvas *canvas, int row, const struct canvas *sheet, int used, int *top);
/* Move *top; false: the action was none of these. rows: in sight. */
bool band_scroll(int *top, int rows, enum action action);
/* The names of hosts, folded ("kub-node-[1-3], bastion"); malloc'd. */
char *band_names(const struct wizard *wizard, const size_t *hosts, size_t count);

#endif
