#include "ui/table.h"

#define GAP 2
#define WIDTH_SHOWN_MIN 6 /* a column that is cut more than that says nothing */

void table_init(struct table *table, const char *const *heads, const int *least, int count)
{
    int first = table->first;
    *table = (struct table){.count = count, .first = first ? first : 1};
    for (int i = 0; i < count; i++) {
        table->columns[i] = (struct table_column){.head = heads[i], .least = least[i]};
        table_fit(table, i, heads[i]);
    }
}

void table_fit(struct table *table, int column, const char *text)
{
    int width = text_width(text);
    if (width > table->columns[column].widest)
        table->columns[column].widest = width;
}

static int wanted(const struct table_column *column, int cap)
{
    int width = column->widest < cap ? column->widest : cap;
    return width > column->least ? width : column->least;
}

static void place(struct table *table, int from, int end)
{
    int cap = (end - from) / 3 > 20 ? (end - from) / 3 : 20, col = from;
    table->has_before = table->first > 1;
    table->has_behind = false;
    for (int i = 0; i < table->count; i++) {
        struct table_column *c = &table->columns[i];
        int width = wanted(c, cap), room = end - col;
        c->col = col;
        c->width = 0;
        if (i && i < table->first)
            continue;
        if (width > room && (room < WIDTH_SHOWN_MIN || table->has_behind)) {
            table->has_behind = true;
            col = end;
            continue;
        }
        c->width = width < room ? width : room;
        col += width + GAP;
    }
}

static bool is_whole(const struct table *table, int column, int from, int end)
{
    int cap = (end - from) / 3 > 20 ? (end - from) / 3 : 20;
    return table->columns[column].width >= wanted(&table->columns[column], cap);
}

void table_lay_out(struct table *table, int from, int end, int focus)
{
    if (focus > 0 && focus < table->first)
        table->first = focus;
    if (focus == 0)
        table->first = 1;
    place(table, from, end);
    while (focus > table->first && !is_whole(table, focus, from, end)) {
        table->first++;
        place(table, from, end);
    }
    while (table->first > 1 && is_whole(table, table->count - 1, from, end)) { /* room at the right that one more could have */
        table->first--;
        place(table, from, end);
        if (!is_whole(table, table->count - 1, from, end)) {
            table->first++;
            place(table, from, end);
            break;
        }
    }
}

void table_draw_heads(const struct table *table, struct canvas *canvas, int row)
{
    for (int i = 0; i < table->count; i++)
        if (table->columns[i].width)
            canvas_put_in(canvas, row, table->columns[i].col, table->columns[i].width, ROLE_DIM, table->columns[i].head);
    if (table->has_before)
        canvas_put(canvas, row, table->columns[table->first].col - GAP, ROLE_KEY, "<");
    if (table->has_behind)
        canvas_put(canvas, row, canvas->cols - 1, ROLE_KEY, ">");
}

void table_put(const struct table *table, struct canvas *canvas, int row, int column, enum text_role role, const char *text)
{
    const struct table_column *c = &table->columns[column];
    if (c->width)
        canvas_put_in(canvas, row, c->col, c->width, role, text);
}
