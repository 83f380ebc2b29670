/* A table of text: which columns there is room for, and where each stands. The first column is always in sight, the others scroll sideways so that
 * the one in focus is. Pure. */
#ifndef KWIZ_UI_TABLE_H
#define KWIZ_UI_TABLE_H

#include <stdbool.h>

#include "ui/canvas.h"

#define TABLE_COLUMNS_MAX 10

struct table_column {
    const char *head; /* translated */
    int least;        /* columns it has at least */
    int widest;       /* columns of its widest text */
    int col, width;   /* as laid out; width 0 = not in sight */
};

struct table {
    struct table_column columns[TABLE_COLUMNS_MAX];
    int count;
    int first;                     /* the first in sight behind column 0 */
    bool has_before, has_behind;   /* columns out of sight */
};

/* Forget how wide texts are. Heads must outlive the table. */
void table_init(struct table *table, const char *const *heads, const int *least, int count);
/* A text that stands in that column. */
void table_fit(struct table *table, int column, const char *text);
/* Lay it out between columns from and end of the screen, the focused column in sight. */
void table_lay_out(struct table *table, int from, int end, int focus);
/* The heads; "<" and ">" where there is more to the sides. */
void table_draw_heads(const struct table *table, struct canvas *canvas, int row);
/* Text in its column; what doesn't fit ends with "~". Nothing when the column is out of sight. */
void table_put(const struct table *table, struct canvas *canvas, int row, int column, enum text_role role, const char *text);

#endif
