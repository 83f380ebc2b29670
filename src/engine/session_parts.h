/* The session's own struct, shared by its files (session.c, loader.c, abort.c). Nobody else includes this. */
#ifndef KWIZ_ENGINE_SESSION_PARTS_H
#define KWIZ_ENGINE_SESSION_PARTS_H

#include "base/buf.h"
#include "engine/session.h"

#define SESSION_NOISE_MAX_BYTES ((size_t)64 * 1024)
#define SESSION_NONCE_LEN 24
#define SESSION_ASK_LIMIT_MS 600000 /* an operator may be away from the desk, but not for ever */

enum session_state {
    STATE_CONNECTING,
    STATE_LOADING,   /* the loader's command was sent; waiting for its ready line */
    STATE_ATTACHING, /* the bootstrap was sent; waiting for hello */
    STATE_ATTACHED,
    STATE_DOWN,
};

/* How the loader is being started; sudo needs up to three tries. */
enum session_try { TRY_PLAIN, TRY_SUDO, TRY_PASSWORD, TRY_TERMINAL };

struct abort_channel;

struct session {
    uv_loop_t *loop;
    struct session_options options;
    const struct session_events *events;
    void *context;
    struct transport *transport;
    struct channel *channel;
    struct proto *proto;
    uv_timer_t *timer; /* freed by its close callback */
    struct secret *sudo_password;
    enum session_state state;
    enum session_try try;
    unsigned passwords_tried; /* by sudo on this host */
    bool is_asking_sudo, is_password_sent;
    struct buf noise; /* what came before the ready line, stdout and stderr */
    char nonce[SESSION_NONCE_LEN + 1];
    struct abort_channel *aborts;
    struct missing *missing; /* being asked why there was no hello, or NULL */
    int exit_status;         /* of that attachment */
};

/* session.c */
void session_down(struct session *session, const char *fault, const char *detail, bool is_passing);
void session_limit(struct session *session, unsigned ms); /* 0 = none */
void session_stage_limit(struct session *session);
void session_stage(struct session *session, const char *text);
/* The loader runs; behind: where in noise the bytes behind its ready line begin. */
void session_attach(struct session *session, size_t behind);

const struct channel_events *session_channel_events(void);

/* loader.c: the way to root */
void loader_start(struct session *session);
/* The loader's command in the way that worked, or is being tried; malloc'd. */
char *loader_command(const struct session *session);
/* Bytes before the ready line. */
void loader_data(struct session *session, const void *bytes, size_t len, bool is_error);
/* Its channel ended before the ready line. */
void loader_ended(struct session *session, int exit_status);
/* sudo's password came from the operator, or (NULL) none did. */
void loader_password(struct session *session, const struct secret *password);
/* Where the bytes behind the ready line begin, or 0. */
size_t loader_find_ready(const struct buf *seen);
/* The last lines of what the host complained of, printable, for a message. */
void loader_quote_noise(const struct session *session, char *out, size_t out_size);

/* abort.c */
void abort_drop_all(struct session *session);

#endif
