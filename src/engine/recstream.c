#include "engine/recstream.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "engine/proto.h"

static const char *const kind_names[REC_KIND_COUNT] = {"progress", "result", "secret", "warn", "fail", "hint", "unchanged", "reboot"};

enum reading { READ_LINE, READ_LONG_LINE, READ_VALUE, READ_LONG_VALUE };

struct recstream {
    enum reading reading;
    uint64_t offset, dropped;
    bool is_over; /* beyond the cap */
    size_t left;  /* of the value, its newline included */
    char key[PROTO_NAME_MAX + 1];
    struct buf value;
    struct buf text; /* made printable */
    size_t line_len;
    char line[RECSTREAM_LINE_MAX + 1];
};

struct recstream *recstream_new(void)
{
    struct recstream *stream = mem_new(1, sizeof *stream);
    buf_init(&stream->value, RECSTREAM_VALUE_MAX + 1);
    buf_init(&stream->text, RECSTREAM_LINE_MAX);
    return stream;
}

void recstream_free(struct recstream **stream)
{
    if (!*stream)
        return;
    buf_done(&(*stream)->value);
    buf_done(&(*stream)->text);
    free(*stream);
    *stream = NULL;
}

const char *rec_kind_name(enum rec_kind kind)
{
    return kind_names[kind];
}

int rec_kind_find(const char *name)
{
    for (int i = 0; i < REC_KIND_COUNT; i++)
        if (strcmp(kind_names[i], name) == 0)
            return i;
    return -1;
}

uint64_t recstream_offset(const struct recstream *stream)
{
    return stream->offset;
}

uint64_t recstream_dropped(const struct recstream *stream)
{
    return stream->dropped;
}

typedef void item_function(void *context, const struct rec_item *item);

static const char *printable(struct recstream *stream, const char *text)
{
    buf_clear(&stream->text);
    utf8_printable(text, strlen(text), &stream->text);
    return buf_text(&stream->text);
}

/* Digits only, at most max. */
static bool number(const char *text, size_t len, size_t max, size_t *value)
{
    size_t n = 0;
    if (!len)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        n = n * 10 + (size_t)(text[i] - '0');
        if (n > max)
            return false;
    }
    *value = n;
    return true;
}

static bool progress_line(struct recstream *stream, const char *rest, struct rec_item *item)
{
    size_t digits = strcspn(rest, " ");
    size_t percent;
    if (!number(rest, digits, 100, &percent))
        return false;
    item->percent = (int)percent;
    item->text = printable(stream, rest + digits + (rest[digits] == ' '));
    return true;
}

/* `result KEY LENGTH`: the value follows. A value too large is read over. */
static bool result_line(struct recstream *stream, const char *rest)
{
    const char *space = strchr(rest, ' ');
    size_t length;
    if (!space || space == rest || (size_t)(space - rest) > PROTO_NAME_MAX ||
        !number(space + 1, strlen(space + 1), RECSTREAM_MAX_BYTES, &length))
        return false;
    memcpy(stream->key, rest, (size_t)(space - rest));
    stream->key[space - rest] = '\0';
    stream->left = length + 1;
    bool is_taken = length <= RECSTREAM_VALUE_MAX && proto_name_is_valid(stream->key);
    stream->reading = is_taken ? READ_VALUE : READ_LONG_VALUE;
    buf_clear(&stream->value);
    return is_taken; /* what is read over counts as dropped here */
}

/* One whole line. false: it can't be read. */
static bool read_line(struct recstream *stream, item_function *take, void *context)
{
    char *line = stream->line;
    if (strlen(line) != stream->line_len) /* a NUL */
        return false;
    char *rest = strchr(line, ' ');
    if (rest)
        *rest++ = '\0';
    int kind = rec_kind_find(line);
    struct rec_item item = {.percent = -1, .text = "", .key = "", .value = ""};
    if (kind < 0)
        return false;
    item.kind = (enum rec_kind)kind;
    switch (item.kind) {
    case REC_PROGRESS:
        if (!rest || !progress_line(stream, rest, &item))
            return false;
        break;
    case REC_RESULT:
        return rest && result_line(stream, rest);
    case REC_SECRET:
        if (!rest || !proto_name_is_valid(rest))
            return false;
        item.key = rest;
        break;
    case REC_WARN:
    case REC_FAIL:
    case REC_HINT:
        if (!rest)
            return false;
        item.text = printable(stream, rest);
        break;
    case REC_UNCHANGED:
    case REC_REBOOT:
        if (rest)
            return false;
        break;
    }
    take(context, &item);
    return true;
}

static bool value_ended(struct recstream *stream, item_function *take, void *context)
{
    size_t len = stream->value.len - 1;
    bool ok = stream->value.data[len] == '\n' && utf8_valid(stream->value.data, len);
    if (ok) {
        stream->value.data[len] = '\0';
        struct rec_item item = {.kind = REC_RESULT, .percent = -1, .text = "", .key = stream->key, .value = stream->value.data};
        take(context, &item);
    }
    buf_done(&stream->value); /* 64 KiB need not be held until the next one */
    return ok;
}

static size_t take_value(struct recstream *stream, const char *bytes, size_t len, item_function *take, void *context)
{
    size_t part = len < stream->left ? len : stream->left;
    stream->left -= part;
    if (stream->reading == READ_VALUE)
        buf_add(&stream->value, bytes, part);
    if (!stream->left) {
        if (stream->reading == READ_VALUE && !value_ended(stream, take, context))
            stream->dropped++;
        stream->reading = READ_LINE;
    }
    return part;
}

static size_t take_line(struct recstream *stream, const char *bytes, size_t len, item_function *take, void *context)
{
    const char *newline = memchr(bytes, '\n', len);
    size_t part = newline ? (size_t)(newline - bytes) : len;
    size_t room = RECSTREAM_LINE_MAX - stream->line_len;
    if (stream->reading == READ_LINE) {
        if (part > room)
            stream->reading = READ_LONG_LINE;
        size_t kept = part < room ? part : room;
        memcpy(stream->line + stream->line_len, bytes, kept);
        stream->line_len += kept;
    }
    if (!newline)
        return len;
    stream->line[stream->line_len] = '\0';
    bool is_long = stream->reading == READ_LONG_LINE;
    stream->reading = READ_LINE;
    if (is_long || !read_line(stream, take, context))
        stream->dropped++;
    stream->line_len = 0;
    return part + 1;
}

void recstream_feed(struct recstream *stream, const void *bytes, size_t len, item_function *take, void *context)
{
    const char *at = bytes;
    uint64_t room = stream->offset < RECSTREAM_MAX_BYTES ? RECSTREAM_MAX_BYTES - stream->offset : 0;
    stream->offset += len;
    if (len > room) {
        len = (size_t)room;
        if (!stream->is_over)
            stream->dropped++;
        stream->is_over = true;
    }
    while (len) {
        bool is_line = stream->reading == READ_LINE || stream->reading == READ_LONG_LINE;
        size_t taken = is_line ? take_line(stream, at, len, take, context) : take_value(stream, at, len, take, context);
        at += taken;
        len -= taken;
    }
}
