#include "model/cause.h"

#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/strv.h"
#include "base/utf8.h"

#define LINE_MAX_BYTES 1024
#define LINES_MAX 60
#define CAPTURES 3
#define LITERALS (CAPTURES + 1)
#define CAPTURE_MAX 120

struct match {
    char captures[CAPTURES][CAPTURE_MAX];
    char path[CAPTURE_MAX];
};

/* Without spaces, quotes and full stops around it. */
static void keep(const char *text, size_t len, char *out)
{
    static const char around[] = " \t'\"`(),;.:";
    while (len && strchr(around, text[len - 1]))
        len--;
    while (len && strchr(around, *text) && *text != '.') {
        text++;
        len--;
    }
    if (len >= CAPTURE_MAX)
        len = CAPTURE_MAX - 1;
    while (len && ((unsigned char)text[len] & 0xc0) == 0x80)
        len--;
    memcpy(out, text, len);
    out[len] = '\0';
}

/* The last absolute path: what the message is about stands behind what reports it. */
static void find_path(const char *line, char *out)
{
    *out = '\0';
    for (size_t i = strlen(line); i-- > 0;)
        if (line[i] == '/' && (!i || strchr(" '\"`(:=", line[i - 1]))) {
            keep(line + i, strcspn(line + i, " '\"`),:;"), out);
            if (out[1])
                return;
        }
    *out = '\0';
}

/* The pattern's literals in their order; the first as near to the second as it comes, so that what is caught is short. */
static bool matches(const char *line, const char *pattern, struct match *match)
{
    char literal[LITERALS][CAUSE_TEXT_MAX];
    const char *begin[LITERALS];
    size_t count = 0;
    for (const char *s = pattern, *gap; count < LITERALS; s = gap + 2) {
        gap = strstr(s, "{}");
        size_t len = gap ? (size_t)(gap - s) : strlen(s);
        memcpy(literal[count], s, len);
        literal[count++][len] = '\0';
        if (!gap)
            break;
    }
    const char *at = line;
    for (size_t i = 0; i < count; i++) {
        bool is_open = i > 0 && i + 1 == count && !*literal[i]; /* the line's end ends it */
        begin[i] = is_open ? line + strlen(line) : strcasestr(at, literal[i]);
        if (!begin[i])
            return false;
        at = begin[i] + strlen(literal[i]);
    }
    size_t lead = strlen(literal[0]);
    for (const char *s = begin[0]; count > 1 && lead && s && s + lead <= begin[1]; s = strcasestr(s + 1, literal[0]))
        begin[0] = s;
    for (size_t i = 0; i + 1 < count; i++) {
        const char *from = begin[i] + strlen(literal[i]);
        keep(from, (size_t)(begin[i + 1] - from), match->captures[i]);
    }
    find_path(line, match->path);
    return true;
}

static void fill(const char *text, const struct match *match, char *out)
{
    struct buf all;
    buf_init(&all, 4096);
    while (*text) {
        bool is_number = text[0] == '{' && text[1] >= '1' && text[1] < '1' + CAPTURES && text[2] == '}';
        if (is_number) {
            buf_adds(&all, match->captures[text[1] - '1']);
            text += 3;
        } else if (!strncmp(text, "{path}", 6)) {
            buf_adds(&all, *match->path ? match->path : _("the file"));
            text += 6;
        } else {
            buf_add(&all, text++, 1);
        }
    }
    size_t len = all.len < CAUSE_TEXT_MAX ? all.len : CAUSE_TEXT_MAX - 1;
    while (len && len < all.len && ((unsigned char)buf_text(&all)[len] & 0xc0) == 0x80)
        len--;
    memcpy(out, buf_text(&all), len);
    out[len] = '\0';
    buf_done(&all);
}

/* The last lines, the last one first, made printable. */
static void split(const char *output, size_t len, struct strv *lines)
{
    if (len > CAUSE_OUTPUT_BYTES) {
        output += len - CAUSE_OUTPUT_BYTES;
        len = CAUSE_OUTPUT_BYTES;
    }
    while (len && lines->count < LINES_MAX) {
        const char *newline = memrchr(output, '\n', len);
        size_t from = newline ? (size_t)(newline - output) + 1 : 0;
        struct buf line;
        buf_init(&line, LINE_MAX_BYTES);
        utf8_printable(output + from, len - from, &line);
        if (line.len)
            strv_add(lines, buf_text(&line));
        buf_done(&line);
        len = newline ? from - 1 : 0;
    }
}

static bool row_fits(const struct cause_row *row, const struct strv *lines, int status, struct match *match)
{
    if (row->status && row->status != status)
        return false;
    if (!row->pattern)
        return true;
    for (size_t i = 0; i < lines->count; i++)
        if (matches(lines->items[i], row->pattern, match))
            return true;
    return false;
}

bool cause_find(const char *output, size_t len, int status, const char *how, struct cause *cause)
{
    struct strv lines = {0};
    bool is_found = false;
    *cause = (struct cause){0};
    if (!strcmp(how, "aborted"))
        return false;
    split(output, len, &lines);
    for (const struct cause_row *row = cause_table; row->id && !is_found; row++) {
        struct match match = {0};
        if (!row_fits(row, &lines, status, &match))
            continue;
        is_found = true;
        cause->id = row->id;
        fill(_(row->text), &match, cause->text);
        if (row->hint)
            fill(_(row->hint), &match, cause->hint);
    }
    strv_done(&lines);
    return is_found;
}
