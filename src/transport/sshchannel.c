/* Channels on an SSH connection: commands, and forwards for jump hosts. libssh is called only from
 * ssh_channels_step; what users ask for is noted and done there, so that nothing is re-entered. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "transport/ssh.h"

/* libssh keeps buffers as large as the most that ever waited in them, two a connection: so it gets little at a time, and more when that is out. */
#define WRITE_MAX 3840 /* with its header still below 4096, as buffers grow in powers of two */
#define CHUNK_MAX 32768 /* one SSH packet's payload (RFC 4253 section 6.1) */

#define CLOSE_WAIT_MS 1000

enum phase { PHASE_OPEN, PHASE_TERMINAL, PHASE_EXEC, PHASE_UP, PHASE_OVER };

struct ssh_channel_state {
    struct channel base;
    TAILQ_ENTRY(ssh_channel_state) link;
    struct ssh *ssh;
    ssh_channel channel; /* NULL before the first step and when the session is gone */
    struct ssh_channel_callbacks_struct callbacks;
    enum phase phase;
    char *command; /* NULL: a forward */
    char *address;
    unsigned port;
    bool with_terminal;
    bool has_status, has_eof, has_close, is_end_sent, has_leftover;
    uint64_t since_ms;    /* when it began to open */
    uint64_t complete_ms; /* when all but the close had come; 0: not yet */
    int status;
    char signal[32];
};

static int data_came(ssh_session session, ssh_channel channel, void *bytes, uint32_t len, int is_error,
                     void *context)
{
    struct ssh_channel_state *c = context;
    (void)session, (void)channel;
    if (c->base.is_paused && !c->base.is_freed) {
        c->has_leftover = true; /* libssh keeps it and, once its window is full, the peer waits */
        return 0;
    }
    channel_tell_data(&c->base, bytes, len, is_error);
    return (int)len;
}

static void eof_came(ssh_session session, ssh_channel channel, void *context)
{
    (void)session, (void)channel;
    ((struct ssh_channel_state *)context)->has_eof = true;
}

static void close_came(ssh_session session, ssh_channel channel, void *context)
{
    (void)session, (void)channel;
    ((struct ssh_channel_state *)context)->has_close = true;
}

static void status_came(ssh_session session, ssh_channel channel, int status, void *context)
{
    struct ssh_channel_state *c = context;
    (void)session, (void)channel;
    c->has_status = true;
    c->status = status;
}

static void signal_came(ssh_session session, ssh_channel channel, const char *signal, int core,
                        const char *message, const char *language, void *context)
{
    struct ssh_channel_state *c = context;
    (void)session, (void)channel, (void)core, (void)message, (void)language;
    c->has_status = true;
    c->status = -1;
    size_t n = 0;
    for (const char *p = signal; *p && n + 1 < sizeof c->signal; p++)
        if ((*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9'))
            c->signal[n++] = *p;
    c->signal[n] = '\0';
}

static void written(struct channel *channel)
{
    ssh_kick(((struct ssh_channel_state *)channel)->ssh);
}

static void forget(struct ssh_channel_state *c)
{
    TAILQ_REMOVE(&c->ssh->channels, c, link);
    channel_done(&c->base);
    free(c->command);
    free(c->address);
    free(c);
}

static void free_channel(struct channel *channel)
{
    struct ssh_channel_state *c = (struct ssh_channel_state *)channel;
    if (c->ssh->is_over && !c->ssh->busy && !c->channel)
        forget(c);
    else
        ssh_kick(c->ssh); /* closed and forgotten at the next step */
}

static const struct channel_ops ops = {.written = written, .pause = written, .free = free_channel};

static struct ssh_channel_state *new_channel(struct ssh *ssh, const struct channel_events *events,
                                             void *context)
{
    struct ssh_channel_state *c = mem_new(1, sizeof *c);
    channel_init(&c->base, &ops, events, context);
    c->ssh = ssh;
    c->status = -1;
    c->since_ms = uv_now(ssh->base.pool->loop);
    c->callbacks = (struct ssh_channel_callbacks_struct){
        .userdata = c,
        .channel_data_function = data_came,
        .channel_eof_function = eof_came,
        .channel_close_function = close_came,
        .channel_exit_status_function = status_came,
        .channel_exit_signal_function = signal_came,
    };
    ssh_callbacks_init(&c->callbacks);
    TAILQ_INSERT_TAIL(&ssh->channels, c, link);
    ssh_kick(ssh);
    return c;
}

struct channel *ssh_exec(struct transport *transport, const char *command, bool with_terminal,
                         const struct channel_events *events, void *context)
{
    struct ssh_channel_state *c = new_channel((struct ssh *)transport, events, context);
    c->command = mem_strdup(command);
    c->with_terminal = with_terminal;
    return &c->base;
}

struct channel *ssh_forward(struct ssh *ssh, const char *address, unsigned port,
                            const struct channel_events *events, void *context)
{
    struct ssh_channel_state *c = new_channel(ssh, events, context);
    c->address = mem_strdup(address);
    c->port = port;
    return &c->base;
}

static void over(struct ssh_channel_state *c)
{
    c->phase = PHASE_OVER;
    channel_tell_closed(&c->base, c->has_status ? c->status : -1, c->signal);
}

static void refused(struct ssh_channel_state *c, const char *what)
{
    char complaint[300];
    ssh_complaint(c->ssh, complaint, sizeof complaint);
    free(c->base.why);
    c->base.why = mem_printf(_("%s: the server refuses to %s: %s"), c->ssh->where, what, complaint);
    over(c);
}

static int request_open(struct ssh_channel_state *c)
{
    if (!c->channel) {
        c->channel = ssh_channel_new(c->ssh->session);
        if (!c->channel)
            return SSH_ERROR;
        ssh_set_channel_callbacks(c->channel, &c->callbacks);
    }
    return c->command ? ssh_channel_open_session(c->channel)
                      : ssh_channel_open_forward(c->channel, c->address, (int)c->port, "127.0.0.1", 0);
}

/* The steps until the command runs. true when it went on. */
static bool step_opening(struct ssh_channel_state *c)
{
    int rc;
    const char *what;
    switch (c->phase) {
    case PHASE_OPEN:
        rc = request_open(c);
        what =
            c->command ? _("open a session (its MaxSessions may be reached)") : _("pass the connection on");
        break;
    case PHASE_TERMINAL:
        rc = ssh_channel_request_pty_size(c->channel, "dumb", 80, 24);
        what = _("give a terminal");
        break;
    default:
        rc = ssh_channel_request_exec(c->channel, c->command);
        what = _("run a command");
        break;
    }
    if (rc == SSH_AGAIN) {
        unsigned limit_ms = c->ssh->base.pool->options.stage_limit_ms;
        if (uv_now(c->ssh->base.pool->loop) - c->since_ms > limit_ms) {
            free(c->base.why);
            c->base.why = mem_printf(_("%s: no answer to a request to %s within %u s"), c->ssh->where, what,
                                     limit_ms / 1000);
            over(c);
            return true;
        }
        return false;
    }
    if (rc != SSH_OK && !ssh_is_connected(c->ssh->session))
        return false; /* not refused: the connection is over, which will be told */
    if (rc != SSH_OK)
        refused(c, what);
    else if (c->phase == PHASE_OPEN && c->command)
        c->phase = c->with_terminal ? PHASE_TERMINAL : PHASE_EXEC;
    else if (c->phase == PHASE_TERMINAL)
        c->phase = PHASE_EXEC;
    else
        c->phase = PHASE_UP;
    return true;
}

/* What libssh kept while the channel was paused, or could not hand out. */
static bool read_leftover(struct ssh_channel_state *c)
{
    static char bytes[CHUNK_MAX];
    bool has_more = false;
    if (!c->has_leftover || c->base.is_paused)
        return false;
    for (int is_error = 0; is_error < 2; is_error++) {
        /* only what lies there: a read of an empty buffer would look for packets */
        while (!c->base.is_paused && !c->base.is_freed && ssh_channel_poll(c->channel, is_error) > 0) {
            int n = ssh_channel_read_nonblocking(c->channel, bytes, sizeof bytes, is_error);
            if (n <= 0)
                break;
            channel_tell_data(&c->base, bytes, (size_t)n, is_error);
        }
        has_more |= c->base.is_paused;
    }
    c->has_leftover = has_more;
    return true;
}

static bool write_queue(struct ssh_channel_state *c)
{
    bool has_changed = false;
    struct piece *piece;
    while ((piece = TAILQ_FIRST(&c->base.queue))) {
        size_t len = piece->len - piece->sent;
        uint32_t window = ssh_channel_window_size(c->channel);
        if (!window || c->has_close || (ssh_get_poll_flags(c->ssh->session) & SSH_WRITE_PENDING))
            break;
        if (len > WRITE_MAX)
            len = WRITE_MAX;
        if (len > window)
            len = window; /* libssh would wait for the rest */
        int n = ssh_channel_write(c->channel, piece->text + piece->sent, (uint32_t)len);
        if (n <= 0)
            break;
        channel_sent(&c->base, (size_t)n);
        has_changed = true;
    }
    channel_tell_drained(&c->base);
    if (!c->base.queued && c->base.is_end_queued && !c->is_end_sent && !c->base.is_freed) {
        c->is_end_sent = true;
        ssh_channel_send_eof(c->channel);
        has_changed = true;
    }
    return has_changed;
}

/* Status and end of file are all that a command has to say; but where the server's own close comes as well,
 * as it should, waiting for it leaves the server ready for the next channel (it counts them against its
 * MaxSessions). */
static bool is_complete(struct ssh_channel_state *c)
{
    if (c->has_close || !c->has_eof)
        return c->has_close;
    if (!c->command)
        return true;
    if (!c->has_status)
        return false;
    uint64_t now_ms = uv_now(c->ssh->base.pool->loop);
    if (!c->complete_ms)
        c->complete_ms = now_ms;
    return now_ms - c->complete_ms > CLOSE_WAIT_MS;
}

static bool step_up(struct ssh_channel_state *c)
{
    bool has_changed = read_leftover(c);
    has_changed |= write_queue(c);
    if (is_complete(c) && !c->has_leftover) {
        if (!c->has_status && c->command)
            c->base.why =
                mem_printf(_("%s: the server closed the channel without an exit status"), c->ssh->where);
        over(c);
        return true;
    }
    return has_changed;
}

/* The user has let go of it: close it over there too. One that is still opening is kept until the answer is
 * there; libssh would not close it otherwise. */
static bool let_go(struct ssh_channel_state *c)
{
    if (c->phase == PHASE_OPEN && c->channel) {
        int rc = request_open(c);
        if (rc == SSH_AGAIN)
            return false;
    }
    if (c->channel) {
        ssh_remove_channel_callbacks(c->channel, &c->callbacks);
        ssh_channel_free(c->channel);
    }
    forget(c);
    return true;
}

bool ssh_channels_step(struct ssh *ssh)
{
    bool has_changed = false;
    struct ssh_channel_state *c = TAILQ_FIRST(&ssh->channels);
    while (c && !ssh->is_over) {
        struct ssh_channel_state *next;
        if (c->base.is_freed) {
            next = TAILQ_NEXT(c, link);
            has_changed |= let_go(c);
        } else {
            if (c->phase < PHASE_UP)
                has_changed |= step_opening(c);
            else if (c->phase == PHASE_UP)
                has_changed |= step_up(c);
            next = TAILQ_NEXT(c, link); /* the user may have added some; none is forgotten but here */
            if (c->base.is_freed && !ssh->is_over)
                let_go(c); /* before a new one is opened */
        }
        c = next;
    }
    return has_changed;
}

void ssh_channels_lost(struct ssh *ssh)
{
    struct ssh_channel_state *c;
    TAILQ_FOREACH(c, &ssh->channels, link)
    if (c->phase != PHASE_OVER)
        over(c);
}

void ssh_channels_free(struct ssh *ssh)
{
    struct ssh_channel_state *c = TAILQ_FIRST(&ssh->channels), *next;
    for (; c; c = next) {
        next = TAILQ_NEXT(c, link);
        c->channel = NULL; /* went with the session */
        if (c->base.is_freed || ssh->base.is_freed)
            forget(c);
    }
}
