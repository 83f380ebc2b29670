/* A window onto a text in memory: lines, wrapped or not, some of them numbered; scrolling, searching. Pure. */
#ifndef KWIZ_UI_TEXT_PANE_H
#define KWIZ_UI_TEXT_PANE_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/canvas.h"

/* What is longer is cut, and the last line says so: nobody reads it here. */
#define TEXT_PANE_MAX_BYTES (4u << 20)
#define TEXT_PANE_PARTS 4
#define TEXT_PANE_NOWHERE SIZE_MAX

struct text_row {
    size_t line, at, len; /* of which line, from which byte of it on, how many */
};

struct text_pane {
    char **lines; /* owned, printable */
    size_t line_count;
    struct {
        size_t first, count;
    } numbered[TEXT_PANE_PARTS]; /* lines that have numbers, each part from 1 on */
    size_t numbered_count;
    struct text_row *rows; /* owned; as laid out for cols */
    size_t row_count;
    int height, cols; /* of the window */
    bool wraps;
    size_t top;       /* first row in sight */
    int left;         /* columns scrolled sideways when not wrapping */
    size_t match;     /* the line that was found, or TEXT_PANE_NOWHERE */
};

/* text is split at newlines and made printable; it stays the caller's. */
void text_pane_init(struct text_pane *pane, const char *text);
void text_pane_done(struct text_pane *pane);
/* Number count lines from first (from 0) on. Beyond TEXT_PANE_PARTS parts nothing is numbered. */
void text_pane_number(struct text_pane *pane, size_t first, size_t count);
/* The window's size; keeps the line that stands at the top. Call it before any of the following. */
void text_pane_settle(struct text_pane *pane, int height, int cols);
void text_pane_set_wrap(struct text_pane *pane, bool wraps);
/* Scroll by rows; stops at the beginning and at the end. */
void text_pane_scroll(struct text_pane *pane, long rows);
/* The next line that has the pattern, from the last match on, else from the first line in sight on. false = there is none; all stays. */
bool text_pane_find(struct text_pane *pane, const char *pattern, bool backward);
/* How many lines have the pattern; *number (may be NULL) = which of them the match is, from 1, or 0. */
size_t text_pane_matches(const struct text_pane *pane, const char *pattern, size_t *number);
/* First and last line in sight, from 1; 0 when the text is empty. */
void text_pane_span(const struct text_pane *pane, size_t *first, size_t *last);
/* Draw the window from row on, from column 1 on. */
void text_pane_draw(const struct text_pane *pane, struct canvas *canvas, int row, const char *pattern);

#endif
