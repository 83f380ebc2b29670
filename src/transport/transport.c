#include "transport/transport.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "transport/ops.h"

const char *transport_fault_name(enum transport_fault fault)
{
    static const char *const names[] = {
        [FAULT_NONE] = "none",
        [FAULT_CONFIG] = "config",
        [FAULT_RESOLVE] = "resolve",
        [FAULT_DIAL_TIMEOUT] = "dial-timeout",
        [FAULT_DIAL_REFUSED] = "dial-refused",
        [FAULT_HANDSHAKE] = "handshake",
        [FAULT_HOST_KEY_NEW] = "host-key-new",
        [FAULT_HOST_KEY_CHANGED] = "host-key-changed",
        [FAULT_AUTH] = "auth",
        [FAULT_CHANNEL] = "channel",
        [FAULT_LOST] = "lost",
        [FAULT_JUMP] = "jump",
        [FAULT_CONTAINER] = "container",
        [FAULT_CONTAINER_DOWN] = "container-down",
        [FAULT_LOCAL] = "local",
    };
    assert((size_t)fault < sizeof names / sizeof names[0]);
    return names[fault];
}

bool transport_fault_is_passing(enum transport_fault fault)
{
    switch (fault) {
    case FAULT_DIAL_TIMEOUT:
    case FAULT_DIAL_REFUSED: /* a host that boots refuses before it listens */
    case FAULT_HANDSHAKE:    /* so does a server above MaxStartups */
    case FAULT_RESOLVE:
    case FAULT_LOST:
    case FAULT_JUMP:
    case FAULT_CONTAINER_DOWN: /* it may be booting */
        return true;
    default:
        return false;
    }
}

static char *first_of(const char *a, const char *b)
{
    return a ? mem_strdup(a) : b ? mem_strdup(b) : NULL;
}

void transport_init(struct transport *transport, const struct transport_ops *ops, struct transport_pool *pool,
                    const struct host *host, const struct ssh_defaults *defaults,
                    const struct transport_events *events, void *context)
{
    transport->ops = ops;
    transport->pool = pool;
    transport->events = *events;
    transport->context = context;
    host_copy(&transport->host, host);
    if (!defaults)
        return;
    struct host *h = &transport->host;
    if (!h->user)
        h->user = first_of(NULL, defaults->user);
    if (!h->jump)
        h->jump = first_of(NULL, defaults->jump);
    if (!h->port)
        h->port = defaults->port;
    if (!h->identities.count)
        strv_copy(&h->identities, &defaults->identities);
}

void transport_done(struct transport *transport)
{
    host_done(&transport->host);
}

void transport_clock_start(struct transport *transport)
{
    transport->dialled_ns = uv_hrtime();
    transport->waiting_ns = transport->waited_ns = 0;
}

void transport_clock_wait(struct transport *transport, bool is_waiting)
{
    if (is_waiting == (transport->waiting_ns != 0))
        return;
    uint64_t now_ns = uv_hrtime();
    if (!is_waiting)
        transport->waited_ns += now_ns - transport->waiting_ns;
    transport->waiting_ns = is_waiting ? now_ns : 0;
}

uint64_t transport_reach_us(const struct transport *transport)
{
    return transport->reach_ns / 1000;
}

void transport_tell_up(struct transport *transport)
{
    transport_clock_wait(transport, false);
    transport->reach_ns = uv_hrtime() - transport->dialled_ns - transport->waited_ns;
    if (!transport->is_freed && transport->events.up)
        transport->events.up(transport->context);
}

void transport_tell_stage(struct transport *transport, const char *format, ...)
{
    if (transport->is_freed || !transport->events.stage)
        return;
    char *text = NULL;
    va_list ap;
    va_start(ap, format);
    int n = vasprintf(&text, format, ap);
    va_end(ap);
    if (n >= 0)
        transport->events.stage(transport->context, text);
    free(text);
}

void transport_tell_down(struct transport *transport, enum transport_fault fault, const char *detail)
{
    if (transport->is_freed || transport->is_down)
        return;
    transport->is_down = true;
    transport->answer = NULL;
    if (transport->events.down)
        transport->events.down(transport->context, fault, detail);
}

bool transport_ask(struct transport *transport, const struct transport_ask *ask, answer_fn *answer,
                   void *context)
{
    if (transport->is_freed || transport->is_down || !transport->events.ask)
        return false;
    transport->answer = answer; /* one that is open still is superseded: who asked it has lost interest */
    transport->answer_context = context;
    transport_clock_wait(transport, true);
    transport->events.ask(transport->context, ask);
    return true;
}

void transport_unask(struct transport *transport)
{
    transport_clock_wait(transport, false);
    transport->answer = NULL;
}

static void answer(struct transport *transport, bool is_refused, const struct secret *secret)
{
    answer_fn *f = transport->answer;
    transport_unask(transport);
    if (f)
        f(transport->answer_context, is_refused, secret);
}

void transport_answer(struct transport *transport, const struct secret *secret)
{
    answer(transport, false, secret);
}

void transport_refuse(struct transport *transport)
{
    answer(transport, true, NULL);
}

struct transport *transport_connect(struct transport_pool *pool, const struct host *host,
                                    const struct ssh_defaults *defaults,
                                    const struct transport_events *events, void *context)
{
    if (host->outer)
        return lxd_new(pool, host, defaults, events, context);
    bool has_jump =
        host->jump && strcmp(host->jump, "none") != 0; /* the fleet's does not count for this machine */
    if (host_is_local(host) && !has_jump)
        return local_new(pool, host, defaults, events, context);
    return ssh_transport_new(pool, host, defaults, events, context);
}

void transport_adopt(struct transport *transport, const struct transport_events *events, void *context)
{
    assert(!transport->is_freed && !transport->is_down && !transport->answer);
    transport->events = *events;
    transport->context = context;
}

void transport_free(struct transport **transport)
{
    if (!*transport)
        return;
    struct transport *t = *transport;
    *transport = NULL;
    assert(!t->is_freed);
    t->is_freed = true;
    t->answer = NULL;
    t->ops->free(t);
}

struct channel *transport_exec(struct transport *transport, const char *command, bool with_terminal,
                               const struct channel_events *events, void *context)
{
    return transport->ops->exec(transport, command, with_terminal, events, context);
}

void channel_init(struct channel *channel, const struct channel_ops *ops, const struct channel_events *events,
                  void *context)
{
    channel->ops = ops;
    channel->events = *events;
    channel->context = context;
    channel->has_drained = true;
    TAILQ_INIT(&channel->queue);
}

static void piece_free(struct piece *piece)
{
    if (piece->is_secret)
        explicit_bzero(piece->bytes, piece->len);
    free(piece);
}

void channel_drop_queue(struct channel *channel)
{
    struct piece *piece;
    while ((piece = TAILQ_FIRST(&channel->queue))) {
        TAILQ_REMOVE(&channel->queue, piece, link);
        piece_free(piece);
    }
    channel->queued = 0;
}

void channel_done(struct channel *channel)
{
    channel_drop_queue(channel);
    free(channel->why);
    channel->why = NULL;
}

void channel_tell_data(struct channel *channel, const void *bytes, size_t len, bool is_error)
{
    if (!channel->is_freed && !channel->is_closed && channel->events.data && len)
        channel->events.data(channel->context, bytes, len, is_error);
}

void channel_tell_drained(struct channel *channel)
{
    if (channel->queued || channel->has_drained)
        return;
    channel->has_drained = true;
    if (!channel->is_freed && !channel->is_closed && channel->events.drained)
        channel->events.drained(channel->context);
}

void channel_tell_closed(struct channel *channel, int exit_status, const char *signal)
{
    if (channel->is_closed)
        return;
    channel->is_closed = true;
    channel_drop_queue(channel);
    if (!channel->is_freed && channel->events.closed)
        channel->events.closed(channel->context, exit_status, signal);
}

void channel_sent(struct channel *channel, size_t n)
{
    struct piece *piece = TAILQ_FIRST(&channel->queue);
    assert(piece && n <= piece->len - piece->sent);
    piece->sent += n;
    channel->queued -= n;
    if (piece->sent == piece->len) {
        TAILQ_REMOVE(&channel->queue, piece, link);
        piece_free(piece);
    }
}

/* Small writes are gathered into pieces of this size, so that many lines make few packets. */
#define PIECE_ROOM 4096

static void add_piece(struct channel *channel, const void *bytes, size_t len, bool is_secret)
{
    if (channel->is_closed || channel->is_freed || channel->is_end_queued || !len)
        return;
    struct piece *last = TAILQ_LAST(&channel->queue, piece_list);
    channel->queued += len;
    channel->has_drained = false;
    if (last && !is_secret && !last->is_secret && last->text == last->bytes && last->len < PIECE_ROOM && len <= PIECE_ROOM - last->len) {
        memcpy(last->bytes + last->len, bytes, len); /* every piece has at least that room */
        last->len += len;
    } else {
        struct piece *piece = mem_new(1, sizeof *piece + (len > PIECE_ROOM || is_secret ? len : PIECE_ROOM));
        piece->len = len;
        piece->is_secret = is_secret;
        piece->text = piece->bytes;
        memcpy(piece->bytes, bytes, len);
        TAILQ_INSERT_TAIL(&channel->queue, piece, link);
    }
    channel->ops->written(channel);
}

void channel_write(struct channel *channel, const void *bytes, size_t len)
{
    add_piece(channel, bytes, len, false);
}

void channel_write_shared(struct channel *channel, const char *bytes, size_t len)
{
    if (channel->is_closed || channel->is_freed || channel->is_end_queued || !len)
        return;
    struct piece *piece = mem_new(1, sizeof *piece);
    *piece = (struct piece){.len = len, .text = bytes};
    TAILQ_INSERT_TAIL(&channel->queue, piece, link);
    channel->queued += len;
    channel->has_drained = false;
    channel->ops->written(channel);
}

void channel_write_secret(struct channel *channel, const struct secret *secret)
{
    add_piece(channel, secret_bytes(secret), secret_len(secret), true);
}

size_t channel_queued(const struct channel *channel)
{
    return channel->queued;
}

void channel_write_end(struct channel *channel)
{
    if (channel->is_closed || channel->is_freed || channel->is_end_queued)
        return;
    channel->is_end_queued = true;
    channel->ops->written(channel);
}

void channel_pause(struct channel *channel, bool is_paused)
{
    if (channel->is_paused == is_paused || channel->is_freed)
        return;
    channel->is_paused = is_paused;
    channel->ops->pause(channel);
}

const char *channel_why(const struct channel *channel)
{
    return channel->why ? channel->why : "";
}

void channel_free(struct channel **channel)
{
    if (!*channel)
        return;
    struct channel *c = *channel;
    *channel = NULL;
    assert(!c->is_freed);
    c->is_freed = true;
    channel_drop_queue(c);
    c->ops->free(c);
}
