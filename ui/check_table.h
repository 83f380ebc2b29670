/* Checks as lines of the Requirements page: what was found on which hosts. */
#ifndef KWIZ_UI_CHECK_TABLE_H
#define KWIZ_UI_CHECK_TABLE_H

#include "ui/check_list.h"
#include "ui/view.h"

struct check_columns {
    int id, hosts, found, wanted; /* where each begins; wanted 0 = not shown */
    int cell;                     /* width of a host's own column; 0 = signs only */
};

struct check_columns check_table_columns(const struct check_list *list, const struct view *view, int cols);
void check_table_draw_heads(const struct view *view, struct canvas *canvas, int row, const struct check_columns *columns);
/* A line of the list, of any kind. */
void check_table_draw(const struct check_list *list, const struct view *view, struct canvas *canvas, int row, size_t line, const struct check_columns *columns,
                      bool has_focus);

#endif
