/* A window onto a log: where it stands, scrolling by rows (a line is several when wrapped), following the end. Pure but for reading the file. */
#ifndef KWIZ_UI_LOG_PANE_H
#define KWIZ_UI_LOG_PANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/canvas.h"
#include "ui/log_filter.h"
#include "ui/log_reader.h"

struct log_pane {
    struct log_reader *reader; /* must outlive; NULL = empty */
    const struct log_filter *filter; /* only its lines are shown while it is on; NULL = all */
    bool follows, wraps;
    int rows, cols;      /* of the window; set before anything else is called */
    uint64_t top;        /* the first line in sight */
    int top_row;         /* and its first row in sight */
    int left;            /* columns scrolled sideways when not wrapping */
    uint64_t match;      /* the line that was found; UINT64_MAX = none */
    const char *pattern; /* is shown reversed in that line; may be NULL */
};

/* Keep in bounds after the file or the window has changed; goes to the end when following. */
void log_pane_settle(struct log_pane *pane);
/* Scroll by rows; stops at the beginning and at the end. Holds. */
void log_pane_scroll(struct log_pane *pane, int rows);
/* To the beginning, or to the end. */
void log_pane_first(struct log_pane *pane);
void log_pane_last(struct log_pane *pane);
/* Make a line stand in the upper third. Holds. */
void log_pane_show(struct log_pane *pane, uint64_t line);
/* The lines in sight as text, whole, each with a newline. */
void log_pane_text(const struct log_pane *pane, struct buf *out);
/* The first line that doesn't begin in sight any more; size at the end. */
uint64_t log_pane_draw(const struct log_pane *pane, struct canvas *canvas, int row);

#endif
