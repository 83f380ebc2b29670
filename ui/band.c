#include "ui/band.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "model/fold.h"

#define NAMES_MAX_BYTES 4000

int band_begin(const struct view *view, struct canvas *canvas, const char *title, const char *remark)
{
    canvas_clear(canvas);
    page_header(view, canvas, view->section, section_name(view->section));
    canvas_rule(canvas, 1, view->look.double_line, title, remark);
    return 2;
}

int band_last(const struct canvas *canvas)
{
    return canvas->rows - 5;
}

void band_end(const struct view *view, struct canvas *canvas, int last, const struct button *buttons, int count, int focus)
{
    int row = last > band_last(canvas) ? band_last(canvas) : last;
    canvas_rule(canvas, row + 1, view->look.double_line, NULL, NULL);
    view_message(view, canvas, canvas->rows - 3);
    buttons_draw(canvas, canvas->rows - 2, buttons, count, focus);
    keymap_line(canvas, canvas->rows - 1, view->top->ops->place, NULL, NULL);
}

int band_text(struct canvas *canvas, int row, enum text_role role, const char *text)
{
    int left = (canvas->rows == BAND_SHEET_ROWS ? canvas->rows - 1 : band_last(canvas)) - row + 1;
    return left > 0 ? row + canvas_wrap(canvas, row, 1, canvas->cols - 2, left, role, text) : row;
}

int band_textf(struct canvas *canvas, int row, enum text_role role, const char *format, ...)
{
    char text[2000];
    va_list ap;
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    return band_text(canvas, row, role, text);
}

struct canvas *band_sheet(const struct canvas *canvas)
{
    return canvas_new(BAND_SHEET_ROWS, canvas->cols);
}

int band_show(const struct view *view, struct canvas *canvas, int row, const struct canvas *sheet, int used, int *top)
{
    int rows = band_last(canvas) - row + 1, most = used > rows ? used - rows : 0;
    *top = *top > most ? most : *top < 0 ? 0 : *top;
    for (int i = 0; i < rows && *top + i < used; i++)
        memcpy(&canvas->cells[(size_t)(row + i) * (size_t)canvas->cols], canvas_cell(sheet, *top + i, 0), (size_t)canvas->cols * sizeof(struct cell));
    if (sheet->cursor_row >= *top && sheet->cursor_row < *top + rows) {
        canvas->cursor_row = row + sheet->cursor_row - *top;
        canvas->cursor_col = sheet->cursor_col;
    }
    if (*top < most)
        canvas_put_right(canvas, row - 1, canvas->cols - 3, ROLE_KEY, _(" Down for more "));
    (void)view;
    return used - *top < rows ? row + used - *top - 1 : row + rows - 1;
}

bool band_scroll(int *top, int rows, enum action action)
{
    switch (action) {
    case ACT_UP:
        (*top)--;
        return true;
    case ACT_DOWN:
        (*top)++;
        return true;
    case ACT_PAGE_UP:
    case ACT_HALF_UP:
        *top -= rows > 1 ? rows - 1 : 1;
        return true;
    case ACT_PAGE_DOWN:
    case ACT_HALF_DOWN:
        *top += rows > 1 ? rows - 1 : 1;
        return true;
    case ACT_FIRST:
        *top = 0;
        return true;
    case ACT_LAST:
        *top = BAND_SHEET_ROWS;
        return true;
    default:
        return false;
    }
}

char *band_names(const struct wizard *wizard, const size_t *hosts, size_t count)
{
    const struct fleet *fleet = wizard_fleet(wizard);
    const char **names = mem_new(count + 1, sizeof *names);
    struct buf text;
    for (size_t i = 0; i < count; i++)
        names[i] = fleet->items[hosts[i]].name;
    buf_init(&text, NAMES_MAX_BYTES);
    fold_names(names, count, &text);
    free(names);
    return buf_take(&text);
}
