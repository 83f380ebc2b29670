/* Drawing a form. Labels stand in a column as wide as they need, up to two fifths of the screen; a longer one has a row of its own. */
#include "ui/form.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define LABEL_COL 2
#define FIELD_LEAST 16
#define FAULT_ROWS 4
#define GAP 2 /* between ticks, and before a note */

struct layout {
    int label; /* columns of the labels */
    int col;   /* where values begin */
    int cols;  /* of the screen */
    const struct look *look;
};

static struct layout lay_out(const struct form *form, const struct look *look, int cols)
{
    struct layout l = {.label = 8, .cols = cols, .look = look};
    int most = cols * 2 / 5;
    for (size_t i = 0; i < form->count; i++) {
        int width = text_width(form->items[i].label);
        if (width > l.label && width <= most)
            l.label = width;
    }
    l.col = LABEL_COL + l.label + 3;
    return l;
}

static int room(const struct layout *l)
{
    return l->cols - l->col - 1;
}

static bool is_long(const struct form_item *item, const struct layout *l)
{
    return text_width(item->label) > l->label;
}

/* -- how many rows -- */

static int tick_width(const struct form_choice *choice)
{
    return 4 + text_width(choice->label);
}

/* Rows of the ticks; with a canvas they are drawn at row. */
static int ticks(const struct form_item *item, const struct layout *l, struct canvas *canvas, int row, bool has_focus)
{
    int col = l->col, rows = 1;
    for (size_t i = 0; i < item->choice_count; i++) {
        const struct form_choice *c = &item->choices[i];
        int width = tick_width(c);
        if (col > l->col && col + width > l->cols - 1) {
            col = l->col;
            rows++;
        }
        if (canvas) {
            int at = row + rows - 1;
            const char *sign = c->why_not ? (c->is_ticked ? "(x)" : "( )") : c->is_ticked ? "[x]" : "[ ]";
            canvas_put(canvas, at, col, c->why_not ? ROLE_DIM : ROLE_TEXT, sign);
            canvas_put_in(canvas, at, col + 4, l->cols - 1 - col - 4, c->why_not ? ROLE_DIM : ROLE_TEXT, c->label);
            if (has_focus && i == item->at)
                canvas_focus(canvas, at, col, width < l->cols - 1 - col ? width : l->cols - 1 - col);
        }
        col += width + GAP;
    }
    return rows;
}

static int fault_rows(const struct form_item *item, const struct layout *l)
{
    if (!item->fault)
        return 0;
    struct canvas *tried = canvas_new(FAULT_ROWS, l->cols);
    int rows = canvas_wrap(tried, 0, LABEL_COL + 4, l->cols - LABEL_COL - 5, FAULT_ROWS, ROLE_TEXT, item->fault);
    canvas_free(&tried);
    return rows;
}

static int rows_of(const struct form_item *item, const struct layout *l)
{
    int values = item->kind == FORM_TICKS ? ticks(item, l, NULL, 0, false) : 1;
    return is_long(item, l) + values + fault_rows(item, l);
}

/* -- values -- */

static void put_note(const struct form_item *item, const struct layout *l, struct canvas *canvas, int row, int col)
{
    int left = l->cols - 1 - col - GAP;
    if (item->note && left > 7) /* less would say nothing */
        canvas_put_in(canvas, row, col + GAP, left, ROLE_DIM, item->note);
}

static void put_text(const struct form_item *item, const struct layout *l, struct canvas *canvas, int row, bool has_focus)
{
    const char *text = field_text(item->field);
    size_t line = strcspn(text, "\n"), most = (size_t)l->cols * 4;
    char *shown = mem_strndup(text, item->field->is_secret ? 0 : line < most ? line : most);
    int wants = text_width(shown) + 1, width = wants > FIELD_LEAST ? wants : FIELD_LEAST;
    free(shown);
    if (width > room(l) - 2)
        width = room(l) - 2;
    canvas_put(canvas, row, l->col, ROLE_TEXT, "[");
    canvas_put(canvas, row, l->col + 1 + width, ROLE_TEXT, "]");
    if (has_focus) {
        field_draw(item->field, canvas, row, l->col + 1, width);
        int cursor = canvas->cursor_col;
        canvas_focus(canvas, row, l->col + 1, width);
        canvas->cursor_col = cursor;
    } else
        field_draw_at_rest(item->field, canvas, row, l->col + 1, width);
    put_note(item, l, canvas, row, l->col + width + 2);
}

static void put_choice(const struct form_item *item, const struct layout *l, struct canvas *canvas, int row, bool has_focus)
{
    int width = 3;
    const char *label = item->at < item->choice_count ? item->choices[item->at].label : item->value ? item->value : "";
    for (size_t i = 0; i < item->choice_count; i++) {
        int w = text_width(item->choices[i].label);
        width = w > width ? w : width;
    }
    width = text_width(label) > width ? text_width(label) : width;
    width = width > room(l) - 4 ? room(l) - 4 : width;
    canvas_put(canvas, row, l->col, ROLE_TEXT, "<");
    canvas_put_in(canvas, row, l->col + 2, width, ROLE_TEXT, label);
    canvas_put(canvas, row, l->col + width + 3, ROLE_TEXT, ">");
    if (has_focus)
        canvas_focus(canvas, row, l->col, width + 4);
    put_note(item, l, canvas, row, l->col + width + 4);
}

static void put_fold(const struct form_item *item, const struct layout *l, struct canvas *canvas, int row, bool has_focus)
{
    char *count = mem_printf("%zu", item->count);
    int end = canvas_put_right(canvas, row, l->cols - 1, ROLE_TEXT, count);
    canvas_put(canvas, row, l->col, ROLE_TEXT, item->is_open ? "[-]" : "[+]");
    if (item->value)
        canvas_put_in(canvas, row, l->col + 4, end - 1 - l->col - 4, ROLE_DIM, item->value);
    if (has_focus)
        canvas_focus(canvas, row, l->col, 3);
    free(count);
}

static void put_item(const struct form_item *item, const struct layout *l, struct canvas *canvas, int row, bool has_focus)
{
    if (has_focus)
        canvas_put(canvas, row, 0, ROLE_TEXT, ">");
    canvas_put_in(canvas, row, LABEL_COL, is_long(item, l) ? l->cols - LABEL_COL - 3 : l->label, ROLE_TEXT, item->label);
    row += is_long(item, l);
    if (item->is_changed)
        canvas_put(canvas, row, l->col - 2, ROLE_TEXT, "*");
    if (item->kind == FORM_TEXT || item->kind == FORM_LINES)
        put_text(item, l, canvas, row, has_focus);
    else if (item->kind == FORM_CHOICE)
        put_choice(item, l, canvas, row, has_focus);
    else if (item->kind == FORM_TICKS)
        row += ticks(item, l, canvas, row, has_focus) - 1;
    else
        put_fold(item, l, canvas, row, has_focus);
    if (item->fault) {
        canvas_put(canvas, row + 1, LABEL_COL + 2, ROLE_FAIL, look_sign(l->look, TASK_FAILED, 0));
        canvas_wrap(canvas, row + 1, LABEL_COL + 4, l->cols - LABEL_COL - 5, FAULT_ROWS, ROLE_FAIL, item->fault);
    }
}

/* -- all -- */

void form_draw(struct form *form, const struct look *look, struct canvas *canvas, int first, int last, bool has_focus)
{
    struct layout l = lay_out(form, look, canvas->cols);
    int rows = last - first + 1, all = 0, from = 0, to = 0;
    if (rows < 1)
        return;
    for (size_t i = 0; i < form->count; i++) {
        int height = rows_of(&form->items[i], &l);
        if (i == form->focus) {
            from = all;
            to = all + height;
        }
        all += height;
    }
    if (to > form->top + rows)
        form->top = to - rows;
    if (from < form->top)
        form->top = from;
    if (form->top > all - rows)
        form->top = all > rows ? all - rows : 0;
    struct canvas *part = canvas_new(rows, canvas->cols);
    int row = -form->top;
    for (size_t i = 0; i < form->count && row < rows; row += rows_of(&form->items[i], &l), i++)
        put_item(&form->items[i], &l, part, row, has_focus && i == form->focus);
    for (int r = 0; r < rows; r++)
        memcpy(&canvas->cells[(size_t)(first + r) * (size_t)canvas->cols], canvas_cell(part, r, 0), (size_t)canvas->cols * sizeof(struct cell));
    if (has_focus) {
        canvas->cursor_row = first + part->cursor_row;
        canvas->cursor_col = part->cursor_col;
    }
    if (form->top > 0)
        canvas_put_right(canvas, first, canvas->cols, ROLE_DIM, "^");
    if (form->top + rows < all)
        canvas_put_right(canvas, last, canvas->cols, ROLE_DIM, "v");
    canvas_free(&part);
}
