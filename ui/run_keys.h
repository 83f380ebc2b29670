/* The Run screen's own parts, shared by scr_run.c, which draws it, and run_keys.c, which does what keys say. */
#ifndef KWIZ_UI_RUN_KEYS_H
#define KWIZ_UI_RUN_KEYS_H

#include "ui/diagnosis.h"
#include "ui/field.h"
#include "ui/rows.h"
#include "ui/tail.h"
#include "ui/view.h"

#define RUN_PATTERN_BYTES 256

struct scr_run {
    struct screen screen;
    struct rows_wish wish;
    struct rows rows;     /* as last made */
    struct row_key focus; /* by what it is, so that it stays where it is when lines come and go */
    size_t focus_index;   /* where it was last, for when it goes */
    size_t top;           /* first row in sight */
    int list_rows;        /* as last drawn */
    bool keeps_up;        /* the focus goes where the work is */
    enum { RUN_TYPING_NOTHING, RUN_TYPING_FIND, RUN_TYPING_FILTER } typing;
    struct field field; /* what is being typed */
    char find[RUN_PATTERN_BYTES], filter[RUN_PATTERN_BYTES];
    struct tail tail;
    struct diagnosis diagnosis;
};

/* The row that has the focus, NULL when there is none. */
const struct row *run_focused(const struct scr_run *s);
void run_focus_on(struct scr_run *s, size_t index);

/* For screen_ops. */
void run_keys_act(struct screen *screen, struct view *view, enum action action);
bool run_keys_type(struct screen *screen, struct view *view, struct key key);
bool run_keys_paste(struct screen *screen, struct view *view, const char *text, size_t len);

#endif
