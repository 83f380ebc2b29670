#include "transport/agentproxy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"

#define MESSAGE_MAX (256 * 1024) /* as OpenSSH's */
#define KEYS_MAX 2048

static void add_u32(struct buf *out, size_t n)
{
    unsigned char bytes[4] = {(unsigned char)(n >> 24), (unsigned char)(n >> 16), (unsigned char)(n >> 8),
                              (unsigned char)n};
    buf_add(out, bytes, 4);
}

static size_t get_u32(const char *bytes)
{
    const unsigned char *b = (const unsigned char *)bytes;
    return (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
}

/* The whole message at the front, without its length; NULL when it is not all there. */
static const char *message(const struct buf *in, size_t *len)
{
    if (in->len < 4)
        return NULL;
    *len = get_u32(in->data);
    return *len && *len <= in->len - 4 ? in->data + 4 : NULL;
}

static bool take_string(const char **at, const char *end, const char **bytes, size_t *len)
{
    if (end - *at < 4)
        return false;
    *len = get_u32(*at);
    *at += 4;
    if (*len > (size_t)(end - *at))
        return false;
    *bytes = *at;
    *at += *len;
    return true;
}

bool agent_keys_parse(const struct buf *reply, struct agent_keys *keys)
{
    const char *at = reply->data, *end = at ? at + reply->len : NULL;
    *keys = (struct agent_keys){0};
    if (reply->len < 5 || *at++ != AGENT_IDENTITIES_ANSWER)
        return false;
    size_t count = get_u32(at);
    at += 4;
    if (count > KEYS_MAX)
        return false;
    keys->items = mem_new(count, sizeof *keys->items);
    while (keys->count < count) {
        const char *blob, *comment;
        size_t len, comment_len;
        if (!take_string(&at, end, &blob, &len) || !take_string(&at, end, &comment, &comment_len) || !len)
            return false;
        struct agent_key *key = &keys->items[keys->count++];
        struct buf text;
        key->blob = mem_new(1, len);
        memcpy(key->blob, blob, len);
        key->len = len;
        key->base64 = mem_new(1, (len + 2) / 3 * 4 + 1);
        EVP_EncodeBlock((unsigned char *)key->base64, (const unsigned char *)blob, (int)len);
        buf_init(&text, 200);
        utf8_printable(comment, comment_len, &text);
        key->comment = buf_take(&text);
    }
    return true;
}

void agent_keys_done(struct agent_keys *keys)
{
    for (size_t i = 0; i < keys->count; i++) {
        free(keys->items[i].blob);
        free(keys->items[i].base64);
        free(keys->items[i].comment);
    }
    free(keys->items);
    *keys = (struct agent_keys){0};
}

/* ---- one request ---- */

struct agent_talk {
    struct transport_pool *pool;
    char *path;
    uv_pipe_t pipe;
    uv_timer_t limit;
    uv_connect_t connect;
    uv_write_t write;
    struct buf request, reply;
    agent_reply_fn *replied;
    void *context;
    unsigned handles;
    bool is_over;
};

static void talk_closed(uv_handle_t *handle)
{
    struct agent_talk *talk = handle->data;
    if (--talk->handles)
        return;
    struct transport_pool *pool = talk->pool;
    free(talk->path);
    buf_done(&talk->request);
    buf_done(&talk->reply);
    free(talk);
    pool_release(pool);
}

static void talk_stop(struct agent_talk *talk)
{
    if (talk->is_over)
        return;
    talk->is_over = true;
    uv_close((uv_handle_t *)&talk->pipe, talk_closed);
    uv_close((uv_handle_t *)&talk->limit, talk_closed);
}

static void talk_fail(struct agent_talk *talk, const char *what)
{
    if (talk->is_over)
        return;
    char *problem = mem_printf("%s: %s", talk->path, what);
    talk_stop(talk);
    talk->replied(talk->context, NULL, problem);
    free(problem);
}

static void provide(uv_handle_t *handle, size_t size, uv_buf_t *room)
{
    (void)handle, (void)size;
    static char bytes[16384];
    *room = uv_buf_init(bytes, sizeof bytes);
}

static void talk_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *room)
{
    struct agent_talk *talk = stream->data;
    if (n < 0) {
        talk_fail(talk, n == UV_EOF ? _("the agent hung up") : uv_strerror((int)n));
        return;
    }
    size_t len;
    if (!buf_add(&talk->reply, room->base, (size_t)n)) {
        talk_fail(talk, _("the agent's answer is too long"));
    } else if (message(&talk->reply, &len)) {
        buf_eat(&talk->reply, 4);
        talk_stop(talk);
        talk->replied(talk->context, &talk->reply, NULL);
    }
}

static void talk_wrote(uv_write_t *write, int status)
{
    if (status < 0 && status != UV_ECANCELED)
        talk_fail(write->data, uv_strerror(status));
}

static void talk_connected(uv_connect_t *connect, int status)
{
    struct agent_talk *talk = connect->data;
    if (status == UV_ECANCELED || talk->is_over)
        return;
    if (status < 0) {
        talk_fail(talk, uv_strerror(status));
        return;
    }
    uv_buf_t bytes = uv_buf_init(talk->request.data, (unsigned)talk->request.len);
    talk->write.data = talk;
    int rc = uv_write(&talk->write, (uv_stream_t *)&talk->pipe, &bytes, 1, talk_wrote);
    if (rc == 0)
        rc = uv_read_start((uv_stream_t *)&talk->pipe, provide, talk_read);
    if (rc < 0)
        talk_fail(talk, uv_strerror(rc));
}

static void talk_late(uv_timer_t *timer)
{
    struct agent_talk *talk = timer->data;
    char limit[64];
    snprintf(limit, sizeof limit, _("no answer within %u ms"), talk->pool->options.stage_limit_ms);
    talk_fail(talk, limit);
}

struct agent_talk *agent_talk_begin(struct transport_pool *pool, const char *path, const void *request,
                                    size_t len, agent_reply_fn *replied, void *context)
{
    struct agent_talk *talk = mem_new(1, sizeof *talk);
    pool_hold(pool);
    talk->pool = pool;
    talk->path = mem_strdup(path);
    talk->replied = replied;
    talk->context = context;
    talk->handles = 2;
    buf_init(&talk->request, MESSAGE_MAX + 4);
    buf_init(&talk->reply, MESSAGE_MAX + 4);
    add_u32(&talk->request, len);
    buf_add(&talk->request, request, len);
    uv_pipe_init(pool->loop, &talk->pipe, 0);
    uv_timer_init(pool->loop, &talk->limit);
    talk->pipe.data = talk->limit.data = talk->connect.data = talk;
    uv_timer_start(&talk->limit, talk_late, pool->options.stage_limit_ms, 0);
    uv_pipe_connect(&talk->connect, &talk->pipe, path, talk_connected);
    return talk;
}

void agent_talk_end(struct agent_talk **talk)
{
    if (!*talk)
        return;
    talk_stop(*talk);
    *talk = NULL;
}

/* ---- what libssh sees ---- */

struct proxy {
    struct transport_pool *pool;
    char *path;
    int fd;
    uv_poll_t poll;
    struct buf in;
    const struct agent_key *key;
    struct agent_talk *talk;
    char *trouble;
};

static void proxy_closed(uv_handle_t *handle)
{
    struct proxy *proxy = handle->data;
    struct transport_pool *pool = proxy->pool;
    buf_done(&proxy->in);
    free(proxy->path);
    free(proxy->trouble);
    free(proxy);
    pool_release(pool);
}

/* Small, and read at once by the other end: more than the socket's buffer never lies there. */
static void reply(struct proxy *proxy, const void *bytes, size_t len)
{
    struct buf out;
    buf_init(&out, MESSAGE_MAX + 4);
    add_u32(&out, len);
    if (proxy->fd < 0 || !buf_add(&out, bytes, len) ||
        send(proxy->fd, out.data, out.len, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)out.len)
        agent_proxy_cut(proxy);
    buf_done(&out);
}

static void reply_failure(struct proxy *proxy)
{
    static const char failure = AGENT_FAILURE;
    reply(proxy, &failure, 1);
}

static void reply_key(struct proxy *proxy)
{
    struct buf out;
    static const char answer = AGENT_IDENTITIES_ANSWER;
    buf_init(&out, MESSAGE_MAX);
    buf_add(&out, &answer, 1);
    add_u32(&out, 1);
    add_u32(&out, proxy->key->len);
    buf_add(&out, proxy->key->blob, proxy->key->len);
    add_u32(&out, strlen(proxy->key->comment));
    buf_adds(&out, proxy->key->comment);
    reply(proxy, out.data, out.len);
    buf_done(&out);
}

static void signed_(void *context, const struct buf *answer, const char *problem)
{
    struct proxy *proxy = context;
    proxy->talk = NULL;
    if (problem) {
        free(proxy->trouble);
        proxy->trouble = mem_strdup(problem);
        reply_failure(proxy);
    } else {
        reply(proxy, answer->data, answer->len);
    }
}

static void serve(struct proxy *proxy)
{
    size_t len;
    const char *request = message(&proxy->in, &len);
    if (!request || proxy->talk)
        return;
    if (*request == AGENT_REQUEST_IDENTITIES && proxy->key)
        reply_key(proxy);
    else if (*request == AGENT_SIGN_REQUEST)
        proxy->talk = agent_talk_begin(proxy->pool, proxy->path, request, len, signed_, proxy);
    else
        reply_failure(proxy);
    buf_eat(&proxy->in, 4 + len);
}

static void poll_due(uv_poll_t *poll, int status, int events)
{
    struct proxy *proxy = poll->data;
    char bytes[8192];
    (void)status, (void)events;
    ssize_t n = recv(proxy->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n > 0 && buf_add(&proxy->in, bytes, (size_t)n))
        serve(proxy);
    else if (n >= 0 || (errno != EAGAIN && errno != EINTR))
        agent_proxy_cut(proxy);
}

struct proxy *agent_proxy_new(struct transport_pool *pool, const char *path, int *fd)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return NULL;
    struct proxy *proxy = mem_new(1, sizeof *proxy);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    if (uv_poll_init(pool->loop, &proxy->poll, ends[1]) < 0) {
        close(ends[0]);
        close(ends[1]);
        free(proxy);
        return NULL;
    }
    pool_hold(pool);
    proxy->pool = pool;
    proxy->path = mem_strdup(path);
    proxy->fd = ends[1];
    proxy->poll.data = proxy;
    buf_init(&proxy->in, MESSAGE_MAX + 4);
    uv_poll_start(&proxy->poll, UV_READABLE, poll_due);
    *fd = ends[0];
    return proxy;
}

void agent_proxy_show(struct proxy *proxy, const struct agent_key *key)
{
    proxy->key = key;
}

const char *agent_proxy_trouble(const struct proxy *proxy)
{
    return proxy->trouble;
}

void agent_proxy_cut(struct proxy *proxy)
{
    if (proxy->fd < 0)
        return;
    uv_poll_stop(&proxy->poll);
    close(proxy->fd);
    proxy->fd = -1;
}

void agent_proxy_free(struct proxy **proxy)
{
    if (!*proxy)
        return;
    struct proxy *p = *proxy;
    *proxy = NULL;
    agent_talk_end(&p->talk);
    agent_proxy_cut(p);
    uv_close((uv_handle_t *)&p->poll, proxy_closed);
}
