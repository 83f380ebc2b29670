#include "ui/text_pane.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/match.h"

static void add_line(struct text_pane *pane, const char *text, size_t len)
{
    struct buf line;
    buf_init(&line, 4 * len + 64); /* a byte becomes at most four, a tab eight columns */
    if (memchr(text, '\t', len))
        line.max = 8 * len + 64;
    if (len && text[len - 1] == '\r')
        len--;
    utf8_printable(text, len, &line);
    pane->lines = mem_grow(pane->lines, pane->line_count + 1, sizeof *pane->lines);
    pane->lines[pane->line_count++] = mem_strdup(buf_text(&line));
    buf_done(&line);
}

void text_pane_init(struct text_pane *pane, const char *text)
{
    *pane = (struct text_pane){.wraps = true, .match = TEXT_PANE_NOWHERE};
    size_t len = strnlen(text, TEXT_PANE_MAX_BYTES);
    bool is_cut = text[len] != '\0';
    for (size_t at = 0; at < len;) {
        const char *newline = memchr(text + at, '\n', len - at);
        size_t end = newline ? (size_t)(newline - text) : len;
        add_line(pane, text + at, end - at);
        at = end + 1;
    }
    if (is_cut) {
        char *note = mem_printf(_("-- kwiz shows the first %u MB of this text --"), TEXT_PANE_MAX_BYTES >> 20);
        add_line(pane, note, strlen(note));
        free(note);
    }
}

void text_pane_done(struct text_pane *pane)
{
    for (size_t i = 0; i < pane->line_count; i++)
        free(pane->lines[i]);
    free(pane->lines);
    free(pane->rows);
    *pane = (struct text_pane){0};
}

void text_pane_number(struct text_pane *pane, size_t first, size_t count)
{
    if (pane->numbered_count == TEXT_PANE_PARTS)
        return;
    pane->numbered[pane->numbered_count].first = first;
    pane->numbered[pane->numbered_count++].count = count;
    pane->cols = 0; /* to be laid out anew */
}

/* The line's number, 0 = it has none. */
static size_t number_of(const struct text_pane *pane, size_t line)
{
    for (size_t i = 0; i < pane->numbered_count; i++)
        if (line >= pane->numbered[i].first && line - pane->numbered[i].first < pane->numbered[i].count)
            return line - pane->numbered[i].first + 1;
    return 0;
}

/* Columns that numbers take, with the two behind them; at least five so that small scripts look alike. */
static int gutter(const struct text_pane *pane, size_t line)
{
    size_t most = 999;
    if (!number_of(pane, line))
        return 0;
    for (size_t i = 0; i < pane->numbered_count; i++)
        most = pane->numbered[i].count > most ? pane->numbered[i].count : most;
    return snprintf(NULL, 0, "%zu", most) + 2;
}

/* Bytes of text for one row: whole words while there are any. */
static size_t take(const char *text, int width)
{
    size_t fit = (size_t)text_fit(text, width > 1 ? width : 1, NULL), at = fit;
    if (!text[fit])
        return fit;
    while (at > 0 && text[at] != ' ')
        at--;
    while (at > 0 && text[at - 1] == ' ' && text[at] == ' ')
        at--;
    if (!at || strspn(text, " ") >= at)
        at = fit ? fit : 1; /* a word longer than the row; what can't be shown at all is passed byte by byte */
    return at;
}

static void add_row(struct text_pane *pane, size_t line, size_t at, size_t len)
{
    pane->rows = mem_grow(pane->rows, pane->row_count + 1, sizeof *pane->rows);
    pane->rows[pane->row_count++] = (struct text_row){line, at, len};
}

static void lay_out(struct text_pane *pane)
{
    pane->row_count = 0;
    for (size_t i = 0; i < pane->line_count; i++) {
        const char *text = pane->lines[i];
        int width = pane->cols - gutter(pane, i);
        size_t at = 0;
        if (!pane->wraps || !*text) {
            add_row(pane, i, 0, strlen(text));
            continue;
        }
        while (text[at]) {
            size_t len = take(text + at, width);
            add_row(pane, i, at, len);
            at += len;
            while (text[at] == ' ')
                at++;
        }
    }
}

static size_t last_top(const struct text_pane *pane)
{
    size_t height = pane->height > 0 ? (size_t)pane->height : 1;
    return pane->row_count > height ? pane->row_count - height : 0;
}

static size_t row_of(const struct text_pane *pane, size_t line)
{
    for (size_t i = 0; i < pane->row_count; i++)
        if (pane->rows[i].line >= line)
            return i;
    return 0;
}

static void lay_out_again(struct text_pane *pane)
{
    size_t line = pane->row_count && pane->top < pane->row_count ? pane->rows[pane->top].line : 0;
    lay_out(pane);
    pane->top = row_of(pane, line);
}

void text_pane_settle(struct text_pane *pane, int height, int cols)
{
    pane->height = height;
    if (cols != pane->cols) {
        pane->cols = cols;
        lay_out_again(pane);
    }
    if (pane->top > last_top(pane))
        pane->top = last_top(pane);
}

void text_pane_set_wrap(struct text_pane *pane, bool wraps)
{
    pane->wraps = wraps;
    pane->left = 0;
    lay_out_again(pane);
}

void text_pane_scroll(struct text_pane *pane, long rows)
{
    size_t last = last_top(pane);
    if (rows < 0)
        pane->top = pane->top > (size_t)-rows ? pane->top - (size_t)-rows : 0;
    else
        pane->top = last - pane->top > (size_t)rows ? pane->top + (size_t)rows : last;
}

bool text_pane_find(struct text_pane *pane, const char *pattern, bool backward)
{
    size_t at, height = pane->height > 0 ? (size_t)pane->height : 1;
    if (pane->match != TEXT_PANE_NOWHERE)
        at = backward ? pane->match - 1 : pane->match + 1;
    else
        at = pane->row_count ? pane->rows[pane->top].line : 0;
    /* going back from 0 ends beyond every line */
    for (; at < pane->line_count; backward ? at-- : at++) {
        if (!match_in(pane->lines[at], pattern))
            continue;
        size_t row = row_of(pane, at);
        pane->match = at;
        if (row < pane->top || row >= pane->top + height) {
            pane->top = row > height / 3 ? row - height / 3 : 0;
            if (pane->top > last_top(pane))
                pane->top = last_top(pane);
        }
        return true;
    }
    return false;
}

size_t text_pane_matches(const struct text_pane *pane, const char *pattern, size_t *number)
{
    size_t count = 0;
    if (number)
        *number = 0;
    for (size_t i = 0; i < pane->line_count; i++) {
        if (!match_in(pane->lines[i], pattern))
            continue;
        count++;
        if (number && i == pane->match)
            *number = count;
    }
    return count;
}

void text_pane_span(const struct text_pane *pane, size_t *first, size_t *last)
{
    *first = *last = 0;
    if (!pane->row_count)
        return;
    size_t end = pane->top + (pane->height > 0 ? (size_t)pane->height : 1);
    *first = pane->rows[pane->top].line + 1;
    *last = pane->rows[(end < pane->row_count ? end : pane->row_count) - 1].line + 1;
}

static void draw_row(const struct text_pane *pane, struct canvas *canvas, int at, const struct text_row *row, const char *pattern)
{
    int col = 1, width = gutter(pane, row->line);
    const char *text = pane->lines[row->line] + row->at;
    bool is_match = row->line == pane->match;
    if (width && !row->at) {
        char number[24];
        snprintf(number, sizeof number, "%zu", number_of(pane, row->line));
        canvas_put_right(canvas, at, col + width - 2, ROLE_DIM, number);
    }
    col += width;
    width = pane->cols - width;
    size_t len = row->len;
    if (!pane->wraps) {
        text += text_fit(text, pane->left, NULL);
        len = (size_t)text_fit(text, width, NULL);
        if (text[len])
            canvas_put(canvas, at, pane->cols, ROLE_DIM, "~");
        len = text[len] && width > 0 ? (size_t)text_fit(text, width - 1, NULL) : len;
    }
    char *part = mem_strndup(text, len);
    canvas_put(canvas, at, col, ROLE_TEXT, part);
    match_mark(canvas, at, col, part, is_match ? pattern : NULL);
    free(part);
    if (is_match && !row->at) {
        canvas_put(canvas, at, 0, ROLE_FOCUS, ">");
        canvas->cursor_row = at;
        canvas->cursor_col = 0;
    }
}

void text_pane_draw(const struct text_pane *pane, struct canvas *canvas, int row, const char *pattern)
{
    for (int i = 0; i < pane->height && pane->top + (size_t)i < pane->row_count; i++)
        draw_row(pane, canvas, row + i, &pane->rows[pane->top + (size_t)i], pattern);
}
