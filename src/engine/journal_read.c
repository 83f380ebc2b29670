/* Reading a journal back, and the replay. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "engine/journal_file.h"
#include "engine/journal_json.h"

struct journal_reader {
    int fd;
    char *path;
    unsigned line;    /* number of the newest, from 1 */
    off_t good_bytes; /* of the file, up to the end of the last whole line */
    uint64_t next;    /* sequence number that is due */
    struct buf bytes; /* read ahead */
    bool is_end;
};

enum got { GOT_LINE, GOT_END, GOT_TORN, GOT_ERROR };

void journal_reader_free(struct journal_reader **reader)
{
    if (!*reader)
        return;
    if ((*reader)->fd >= 0)
        close((*reader)->fd);
    buf_done(&(*reader)->bytes);
    free((*reader)->path);
    free(*reader);
    *reader = NULL;
}

/* Read until a newline is there, the file ends, or the line is too long. */
static bool fill(struct journal_reader *r, struct err *err)
{
    char chunk[65536];
    size_t looked = 0;
    while (!r->is_end) {
        if (r->bytes.len > looked && memchr(r->bytes.data + looked, '\n', r->bytes.len - looked))
            return true;
        looked = r->bytes.len;
        if (looked > JOURNAL_LINE_MAX)
            return true;
        ssize_t n = read(r->fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            err_set_errno(err, ERR_LOCAL, errno, "%s", _("cannot read the journal"));
            return err_place(err, r->path, 0, 0);
        }
        if (n == 0)
            r->is_end = true;
        else
            buf_add(&r->bytes, chunk, (size_t)n);
    }
    return true;
}

static enum got bad_line(const struct journal_reader *r, struct err *err, const char *text)
{
    err_set(err, ERR_INVALID, "%s", text);
    err_place(err, r->path, r->line, 0);
    return GOT_ERROR;
}

/* The next line as JSON; the caller owns it. What can't be read at the very end is torn, elsewhere it is an error. */
static enum got next_line(struct journal_reader *r, json_t **json, size_t *torn_bytes, struct err *err)
{
    if (!fill(r, err))
        return GOT_ERROR;
    if (!r->bytes.len)
        return GOT_END;
    r->line++;
    char *newline = memchr(r->bytes.data, '\n', r->bytes.len);
    if (!newline && !r->is_end)
        return bad_line(r, err, _("the line is too long for a journal"));
    size_t len = newline ? (size_t)(newline - r->bytes.data) : r->bytes.len;
    json_error_t what;
    *json = newline ? json_loadb(r->bytes.data, len, JSON_REJECT_DUPLICATES, &what) : NULL;
    if (*json && json_is_object(*json)) {
        buf_eat(&r->bytes, len + 1);
        r->good_bytes += (off_t)(len + 1);
        return GOT_LINE;
    }
    json_decref(*json);
    *json = NULL;
    size_t behind = newline ? r->bytes.len - len - 1 : 0;
    if (!behind && newline) { /* is it the last one? */
        buf_eat(&r->bytes, len + 1);
        if (!fill(r, err))
            return GOT_ERROR;
        behind = r->bytes.len;
    }
    if (behind)
        return bad_line(r, err, _("the line is not a JSON object, and more lines follow"));
    *torn_bytes = len + (newline ? 1 : 0);
    return GOT_TORN;
}

struct journal_reader *journal_open(const char *path, struct journal_header *header, struct err *err)
{
    struct journal_reader *r = mem_new(1, sizeof *r);
    buf_init(&r->bytes, JOURNAL_LINE_MAX + 2 * 65536);
    r->path = mem_strdup(path);
    r->next = 1;
    r->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    json_t *json = NULL;
    size_t torn = 0;
    bool ok = r->fd >= 0;
    if (!ok) {
        err_set_errno(err, ERR_LOCAL, errno, "%s", _("cannot open the journal"));
        err_place(err, path, 0, 0);
    } else {
        enum got got = next_line(r, &json, &torn, err);
        ok = got == GOT_LINE && journal_json_read_header(json, header, err);
        if (got == GOT_END || got == GOT_TORN)
            err_set(err, ERR_INVALID, "%s", _("this is not a journal of kwiz: its first line is not whole"));
        if (!ok && got != GOT_ERROR)
            err_place(err, path, 1, 0);
    }
    json_decref(json);
    if (!ok)
        journal_reader_free(&r);
    return r;
}

/* The engine must ask for exactly the requests that were asked for then. */
static bool same_requests(const struct effects *effects, const struct journal_request *requests, size_t count)
{
    size_t at = 0;
    for (size_t i = 0; i < effects->count; i++) {
        const struct effect *effect = &effects->items[i];
        if (effect->kind != EFFECT_SEND || effect->is_again)
            continue;
        if (at == count || requests[at].id != effect->id || requests[at].task != effect->task || requests[at].mode != effect->mode ||
            requests[at].has_check != effect->has_check)
            return false;
        at++;
    }
    return at == count;
}

static bool replay_line(struct engine *engine, struct journal_reader *r, json_t *json, struct err *err)
{
    struct event event;
    struct journal_request *requests = NULL;
    size_t count = 0;
    uint64_t number = 0, now_ms = 0;
    bool ok = journal_json_read_event(json, &number, &event, &now_ms, &requests, &count, err);
    if (ok && number != r->next)
        ok = err_set(err, ERR_INVALID, _("this is event %llu, but event %llu was due"), (unsigned long long)number, (unsigned long long)r->next);
    if (ok && !same_requests(engine_step(engine, &event, now_ms), requests, count))
        ok = err_set(err, ERR_INVALID, "%s",
                     _("from here on this kwiz would have asked for other steps than the one that wrote the journal; resume with that version"));
    free(requests);
    r->next++;
    return ok ? true : err_place(err, r->path, r->line, 0);
}

bool engine_replay(struct engine *engine, struct journal_reader *reader, size_t *torn_bytes, struct err *err)
{
    *torn_bytes = 0;
    for (;;) {
        json_t *json = NULL;
        enum got got = next_line(reader, &json, torn_bytes, err);
        if (got == GOT_ERROR)
            return false;
        if (got != GOT_LINE)
            return true;
        bool ok = replay_line(engine, reader, json, err);
        json_decref(json);
        if (!ok)
            return false;
    }
}

struct journal *journal_append(struct journal_reader **reader, struct err *err)
{
    struct journal_reader *r = *reader;
    struct journal *journal = NULL;
    int fd = open(r->path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0 || ftruncate(fd, r->good_bytes) != 0 || fsync(fd) != 0) {
        err_set_errno(err, ERR_LOCAL, errno, _("cannot go on in the journal %s"), r->path);
        if (fd >= 0)
            close(fd);
    } else {
        struct journal_sink sink = journal_file_sink(fd);
        journal = journal_from_sink(&sink, r->next);
    }
    journal_reader_free(reader);
    return journal;
}
