/* Aborting a request over a channel of its own, so that it need not wait behind what the attachment is being sent. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/session_parts.h"

struct abort_channel {
    struct abort_channel *next;
    struct session *session;
    struct channel *channel;
    struct buf seen; /* until the ready line */
    uint64_t id;
    bool is_sent, is_password_sent;
};

void abort_drop_all(struct session *s)
{
    while (s->aborts) {
        struct abort_channel *a = s->aborts;
        s->aborts = a->next;
        channel_free(&a->channel);
        buf_done(&a->seen);
        free(a);
    }
}

static void abort_data(void *context, const void *bytes, size_t len, bool is_error)
{
    struct abort_channel *a = context;
    struct session *s = a->session;
    (void)is_error;
    if (a->is_sent || !buf_add(&a->seen, bytes, len))
        return;
    if (become_find_ready(&a->seen)) {
        bootstrap_abort(&s->options.bootstrap, a->id, a->channel);
        a->is_sent = true;
    } else if (become_password(s->become) && !a->is_password_sent && become_is_asked(s->become, &a->seen)) {
        a->is_password_sent = true;
        channel_write_secret(a->channel, become_password(s->become));
        channel_write(a->channel, "\n", 1);
    }
}

static void abort_closed(void *context, int exit_status, const char *signal)
{
    struct abort_channel *a = context, **link = &a->session->aborts;
    (void)exit_status, (void)signal; /* what came of it shows in the records; the engine asks again if nothing did */
    while (*link != a)
        link = &(*link)->next;
    *link = a->next;
    channel_free(&a->channel);
    buf_done(&a->seen);
    free(a);
}

void session_abort(struct session *s, uint64_t id)
{
    static const struct channel_events table = {.data = abort_data, .closed = abort_closed};
    if (s->state != STATE_ATTACHED)
        return;
    struct abort_channel *a = mem_new(1, sizeof *a);
    a->session = s;
    a->id = id;
    a->next = s->aborts;
    s->aborts = a;
    buf_init(&a->seen, SESSION_NOISE_MAX_BYTES);
    char *command = become_command(s->become);
    a->channel = transport_exec(s->transport, command, become_way(s->become) == BECOME_TERMINAL, &table, a);
    free(command);
}
