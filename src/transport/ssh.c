#include "transport/ssh.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libssh/server.h> /* ssh_send_keepalive */

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "transport/jump.h"

#define READS_A_TURN 64 /* of libssh's socket buffer, so that one fast host does not keep the others waiting */
#define LONG_TURN_MS 4  /* from then on each host gets one read, so that all hosts together do not keep the screen waiting */

static void turn(struct ssh *ssh);
static const struct transport_ops ops;

/* ---- the end ---- */

static void free_if_done(struct ssh *ssh)
{
    if (!ssh->base.is_freed || ssh->handles || ssh->busy || ssh->is_lent || ssh->session)
        return;
    struct transport_pool *pool = ssh->base.pool;
    ssh_channels_free(ssh);
    transport_done(&ssh->base);
    free(ssh->user);
    free(ssh->where);
    free(ssh->slot_server);
    free(ssh);
    pool_release(pool);
}

void ssh_handle_closed(uv_handle_t *handle)
{
    struct ssh *ssh = handle->data;
    ssh->handles--;
    free_if_done(ssh);
}

/* Nothing of libssh is on the stack any more. */
static void dispose(struct ssh *ssh)
{
    if (ssh->is_lent)
        return; /* comes again when the worker is back */
    if (ssh->session) {
        ssh_silent_disconnect(ssh->session);
        ssh_free(ssh->session);
        ssh->session = NULL;
        if (ssh->event)
            ssh_event_free(ssh->event);
        ssh->event = NULL;
        if (ssh->watched >= 0)
            close(ssh->watched);
        ssh->watched = -1;
    }
    if (ssh->fd >= 0)
        close(ssh->fd); /* libssh has not got it yet */
    ssh->fd = -1;
    ssh_channels_free(ssh);
    free_if_done(ssh);
}

static void end(struct ssh *ssh)
{
    if (ssh->is_over)
        return;
    ssh->is_over = true;
    ssh->stage = STAGE_OVER;
    sshconfig_cancel(&ssh->query);
    slot_leave(ssh->base.pool, &ssh->slot);
    dial_cancel(&ssh->dial);
    auth_done(ssh);
    jump_end(&ssh->jump);
    uv_close((uv_handle_t *)&ssh->limit, ssh_handle_closed);
    uv_close((uv_handle_t *)&ssh->soon, ssh_handle_closed);
    uv_close((uv_handle_t *)&ssh->probe, ssh_handle_closed);
    if (ssh->has_poll)
        uv_close((uv_handle_t *)&ssh->poll, ssh_handle_closed);
    ssh->has_poll = false;
}

void ssh_enter(struct ssh *ssh)
{
    ssh->busy++;
}

void ssh_leave(struct ssh *ssh)
{
    assert(ssh->busy);
    if (--ssh->busy)
        return;
    if (ssh->base.is_freed)
        end(ssh);
    if (ssh->is_over)
        dispose(ssh);
}

static void ssh_transport_free(struct transport *transport)
{
    struct ssh *ssh = (struct ssh *)transport;
    ssh_enter(ssh);
    if (ssh->busy == 1)
        end(ssh);
    ssh_leave(ssh);
}

void ssh_complaint(struct ssh *ssh, char *out, size_t out_size)
{
    struct buf text;
    buf_init(&text, out_size - 1);
    const char *said = ssh->session ? ssh_get_error(ssh->session) : "";
    const char *goodbye = strstr(said, "Received SSH_MSG_DISCONNECT: ");
    if (goodbye) {
        said = goodbye + strlen("Received SSH_MSG_DISCONNECT: ");
        const char *colon =
            strchr(said, ':'); /* the reason's number (RFC 4253 section 11.1) says nothing to people */
        said = colon ? colon + 1 : said;
    }
    utf8_printable(said, strcspn(said, "\r\n"), &text);
    snprintf(out, out_size, "%s", text.len ? buf_text(&text) : _("it gave no reason"));
    buf_done(&text);
}

void ssh_fail(struct ssh *ssh, enum transport_fault fault, const char *format, ...)
{
    if (ssh->is_over)
        return;
    char *detail = NULL;
    va_list ap;
    va_start(ap, format);
    int n = vasprintf(&detail, format, ap);
    va_end(ap);
    const char *beyond = ssh->jump ? jump_why(ssh->jump) : NULL;
    char *whole = mem_printf(beyond ? "%s (%s)" : "%s", n < 0 ? "" : detail, beyond);
    ssh_enter(ssh);
    ssh_channels_lost(ssh);
    end(ssh);
    transport_tell_down(&ssh->base, fault, whole);
    ssh_leave(ssh);
    free(whole);
    free(detail);
}

/* ---- time ---- */

static void soon_due(uv_timer_t *timer)
{
    struct ssh *ssh = timer->data;
    ssh->is_soon = false;
    turn(ssh);
}

void ssh_kick(struct ssh *ssh)
{
    if (ssh->is_over || ssh->is_soon)
        return;
    ssh->is_soon = true;
    uv_timer_start(&ssh->soon, soon_due, 0, 0);
}

static void limit_over(uv_timer_t *timer)
{
    struct ssh *ssh = timer->data;
    const struct transport_options *o = &ssh->base.pool->options;
    unsigned limit_s = o->stage_limit_ms / 1000;
    ssh_enter(ssh);
    switch (ssh->stage) {
    case STAGE_BACKOFF:
        ssh->stage = STAGE_QUEUE;
        ssh_kick(ssh);
        break;
    case STAGE_HANDSHAKE:
        ssh_handshake_late(ssh);
        break;
    case STAGE_HOST_KEY:
        transport_unask(&ssh->base);
        ssh->host_key_answer = KEY_LATE;
        ssh_kick(ssh);
        break;
    case STAGE_AUTH:
        if (!auth_late(ssh))
            ssh_fail(ssh, FAULT_LOST, _("%s: no answer within %u s while authenticating as %s. Tried: %s"),
                     ssh->where, limit_s, ssh->user,
                     ssh->auth.tried.len ? buf_text(&ssh->auth.tried) : _("nothing yet"));
        break;
    default:
        break;
    }
    ssh_leave(ssh);
}

void ssh_limit(struct ssh *ssh, unsigned limit_ms)
{
    if (!ssh->is_over)
        uv_timer_start(&ssh->limit, limit_over, limit_ms, 0);
}

/* Silence is measured by the bytes that came, since neither TCP nor libssh's keepalive tells. */
static void probe_due(uv_timer_t *timer)
{
    struct ssh *ssh = timer->data;
    const struct transport_options *o = &ssh->base.pool->options;
    uint64_t now_ms = uv_now(ssh->base.pool->loop);
    ssh_enter(ssh);
    /* While the loop stood still (an editor or a shell had the terminal, ^Z) nobody listened, and no probe was sent: that is no silence of the peer's. */
    uint64_t since_look_ms = now_ms - ssh->looked_ms;
    uint64_t silent_ms = now_ms - ssh->last_in_ms;
    if (since_look_ms > 2 * uv_timer_get_repeat(timer)) {
        silent_ms -= since_look_ms < silent_ms ? since_look_ms : silent_ms;
        ssh->last_in_ms = now_ms - silent_ms;
    }
    ssh->looked_ms = now_ms;
    if (silent_ms >= o->lost_limit_ms)
        ssh_fail(ssh, FAULT_LOST, _("%s: nothing came for %llu s, not even an answer to a probe"), ssh->where,
                 (unsigned long long)(silent_ms + 500) / 1000);
    else if (silent_ms + 50 >= o->probe_ms && !ssh->is_lent)
        for (int i = 0; i < 2; i++) /* the first call may only collect the answer to the one before */
            ssh_send_keepalive(ssh->session);
    ssh_kick(ssh); /* channels have limits too */
    ssh_leave(ssh);
}

/* ---- the session ---- */

static void poll_due(uv_poll_t *poll, int status, int events)
{
    (void)status, (void)events; /* libssh looks itself */
    turn(poll->data);
}

static void watch(struct ssh *ssh)
{
    if (!ssh->has_poll || ssh->is_over)
        return;
    if (ssh->is_lent) {
        uv_poll_stop(&ssh->poll);
        return;
    }
    int flags = ssh_get_poll_flags(ssh->session);
    int wanted = UV_READABLE | ((flags & SSH_WRITE_PENDING) ? UV_WRITABLE : 0);
    uv_poll_start(&ssh->poll, wanted, poll_due);
}

static bool step_host_key(struct ssh *ssh)
{
    if (!hostkey_check(ssh) || ssh->is_over)
        return false;
    ssh->stage = STAGE_AUTH;
    transport_tell_stage(&ssh->base, _("authenticating as %s"), ssh->user);
    ssh_limit(ssh, ssh->base.pool->options.stage_limit_ms);
    auth_init(ssh);
    return true;
}

static bool step_auth(struct ssh *ssh)
{
    if (auth_step(ssh) != AUTH_DONE || ssh->is_over)
        return false;
    const struct transport_options *o = &ssh->base.pool->options;
    uv_timer_stop(&ssh->limit);
    slot_leave(ssh->base.pool, &ssh->slot);
    auth_done(ssh);
    ssh->stage = STAGE_UP;
    ssh->last_in_ms = ssh->looked_ms = uv_now(ssh->base.pool->loop);
    /* Looked at often, so that the limit is kept to a ninth of itself and not to the length of a probe. */
    unsigned every_ms = o->probe_ms < o->lost_limit_ms / 9 ? o->probe_ms : o->lost_limit_ms / 9;
    uv_timer_start(&ssh->probe, probe_due, every_ms, every_ms);
    transport_tell_up(&ssh->base);
    return true;
}

static void cut_off(struct ssh *ssh)
{
    char complaint[300];
    switch (ssh->stage) {
    case STAGE_UP:
        ssh_channels_step(ssh); /* what had come completely is complete */
        ssh_complaint(ssh, complaint, sizeof complaint);
        ssh_fail(ssh, FAULT_LOST, _("%s: the connection ended: %s"), ssh->where, complaint);
        break;
    case STAGE_HOST_KEY:
        hostkey_cut_off(ssh);
        break;
    case STAGE_AUTH:
        auth_cut_off(ssh);
        break;
    default: /* ssh_connect says it */
        break;
    }
}

/* uv_now is when this turn of the loop began to look at descriptors. */
static bool is_long(const uv_loop_t *loop)
{
    return uv_hrtime() / 1000000 >= uv_now(loop) + LONG_TURN_MS;
}

static void pump(struct ssh *ssh)
{
    int rc = SSH_OK;
    if (!ssh->first_len)
        ssh_peek(ssh);
    for (int i = 0; i < READS_A_TURN && rc == SSH_OK && !ssh->is_over && !ssh->base.is_freed; i++) {
        uint64_t before = ssh->counter.in_bytes;
        rc = ssh_event_dopoll(ssh->event, 0);
        if ((ssh->counter.in_bytes == before && i > 0) || is_long(ssh->base.pool->loop))
            break;
    }
    if (ssh->counter.in_bytes != ssh->last_in_bytes) {
        ssh->last_in_bytes = ssh->counter.in_bytes;
        ssh->last_in_ms = uv_now(ssh->base.pool->loop);
    }
    if (!ssh->is_over && !ssh->base.is_freed && (rc == SSH_ERROR || !ssh_is_connected(ssh->session)))
        cut_off(ssh);
}

/* Step until nothing changes any more: one event can make several things possible. */
static void turn(struct ssh *ssh)
{
    if (ssh->is_over || ssh->is_lent)
        return;
    ssh_enter(ssh);
    if (ssh->session && ssh->stage >= STAGE_HANDSHAKE && ssh->fd < 0)
        pump(ssh);
    bool has_changed = true;
    while (has_changed && !ssh->is_over && !ssh->base.is_freed && !ssh->is_lent) {
        has_changed = false;
        switch (ssh->stage) {
        case STAGE_CONFIG:
            ssh_reach_config(ssh);
            break;
        case STAGE_JUMP:
            if (jump_is_up(ssh->jump)) {
                ssh->stage = STAGE_QUEUE;
                has_changed = true;
            }
            break;
        case STAGE_QUEUE:
            has_changed = ssh_reach_queue(ssh);
            break;
        case STAGE_HANDSHAKE:
            has_changed = ssh_handshake(ssh);
            break;
        case STAGE_HOST_KEY:
            if (ssh->host_key_answer != KEY_ASKED)
                has_changed = step_host_key(ssh);
            break;
        case STAGE_AUTH:
            has_changed = step_auth(ssh);
            break;
        case STAGE_UP:
            has_changed = ssh_channels_step(ssh);
            break;
        case STAGE_DIAL:
        case STAGE_BACKOFF:
        case STAGE_OVER:
            break;
        }
    }
    if (ssh->session)
        watch(ssh);
    ssh_leave(ssh);
}

struct ssh *ssh_new_connection(struct transport_pool *pool, const struct host *host,
                               const struct ssh_defaults *defaults, const struct transport_events *events,
                               void *context, unsigned depth)
{
    struct ssh *ssh = mem_new(1, sizeof *ssh);
    pool_hold(pool);
    transport_init(&ssh->base, &ops, pool, host, defaults, events, context);
    ssh->serial = ++pool->serial;
    ssh->depth = depth;
    ssh->fd = ssh->watched = -1;
    TAILQ_INIT(&ssh->channels);
    uv_timer_t *timers[] = {&ssh->limit, &ssh->soon, &ssh->probe};
    for (size_t i = 0; i < 3; i++) {
        uv_timer_init(pool->loop, timers[i]);
        timers[i]->data = ssh;
        ssh->handles++;
    }
    ssh_kick(ssh);
    return ssh;
}

struct transport *ssh_transport_new(struct transport_pool *pool, const struct host *host,
                                    const struct ssh_defaults *defaults,
                                    const struct transport_events *events, void *context)
{
    return &ssh_new_connection(pool, host, defaults, events, context, 0)->base;
}

static const struct transport_ops ops = {.exec = ssh_exec, .free = ssh_transport_free};
