/* The session's own struct, shared by its files (session.c, abort.c). Nobody else includes this. */
#ifndef KWIZ_ENGINE_SESSION_PARTS_H
#define KWIZ_ENGINE_SESSION_PARTS_H

#include "base/buf.h"
#include "engine/become.h"
#include "engine/session.h"

#define SESSION_NOISE_MAX_BYTES ((size_t)64 * 1024)

enum session_state {
    STATE_CONNECTING,
    STATE_LOADING,   /* the loader is being started (become.h) */
    STATE_ATTACHING, /* the bootstrap was sent; waiting for hello */
    STATE_ATTACHED,
    STATE_DOWN,
};

struct abort_channel;

struct session {
    uv_loop_t *loop;
    struct session_options options;
    const struct session_events *events;
    void *context;
    struct transport *transport;
    struct become *become;   /* the loader's start; NULL before the transport is up */
    struct channel *channel; /* the loader's, once it runs */
    struct proto *proto;
    uv_timer_t *timer; /* freed by its close callback */
    struct secret *sudo_password;
    enum session_state state;
    struct buf noise; /* what the attachment complains of */
    struct abort_channel *aborts;
    struct missing *missing; /* being asked why there was no hello, or NULL */
    int exit_status;         /* of that attachment */
};

/* abort.c */
void abort_drop_all(struct session *session);

#endif
