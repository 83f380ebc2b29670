/* One attachment to one host: connection, sudo, loader, bootstrap, then frames both ways (doc/step-protocol.md, "Getting in"). A session
 * lives from session_open to `down`; a new one is made to come back. It knows nothing of tasks. */
#ifndef KWIZ_ENGINE_SESSION_H
#define KWIZ_ENGINE_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/secret.h"
#include "engine/bootstrap.h"
#include "engine/frame.h"
#include "engine/proto.h"
#include "transport/transport.h"

struct session;

/* Called on the loop's thread, never from within a call of this header. After `down` only session_free may be called. */
struct session_events {
    void (*stage)(void *context, const char *text); /* printable; valid during the call */
    /* From the transport, and ASK_PASSWORD with text "sudo" for sudo's password. Answer with session_answer. */
    void (*ask)(void *context, const struct transport_ask *ask);
    /* We were let in (not told of a connection that was open already), or (is_sudo) sudo took the password. May be NULL. */
    void (*accepted)(void *context, bool is_sudo);
    void (*attached)(void *context, const struct proto_hello *hello);
    const struct proto_handlers *frames; /* all but hello and refused; same context */
    /* The queue of written frames has left. */
    void (*drained)(void *context);
    /* Over, exactly once. fault: transport_fault_name, or protocol, sudo, busy, shell. */
    void (*down)(void *context, const char *fault, const char *detail, bool is_passing);
};

struct session_options {
    struct transport_pool *pool;   /* must outlive the session */
    struct transport *open;        /* the session's from now on: a connection that is up; NULL = connect */
    const struct host *host;       /* must outlive the session */
    const struct ssh_defaults *ssh;
    struct bootstrap bootstrap;    /* its strings must outlive the session */
    const struct secret *sudo_password; /* copied; NULL = not known (asked for when sudo wants it) */
    unsigned stage_limit_ms;       /* 0 = 30 000 */
};

struct session *session_open(uv_loop_t *loop, const struct session_options *options, const struct session_events *events, void *context);
/* To the pending ask. secret NULL with is_refused false: yes (host key). */
void session_answer(struct session *session, const struct secret *secret, bool is_refused);
/* Send frames as they were built. Only after `attached`. */
void session_send(struct session *session, const struct buf *frames);
/* The bytes of a secret behind its frame_put_head. */
void session_send_secret(struct session *session, const struct secret *secret);
/* Bytes not yet on their way. */
size_t session_queued(const struct session *session);
/* Stop reading from the host for a while; it waits. */
void session_pause(struct session *session, bool is_paused);
/* Abort a request over a channel of its own; what comes of it shows in the records. Does nothing when there is no connection. */
void session_abort(struct session *session, uint64_t id);
/* Close at once, without a word to the host; no more events. */
void session_free(struct session **session);

#endif
