#include "engine/proto.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"

#define WORDS_MAX 8
#define OFFSET_MAX ((uint64_t)1 << 62) /* so that sums stay in range */
#define QUOTE_BYTES 200u

enum reading { READ_LINE, READ_LOG, READ_REC, READ_SECRET };

struct proto {
    enum reading reading;
    bool is_failed, is_stopped, has_hello;
    uint64_t id, offset, left;         /* of the stream bytes being read */
    char key[PROTO_NAME_MAX + 1];      /* of the secret being read */
    struct buf secret;
    size_t line_len;
    char line[PROTO_LINE_MAX + 1];
    struct err failure;
};

struct proto *proto_new(void)
{
    struct proto *proto = mem_new(1, sizeof *proto);
    buf_init(&proto->secret, PROTO_SECRET_MAX);
    return proto;
}

void proto_free(struct proto **proto)
{
    if (!*proto)
        return;
    buf_wipe(&(*proto)->secret);
    free(*proto);
    *proto = NULL;
}

void proto_stop(struct proto *proto)
{
    proto->is_stopped = true;
}

bool proto_is_idle(const struct proto *proto)
{
    return proto->reading == READ_LINE && !proto->line_len && !proto->is_failed;
}

void proto_quote(const void *bytes, size_t len, char *out, size_t out_size)
{
    struct buf text;
    buf_init(&text, out_size > 8 ? out_size - 8 : 0);
    buf_adds(&text, "\"");
    utf8_printable(bytes, len < QUOTE_BYTES ? len : QUOTE_BYTES, &text);
    if (out_size) {
        out[0] = '\0';
        if (out_size > 8) {
            memcpy(out, buf_text(&text), text.len + 1);
            strcat(out, len > QUOTE_BYTES ? "\"..." : "\"");
        }
    }
    buf_done(&text);
}

/* --- one line --- */

/* The line's words, parted by exactly one space each, none empty. text is cut in place. 0: not so, or more than WORDS_MAX. */
static size_t split(char *text, char **words)
{
    size_t count = 0;
    for (char *word = text; word;) {
        char *space = strchr(word, ' ');
        if (space)
            *space++ = '\0';
        if (!*word || count == WORDS_MAX)
            return 0;
        words[count++] = word;
        word = space;
    }
    return count;
}

/* Decimal, no sign, no leading zero, at most max. */
static bool number(const char *word, uint64_t max, uint64_t *value)
{
    uint64_t n = 0;
    if (!*word || (word[0] == '0' && word[1]))
        return false;
    for (const char *c = word; *c; c++) {
        if (*c < '0' || *c > '9')
            return false;
        uint64_t digit = (uint64_t)(*c - '0');
        if (n > (max - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    *value = n;
    return n <= max;
}

static bool request_id(const char *word, uint64_t *id)
{
    return number(word, OFFSET_MAX, id) && *id > 0;
}

static bool boot_words(const char *id, const char *start, struct boot *boot)
{
    size_t len = strlen(id);
    if (len >= BOOT_ID_MAX || strspn(id, "0123456789abcdefABCDEF-") != len)
        return false;
    memcpy(boot->id, id, len + 1);
    return number(start, OFFSET_MAX, &boot->start);
}

static bool read_start(char **w, struct record *r)
{
    return number(w[2], OFFSET_MAX, &r->pid) && number(w[3], OFFSET_MAX, &r->pid_start) && boot_words(w[4], w[5], &r->boot) &&
           number(w[6], OFFSET_MAX, &r->time_s);
}

static bool read_end(char **w, struct record *r)
{
    uint64_t status;
    int how = record_how_find(w[3]);
    if (how < 0 || !number(w[2], 255, &status))
        return false;
    r->how = (enum record_how)how;
    r->status = (int)status;
    return number(w[4], OFFSET_MAX, &r->log_bytes) && number(w[5], OFFSET_MAX, &r->rec_bytes) && number(w[6], OFFSET_MAX, &r->time_s);
}

static bool read_record(char *text, struct record *r)
{
    static const size_t word_counts[RECORD_KIND_COUNT] = {3, 7, 7, 4, 4, 4, 3};
    char *w[WORDS_MAX];
    size_t count = split(text, w);
    int kind = count ? record_kind_find(w[0]) : -1;
    if (kind < 0 || count != word_counts[kind])
        return false;
    r->kind = (enum record_kind)kind;
    if (r->kind != RECORD_FULL && !request_id(w[1], &r->id))
        return false;
    int why;
    switch (r->kind) {
    case RECORD_ACCEPTED:
        return number(w[2], OFFSET_MAX, &r->time_s);
    case RECORD_START:
        return read_start(w, r);
    case RECORD_END:
        return read_end(w, r);
    case RECORD_INTERRUPTED:
        why = record_why_find(w[2]);
        r->why = (enum record_why)why;
        return why >= 0 && number(w[3], OFFSET_MAX, &r->time_s);
    case RECORD_TRUNCATED:
    case RECORD_LEFTOVER:
        return number(w[2], OFFSET_MAX, &r->count) && number(w[3], OFFSET_MAX, &r->time_s);
    case RECORD_FULL:
        if (strlen(w[1]) >= sizeof r->mount)
            return false;
        strcpy(r->mount, w[1]);
        return number(w[2], OFFSET_MAX, &r->time_s);
    }
    return false;
}

/* `@OFFSET RECORD`; offsets count bytes of the control file, where the record stands without its prefix. */
static bool record_line(char *line, size_t len, const struct proto_handlers *handlers, void *context)
{
    struct record record = {.kind = RECORD_ACCEPTED};
    char *space = strchr(line, ' ');
    if (!space)
        return false;
    *space = '\0';
    if (!number(line + 1, OFFSET_MAX, &record.offset))
        return false;
    char *text = space + 1;
    record.next = record.offset + (len - (size_t)(text - line)) + 1;
    if (!read_record(text, &record))
        return false;
    if (handlers->record)
        handlers->record(context, &record);
    return true;
}

static bool hello_line(struct proto *proto, char **w, size_t count, const struct proto_handlers *handlers, void *context)
{
    struct proto_hello hello = {.epoch = 0};
    uint64_t version;
    if (count != 8 || proto->has_hello || !number(w[1], 1000, &version) || version != PROTO_VERSION)
        return false;
    hello.is_found = strcmp(w[5], "found") == 0;
    if (!hello.is_found && strcmp(w[5], "new") != 0)
        return false;
    if (!number(w[2], OFFSET_MAX, &hello.epoch) || !boot_words(w[3], w[4], &hello.boot) || !number(w[6], UINT32_MAX, &hello.uid) ||
        !number(w[7], OFFSET_MAX, &hello.control_length))
        return false;
    proto->has_hello = true;
    if (handlers->hello)
        handlers->hello(context, &hello);
    return true;
}

/* `refused RUN OPERATOR SINCE`; an operator's name may hold spaces. */
static bool refused_line(char *rest, const struct proto_handlers *handlers, void *context)
{
    char *holder = strchr(rest, ' ');
    char *since = strrchr(rest, ' ');
    uint64_t since_s;
    if (!holder || since <= holder + 1 || holder == rest)
        return false;
    *holder++ = '\0';
    *since++ = '\0';
    if (!number(since, OFFSET_MAX, &since_s))
        return false;
    if (handlers->refused)
        handlers->refused(context, rest, holder, since_s);
    return true;
}

/* `bad` and `noise` are text only; whatever is in it is shown printable. */
static void text_line(const char *text, size_t len, void (*handler)(void *context, const char *text), void *context)
{
    struct buf out;
    buf_init(&out, 4 * QUOTE_BYTES);
    utf8_printable(text, len < QUOTE_BYTES ? len : QUOTE_BYTES, &out);
    if (handler)
        handler(context, buf_text(&out));
    buf_done(&out);
}

static bool stream_line(struct proto *proto, char **w, size_t count)
{
    if (count != 4 || !request_id(w[1], &proto->id) || !number(w[2], OFFSET_MAX, &proto->offset) || !number(w[3], OFFSET_MAX, &proto->left))
        return false;
    if (proto->left)
        proto->reading = w[0][0] == 'l' ? READ_LOG : READ_REC;
    return true;
}

static void hand_secret(struct proto *proto, const struct proto_handlers *handlers, void *context)
{
    struct secret *secret = secret_new(buf_text(&proto->secret), proto->secret.len);
    buf_wipe(&proto->secret);
    if (handlers->secret)
        handlers->secret(context, proto->key, secret);
    secret_free(&secret);
}

static bool secret_line(struct proto *proto, char **w, size_t count, const struct proto_handlers *handlers, void *context)
{
    if (count != 3 || !proto_name_is_valid(w[1]))
        return false;
    strcpy(proto->key, w[1]);
    if (strcmp(w[2], "-") == 0) {
        if (handlers->secret)
            handlers->secret(context, proto->key, NULL);
        return true;
    }
    if (!number(w[2], PROTO_SECRET_MAX, &proto->left))
        return false;
    if (proto->left)
        proto->reading = READ_SECRET;
    else
        hand_secret(proto, handlers, context);
    return true;
}

static bool is_fit(const char *line, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
            return false;
    return utf8_valid(line, len);
}

/* Reads the line in proto->line, which it cuts up. */
static bool read_line(struct proto *proto, const struct proto_handlers *handlers, void *context)
{
    char *line = proto->line;
    size_t len = proto->line_len;
    if (strncmp(line, "bad ", 4) == 0) {
        text_line(line + 4, len - 4, handlers->bad, context);
        return true;
    }
    if (strncmp(line, "noise ", 6) == 0) {
        text_line(line + 6, len - 6, handlers->noise, context);
        return true;
    }
    if (!is_fit(line, len))
        return false;
    if (strncmp(line, "refused ", 8) == 0)
        return !proto->has_hello && refused_line(line + 8, handlers, context);
    if (line[0] == '@')
        return proto->has_hello && record_line(line, len, handlers, context);
    char *w[WORDS_MAX];
    size_t count = split(line, w);
    if (!count)
        return false;
    if (strcmp(w[0], "hello") == 0)
        return hello_line(proto, w, count, handlers, context);
    if (!proto->has_hello)
        return false;
    if (strcmp(w[0], "log") == 0 || strcmp(w[0], "rec") == 0)
        return stream_line(proto, w, count);
    if (strcmp(w[0], "secret") == 0)
        return secret_line(proto, w, count, handlers, context);
    if (strcmp(w[0], "bye") == 0 && count == 1) {
        if (handlers->bye)
            handlers->bye(context);
        return true;
    }
    return false;
}

/* --- the stream --- */

static bool fail(struct proto *proto, const char *why, const char *bytes, size_t len, struct err *err)
{
    char quoted[512];
    proto_quote(bytes, len, quoted, sizeof quoted);
    proto->is_failed = true;
    err_set(&proto->failure, ERR_PROTOCOL, _("%s: %s"), why, quoted);
    if (err)
        *err = proto->failure;
    return false;
}

/* Takes at most one line; returns the bytes taken. */
static size_t take_line(struct proto *proto, const char *bytes, size_t len, const struct proto_handlers *handlers, void *context,
                        struct err *err)
{
    const char *newline = memchr(bytes, '\n', len);
    size_t part = newline ? (size_t)(newline - bytes) : len;
    size_t room = PROTO_LINE_MAX - proto->line_len;
    size_t kept = part < room ? part : room;
    memcpy(proto->line + proto->line_len, bytes, kept);
    proto->line_len += kept;
    proto->line[proto->line_len] = '\0';
    if (part > room) {
        fail(proto, _("the host sent a line longer than the protocol allows"), proto->line, proto->line_len, err);
        return len;
    }
    if (!newline)
        return len;
    char first[QUOTE_BYTES + 1]; /* reading cuts the line up */
    size_t first_len = proto->line_len < sizeof first ? proto->line_len : sizeof first;
    memcpy(first, proto->line, first_len);
    bool ok = read_line(proto, handlers, context);
    proto->line_len = 0;
    if (!ok)
        fail(proto, _("the host sent what the protocol does not know"), first, first_len, err);
    return part + 1;
}

static size_t take_bytes(struct proto *proto, const char *bytes, size_t len, const struct proto_handlers *handlers, void *context)
{
    size_t part = len < proto->left ? len : (size_t)proto->left;
    enum reading reading = proto->reading;
    uint64_t offset = proto->offset;
    proto->left -= part;
    proto->offset += part;
    if (!proto->left)
        proto->reading = READ_LINE;
    if (reading == READ_LOG && handlers->log) {
        handlers->log(context, proto->id, offset, bytes, part);
    } else if (reading == READ_REC && handlers->rec) {
        handlers->rec(context, proto->id, offset, bytes, part);
    } else if (reading == READ_SECRET) {
        buf_add(&proto->secret, bytes, part); /* left was checked against its cap */
        if (!proto->left)
            hand_secret(proto, handlers, context);
    }
    return part;
}

bool proto_feed(struct proto *proto, const void *bytes, size_t len, const struct proto_handlers *handlers, void *context, struct err *err)
{
    const char *at = bytes;
    while (len && !proto->is_failed && !proto->is_stopped) {
        size_t taken = proto->reading == READ_LINE ? take_line(proto, at, len, handlers, context, err)
                                                   : take_bytes(proto, at, len, handlers, context);
        at += taken;
        len -= taken;
    }
    if (proto->is_failed && err)
        *err = proto->failure;
    return !proto->is_failed && !proto->is_stopped;
}
