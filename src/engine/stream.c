#include "engine/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"

struct stream *stream_new(uint64_t id, size_t task, char *path, const struct mask_set *secrets)
{
    struct stream *s = mem_new(1, sizeof *s);
    struct stat st;
    s->id = id;
    s->task = task;
    s->path = path;
    s->fd = -1;
    s->got = stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
    s->rec = recstream_new();
    mask_init(&s->mask, secrets);
    return s;
}

static bool write_file(struct stream *s, const char *bytes, size_t len, struct err *err)
{
    if (s->fd < 0 && (s->fd = open(s->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600)) < 0)
        return err_set_errno(err, ERR_LOCAL, errno, _("cannot open the log %s"), s->path);
    while (len) {
        ssize_t n = write(s->fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set_errno(err, ERR_LOCAL, errno, _("cannot write the log %s"), s->path);
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

bool stream_log(struct stream *s, uint64_t offset, const void *bytes, size_t len, struct buf *out, struct err *err)
{
    if (offset > s->got)
        return err_set(err, ERR_PROTOCOL, _("bytes %llu to %llu of a log are missing"), (unsigned long long)s->got,
                       (unsigned long long)offset);
    uint64_t known = s->got - offset;
    if (known >= len)
        return true;
    size_t from = out->len;
    mask_feed(&s->mask, (const char *)bytes + known, len - (size_t)known, out);
    s->got += len - known;
    return out->len == from || write_file(s, out->data + from, out->len - from, err);
}

bool stream_rec(struct stream *s, uint64_t offset, const void *bytes, size_t len,
                void (*item)(void *context, const struct rec_item *item), void *context, struct err *err)
{
    uint64_t got = recstream_offset(s->rec);
    if (offset > got)
        return err_set(err, ERR_PROTOCOL, _("bytes %llu to %llu of a record stream are missing"), (unsigned long long)got,
                       (unsigned long long)offset);
    uint64_t known = got - offset;
    if (known < len)
        recstream_feed(s->rec, (const char *)bytes + known, len - (size_t)known, item, context);
    return true;
}

void stream_await(struct stream *s, const char *key)
{
    if (!strv_has(&s->awaited, key))
        strv_add(&s->awaited, key);
    mask_wait(&s->mask);
}

void stream_arrived(struct stream *s, const char *key)
{
    struct strv left = {0};
    for (size_t i = 0; i < s->awaited.count; i++)
        if (strcmp(s->awaited.items[i], key) != 0)
            strv_add(&left, s->awaited.items[i]);
    strv_done(&s->awaited);
    s->awaited = left;
}

void stream_go_on(struct stream *s, struct buf *out, struct err *err)
{
    size_t from = out->len;
    mask_go_on(&s->mask, s->awaited.count == 0, out);
    strv_done(&s->awaited);
    if (out->len > from)
        write_file(s, out->data + from, out->len - from, err);
}

bool stream_completes(struct stream *s, struct buf *out, struct err *err)
{
    if (!s->has_end || s->is_complete || s->mask.is_waiting || s->got < s->end_log || recstream_offset(s->rec) < s->end_rec)
        return false;
    s->is_complete = true;
    size_t from = out->len;
    mask_flush(&s->mask, out);
    if (out->len > from)
        write_file(s, out->data + from, out->len - from, err);
    return true;
}

void stream_free(struct stream **stream)
{
    struct stream *s = *stream;
    if (!s)
        return;
    if (s->fd >= 0)
        close(s->fd);
    mask_done(&s->mask);
    strv_done(&s->awaited);
    recstream_free(&s->rec);
    free(s->path);
    free(s);
    *stream = NULL;
}
