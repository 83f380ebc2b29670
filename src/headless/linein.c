#include "headless/linein.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"

#define CHUNK_BYTES ((size_t)16384)

struct linein {
    int fd;       /* own: a copy, or the terminal opened anew */
    int flags;    /* as they were, to be given back; -1 = not to be touched */
    bool is_terminal, is_hidden, is_file, is_reading, is_dead;
    struct termios before;
    uv_poll_t poll;   /* a terminal, a pipe, a socket */
    uv_fs_t request;  /* a file: the pool of threads reads it */
    uv_timer_t soon;
    unsigned open_handles;
    enum linein_wish wish;
    struct buf bytes;
    bool is_skipping; /* the rest of a line that is too long */
    bool has_skipped; /* and that is to be told */
    bool has_ended;
    char chunk[CHUNK_BYTES];
    void (*got)(void *context, const struct linein_line *line);
    void *context;
};

static void soon(struct linein *in);

/* ---- ending ---- */

static void release(struct linein *in)
{
    if (in->open_handles || (in->is_file && in->is_reading))
        return;
    close(in->fd);
    buf_wipe(&in->bytes);
    explicit_bzero(in->chunk, sizeof in->chunk);
    free(in);
}

static void closed(uv_handle_t *handle)
{
    struct linein *in = handle->data;
    in->open_handles--;
    release(in);
}

static void show(struct linein *in, bool is_shown)
{
    struct termios mode = in->before;
    if (!in->is_terminal || in->is_hidden == !is_shown)
        return;
    in->is_hidden = !is_shown;
    if (!is_shown) {
        mode.c_lflag &= ~(tcflag_t)ECHO;
        mode.c_lflag |= ICANON | ISIG | ECHONL;
    }
    tcsetattr(in->fd, TCSANOW, &mode);
}

void linein_free(struct linein **handle)
{
    struct linein *in = *handle;
    if (!in)
        return;
    *handle = NULL;
    linein_want(in, LINEIN_NOTHING);
    if (in->flags >= 0)
        fcntl(in->fd, F_SETFL, in->flags);
    in->is_dead = true;
    if (in->is_file && in->is_reading)
        uv_cancel((uv_req_t *)&in->request);
    uv_close((uv_handle_t *)&in->soon, closed);
    if (!in->is_file)
        uv_close((uv_handle_t *)&in->poll, closed);
}

/* ---- reading ---- */

static void take(struct linein *in, const char *bytes, size_t len)
{
    if (in->is_skipping) {
        const char *newline = memchr(bytes, '\n', len);
        if (!newline)
            return;
        in->is_skipping = false;
        len -= (size_t)(newline - bytes);
        bytes = newline; /* ends the line that is told to be too long */
    }
    buf_add(&in->bytes, bytes, len);
}

static void drop_what_is_too_long(struct linein *in)
{
    if (in->bytes.len <= LINEIN_LINE_MAX || memchr(in->bytes.data, '\n', in->bytes.len))
        return;
    buf_wipe(&in->bytes);
    buf_init(&in->bytes, 2 * (LINEIN_LINE_MAX + CHUNK_BYTES));
    in->is_skipping = in->has_skipped = true;
}

static void readable(uv_poll_t *poll, int status, int events);
static void file_read_done(uv_fs_t *request);

/* Only as much as is needed: who writes into the pipe waits there. */
static void read_on(struct linein *in)
{
    drop_what_is_too_long(in);
    bool wants = !in->has_ended && in->bytes.len <= LINEIN_LINE_MAX;
    if (in->is_file && wants && !in->is_reading) {
        uv_buf_t to = uv_buf_init(in->chunk, sizeof in->chunk);
        in->is_reading = uv_fs_read(in->soon.loop, &in->request, in->fd, &to, 1, -1, file_read_done) == 0;
        in->has_ended = !in->is_reading;
    } else if (!in->is_file && wants != in->is_reading) {
        in->is_reading = wants;
        if (wants)
            uv_poll_start(&in->poll, UV_READABLE | UV_DISCONNECT, readable);
        else
            uv_poll_stop(&in->poll);
    }
}

static void came(struct linein *in, ssize_t n)
{
    if (n > 0)
        take(in, in->chunk, (size_t)n);
    else
        in->has_ended = true;
    explicit_bzero(in->chunk, n > 0 ? (size_t)n : 0);
    read_on(in);
    soon(in);
}

static void readable(uv_poll_t *poll, int status, int events)
{
    struct linein *in = poll->data;
    (void)events;
    ssize_t n = status < 0 ? -1 : read(in->fd, in->chunk, sizeof in->chunk);
    if (n < 0 && status == 0 && (errno == EAGAIN || errno == EINTR))
        return;
    came(in, n);
}

static void file_read_done(uv_fs_t *request)
{
    struct linein *in = request->data;
    ssize_t n = request->result;
    uv_fs_req_cleanup(request);
    in->is_reading = false;
    if (in->is_dead)
        release(in);
    else
        came(in, n);
}

/* ---- handing over ---- */

/* Control characters, and those that turn round how a text is shown. */
static bool is_shown(uint32_t code)
{
    return code >= 0x20 && (code < 0x7f || code >= 0xa0) && (code < 0x202a || code > 0x202e) && (code < 0x2066 || code > 0x2069);
}

/* Is it a line that may be an answer? Tabs become blanks in place. */
static void examine(struct linein_line *line, char *text, bool is_secret)
{
    for (size_t i = 0; i < line->len && line->kind == LINEIN_TEXT;) {
        uint32_t code = (unsigned char)text[i];
        size_t n = is_secret ? 1 : utf8_decode(text + i, line->len - i, &code);
        if (code == '\t' && !is_secret)
            text[i] = ' ';
        else if (!n || !code || (!is_secret && !is_shown(code))) {
            line->kind = LINEIN_BAD;
            line->bad_at = i + 1;
            line->bad = (unsigned char)text[i];
        }
        i += n ? n : 1;
    }
}

static void hand_over(struct linein *in, size_t len, size_t eaten)
{
    bool is_secret = in->wish == LINEIN_SECRET;
    struct linein_line line = {.kind = LINEIN_TEXT, .len = len};
    char *text = mem_new(len + 1, 1);
    if (len)
        memcpy(text, in->bytes.data, len);
    if (len && text[len - 1] == '\r')
        text[--line.len] = '\0';
    line.text = text;
    examine(&line, text, is_secret);
    if (len > LINEIN_LINE_MAX)
        line.kind = LINEIN_TOO_LONG;
    if (in->bytes.data)
        explicit_bzero(in->bytes.data, eaten);
    buf_eat(&in->bytes, eaten);
    read_on(in);
    show(in, true); /* what was typed behind a whole line stays */
    linein_want(in, LINEIN_NOTHING);
    in->got(in->context, &line);
    explicit_bzero(text, len);
    free(text);
}

static void pump(uv_timer_t *timer)
{
    struct linein *in = timer->data;
    if (in->wish == LINEIN_NOTHING)
        return;
    const char *newline = in->bytes.len ? memchr(in->bytes.data, '\n', in->bytes.len) : NULL;
    if (in->has_skipped && (newline || in->has_ended)) {
        struct linein_line line = {.kind = LINEIN_TOO_LONG};
        in->has_skipped = in->is_skipping = false;
        buf_eat(&in->bytes, newline ? (size_t)(newline - in->bytes.data) + 1 : in->bytes.len);
        read_on(in);
        linein_want(in, LINEIN_NOTHING);
        in->got(in->context, &line);
    } else if (newline) {
        size_t len = (size_t)(newline - in->bytes.data);
        hand_over(in, len, len + 1);
    } else if (in->has_ended && in->bytes.len) {
        hand_over(in, in->bytes.len, in->bytes.len);
    } else if (in->has_ended) {
        struct linein_line line = {.kind = LINEIN_END};
        linein_want(in, LINEIN_NOTHING);
        in->got(in->context, &line);
    }
}

/* One line a turn of the loop: others get theirs in between. */
static void soon(struct linein *in)
{
    if (in->wish != LINEIN_NOTHING && !in->is_dead)
        uv_timer_start(&in->soon, pump, 0, 0);
}

void linein_want(struct linein *in, enum linein_wish wish)
{
    in->wish = wish;
    if (wish == LINEIN_SECRET || in->is_hidden)
        linein_drop(in); /* what was typed ahead; half a password, which is not for who reads the terminal next */
    show(in, wish != LINEIN_SECRET);
    soon(in);
}

void linein_drop(struct linein *in)
{
    if (!in->is_terminal)
        return;
    tcflush(in->fd, TCIFLUSH);
    buf_clear(&in->bytes);
    in->is_skipping = in->has_skipped = false;
}

bool linein_is_terminal(const struct linein *in)
{
    return in->is_terminal;
}

/* ---- beginning ---- */

/* A terminal is opened anew, so that what is set on it (that reading does not wait) is not set for whoever shares the descriptor. */
static int own_descriptor(int fd)
{
    char name[256];
    int own = isatty(fd) && ttyname_r(fd, name, sizeof name) == 0 ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK) : -1;
    return own >= 0 ? own : fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

struct linein *linein_new(uv_loop_t *loop, int fd, void (*got)(void *context, const struct linein_line *line), void *context, struct err *err)
{
    int own = own_descriptor(fd);
    if (own < 0) {
        err_set_errno(err, ERR_LOCAL, errno, _("standard input can't be read"));
        return NULL;
    }
    struct linein *in = mem_new(1, sizeof *in);
    in->fd = own;
    in->got = got;
    in->context = context;
    in->flags = fcntl(own, F_GETFL);
    in->is_terminal = isatty(own) && tcgetattr(own, &in->before) == 0;
    buf_init(&in->bytes, 2 * (LINEIN_LINE_MAX + CHUNK_BYTES));
    uv_timer_init(loop, &in->soon);
    in->soon.data = in->request.data = in->poll.data = in;
    in->open_handles = 1;
    in->is_file = uv_poll_init(loop, &in->poll, own) != 0; /* files are always ready, so they can't be waited for */
    in->poll.data = in;
    in->open_handles += !in->is_file;
    read_on(in);
    return in;
}
