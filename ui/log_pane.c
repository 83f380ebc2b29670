#include "ui/log_pane.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/match.h"

/* A place in the log: a line, and a row of it. */
struct place {
    uint64_t line;
    int row;
};

/* Rows that a text takes: at least one. */
static int rows_of_text(const struct log_pane *pane, const char *text)
{
    int rows = 0;
    if (!pane->wraps)
        return 1;
    do {
        int n = text_fit(text, pane->cols, NULL);
        if (!n)
            break;
        text += n;
        rows++;
    } while (*text);
    return rows ? rows : 1;
}

static int rows_of(const struct log_pane *pane, uint64_t line)
{
    struct buf text;
    if (!pane->wraps)
        return 1;
    buf_init(&text, 0);
    log_reader_text(pane->reader, line, &text);
    int rows = rows_of_text(pane, buf_text(&text));
    buf_done(&text);
    return rows;
}

static struct place go_back(const struct log_pane *pane, struct place at, int rows)
{
    while (rows > at.row && at.line > 0) {
        rows -= at.row + 1;
        at.line = log_reader_previous(pane->reader, at.line);
        at.row = rows_of(pane, at.line) - 1;
    }
    at.row = at.row > rows ? at.row - rows : 0;
    return at;
}

static struct place go_on(const struct log_pane *pane, struct place at, int rows)
{
    uint64_t size = log_reader_size(pane->reader);
    while (rows > 0 && at.line < size) {
        int left = rows_of(pane, at.line) - at.row;
        if (rows < left) {
            at.row += rows;
            break;
        }
        uint64_t next = log_reader_next(pane->reader, at.line);
        if (next >= size)
            break;
        rows -= left;
        at = (struct place){next, 0};
    }
    return at;
}

/* The topmost place from which the end is in sight. */
static struct place last_top(const struct log_pane *pane)
{
    struct place end = {log_reader_size(pane->reader), 0};
    return go_back(pane, end, pane->rows);
}

static bool is_behind(struct place a, struct place b)
{
    return a.line > b.line || (a.line == b.line && a.row > b.row);
}

static void stand(struct log_pane *pane, struct place at)
{
    struct place last = last_top(pane);
    if (is_behind(at, last))
        at = last;
    pane->top = at.line;
    pane->top_row = at.row;
}

void log_pane_settle(struct log_pane *pane)
{
    if (!pane->reader)
        return;
    struct place at = {log_reader_line_of(pane->reader, pane->top), pane->top_row};
    if (pane->follows) {
        at = last_top(pane);
    } else if (at.row >= rows_of(pane, at.line)) {
        at.row = 0; /* the window has become wider */
    }
    stand(pane, at);
}

void log_pane_scroll(struct log_pane *pane, int rows)
{
    pane->follows = false;
    if (!pane->reader)
        return;
    struct place at = {pane->top, pane->top_row};
    stand(pane, rows < 0 ? go_back(pane, at, -rows) : go_on(pane, at, rows));
}

void log_pane_first(struct log_pane *pane)
{
    pane->follows = false;
    pane->top = 0;
    pane->top_row = 0;
}

void log_pane_last(struct log_pane *pane)
{
    pane->follows = true;
    log_pane_settle(pane);
}

void log_pane_show(struct log_pane *pane, uint64_t line)
{
    pane->follows = false;
    if (pane->reader)
        stand(pane, go_back(pane, (struct place){line, 0}, pane->rows / 3));
}

static void draw_row(const struct log_pane *pane, struct canvas *canvas, int row, const char *text,
                     bool is_match)
{
    canvas_put(canvas, row, 1, ROLE_TEXT, text);
    if (is_match)
        match_mark(canvas, row, 1, text, pane->pattern);
}

/* One line from its first_row on; returns rows used. */
static int draw_line(const struct log_pane *pane, struct canvas *canvas, int row, int rows, uint64_t line,
                     int first_row)
{
    struct buf text;
    buf_init(&text, 0);
    log_reader_text(pane->reader, line, &text);
    const char *s = buf_text(&text);
    int used = 0;
    bool is_match = line == pane->match;
    if (is_match && !first_row) {
        canvas_put(canvas, row, 0, ROLE_FOCUS, ">");
        canvas->cursor_row = row;
        canvas->cursor_col = 0;
    }
    if (!pane->wraps) {
        s += text_fit(s, pane->left, NULL);
        char *part = mem_strndup(s, (size_t)text_fit(s, pane->cols, NULL));
        draw_row(pane, canvas, row, part, is_match);
        if (s[strlen(part)])
            canvas_put(canvas, row, pane->cols, ROLE_DIM, "~");
        free(part);
        used = 1;
    }
    for (int i = 0; pane->wraps && used < rows; i++) {
        int n = text_fit(s, pane->cols, NULL);
        if (i >= first_row) {
            char *part = mem_strndup(s, (size_t)n);
            draw_row(pane, canvas, row + used, part, is_match);
            free(part);
            used++;
        }
        s += n;
        if (!n || !*s)
            break;
    }
    buf_done(&text);
    return used ? used : 1;
}

uint64_t log_pane_draw(const struct log_pane *pane, struct canvas *canvas, int row)
{
    if (!pane->reader)
        return 0;
    uint64_t line = pane->top, size = log_reader_size(pane->reader);
    int first_row = pane->top_row;
    for (int used = 0; used < pane->rows && line < size;) {
        used += draw_line(pane, canvas, row + used, pane->rows - used, line, first_row);
        first_row = 0;
        line = log_reader_next(pane->reader, line);
    }
    return line;
}
