/* The end of a task's log, in a pane of a screen. Zero-initialised is empty. */
#ifndef KWIZ_UI_TAIL_H
#define KWIZ_UI_TAIL_H

#include "ui/canvas.h"
#include "ui/log_reader.h"
#include "ui/view.h"

struct tail {
    struct log_reader *reader; /* owned; NULL = the task has no log yet */
    size_t task;
    char fault[256];           /* why it can't be read; "" */
};

/* Look at this task's log (NO_TASK = none): its newest attempt, as far as it has grown. */
void tail_look(struct tail *tail, const struct view *view, size_t task);
/* Its last rows lines, from row on; lines are clipped at the right. */
void tail_draw(const struct tail *tail, struct canvas *canvas, int row, int rows);
/* The same lines as text, whole, each with a newline. */
void tail_text(const struct tail *tail, int rows, struct buf *out);
/* "214 lines", "more than 90,000 lines" while they are being counted, "no output yet"; malloc'd. */
char *tail_size(const struct tail *tail);
/* Go on counting. true = there is more to count. */
bool tail_work(struct tail *tail);
void tail_done(struct tail *tail);

#endif
