#include "headless/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

#define ANSWER_MAX_BYTES 4096

struct prompt {
    int fd;
    struct termios before;
    uv_poll_t poll;
    uv_timer_t timer;
    uv_signal_t signals[3];
    unsigned open_handles;
    struct buf line;
    void (*answered)(void *context, const struct secret *answer);
    void *context;
};

static int open_terminal(void)
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd >= 0 && !isatty(fd)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

bool prompt_possible(void)
{
    int fd = open_terminal();
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static void closed(uv_handle_t *handle)
{
    struct prompt *p = handle->data;
    if (--p->open_handles)
        return;
    close(p->fd);
    buf_wipe(&p->line);
    free(p);
}

/* The terminal as it was. Failing to write to it matters to nobody. */
static void give_back(struct prompt *p)
{
    tcsetattr(p->fd, TCSAFLUSH, &p->before);
    if (!(p->before.c_lflag & ECHO) || write(p->fd, "\r\n", 2) < 0)
        return;
}

void prompt_cancel(struct prompt **prompt)
{
    struct prompt *p = *prompt;
    if (!p)
        return;
    *prompt = NULL;
    uv_poll_stop(&p->poll);
    uv_timer_stop(&p->timer);
    give_back(p);
    uv_close((uv_handle_t *)&p->poll, closed);
    uv_close((uv_handle_t *)&p->timer, closed);
    for (size_t i = 0; i < 3; i++)
        uv_close((uv_handle_t *)&p->signals[i], closed);
}

static void answer(struct prompt *p, bool is_given)
{
    struct secret *secret = is_given ? secret_new(buf_text(&p->line), p->line.len) : NULL;
    void (*answered)(void *context, const struct secret *answer) = p->answered;
    void *context = p->context;
    prompt_cancel(&p);
    answered(context, secret);
    secret_free(&secret);
}

static void readable(uv_poll_t *poll, int status, int events)
{
    struct prompt *p = poll->data;
    char bytes[256];
    (void)events;
    ssize_t n = status < 0 ? -1 : read(p->fd, bytes, sizeof bytes);
    if (n < 0 && (errno == EAGAIN || errno == EINTR) && status == 0)
        return;
    if (n <= 0) {
        answer(p, false);
        return;
    }
    const char *newline = memchr(bytes, '\n', (size_t)n);
    bool fits = buf_add(&p->line, bytes, newline ? (size_t)(newline - bytes) : (size_t)n);
    explicit_bzero(bytes, sizeof bytes);
    if (newline || !fits)
        answer(p, fits);
}

static void too_late(uv_timer_t *timer)
{
    answer(timer->data, false);
}

/* The terminal must be as it was, whoever else wants to know. */
static void interrupted(uv_signal_t *handle, int number)
{
    (void)number;
    answer(handle->data, false);
}

static void watch_signals(struct prompt *p, uv_loop_t *loop)
{
    static const int numbers[3] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < 3; i++) {
        uv_signal_init(loop, &p->signals[i]);
        p->signals[i].data = p;
        uv_signal_start(&p->signals[i], interrupted, numbers[i]);
    }
}

struct prompt *prompt_ask(uv_loop_t *loop, const char *text, bool echo, unsigned limit_ms,
                          void (*answered)(void *context, const struct secret *answer), void *context)
{
    int fd = open_terminal();
    struct prompt *p = mem_new(1, sizeof *p);
    p->fd = fd;
    p->answered = answered;
    p->context = context;
    buf_init(&p->line, ANSWER_MAX_BYTES);
    if (fd < 0 || tcgetattr(fd, &p->before) != 0 || uv_poll_init(loop, &p->poll, fd) != 0) {
        if (fd >= 0)
            close(fd);
        free(p);
        return NULL;
    }
    struct termios mode = p->before;
    mode.c_lflag |= ICANON | ISIG;
    if (!echo)
        mode.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(fd, TCSAFLUSH, &mode);
    if (write(fd, text, strlen(text)) < 0 || write(fd, " ", 1) < 0)
        limit_ms = 1; /* a terminal that is gone gives no answer */
    uv_timer_init(loop, &p->timer);
    p->poll.data = p->timer.data = p;
    p->open_handles = 5;
    watch_signals(p, loop);
    uv_poll_start(&p->poll, UV_READABLE | UV_DISCONNECT, readable);
    uv_timer_start(&p->timer, too_late, limit_ms, 0);
    return p;
}
