/* The SSH session's beginning: handing the descriptor to libssh, key exchange, and trying again when a busy
 * server drops us unheard. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "transport/jump.h"
#include "transport/ssh.h"

#define DROPS_MAX 5       /* tries when the server drops us unheard, as it does above its MaxStartups */
#define DROP_WAIT_MS 400u /* before the second try; doubled for each further one */

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

static void poll_closed_for_retry(uv_handle_t *handle)
{
    struct ssh *ssh = handle->data;
    bool is_over = ssh->is_over;
    ssh_handle_closed(handle);
    if (is_over) /* and perhaps gone */
        return;
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

bool ssh_handshake(struct ssh *ssh)
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

/* Keep the first bytes of what answers, to be able to say what it is. */
void ssh_peek(struct ssh *ssh)
{
    ssize_t n = recv(ssh->watched, ssh->first, sizeof ssh->first - 1, MSG_PEEK | MSG_DONTWAIT);
    if (n > 0) {
        ssh->first_len = (size_t)n;
        ssh->first[n] = '\0';
    }
}

void ssh_handshake_late(struct ssh *ssh)
{
    unsigned limit_s = ssh->base.pool->options.stage_limit_ms / 1000;
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
}
