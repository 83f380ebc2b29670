#include "tests/screen/svg.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define CELL_WIDTH 8.4 /* of a common monospaced font at 14 px */
#define CELL_HEIGHT 18
#define EDGE 8
#define BACK "#1c1c1c"
#define FRONT "#d0d0d0"

/* The values of the xterm colours that theme.c chooses for a dark background. */
static const char *colour(uint8_t role)
{
    switch (role) {
    case ROLE_DIM:
        return "#a8a8a8";
    case ROLE_OK:
        return "#87d787";
    case ROLE_RUN:
        return "#87d7ff";
    case ROLE_WARN:
        return "#ffd75f";
    case ROLE_FAIL:
        return "#ff8787";
    case ROLE_LOST:
        return "#d7afff";
    default:
        return FRONT;
    }
}

static void add_char(struct buf *out, uint32_t cp)
{
    char s[4];
    size_t n = 0;
    if (cp == '<' || cp == '>' || cp == '&') {
        buf_adds(out, cp == '<' ? "&lt;" : cp == '>' ? "&gt;" : "&amp;");
        return;
    }
    if (cp < 0x80) {
        s[n++] = (char)cp;
    } else if (cp < 0x800) {
        s[n++] = (char)(0xc0 | cp >> 6);
        s[n++] = (char)(0x80 | (cp & 0x3f));
    } else if (cp < 0x10000) {
        s[n++] = (char)(0xe0 | cp >> 12);
        s[n++] = (char)(0x80 | (cp >> 6 & 0x3f));
        s[n++] = (char)(0x80 | (cp & 0x3f));
    } else {
        s[n++] = (char)(0xf0 | cp >> 18);
        s[n++] = (char)(0x80 | (cp >> 12 & 0x3f));
        s[n++] = (char)(0x80 | (cp >> 6 & 0x3f));
        s[n++] = (char)(0x80 | (cp & 0x3f));
    }
    buf_add(out, s, n);
}

static bool is_blank(const struct cell *cell)
{
    return cell->ch[0] == ' ' || !cell->ch[0];
}

static bool is_reversed(const struct cell *cell)
{
    return cell->has_focus != (cell->role == ROLE_TITLE || cell->role == ROLE_FOCUS);
}

/* Cells of one look from col on. Returns the column behind them. */
static int add_run(struct buf *out, const struct canvas *canvas, int row, int col)
{
    const struct cell *first = canvas_cell(canvas, row, col);
    bool reverse = is_reversed(first), bold = first->role == ROLE_KEY || first->role == ROLE_BUTTON || first->role == ROLE_FAIL;
    int end = col, used = col;
    while (end < canvas->cols) {
        const struct cell *cell = canvas_cell(canvas, row, end);
        if (cell->role != first->role || cell->has_focus != first->has_focus)
            break;
        end++;
        if (!is_blank(cell))
            used = end;
    }
    double x = EDGE + col * CELL_WIDTH, y = EDGE + row * CELL_HEIGHT;
    if (reverse)
        buf_addf(out, "<rect x=\"%.1f\" y=\"%.0f\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n", x, y, (end - col) * CELL_WIDTH, CELL_HEIGHT,
                 colour(first->role));
    if (used == col)
        return end;
    buf_addf(out, "<text x=\"%.1f\" y=\"%.0f\" textLength=\"%.1f\" fill=\"%s\"%s%s>", x, y + 13, (used - col) * CELL_WIDTH,
             reverse ? BACK : colour(first->role), bold ? " font-weight=\"bold\"" : "",
             first->role == ROLE_FIELD ? " text-decoration=\"underline\"" : "");
    for (int c = col; c < used; c++)
        for (int k = 0; k < CELL_CHARS && canvas_cell(canvas, row, c)->ch[k]; k++)
            add_char(out, canvas_cell(canvas, row, c)->ch[k]);
    buf_adds(out, "</text>\n");
    return end;
}

char *svg_of(const struct canvas *canvas)
{
    struct buf out;
    double width = canvas->cols * CELL_WIDTH + 2 * EDGE, height = canvas->rows * CELL_HEIGHT + 2 * EDGE;
    buf_init(&out, (size_t)1 << 24);
    buf_addf(&out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" "
                   "font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"14\" xml:space=\"preserve\">\n",
             width, height, width, height);
    buf_addf(&out, "<rect width=\"100%%\" height=\"100%%\" rx=\"6\" fill=\"%s\"/>\n", BACK);
    for (int row = 0; row < canvas->rows; row++)
        for (int col = 0; col < canvas->cols;)
            col = add_run(&out, canvas, row, col);
    buf_adds(&out, "</svg>\n");
    return buf_take(&out);
}
