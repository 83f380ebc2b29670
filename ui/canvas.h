/* A grid of styled cells: what a screen draws on. Pure: it knows no terminal. Text outside of the grid is clipped, here and nowhere else.
 * Text given must be printable UTF-8 (utf8_printable for what comes from outside); a control character or broken byte shows as "?". */
#ifndef KWIZ_UI_CANVAS_H
#define KWIZ_UI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/role.h"

#define CELL_CHARS 4 /* one character and up to three marks that combine with it */
#define CANVAS_ROWS_MAX 500
#define CANVAS_COLS_MAX 1000
#define CANVAS_SPOTS_MAX 4096 /* spots beyond are not kept */

struct cell {
    uint32_t ch[CELL_CHARS]; /* code points, filled up with 0; all 0 = the right half of the wide character before */
    uint8_t role;            /* enum text_role */
    bool has_focus;          /* reversed */
};

/* Where a click means something, to the screen that put it there. */
struct spot {
    int row, col, width;
    int id; /* the screen's own number: which row, field or button it is */
};

struct canvas {
    int rows, cols;
    struct cell *cells; /* owned; rows * cols */
    int cursor_row, cursor_col; /* where the terminal's cursor stands: always on what has the focus */
    struct spot *spots;         /* owned */
    size_t spot_count;
};

/* Sizes are cut to 1..CANVAS_ROWS_MAX and 1..CANVAS_COLS_MAX. New cells are spaces. */
struct canvas *canvas_new(int rows, int cols);
void canvas_free(struct canvas **canvas);
void canvas_clear(struct canvas *canvas);
const struct cell *canvas_cell(const struct canvas *canvas, int row, int col);

/* Columns the text takes. */
int text_width(const char *text);
/* Bytes of text that fit into width columns (marks that combine belong to their character). *columns (may be NULL) = what they take. */
int text_fit(const char *text, int width, int *columns);

/* Put text at row, col; it ends at the right edge. Returns the column behind it (also where it was clipped). */
int canvas_put(struct canvas *canvas, int row, int col, enum text_role role, const char *text);
int canvas_putf(struct canvas *canvas, int row, int col, enum text_role role, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Put text into a field of width columns; what doesn't fit ends with "~". Returns the column behind the field's text. */
int canvas_put_in(struct canvas *canvas, int row, int col, int width, enum text_role role, const char *text);
/* The same, ending at (before) column end; what doesn't fit is clipped. Returns the column where it begins. */
int canvas_put_right(struct canvas *canvas, int row, int end, enum text_role role, const char *text);
/* width cells of one character. */
void canvas_fill(struct canvas *canvas, int row, int col, int width, enum text_role role, const char *character);
/* A line over the whole row with a heading and a remark in it: "-- left ---- right --". Either may be NULL; the remark gets at most half of
 * it beside a heading, which gets the rest. */
void canvas_rule(struct canvas *canvas, int row, const char *character, const char *left, const char *right);
/* Wrap text at spaces into rows of width columns, at most rows_max. Returns rows used. */
int canvas_wrap(struct canvas *canvas, int row, int col, int width, int rows_max, enum text_role role, const char *text);
/* Reverse width cells, and put the cursor on the first. */
void canvas_focus(struct canvas *canvas, int row, int col, int width);

/* Mark width cells as one thing that can be clicked (see view.h, click). The first spot put on a cell counts there; canvas_clear takes all away. */
void canvas_spot(struct canvas *canvas, int row, int col, int width, int id);
/* The spot there; NULL = none. */
const struct spot *canvas_spot_at(const struct canvas *canvas, int row, int col);
/* Has it the focus, that is, the terminal's cursor? */
bool canvas_spot_has_focus(const struct canvas *canvas, const struct spot *spot);
/* Take all spots away: what is drawn over a screen does so first. */
void canvas_drop_spots(struct canvas *canvas);

/* Call changed for each run of cells of next that differs from before (which may be NULL or of another size: then for all). */
void canvas_compare(const struct canvas *before, const struct canvas *next,
                    void (*changed)(void *context, int row, int col, int count), void *context);
/* The rows as text, without spaces at their ends, each with a newline; malloc'd. */
char *canvas_text(const struct canvas *canvas);
/* The same with a letter for each cell's role instead of its text (capital: with focus; "." = ROLE_TEXT); malloc'd. */
char *canvas_roles(const struct canvas *canvas);

#endif
