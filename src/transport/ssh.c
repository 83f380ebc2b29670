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

#define READS_A_TURN                                                                                         \
    64              /* of libssh's socket buffer, so that one fast host does not keep the others waiting */
#define DROPS_MAX 5 /* tries when the server drops us unheard, as it does above its MaxStartups */
#define DROP_WAIT_MS 400 /* before the second try; doubled for each further one */
#define DEPTH_MAX 8      /* jump hosts one behind the other */

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

static void handle_closed(uv_handle_t *handle)
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
    uv_close((uv_handle_t *)&ssh->limit, handle_closed);
    uv_close((uv_handle_t *)&ssh->soon, handle_closed);
    uv_close((uv_handle_t *)&ssh->probe, handle_closed);
    if (ssh->has_poll)
        uv_close((uv_handle_t *)&ssh->poll, handle_closed);
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

/* The first line of a peer's text, printable. */
static const char *shown(const char *text, char *out, size_t out_size)
{
    struct buf line;
    buf_init(&line, out_size - 1);
    utf8_printable(text, strcspn(text, "\r\n"), &line);
    snprintf(out, out_size, "%s", buf_text(&line));
    buf_done(&line);
    return out;
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

static void start_over(struct ssh *ssh);

static void limit_over(uv_timer_t *timer)
{
    struct ssh *ssh = timer->data;
    const struct transport_options *o = &ssh->base.pool->options;
    unsigned limit_s = o->stage_limit_ms / 1000;
    ssh_enter(ssh);
    switch (ssh->stage) {
    case STAGE_BACKOFF:
        start_over(ssh);
        break;
    case STAGE_HANDSHAKE: {
        const char *banner = ssh_get_serverbanner(ssh->session);
        char found[200];
        if (banner)
            ssh_fail(ssh, FAULT_HANDSHAKE,
                     _("%s: the server says it is %s, and then did not finish the key exchange within %u s"),
                     ssh->where, shown(banner, found, sizeof found), limit_s);
        else if (ssh->first_len)
            ssh_fail(ssh, FAULT_HANDSHAKE,
                     _("%s: connected, but what answers is not SSH; it said '%s' (limit %u s)"), ssh->where,
                     shown(ssh->first, found, sizeof found), limit_s);
        else
            ssh_fail(ssh, FAULT_HANDSHAKE, _("%s: connected, but nothing was said within %u s"), ssh->where,
                     limit_s);
        break;
    }
    case STAGE_HOST_KEY:
        transport_unask(&ssh->base);
        ssh->host_key_answer = KEY_REFUSED;
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
    uint64_t silent_ms = now_ms - ssh->last_in_ms;
    if (silent_ms >= o->lost_limit_ms)
        ssh_fail(ssh, FAULT_LOST, _("%s: nothing came for %llu s, not even an answer to a probe"), ssh->where,
                 (unsigned long long)(silent_ms + 500) / 1000);
    else if (silent_ms + 50 >= o->probe_ms && !ssh->is_lent)
        for (int i = 0; i < 2; i++) /* the first call may only collect the answer to the one before */
            ssh_send_keepalive(ssh->session);
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

static void unblock(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags >= 0)
        fcntl(fd, F_SETFL,
              flags | O_NONBLOCK); /* libssh makes it blocking on connecting, and again when connected */
}

static bool set_options(struct ssh *ssh)
{
    int off = 0, fd = ssh->fd;
    unsigned port = ssh->port;
    /* the fingerprint is checked by us (hostkey.c): libssh must not look into files of its own */
    bool ok = ssh_options_set(ssh->session, SSH_OPTIONS_PROCESS_CONFIG, &off) == 0 &&
              ssh_options_set(ssh->session, SSH_OPTIONS_HOST, ssh->config->hostname) == 0 &&
              ssh_options_set(ssh->session, SSH_OPTIONS_PORT, &port) == 0 &&
              ssh_options_set(ssh->session, SSH_OPTIONS_USER, ssh->user) == 0 &&
              ssh_options_set(ssh->session, SSH_OPTIONS_KNOWNHOSTS, "/dev/null") == 0 &&
              ssh_options_set(ssh->session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null") == 0 &&
              ssh_options_set(ssh->session, SSH_OPTIONS_FD, &fd) == 0;
    if (ok)
        hostkey_prefer(ssh);
    return ok;
}

void ssh_begin(struct ssh *ssh, int fd)
{
    ssh->fd = fd;
    unblock(fd);
    ssh->session = ssh_new();
    ssh->event = ssh_event_new();
    ssh->watched = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (!ssh->session || !ssh->event || ssh->watched < 0 ||
        uv_poll_init(ssh->base.pool->loop, &ssh->poll, ssh->watched) < 0) {
        ssh_fail(ssh, FAULT_LOCAL, _("%s: can't set up an SSH session on this machine: %s"), ssh->where,
                 strerror(errno));
        return;
    }
    ssh->poll.data = ssh;
    ssh->has_poll = true;
    ssh->handles++;
    ssh_set_blocking(ssh->session, 0);
    if (!set_options(ssh)) {
        char complaint[300];
        ssh_complaint(ssh, complaint, sizeof complaint);
        ssh_fail(ssh, FAULT_CONFIG, _("%s: libssh does not accept the settings: %s"), ssh->where, complaint);
        return;
    }
    ssh_set_counters(ssh->session, &ssh->counter, NULL);
    ssh->stage = STAGE_HANDSHAKE;
    transport_tell_stage(&ssh->base, _("exchanging keys with %s"), ssh->where);
    ssh_limit(ssh, ssh->base.pool->options.stage_limit_ms);
    ssh_kick(ssh);
}

/* Drop the session, as if it had never been. */
static void start_over(struct ssh *ssh)
{
    ssh->stage = STAGE_QUEUE;
    ssh_kick(ssh);
}

static void poll_closed_for_retry(uv_handle_t *handle)
{
    struct ssh *ssh = handle->data;
    ssh->handles--;
    if (ssh->is_over) {
        free_if_done(ssh);
        return;
    }
    ssh->stage = STAGE_BACKOFF;
    /* spread by the order of connecting, so that those dropped together do not come back together */
    ssh_limit(ssh, (DROP_WAIT_MS << (ssh->drops - 1)) + ssh->serial % 16 * 37);
}

static void back_off(struct ssh *ssh)
{
    ssh->drops++;
    ssh->stage = STAGE_BACKOFF;
    uv_timer_stop(&ssh->limit);
    slot_leave(ssh->base.pool, &ssh->slot);
    ssh->has_poll = false;
    uv_close((uv_handle_t *)&ssh->poll, poll_closed_for_retry);
    ssh_silent_disconnect(ssh->session);
    ssh_free(ssh->session);
    ssh_event_free(ssh->event);
    close(ssh->watched);
    ssh->session = NULL;
    ssh->event = NULL;
    ssh->watched = -1;
    ssh->fd = -1;
    ssh->counter = (struct ssh_counter_struct){0};
    ssh->last_in_bytes = 0;
    ssh->first_len = 0;
    transport_tell_stage(&ssh->base, _("%s dropped us before saying anything; trying again (%u of %u)"),
                         ssh->where, ssh->drops, DROPS_MAX);
}

static void handshake_failed(struct ssh *ssh)
{
    const char *banner = ssh_get_serverbanner(ssh->session);
    char complaint[500], found[200];
    ssh_complaint(ssh, complaint, sizeof complaint);
    bool is_dropped = !ssh->first_len || strncmp(ssh->first, "Exceeded MaxStartups", 20) == 0;
    if (ssh->jump && jump_why(ssh->jump))
        ssh_fail(ssh, FAULT_DIAL_REFUSED, _("%s: the way there ended"), ssh->where);
    else if (is_dropped && !banner && ssh->drops < DROPS_MAX)
        back_off(ssh);
    else if (is_dropped && !banner)
        ssh_fail(ssh, FAULT_HANDSHAKE,
                 _("%s: connected, but the connection was closed before a word, %u times (is its MaxStartups "
                   "reached?)"),
                 ssh->where, ssh->drops + 1);
    else if (!banner)
        ssh_fail(ssh, FAULT_HANDSHAKE, _("%s: connected, but what answers is not SSH; it said '%s'"),
                 ssh->where, shown(ssh->first, found, sizeof found));
    else
        ssh_fail(ssh, FAULT_HANDSHAKE, _("%s: the key exchange with %s failed: %s"), ssh->where,
                 shown(banner, found, sizeof found), complaint);
}

static bool step_handshake(struct ssh *ssh)
{
    bool is_first = ssh->fd >= 0;
    int rc = ssh_connect(ssh->session);
    if (is_first) {
        ssh->fd = -1; /* libssh's now */
        unblock(ssh->watched);
        if (rc != SSH_ERROR && ssh_event_add_session(ssh->event, ssh->session) != SSH_OK)
            rc = SSH_ERROR;
    }
    if (rc == SSH_AGAIN)
        return false;
    if (rc != SSH_OK) {
        handshake_failed(ssh);
        return false;
    }
    unblock(ssh->watched);
    ssh->stage = STAGE_HOST_KEY;
    return true;
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
    ssh->last_in_ms = uv_now(ssh->base.pool->loop);
    unsigned every_ms = o->probe_ms < o->lost_limit_ms / 3 ? o->probe_ms : o->lost_limit_ms / 3;
    uv_timer_start(&ssh->probe, probe_due, every_ms, every_ms);
    transport_tell_up(&ssh->base);
    return true;
}

/* Keep the first bytes of what answers, to be able to say what it is. */
static void peek(struct ssh *ssh)
{
    ssize_t n = recv(ssh->watched, ssh->first, sizeof ssh->first - 1, MSG_PEEK | MSG_DONTWAIT);
    if (n > 0) {
        ssh->first_len = (size_t)n;
        ssh->first[n] = '\0';
    }
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
        ssh_fail(ssh, FAULT_HANDSHAKE, _("%s: the server hung up while its host key was being checked"),
                 ssh->where);
        break;
    case STAGE_AUTH:
        auth_cut_off(ssh);
        break;
    default: /* ssh_connect says it */
        break;
    }
}

static void pump(struct ssh *ssh)
{
    int rc = SSH_OK;
    if (!ssh->first_len)
        peek(ssh);
    for (int i = 0; i < READS_A_TURN && rc == SSH_OK && !ssh->is_over && !ssh->base.is_freed; i++) {
        uint64_t before = ssh->counter.in_bytes;
        rc = ssh_event_dopoll(ssh->event, 0);
        if (ssh->counter.in_bytes == before && i > 0)
            break;
    }
    if (ssh->counter.in_bytes != ssh->last_in_bytes) {
        ssh->last_in_bytes = ssh->counter.in_bytes;
        ssh->last_in_ms = uv_now(ssh->base.pool->loop);
    }
    if (!ssh->is_over && !ssh->base.is_freed && (rc == SSH_ERROR || !ssh_is_connected(ssh->session)))
        cut_off(ssh);
}

/* ---- before the session ---- */

static void dialled(void *context, int fd, enum transport_fault fault, const char *detail)
{
    struct ssh *ssh = context;
    ssh->dial = NULL;
    ssh_enter(ssh);
    if (fd < 0) {
        ssh_fail(ssh, fault, "%s", detail);
    } else {
        free(ssh->where);
        bool is_numeric = strchr(ssh->config->hostname, ':') ||
                          strncmp(detail, ssh->config->hostname, strlen(ssh->config->hostname)) == 0;
        ssh->where = is_numeric ? mem_strdup(detail) : mem_printf("%s (%s)", ssh->config->hostname, detail);
        ssh_begin(ssh, fd);
    }
    ssh_leave(ssh);
}

static void dial_now(struct ssh *ssh)
{
    const struct transport_options *o = &ssh->base.pool->options;
    ssh->stage = STAGE_DIAL;
    if (!ssh->jump) {
        transport_tell_stage(&ssh->base, _("dialling %s"), ssh->where);
        ssh->dial = dial_start(ssh->base.pool, ssh->config->hostname, ssh->port, ssh->config->family,
                               o->dial_limit_ms, dialled, ssh);
        return;
    }
    transport_tell_stage(&ssh->base, _("going to %s"), ssh->where);
    int fd = jump_open(ssh->jump, ssh->config->hostname, ssh->port);
    if (fd < 0)
        ssh_fail(ssh, FAULT_LOCAL, _("%s: no descriptor left on this machine: %s"), ssh->where,
                 strerror(errno));
    else
        ssh_begin(ssh, fd);
}

static void granted(void *context)
{
    ssh_kick(context);
}

static bool step_queue(struct ssh *ssh)
{
    if (!ssh->slot.is_taken && (ssh->slot.is_waiting || !slot_take(ssh->base.pool, &ssh->slot)))
        return false;
    dial_now(ssh);
    return true;
}

/* A host of ssh_config whose ProxyJump is itself: as in ssh(1), no jump. */
static bool is_itself(const struct ssh *ssh, const char *chain)
{
    char *user, *host;
    unsigned port;
    if (strchr(chain, ',') || !jump_parse(chain, strlen(chain), &user, &host, &port))
        return false;
    bool is_same = strcmp(host, ssh->base.host.address) == 0;
    free(user);
    free(host);
    return is_same;
}

static bool are_identities_readable(struct ssh *ssh)
{
    const struct strv *files = &ssh->base.host.identities;
    for (size_t i = 0; i < files->count; i++) {
        char *path = file_expand(files->items[i]);
        int rc = access(path, R_OK), errnum = errno;
        if (rc < 0)
            ssh_fail(ssh, FAULT_CONFIG, _("can't read the key file %s: %s"), path, strerror(errnum));
        free(path);
        if (rc < 0)
            return false;
    }
    return true;
}

static void use_config(struct ssh *ssh, const struct sshconfig *config)
{
    const struct host *host = &ssh->base.host;
    ssh->config = config;
    ssh->user = mem_strdup(config->user); /* -l and -p were given to ssh -G */
    ssh->port = config->port;
    const char *chain = host->jump ? host->jump : config->proxy_jump;
    if (chain && (strcmp(chain, "none") == 0 || (!host->jump && is_itself(ssh, chain))))
        chain = NULL;
    ssh->where =
        mem_printf(chain ? _("%s port %u through %s") : _("%s port %u"), config->hostname, ssh->port, chain);
    ssh->slot_server = mem_printf("%s:%u %s", config->hostname, ssh->port, chain ? chain : "");
    ssh->slot.server = ssh->slot_server;
    if (!are_identities_readable(ssh))
        return;
    if (!chain && !host->jump && config->proxy_command) {
        ssh_fail(ssh, FAULT_CONFIG,
                 _("ssh_config sets ProxyCommand for %s, which kwiz does not run; use ProxyJump, or `jump:` "
                   "in the answers"),
                 host->address);
        return;
    }
    ssh->stage = STAGE_QUEUE;
    if (chain && ssh->depth >= DEPTH_MAX) {
        ssh_fail(
            ssh, FAULT_CONFIG,
            _("more than %u jump hosts, one behind the other (does ssh_config lead round in a circle?): %s"),
            DEPTH_MAX, chain);
    } else if (chain) {
        char *detail = NULL;
        ssh->stage = STAGE_JUMP;
        transport_tell_stage(&ssh->base, _("waiting for jump host %s"), chain);
        ssh->jump = jump_begin(ssh, chain, &detail);
        if (!ssh->jump)
            ssh_fail(ssh, FAULT_CONFIG, "%s", detail);
        free(detail);
    }
    ssh_kick(ssh);
}

static void got_config(void *context, const struct sshconfig *config, const char *detail)
{
    struct ssh *ssh = context;
    ssh_enter(ssh);
    if (config)
        use_config(ssh, config);
    else
        ssh_fail(ssh, FAULT_CONFIG, "%s", detail);
    ssh_leave(ssh);
}

static void step_config(struct ssh *ssh)
{
    const struct host *host = &ssh->base.host;
    if (ssh->query.entry || ssh->config)
        return;
    if (!*host->address || *host->address == '-') { /* ssh would read it as an option */
        ssh_fail(ssh, FAULT_CONFIG, _("'%s' can't be an address"), host->address);
        return;
    }
    ssh->query.got = got_config;
    ssh->query.context = ssh;
    const struct sshconfig *config =
        sshconfig_ask(ssh->base.pool, &ssh->query, host->address, host->user, host->port);
    if (config)
        use_config(ssh, config);
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
            step_config(ssh);
            break;
        case STAGE_JUMP:
            if (jump_is_up(ssh->jump)) {
                ssh->stage = STAGE_QUEUE;
                has_changed = true;
            }
            break;
        case STAGE_QUEUE:
            has_changed = step_queue(ssh);
            break;
        case STAGE_HANDSHAKE:
            has_changed = step_handshake(ssh);
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
    ssh->slot.granted = granted;
    ssh->slot.context = ssh;
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
