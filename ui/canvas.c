#include "ui/canvas.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

static int clamp(int value, int least, int most)
{
    return value < least ? least : value > most ? most : value;
}

struct canvas *canvas_new(int rows, int cols)
{
    struct canvas *canvas = mem_new(1, sizeof *canvas);
    canvas->rows = clamp(rows, 1, CANVAS_ROWS_MAX);
    canvas->cols = clamp(cols, 1, CANVAS_COLS_MAX);
    canvas->cells = mem_new((size_t)canvas->rows * (size_t)canvas->cols, sizeof *canvas->cells);
    canvas_clear(canvas);
    return canvas;
}

void canvas_free(struct canvas **canvas)
{
    if (!*canvas)
        return;
    free((*canvas)->cells);
    free((*canvas)->spots);
    free(*canvas);
    *canvas = NULL;
}

void canvas_clear(struct canvas *canvas)
{
    size_t count = (size_t)canvas->rows * (size_t)canvas->cols;
    for (size_t i = 0; i < count; i++)
        canvas->cells[i] = (struct cell){.ch = {' '}};
    canvas->cursor_row = canvas->rows - 1;
    canvas->cursor_col = 0;
    canvas_drop_spots(canvas);
}

static struct cell *at(const struct canvas *canvas, int row, int col)
{
    return &canvas->cells[(size_t)row * (size_t)canvas->cols + (size_t)col];
}

const struct cell *canvas_cell(const struct canvas *canvas, int row, int col)
{
    return at(canvas, row, col);
}

/* The next character of text: its length in bytes (0 at the end), its code point and the columns it takes. */
static size_t next_char(const char *text, uint32_t *cp, int *width)
{
    size_t left = strnlen(text, 4);
    if (!left)
        return 0;
    size_t n = utf8_decode(text, left, cp);
    if (!n) {
        *cp = '?';
        *width = 1;
        return 1;
    }
    *width = *cp < 0x7f && *cp >= 0x20 ? 1 : wcwidth((wchar_t)*cp);
    if (*width < 0) { /* a control character, or one the locale doesn't know */
        *cp = '?';
        *width = 1;
    }
    return n;
}

int text_fit(const char *text, int width, int *columns)
{
    int used = 0, w = 0;
    const char *s = text;
    uint32_t cp;
    for (size_t n; (n = next_char(s, &cp, &w)) != 0; s += n) {
        if (used + w > width)
            break;
        used += w;
    }
    if (columns)
        *columns = used;
    return (int)(s - text);
}

int text_width(const char *text)
{
    int used;
    text_fit(text, 1 << 24, &used);
    return used;
}

/* A wide character loses its other half when one half is overwritten. */
static void tear(struct canvas *canvas, int row, int col)
{
    struct cell *cell = at(canvas, row, col);
    if (!cell->ch[0] && col > 0)
        *at(canvas, row, col - 1) = (struct cell){.ch = {' '}, .role = cell->role};
    if (col + 1 < canvas->cols && !at(canvas, row, col + 1)->ch[0])
        *at(canvas, row, col + 1) = (struct cell){.ch = {' '}, .role = cell->role};
}

static void combine(struct canvas *canvas, int row, int col, uint32_t cp)
{
    if (col < 0)
        return;
    struct cell *cell = at(canvas, row, col);
    if (!cell->ch[0] && col > 0)
        cell--; /* onto the left half of a wide one */
    for (int i = 1; i < CELL_CHARS; i++)
        if (!cell->ch[i]) {
            cell->ch[i] = cp;
            return;
        }
}

static int put_span(struct canvas *canvas, int row, int col, int end, enum text_role role, const char *text)
{
    if (row < 0 || row >= canvas->rows)
        return col;
    if (end > canvas->cols)
        end = canvas->cols;
    uint32_t cp;
    int width;
    bool is_first = true; /* a mark has nothing to combine with before the first character */
    for (size_t n; (n = next_char(text, &cp, &width)) != 0; text += n) {
        if (!width) {
            if (!is_first && col > 0 && col <= canvas->cols)
                combine(canvas, row, col - 1, cp);
            continue;
        }
        if (col + width > end)
            break;
        is_first = false;
        if (col >= 0) {
            for (int i = 0; i < width; i++)
                tear(canvas, row, col + i);
            *at(canvas, row, col) = (struct cell){.ch = {cp}, .role = (uint8_t)role};
            if (width == 2)
                *at(canvas, row, col + 1) = (struct cell){.role = (uint8_t)role};
        }
        col += width;
    }
    return col;
}

int canvas_put(struct canvas *canvas, int row, int col, enum text_role role, const char *text)
{
    return put_span(canvas, row, col, canvas->cols, role, text);
}

int canvas_putf(struct canvas *canvas, int row, int col, enum text_role role, const char *format, ...)
{
    char *text = NULL;
    va_list ap;
    va_start(ap, format);
    if (vasprintf(&text, format, ap) < 0)
        text = NULL;
    va_end(ap);
    if (text)
        col = canvas_put(canvas, row, col, role, text);
    free(text);
    return col;
}

int canvas_put_in(struct canvas *canvas, int row, int col, int width, enum text_role role, const char *text)
{
    if (width <= 0)
        return col;
    if (width > canvas->cols - col)
        width = canvas->cols - col;
    if (!text[text_fit(text, width, NULL)])
        return put_span(canvas, row, col, col + width, role, text);
    int end = put_span(canvas, row, col, col + width - 1, role, text);
    return put_span(canvas, row, end, col + width, role, "~");
}

int canvas_put_right(struct canvas *canvas, int row, int end, enum text_role role, const char *text)
{
    int col = end - text_width(text);
    if (col < 0)
        col = 0;
    put_span(canvas, row, col, end, role, text);
    return col;
}

void canvas_fill(struct canvas *canvas, int row, int col, int width, enum text_role role, const char *character)
{
    for (int i = 0; i < width; i++)
        canvas_put(canvas, row, col + i, role, character);
}

void canvas_rule(struct canvas *canvas, int row, const char *character, const char *left, const char *right)
{
    canvas_fill(canvas, row, 0, canvas->cols, ROLE_DIM, character);
    int end = canvas->cols - 3, half = left && *left ? canvas->cols / 2 : canvas->cols - 6;
    if (right && *right) {
        int width = text_width(right) < half ? text_width(right) : half, col = end - width;
        canvas_put_in(canvas, row, col, width, ROLE_TEXT, right);
        canvas_put(canvas, row, end, ROLE_TEXT, " ");
        canvas_put(canvas, row, col - 1, ROLE_TEXT, " ");
        end = col - 4;
    }
    if (left && *left && end > 4) {
        canvas_put(canvas, row, 2, ROLE_TEXT, " ");
        int col = canvas_put_in(canvas, row, 3, end - 3, ROLE_TEXT, left);
        canvas_put(canvas, row, col, ROLE_TEXT, " ");
    }
}

int canvas_wrap(struct canvas *canvas, int row, int col, int width, int rows_max, enum text_role role,
                const char *text)
{
    int used = 0;
    while (*text && used < rows_max && width > 1) {
        int fit = text_fit(text, width, NULL);
        int take = fit;
        if (text[fit] && used + 1 == rows_max) {
            canvas_put_in(canvas, row + used, col, width, role, text);
            return used + 1;
        }
        if (text[fit] && text[fit] != ' ') {
            while (take > 0 && text[take - 1] != ' ')
                take--;
            if (!take)
                take = fit > 0 ? fit : 1; /* a word longer than the row */
        }
        char *part = mem_strndup(text, (size_t)take);
        put_span(canvas, row + used, col, col + width, role, part);
        free(part);
        used++;
        text += take;
        while (*text == ' ')
            text++;
    }
    return used;
}

void canvas_focus(struct canvas *canvas, int row, int col, int width)
{
    if (row < 0 || row >= canvas->rows)
        return;
    for (int i = col < 0 ? 0 : col; i < col + width && i < canvas->cols; i++)
        at(canvas, row, i)->has_focus = true;
    canvas->cursor_row = row;
    canvas->cursor_col = clamp(col, 0, canvas->cols - 1);
}

void canvas_spot(struct canvas *canvas, int row, int col, int width, int id)
{
    if (canvas->spot_count >= CANVAS_SPOTS_MAX)
        return;
    canvas->spots = mem_grow(canvas->spots, canvas->spot_count + 1, sizeof *canvas->spots);
    canvas->spots[canvas->spot_count++] = (struct spot){row, col, width, id};
}

const struct spot *canvas_spot_at(const struct canvas *canvas, int row, int col)
{
    for (size_t i = 0; i < canvas->spot_count; i++) {
        const struct spot *spot = &canvas->spots[i];
        if (spot->row == row && col >= spot->col && col < spot->col + spot->width)
            return spot;
    }
    return NULL;
}

bool canvas_spot_has_focus(const struct canvas *canvas, const struct spot *spot)
{
    return canvas->cursor_row == spot->row && canvas->cursor_col >= spot->col &&
           canvas->cursor_col < spot->col + spot->width;
}

void canvas_drop_spots(struct canvas *canvas)
{
    canvas->spot_count = 0;
}

static bool same(const struct cell *a, const struct cell *b)
{
    return a->role == b->role && a->has_focus == b->has_focus && !memcmp(a->ch, b->ch, sizeof a->ch);
}

void canvas_compare(const struct canvas *before, const struct canvas *next,
                    void (*changed)(void *context, int row, int col, int count), void *context)
{
    bool all = !before || before->rows != next->rows || before->cols != next->cols;
    for (int row = 0; row < next->rows; row++)
        for (int col = 0; col < next->cols;) {
            int start = col;
            while (col < next->cols && (all || !same(at(before, row, col), at(next, row, col))))
                col++;
            if (col > start) {
                if (!at(next, row, start)->ch[0] && start > 0)
                    start--; /* never begin in the middle of a wide character */
                changed(context, row, start, col - start);
            } else {
                col++;
            }
        }
}

static void add_utf8(struct buf *out, uint32_t cp)
{
    char s[4];
    size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    static const unsigned char lead[5] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = n; i-- > 1; cp >>= 6)
        s[i] = (char)(0x80 | (cp & 0x3f));
    s[0] = (char)(n == 1 ? cp : (lead[n] | cp));
    buf_add(out, s, n);
}

static void trim_row(struct buf *out, char blank)
{
    while (out->len && out->data[out->len - 1] == blank)
        out->data[--out->len] = '\0';
    buf_adds(out, "\n");
}

char *canvas_text(const struct canvas *canvas)
{
    struct buf out;
    buf_init(&out, SIZE_MAX / 2);
    for (int row = 0; row < canvas->rows; row++) {
        for (int col = 0; col < canvas->cols; col++)
            for (int i = 0; i < CELL_CHARS && at(canvas, row, col)->ch[i]; i++)
                add_utf8(&out, at(canvas, row, col)->ch[i]);
        trim_row(&out, ' ');
    }
    return buf_take(&out);
}

char *canvas_roles(const struct canvas *canvas)
{
    static const char letters[] = ".dtfkbiorwxl", capitals[] = "_DTFKBIORWXL";
    struct buf out;
    buf_init(&out, SIZE_MAX / 2);
    for (int row = 0; row < canvas->rows; row++) {
        for (int col = 0; col < canvas->cols; col++) {
            const struct cell *cell = at(canvas, row, col);
            buf_add(&out, &(cell->has_focus ? capitals : letters)[cell->role], 1);
        }
        trim_row(&out, '.');
    }
    return buf_take(&out);
}
