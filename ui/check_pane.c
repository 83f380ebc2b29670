#include "ui/check_pane.h"

#include <string.h>

#include "base/i18n.h"

#define SHEET_ROWS 500

struct canvas *check_pane_sheet(const struct canvas *canvas)
{
    return canvas_new(SHEET_ROWS, canvas->cols);
}

void check_pane_show(struct check_pane *pane, struct canvas *canvas, int row, int last, const struct canvas *sheet, int used, const void *of, size_t of_host)
{
    if (pane->of != of || pane->of_host != of_host)
        pane->top = 0;
    pane->of = of;
    pane->of_host = of_host;
    pane->rows = last - row + 1 > 0 ? last - row + 1 : 0;
    pane->used = used;
    int most = used > pane->rows ? used - pane->rows : 0;
    pane->top = pane->top > most ? most : pane->top < 0 ? 0 : pane->top;
    for (int i = 0; i < pane->rows && pane->top + i < used; i++)
        memcpy(&canvas->cells[(size_t)(row + i) * (size_t)canvas->cols], canvas_cell(sheet, pane->top + i, 0), (size_t)canvas->cols * sizeof(struct cell));
    if (pane->top < most)
        canvas_put_right(canvas, row - 1, canvas->cols - 3, ROLE_KEY, _(" } for more "));
    else if (most)
        canvas_put_right(canvas, row - 1, canvas->cols - 3, ROLE_KEY, _(" { back "));
}

bool check_pane_act(struct check_pane *pane, enum action action)
{
    if (action != ACT_DETAIL_UP && action != ACT_DETAIL_DOWN)
        return false;
    int by = pane->rows > 2 ? pane->rows - 1 : 1;
    pane->top += action == ACT_DETAIL_UP ? -by : by;
    return true;
}
