#include "ui/field.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

void field_set(struct field *field, const char *text)
{
    size_t len = strnlen(text, sizeof field->text - 1);
    while (len && ((unsigned char)text[len] & 0xc0) == 0x80)
        len--;
    memcpy(field->text, text, len);
    field->text[len] = '\0';
    field->at = len;
}

static size_t step_back(const struct field *field, size_t at)
{
    if (at)
        at--;
    while (at && ((unsigned char)field->text[at] & 0xc0) == 0x80)
        at--;
    return at;
}

static size_t step_on(const struct field *field, size_t at)
{
    if (field->text[at])
        at++;
    while (((unsigned char)field->text[at] & 0xc0) == 0x80)
        at++;
    return at;
}

static void cut(struct field *field, size_t from, size_t to)
{
    memmove(field->text + from, field->text + to, strlen(field->text + to) + 1);
    field->at = from;
}

static void insert(struct field *field, const char *text, size_t len)
{
    size_t have = strlen(field->text);
    if (have + len >= sizeof field->text)
        return;
    memmove(field->text + field->at + len, field->text + field->at, have - field->at + 1);
    memcpy(field->text + field->at, text, len);
    field->at += len;
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
    insert(field, s, n);
}

static size_t word_start(const struct field *field)
{
    size_t at = field->at;
    while (at && field->text[at - 1] == ' ')
        at--;
    while (at && field->text[at - 1] != ' ')
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
        field->at = strlen(field->text);
        return true;
    case 'w':
        cut(field, word_start(field), field->at);
        return true;
    case 'k':
        field->text[field->at] = '\0';
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
        field->at = strlen(field->text);
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

void field_paste(struct field *field, const char *text, size_t len)
{
    size_t line = 0;
    while (line < len && text[line] != '\n' && text[line] != '\r')
        line++;
    struct buf out;
    buf_init(&out, sizeof field->text - 1 - strlen(field->text));
    utf8_printable(text, line, &out);
    insert(field, buf_text(&out), out.len);
    buf_done(&out);
}

void field_draw(const struct field *field, struct canvas *canvas, int row, int col, int width)
{
    size_t start = 0; /* text slides so that the cursor is in sight */
    char before[FIELD_MAX_BYTES];
    memcpy(before, field->text, field->at);
    before[field->at] = '\0';
    while (text_width(before + start) > width - 1 && before[start])
        start = step_on(field, start);
    canvas_fill(canvas, row, col, width, ROLE_FIELD, " ");
    char shown[FIELD_MAX_BYTES];
    strcpy(shown, field->text + start);
    shown[text_fit(shown, width, NULL)] = '\0';
    canvas_put(canvas, row, col, ROLE_FIELD, shown);
    canvas->cursor_row = row;
    canvas->cursor_col = col + text_width(before + start);
}
