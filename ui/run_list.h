/* Draws the list of the Run screen: heads and lines for hosts, groups, problems and steps. */
#ifndef KWIZ_UI_RUN_LIST_H
#define KWIZ_UI_RUN_LIST_H

#include "ui/rows.h"
#include "ui/view.h"

/* Columns are made once a frame for all lines. */
struct run_list {
    const struct view *view;
    bool is_wide;            /* room for address, role, quiet */
    bool only_problems;
    enum rows_kind kind;
    int name, name_width;    /* columns and widths; width 0 = not shown */
    int address, address_width, role, role_width;
    int count;               /* where N ends; 0 = not shown */
    int steps, steps_width;
    size_t first_step;       /* signs begin with this step, when not all fit */
    size_t shown_steps;
    int now;
    int end;                 /* where TIME/LIMIT (and QUIET) end */
};

void run_list_init(struct run_list *list, const struct view *view, const struct rows *rows, const struct rows_wish *wish, int cols);
void run_list_heads(const struct run_list *list, struct canvas *canvas, int line);
void run_list_row(const struct run_list *list, struct canvas *canvas, int line, const struct row *row, bool has_focus);

/* "6 ok", "1 running 1 pending"; the colour of the weightiest. */
enum text_role run_step_states(const struct view *view, size_t step, struct buf *out);
/* The longest a task of the step has taken or takes; 0 = none has begun. */
uint64_t run_step_ms(const struct view *view, size_t step);

#endif
