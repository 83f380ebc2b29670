#include "transport/relay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "transport/ssh.h"

#define HELD_MAX (256 * 1024) /* bytes either way before the sender has to wait */
#define CHUNK 32768

struct relay {
    struct transport_pool *pool;
    struct channel *channel;
    int fd; /* our end; -1 when closed */
    uv_poll_t poll;
    struct buf held; /* came from the channel, not yet written to fd */
    char *why;
    bool is_channel_over;
};

static void poll_due(uv_poll_t *poll, int status, int events);

static void watch(struct relay *relay)
{
    if (relay->fd < 0)
        return;
    int events = relay->held.len ? UV_WRITABLE : 0;
    if (!relay->is_channel_over && channel_queued(relay->channel) < HELD_MAX)
        events |= UV_READABLE;
    if (events)
        uv_poll_start(&relay->poll, events, poll_due);
    else
        uv_poll_stop(&relay->poll);
}

static void handle_closed(uv_handle_t *handle)
{
    struct relay *relay = handle->data;
    struct transport_pool *pool = relay->pool;
    free(relay->why);
    free(relay);
    pool_release(pool);
}

/* The inner end sees end of file. */
static void close_fd(struct relay *relay)
{
    if (relay->fd < 0)
        return;
    uv_poll_stop(&relay->poll);
    close(relay->fd);
    relay->fd = -1;
}

static void flush(struct relay *relay)
{
    while (relay->fd >= 0 && relay->held.len) {
        ssize_t n = send(relay->fd, relay->held.data, relay->held.len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno != EAGAIN)
            buf_clear(&relay->held); /* the inner end is gone */
        if (n < 0)
            break;
        buf_eat(&relay->held, (size_t)n);
    }
    if (relay->channel && relay->held.len < HELD_MAX / 2)
        channel_pause(relay->channel, false);
    if (relay->is_channel_over && !relay->held.len)
        close_fd(relay);
}

static void data(void *context, const void *bytes, size_t len, bool is_error)
{
    struct relay *relay = context;
    if (is_error || relay->fd < 0)
        return;
    buf_add(&relay->held, bytes, len);
    flush(relay);
    if (relay->held.len >= HELD_MAX)
        channel_pause(relay->channel, true);
    watch(relay);
}

static void drained(void *context)
{
    watch(context);
}

static void closed(void *context, int exit_status, const char *signal)
{
    struct relay *relay = context;
    (void)exit_status, (void)signal;
    const char *why = channel_why(relay->channel);
    relay->why = *why ? mem_strdup(why) : NULL;
    relay->is_channel_over = true;
    flush(relay);
    watch(relay);
}

static void poll_due(uv_poll_t *poll, int status, int events)
{
    struct relay *relay = poll->data;
    static char bytes[CHUNK];
    (void)status;
    if (events & UV_WRITABLE)
        flush(relay);
    if ((events & UV_READABLE) && relay->fd >= 0 && !relay->is_channel_over) {
        ssize_t n = recv(relay->fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (n > 0) {
            channel_write(relay->channel, bytes, (size_t)n);
        } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
            channel_write_end(relay->channel);
            close_fd(relay);
        }
    }
    watch(relay);
}

struct relay *relay_new(struct ssh *ssh, const char *address, unsigned port, int *fd)
{
    static const struct channel_events events = {.data = data, .drained = drained, .closed = closed};
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
        return NULL;
    struct relay *relay = mem_new(1, sizeof *relay);
    relay->pool = ssh->base.pool;
    relay->fd = ends[1];
    if (uv_poll_init(relay->pool->loop, &relay->poll, relay->fd) < 0) {
        close(ends[0]);
        close(ends[1]);
        free(relay);
        errno = ENOMEM;
        return NULL;
    }
    pool_hold(relay->pool);
    relay->poll.data = relay;
    buf_init(&relay->held, 8 * 1024 * 1024); /* far above what libssh hands over before the pause counts */
    relay->channel = ssh_forward(ssh, address, port, &events, relay);
    *fd = ends[0];
    watch(relay);
    return relay;
}

const char *relay_why(const struct relay *relay)
{
    return relay->why;
}

void relay_free(struct relay **relay)
{
    if (!*relay)
        return;
    struct relay *r = *relay;
    *relay = NULL;
    channel_free(&r->channel);
    buf_done(&r->held);
    if (r->fd >= 0) {
        uv_poll_stop(&r->poll);
        close(r->fd);
        r->fd = -1;
    }
    uv_close((uv_handle_t *)&r->poll, handle_closed);
}
