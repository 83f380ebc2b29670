#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void buf_init(struct buf *buf, size_t max_bytes)
{
    *buf = (struct buf){.max = max_bytes};
}

static void reserve(struct buf *buf, size_t extra)
{
    if (buf->data && buf->offset + buf->len + extra + 1 <= buf->room)
        return;
    if (buf->offset) { /* first use the room that eating left at the front */
        char *start = buf->data - buf->offset;
        memmove(start, buf->data, buf->len);
        buf->data = start;
        buf->offset = 0;
        if (buf->len + extra + 1 <= buf->room)
            return;
    }
    size_t room = buf->room ? buf->room : 64;
    while (room < buf->len + extra + 1)
        room *= 2;
    /* not realloc: what stood here may be secret, and buf_wipe must be able to reach every copy */
    char *data = mem_new(1, room);
    if (buf->data) {
        memcpy(data, buf->data, buf->len);
        explicit_bzero(buf->data, buf->len);
        free(buf->data);
    }
    buf->data = data;
    buf->room = room;
}

bool buf_add(struct buf *buf, const void *bytes, size_t len)
{
    if (len > buf->max || buf->len > buf->max - len)
        return false;
    reserve(buf, len);
    if (len)
        memcpy(buf->data + buf->len, bytes, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
    return true;
}

bool buf_adds(struct buf *buf, const char *text)
{
    return buf_add(buf, text, strlen(text));
}

bool buf_addf(struct buf *buf, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    char *text = NULL;
    int n = vasprintf(&text, format, ap);
    va_end(ap);
    if (n < 0)
        return false;
    bool ok = buf_add(buf, text, (size_t)n);
    free(text);
    return ok;
}

void buf_eat(struct buf *buf, size_t n)
{
    assert(n <= buf->len);
    if (!n)
        return;
    buf->data += n;
    buf->offset += n;
    buf->len -= n;
}

void buf_clear(struct buf *buf)
{
    buf_eat(buf, buf->len);
}

const char *buf_text(const struct buf *buf)
{
    return buf->data ? buf->data : "";
}

char *buf_take(struct buf *buf)
{
    char *text = mem_new(1, buf->len + 1);
    memcpy(text, buf_text(buf), buf->len);
    buf_done(buf);
    return text;
}

void buf_wipe(struct buf *buf)
{
    if (buf->data)
        explicit_bzero(buf->data - buf->offset, buf->room);
    buf_done(buf);
}

void buf_done(struct buf *buf)
{
    if (buf->data)
        free(buf->data - buf->offset);
    size_t max = buf->max;
    *buf = (struct buf){.max = max};
}
