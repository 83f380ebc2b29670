#include "transport/dial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"

#define TRIES_MAX 8       /* addresses of a name that are tried */
#define NEXT_AFTER_MS 250 /* RFC 8305, section 5 */

struct
try {
    struct dial *dial;
    struct sockaddr_storage address;
    socklen_t len;
    char shown[INET6_ADDRSTRLEN + 2];
    int fd; /* -1: not started, or over */
    uv_poll_t poll;
    bool is_started, is_polled;
    int error; /* why it is over */
};

struct dial {
    struct transport_pool *pool;
    char *name;
    unsigned port, limit_ms;
    int family;
    dial_fn *done;
    void *context;
    uv_getaddrinfo_t lookup;
    uv_timer_t limit, next;
    struct try tries[TRIES_MAX];
    unsigned count;   /* of tries */
    unsigned handles; /* not yet closed, and the lookup */
    bool is_looking_up, is_over;
    bool is_freed; /* by the caller */
    int lookup_error;
};

static void release(struct dial *dial)
{
    if (--dial->handles)
        return;
    struct transport_pool *pool = dial->pool;
    free(dial->name);
    free(dial);
    pool_release(pool);
}

static void handle_closed(uv_handle_t *handle)
{
    release(handle->data);
}

static void try_closed(uv_handle_t *handle)
{
    struct try *t = handle->data;
    release(t->dial);
}

static void try_stop(struct try *t)
{
    if (t->is_polled)
        uv_close((uv_handle_t *)&t->poll, try_closed);
    t->is_polled = false;
    if (t->fd >= 0)
        close(t->fd); /* after uv_close, which takes it out of the poll set */
    t->fd = -1;
}

static void stop(struct dial *dial)
{
    if (dial->is_over)
        return;
    dial->is_over = true;
    for (unsigned i = 0; i < dial->count; i++)
        try_stop(&dial->tries[i]);
    if (dial->is_looking_up)
        uv_cancel((uv_req_t *)&dial->lookup); /* it calls back either way */
    uv_close((uv_handle_t *)&dial->limit, handle_closed);
    uv_close((uv_handle_t *)&dial->next, handle_closed);
}

static void finish(struct dial *dial, int fd, enum transport_fault fault, const char *detail)
{
    stop(dial);
    if (!dial->is_freed)
        dial->done(dial->context, fd, fault, detail);
    else if (fd >= 0)
        close(fd);
}

static void describe_tries(const struct dial *dial, struct buf *out)
{
    for (unsigned i = 0; i < dial->count; i++) {
        const struct try *t = &dial->tries[i];
        if (!t->is_started)
            continue;
        buf_addf(out, out->len ? _("; %s port %u: %s") : _("%s port %u: %s"), t->shown, dial->port,
                 t->error ? strerror(t->error) : _("no answer"));
    }
}

/* Every address has been tried, or the time is up. */
static void fail(struct dial *dial, bool is_late)
{
    struct buf what;
    buf_init(&what, 2000);
    enum transport_fault fault = FAULT_DIAL_REFUSED;
    if (dial->is_looking_up || !dial->count) {
        fault = FAULT_RESOLVE;
        if (is_late)
            buf_addf(&what, _("no answer to looking up the name %s within %u ms"), dial->name,
                     dial->limit_ms);
        else
            buf_addf(&what, _("can't look up the name %s: %s"), dial->name, uv_strerror(dial->lookup_error));
    } else {
        describe_tries(dial, &what);
        bool has_silent = false;
        for (unsigned i = 0; i < dial->count; i++) {
            int error = dial->tries[i].error;
            has_silent |= dial->tries[i].is_started && (!error || error == ETIMEDOUT);
        }
        if (has_silent) {
            fault = FAULT_DIAL_TIMEOUT;
            buf_addf(&what, _(" (limit %u ms)"), dial->limit_ms);
        }
    }
    finish(dial, -1, fault, buf_text(&what));
    buf_done(&what);
}

static void start_next(struct dial *dial);

static void try_ended(struct try *t, int error)
{
    struct dial *dial = t->dial;
    t->error = error;
    try_stop(t);
    start_next(dial);
}

static void polled(uv_poll_t *poll, int status, int events)
{
    (void)events;
    struct try *t = poll->data;
    int error = 0; /* libuv says EBADF for every error of the socket */
    socklen_t len = sizeof error;
    if (getsockopt(t->fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
        error = errno;
    else if (!error && status < 0)
        error = -status;
    if (error) {
        try_ended(t, error);
        return;
    }
    int fd = t->fd;
    t->fd = -1;
    char shown[sizeof t->shown + 20];
    snprintf(shown, sizeof shown, _("%s port %u"), t->shown, t->dial->port);
    uv_poll_stop(poll);
    finish(t->dial, fd, FAULT_NONE, shown);
}

static int open_try(struct try *t)
{
    t->fd = socket(t->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (t->fd < 0)
        return errno;
    int on = 1; /* many small packets, each waited for: without Nagle. Failure only makes it slower. */
    (void)setsockopt(t->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(t->fd, (const struct sockaddr *)&t->address, t->len) < 0 && errno != EINPROGRESS)
        return errno;
    int rc = uv_poll_init(t->dial->pool->loop, &t->poll, t->fd);
    if (rc < 0)
        return -rc;
    t->poll.data = t;
    t->is_polled = true;
    t->dial->handles++;
    return -uv_poll_start(&t->poll, UV_WRITABLE, polled);
}

static void next_due(uv_timer_t *timer)
{
    start_next(timer->data);
}

static void start_next(struct dial *dial)
{
    bool is_any_open = false;
    for (unsigned i = 0; i < dial->count; i++) {
        struct try *t = &dial->tries[i];
        if (t->is_started) {
            is_any_open |= t->fd >= 0;
            continue;
        }
        t->is_started = true;
        t->error = open_try(t);
        if (!t->error) {
            uv_timer_start(&dial->next, next_due, NEXT_AFTER_MS, 0);
            return;
        }
        try_stop(t);
    }
    if (!is_any_open)
        fail(dial, false);
}

static void limit_over(uv_timer_t *timer)
{
    fail(timer->data, true);
}

static void add_try(struct dial *dial, const struct sockaddr *address, socklen_t len)
{
    if (dial->count == TRIES_MAX || len > sizeof(struct sockaddr_storage))
        return;
    struct try *t = &dial->tries[dial->count++];
    t->dial = dial;
    t->fd = -1;
    memcpy(&t->address, address, len);
    t->len = len;
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&t->address;
        in6->sin6_port = htons((uint16_t)dial->port);
        t->shown[0] = '[';
        inet_ntop(AF_INET6, &in6->sin6_addr, t->shown + 1, INET6_ADDRSTRLEN);
        strcat(t->shown, "]");
    } else {
        struct sockaddr_in *in = (struct sockaddr_in *)&t->address;
        in->sin_port = htons((uint16_t)dial->port);
        inet_ntop(AF_INET, &in->sin_addr, t->shown, sizeof t->shown);
    }
}

static void looked_up(uv_getaddrinfo_t *lookup, int status, struct addrinfo *found)
{
    struct dial *dial = lookup->data;
    dial->is_looking_up = false;
    if (!dial->is_over) {
        for (const struct addrinfo *a = found; a && status == 0; a = a->ai_next)
            if (a->ai_family == AF_INET || a->ai_family == AF_INET6)
                add_try(dial, a->ai_addr, a->ai_addrlen);
        dial->lookup_error = status ? status : UV_EAI_NONAME;
        if (dial->count)
            start_next(dial);
        else
            fail(dial, false);
    }
    uv_freeaddrinfo(found);
    release(dial);
}

/* Numeric addresses need no look-up, and so none of the few threads that do it. */
static bool add_numeric(struct dial *dial)
{
    struct sockaddr_in in = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
    if (dial->family != AF_INET6 && inet_pton(AF_INET, dial->name, &in.sin_addr) == 1)
        add_try(dial, (struct sockaddr *)&in, sizeof in);
    else if (dial->family != AF_INET && inet_pton(AF_INET6, dial->name, &in6.sin6_addr) == 1)
        add_try(dial, (struct sockaddr *)&in6, sizeof in6);
    return dial->count > 0;
}

struct dial *dial_start(struct transport_pool *pool, const char *name, unsigned port, int family,
                        unsigned limit_ms, dial_fn *done, void *context)
{
    struct dial *dial = mem_new(1, sizeof *dial);
    pool_hold(pool);
    dial->pool = pool;
    dial->name = mem_strdup(name);
    dial->port = port;
    dial->family = family;
    dial->limit_ms = limit_ms;
    dial->done = done;
    dial->context = context;
    dial->handles = 2;
    uv_timer_init(pool->loop, &dial->limit);
    uv_timer_init(pool->loop, &dial->next);
    dial->limit.data = dial->next.data = dial;
    uv_timer_start(&dial->limit, limit_over, limit_ms, 0);
    if (add_numeric(dial)) {
        uv_timer_start(&dial->next, next_due, 0, 0);
        return dial;
    }
    struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM};
    dial->lookup.data = dial;
    int rc = uv_getaddrinfo(pool->loop, &dial->lookup, looked_up, name, NULL, &hints);
    if (rc == 0) {
        dial->is_looking_up = true;
        dial->handles++;
    } else {
        dial->lookup_error = rc;
        uv_timer_start(&dial->next, next_due, 0, 0); /* which finds no address and fails */
    }
    return dial;
}

void dial_cancel(struct dial **dial)
{
    if (!*dial)
        return;
    struct dial *d = *dial;
    *dial = NULL;
    d->is_freed = true;
    stop(d);
}
