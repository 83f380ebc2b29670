#include "headless/outlet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#define BATCH_MAX_BYTES ((size_t)64 << 10)

/* The handles live apart from the outlet: libuv needs them until their close callback, which may come after the outlet is gone. */
struct stream {
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_pipe_t pipe;
        uv_tty_t tty;
    } uv;
};

struct outlet {
    uv_loop_t *loop;
    int fd;
    struct stream *stream; /* NULL: a file, written at once */
    size_t queued;
    int error;
    struct buf batch; /* while corked */
    struct buf line;
    bool is_corked;
};

struct piece {
    uv_write_t request;
    struct outlet *outlet;
    size_t len;
    char bytes[];
};

struct outlet *outlet_new(uv_loop_t *loop, int fd)
{
    struct outlet *outlet = mem_new(1, sizeof *outlet);
    outlet->loop = loop;
    outlet->fd = fd;
    buf_init(&outlet->batch, BATCH_MAX_BYTES);
    buf_init(&outlet->line, OUTLET_LINE_MAX);
    uv_handle_type type = uv_guess_handle(fd);
    if (type != UV_NAMED_PIPE && type != UV_TTY)
        return outlet;
    struct stream *s = mem_new(1, sizeof *s);
    int copy = dup(fd); /* closing the handle must not close the program's own stdout */
    int rc = copy < 0 ? UV_EBADF
             : type == UV_TTY ? uv_tty_init(loop, &s->uv.tty, copy, 0)
                              : uv_pipe_init(loop, &s->uv.pipe, 0);
    if (rc == 0 && type == UV_NAMED_PIPE && (rc = uv_pipe_open(&s->uv.pipe, copy)) != 0) {
        uv_close(&s->uv.handle, (uv_close_cb)free);
        s = NULL;
    } else if (rc != 0) {
        free(s);
        s = NULL;
    }
    if (!s && copy >= 0)
        close(copy);
    outlet->stream = s; /* if that failed: plain blocking writes, as any program does */
    return outlet;
}

struct buf *outlet_line(struct outlet *outlet)
{
    buf_clear(&outlet->line);
    return &outlet->line;
}

static void written(uv_write_t *request, int status)
{
    struct piece *piece = request->data;
    if (piece->outlet) {
        piece->outlet->queued -= piece->len;
        if (status < 0 && !piece->outlet->error)
            piece->outlet->error = -status;
    }
    free(piece);
}

static void write_now(struct outlet *outlet, const char *bytes, size_t len)
{
    while (len && !outlet->error) {
        ssize_t n = write(outlet->fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            outlet->error = errno;
            return;
        }
        bytes += n;
        len -= (size_t)n;
    }
}

static bool put(struct outlet *outlet, const char *bytes, size_t len, bool can_drop)
{
    if (outlet->error)
        return false;
    if (!outlet->stream) {
        write_now(outlet, bytes, len);
        return !outlet->error;
    }
    if (can_drop && outlet->queued + len > OUTLET_QUEUE_MAX)
        return false;
    if (!outlet->queued) { /* the usual case: there is room, nothing is copied */
        uv_buf_t buf = uv_buf_init((char *)(uintptr_t)bytes, (unsigned)len);
        int n = uv_try_write(&outlet->stream->uv.stream, &buf, 1);
        if (n < 0 && n != UV_EAGAIN) {
            outlet->error = -n;
            return false;
        }
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
        }
        if (!len)
            return true;
    }
    struct piece *piece = mem_new(1, sizeof *piece + len);
    *piece = (struct piece){.outlet = outlet, .len = len};
    memcpy(piece->bytes, bytes, len);
    piece->request.data = piece;
    uv_buf_t buf = uv_buf_init(piece->bytes, (unsigned)len);
    int rc = uv_write(&piece->request, &outlet->stream->uv.stream, &buf, 1, written);
    if (rc != 0) {
        outlet->error = -rc;
        free(piece);
        return false;
    }
    outlet->queued += len;
    return true;
}

static void put_batch(struct outlet *outlet)
{
    if (outlet->batch.len)
        put(outlet, outlet->batch.data, outlet->batch.len, true);
    buf_clear(&outlet->batch);
}

bool outlet_write(struct outlet *outlet, const char *bytes, size_t len, bool can_drop)
{
    if (outlet->is_corked && can_drop) {
        if (buf_add(&outlet->batch, bytes, len))
            return !outlet->error;
        put_batch(outlet);
        if (buf_add(&outlet->batch, bytes, len))
            return !outlet->error;
    }
    put_batch(outlet);
    return put(outlet, bytes, len, can_drop);
}

void outlet_cork(struct outlet *outlet)
{
    outlet->is_corked = true;
}

void outlet_uncork(struct outlet *outlet)
{
    outlet->is_corked = false;
    put_batch(outlet);
}

int outlet_error(const struct outlet *outlet)
{
    return outlet->error;
}

static void timer_hit(uv_timer_t *timer)
{
    *(bool *)timer->data = true;
}

static void closed_flag(uv_handle_t *handle)
{
    *(bool *)handle->data = true;
}

void outlet_free(struct outlet **outlet, unsigned limit_ms)
{
    struct outlet *o = *outlet;
    if (!o)
        return;
    if (o->stream) {
        bool is_late = false, is_closed = false;
        uv_timer_t timer;
        uv_timer_init(o->loop, &timer);
        timer.data = &is_late;
        uv_timer_start(&timer, timer_hit, limit_ms, 0);
        while (o->queued && !o->error && !is_late)
            uv_run(o->loop, UV_RUN_ONCE);
        timer.data = &is_closed;
        uv_close((uv_handle_t *)&timer, closed_flag);
        uv_close(&o->stream->uv.handle, NULL);
        while (!is_closed || o->queued) /* closing cancels what is left, so this ends */
            uv_run(o->loop, UV_RUN_ONCE);
        uv_run(o->loop, UV_RUN_NOWAIT);
        free(o->stream);
    }
    buf_done(&o->batch);
    buf_done(&o->line);
    free(o);
    *outlet = NULL;
}
