#include "ui/field.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

#define ROOM_LEAST 64

const char *field_text(const struct field *field)
{
    return field->bytes ? field->bytes : "";
}

static size_t cap(const struct field *field)
{
    return field->max ? field->max : FIELD_BYTES_MAX;
}

static void wipe(const struct field *field, size_t from, size_t to)
{
    if (field->is_secret && to > from)
        explicit_bzero(field->bytes + from, to - from);
}

void field_done(struct field *field)
{
    wipe(field, 0, field->room);
    free(field->bytes);
    field->bytes = NULL;
    field->len = field->room = field->at = 0;
}

/* Not by realloc, which leaves the old bytes where they were. */
static void reserve(struct field *field, size_t len)
{
    size_t room = field->room ? field->room : ROOM_LEAST;
    while (room < len + 1)
        room *= 2;
    if (room == field->room)
        return;
    char *bytes = mem_new(room, 1);
    if (field->bytes)
        memcpy(bytes, field->bytes, field->len);
    wipe(field, 0, field->room);
    free(field->bytes);
    field->bytes = bytes;
    field->room = room;
}

/* -- characters: one that takes columns, and the marks behind it -- */

static bool is_inside(const struct field *field, size_t at)
{
    return ((unsigned char)field->bytes[at] & 0xc0) == 0x80;
}

static bool is_mark(const struct field *field, size_t at)
{
    char text[5] = "";
    size_t n = 0;
    if (at >= field->len || (unsigned char)field->bytes[at] < 0x80)
        return false;
    do
        text[n] = field->bytes[at + n];
    while (++n < 4 && at + n < field->len && is_inside(field, at + n));
    return text_width(text) == 0;
}

static size_t step_back(const struct field *field, size_t at)
{
    while (at) {
        at--;
        while (at && is_inside(field, at))
            at--;
        if (!is_mark(field, at))
            break;
    }
    return at;
}

static size_t step_on(const struct field *field, size_t at)
{
    if (at >= field->len)
        return field->len;
    do {
        at++;
        while (at < field->len && is_inside(field, at))
            at++;
    } while (is_mark(field, at));
    return at;
}

/* -- changing -- */

static void cut(struct field *field, size_t from, size_t to)
{
    if (to > from) {
        size_t was = field->len;
        memmove(field->bytes + from, field->bytes + to, field->len - to);
        field->len -= to - from;
        wipe(field, field->len, was);
        field->bytes[field->len] = '\0';
    }
    field->at = from;
}

static bool insert(struct field *field, const char *text, size_t len)
{
    if (len > cap(field) - field->len)
        return false;
    if (!len)
        return true;
    reserve(field, field->len + len);
    memmove(field->bytes + field->at + len, field->bytes + field->at, field->len - field->at);
    memcpy(field->bytes + field->at, text, len);
    field->at += len;
    field->len += len;
    field->bytes[field->len] = '\0';
    return true;
}

/* Bytes of text that may be had without cutting through a character. */
static size_t whole(const char *text, size_t len, size_t most)
{
    if (len <= most)
        return len;
    while (most && ((unsigned char)text[most] & 0xc0) == 0x80)
        most--;
    return most;
}

void field_set(struct field *field, const char *text)
{
    cut(field, 0, field->len);
    insert(field, text, whole(text, strlen(text), cap(field)));
}

static void insert_char(struct field *field, uint32_t cp)
{
    char s[4];
    size_t n = 0;
    if (cp < 0x80)
        s[n++] = (char)cp;
    else if (cp < 0x800)
        s[n++] = (char)(0xc0 | cp >> 6);
    else if (cp < 0x10000)
        s[n++] = (char)(0xe0 | cp >> 12);
    else
        s[n++] = (char)(0xf0 | cp >> 18);
    for (int shift = cp < 0x80 ? -6 : cp < 0x800 ? 0 : cp < 0x10000 ? 6 : 12; shift >= 0; shift -= 6)
        s[n++] = (char)(0x80 | ((cp >> shift) & 0x3f));
    struct buf fit; /* what can't be seen is not typed either */
    buf_init(&fit, 64);
    utf8_printable(s, n, &fit);
    if (fit.len == n && memcmp(buf_text(&fit), s, n) == 0)
        insert(field, s, n);
    buf_wipe(&fit);
    buf_done(&fit);
    explicit_bzero(s, sizeof s);
}

static size_t word_start(const struct field *field)
{
    size_t at = field->at;
    while (at && field->bytes[at - 1] == ' ')
        at--;
    while (at && field->bytes[at - 1] != ' ')
        at--;
    return at;
}

static bool control(struct field *field, uint32_t letter)
{
    switch (letter) {
    case 'a':
        field->at = 0;
        return true;
    case 'e':
        field->at = field->len;
        return true;
    case 'w':
        cut(field, word_start(field), field->at);
        return true;
    case 'k':
        cut(field, field->at, field->len);
        return true;
    case 'u':
        cut(field, 0, field->at);
        return true;
    default:
        return false;
    }
}

bool field_key(struct field *field, struct key key)
{
    switch (key.code) {
    case UI_KEY_CHAR:
        if (key.is_ctrl)
            return control(field, key.ch);
        insert_char(field, key.ch);
        return true;
    case UI_KEY_LEFT:
        field->at = step_back(field, field->at);
        return true;
    case UI_KEY_RIGHT:
        field->at = step_on(field, field->at);
        return true;
    case UI_KEY_HOME:
        field->at = 0;
        return true;
    case UI_KEY_END:
        field->at = field->len;
        return true;
    case UI_KEY_BACKSPACE:
        cut(field, step_back(field, field->at), field->at);
        return true;
    case UI_KEY_DELETE:
        cut(field, field->at, step_on(field, field->at));
        return true;
    default:
        return false;
    }
}

static size_t line_of(const char *text, size_t len)
{
    size_t n = 0;
    while (n < len && text[n] != '\n' && text[n] != '\r')
        n++;
    return n;
}

/* Bytes of a secret are never shown, and another password than the one that was copied would be of no use. */
static bool paste_line(struct field *field, const char *text, size_t len)
{
    size_t left = cap(field) - field->len;
    if (field->is_secret) {
        const char *end = memchr(text, '\0', len);
        return insert(field, text, end ? (size_t)(end - text) : len) && !end;
    }
    struct buf out;
    buf_init(&out, left + 16);
    utf8_printable(text, len, &out);
    size_t n = whole(buf_text(&out), out.len, left);
    bool is_all = n == out.len && insert(field, buf_text(&out), n);
    if (!is_all)
        insert(field, buf_text(&out), n);
    buf_done(&out);
    return is_all;
}

bool field_paste(struct field *field, const char *text, size_t len)
{
    size_t n = line_of(text, len);
    bool is_all = paste_line(field, text, n);
    while (field->has_lines && is_all && n < len) {
        n += text[n] == '\r' && n + 1 < len && text[n + 1] == '\n' ? 2 : 1;
        size_t line = line_of(text + n, len - n);
        is_all = insert(field, "\n", 1) && paste_line(field, text + n, line);
        n += line;
    }
    return is_all;
}

/* -- drawing -- */

static void fill(struct canvas *canvas, int row, int col, int width)
{
    canvas_fill(canvas, row, col, width, ROLE_FIELD, " ");
}

static int characters(const char *text, size_t len, int most)
{
    int count = 0;
    for (size_t i = 0; i < len && count < most; i++)
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    return count;
}

static void draw_secret(const struct field *field, struct canvas *canvas, int row, int col, int width)
{
    fill(canvas, row, col, width);
    canvas_fill(canvas, row, col, characters(field_text(field), field->len, width), ROLE_FIELD, "*");
}

void field_draw_at_rest(const struct field *field, struct canvas *canvas, int row, int col, int width)
{
    if (field->is_secret) {
        draw_secret(field, canvas, row, col, width);
        return;
    }
    /* no more than can be seen of a text that may be long: a column has at most a character and its marks */
    size_t line = line_of(field_text(field), field->len), most = (size_t)(width + 1) * CELL_CHARS * 4;
    char *shown = mem_strndup(field_text(field), whole(field_text(field), line, most));
    fill(canvas, row, col, width);
    canvas_put_in(canvas, row, col, width, ROLE_FIELD, shown);
    free(shown);
}

/* Text slides so that the cursor is in sight: the first byte shown, and the columns between it and the cursor. */
static size_t slide(const struct field *field, int width, int *columns)
{
    size_t start = field->at;
    *columns = 0;
    while (start) {
        size_t back = step_back(field, start);
        char *character = mem_strndup(field->bytes + back, start - back);
        int w = text_width(character);
        free(character);
        if (*columns + w > width - 1)
            break;
        *columns += w;
        start = back;
    }
    return start;
}

void field_draw(const struct field *field, struct canvas *canvas, int row, int col, int width)
{
    int columns = 0;
    if (width < 1)
        return;
    if (field->is_secret) {
        draw_secret(field, canvas, row, col, width);
        columns = characters(field_text(field), field->at, width - 1);
    } else if (strchr(field_text(field), '\n'))
        field_draw_at_rest(field, canvas, row, col, width);
    else {
        size_t start = slide(field, width, &columns);
        const char *from = field_text(field) + start;
        char *shown = mem_strndup(from, (size_t)text_fit(from, width, NULL));
        fill(canvas, row, col, width);
        canvas_put(canvas, row, col, ROLE_FIELD, shown);
        free(shown);
    }
    canvas->cursor_row = row;
    canvas->cursor_col = col + columns;
}
