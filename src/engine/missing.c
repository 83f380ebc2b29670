#include "engine/missing.h"

#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/mem.h"
#include "base/utf8.h"

/* What is called without a fallback by src/engine/host/ (all of it is in POSIX but for setsid and stat, which util-linux, coreutils and BusyBox
 * have). */
#define PROGRAMS "cat cut date dd grep head mkdir mkfifo mv rm rmdir setsid sleep stat tail tr wc"
#define SCAN "m=; for t in " PROGRAMS "; do command -v $t >/dev/null || m=\"$m $t\"; done"
#define LIMIT_MS 5000
#define ANSWER_MAX_BYTES 4096
#define MARK "KWIZ-MISSING"

struct missing {
    struct channel *channel;
    uv_timer_t *timer; /* freed by its close callback */
    struct buf answer;
    void (*found)(void *context, const char *names);
    void *context;
    bool is_over;
};

void missing_add_check(struct buf *script)
{
    buf_adds(script, SCAN "\n[ -z \"$m\" ] || { echo \"bad programs that are missing on the host:$m\"; : >\"$0\"; rm -f \"$0\"; exit 1; }\n");
}

static void tell(struct missing *m)
{
    if (m->is_over)
        return;
    m->is_over = true;
    uv_timer_stop(m->timer);
    struct buf names;
    buf_init(&names, 4 * ANSWER_MAX_BYTES);
    const char *text = buf_text(&m->answer), *hit = strstr(text, MARK " ");
    if (hit) {
        hit += strlen(MARK " ");
        utf8_printable(hit, strcspn(hit, "\r\n"), &names);
    }
    m->found(m->context, buf_text(&names)); /* may free m */
    buf_done(&names);
}

static void limit_hit(uv_timer_t *timer)
{
    tell(timer->data);
}

static void take(void *context, const void *bytes, size_t len, bool is_error)
{
    struct missing *m = context;
    if (!is_error)
        buf_add(&m->answer, bytes, len);
}

static void closed(void *context, int exit_status, const char *signal)
{
    (void)exit_status, (void)signal;
    tell(context);
}

static const struct channel_events events = {.data = take, .closed = closed};

struct missing *missing_ask(uv_loop_t *loop, struct transport *transport, void (*found)(void *context, const char *names), void *context)
{
    struct missing *m = mem_new(1, sizeof *m);
    m->found = found;
    m->context = context;
    buf_init(&m->answer, ANSWER_MAX_BYTES);
    m->timer = mem_new(1, sizeof *m->timer);
    uv_timer_init(loop, m->timer);
    m->timer->data = m;
    uv_timer_start(m->timer, limit_hit, LIMIT_MS, 0);
    m->channel = transport_exec(transport, "exec sh -c 'PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin; " SCAN "; echo " MARK "$m'", false, &events, m);
    return m;
}

static void timer_closed(uv_handle_t *handle)
{
    free(handle);
}

void missing_free(struct missing **missing)
{
    struct missing *m = *missing;
    if (!m)
        return;
    m->is_over = true;
    channel_free(&m->channel);
    uv_close((uv_handle_t *)m->timer, timer_closed);
    buf_done(&m->answer);
    free(m);
    *missing = NULL;
}
