/* One SSH connection as a transport. For the files of this folder only.
 *
 * Everything that calls libssh runs between ssh_enter and ssh_leave, because callbacks to the user come from
 * within and the user may free the connection there: it is torn down when the outermost call has left.
 */
#ifndef KWIZ_TRANSPORT_SSH_H
#define KWIZ_TRANSPORT_SSH_H

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include "transport/auth.h"
#include "transport/dial.h"
#include "transport/ops.h"
#include "transport/pool.h"
#include "transport/sshconfig.h"

struct jump_use;

enum ssh_stage {
    STAGE_CONFIG,    /* ssh -G */
    STAGE_JUMP,      /* until the last jump host is up */
    STAGE_QUEUE,     /* for a place among the handshakes */
    STAGE_DIAL,      /* TCP, or the channel through the jump host */
    STAGE_BACKOFF,   /* the server dropped us before it said anything: again a little later */
    STAGE_HANDSHAKE, /* until the server's key is there */
    STAGE_HOST_KEY,  /* the operator is asked */
    STAGE_AUTH,
    STAGE_UP,
    STAGE_OVER,
};

struct ssh_channel_state;
TAILQ_HEAD(ssh_channel_list, ssh_channel_state);

struct ssh {
    struct transport base;
    enum ssh_stage stage;
    unsigned serial; /* in the order of connecting */
    unsigned depth;  /* how many connections lead through it, to end loops in ssh_config */
    bool is_jump;
    struct config_query query;
    const struct sshconfig *config; /* the pool's */
    char *user;                     /* who to be there */
    unsigned port;
    char *where; /* for messages: "10.1.4.36 port 22", with " through JUMP" */
    struct slot slot;
    char *slot_server;
    struct dial *dial;
    struct jump_use *jump; /* NULL: direct */
    char first[80];        /* of what the peer said first; NUL-terminated */
    size_t first_len;
    unsigned drops; /* how often the server dropped us before its first word */
    int fd;         /* until libssh has it */
    ssh_session session;
    ssh_event event;
    struct ssh_counter_struct counter;
    int watched; /* a dup of the session's descriptor: libssh closes its own inside */
    uv_poll_t poll;
    uv_timer_t limit, soon, probe;
    unsigned handles;
    bool has_poll, is_soon, is_over, is_lent; /* is_lent: a worker has the session */
    unsigned busy;
    enum { KEY_NOT_ASKED, KEY_ASKED, KEY_ACCEPTED, KEY_REFUSED, KEY_LATE } host_key_answer;
    struct auth auth;
    struct ssh_channel_list channels;
    uint64_t last_in_bytes, last_in_ms; /* by uv_now */
    uint64_t looked_ms; /* when silence was looked at last, by uv_now */
};

struct ssh *ssh_new_connection(struct transport_pool *pool, const struct host *host,
                               const struct ssh_defaults *defaults, const struct transport_events *events,
                               void *context, unsigned depth);
/* Do what can be done now, from the loop. Safe from anywhere. */
void ssh_kick(struct ssh *ssh);
/* Over, with a fault; detail is printable. */
void ssh_fail(struct ssh *ssh, enum transport_fault fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A new time limit for the stage. */
void ssh_limit(struct ssh *ssh, unsigned limit_ms);
/* What libssh says, made printable, into out (never empty). */
void ssh_complaint(struct ssh *ssh, char *out, size_t out_size);
void ssh_enter(struct ssh *ssh);
void ssh_leave(struct ssh *ssh);
/* The descriptor through a jump host is there; libssh gets it. */
void ssh_begin(struct ssh *ssh, int fd);

/* For all handles of a connection. */
void ssh_handle_closed(uv_handle_t *handle);

/* reach.c: the steps to a descriptor. */
void ssh_reach_config(struct ssh *ssh);
bool ssh_reach_queue(struct ssh *ssh);

/* handshake.c: true when the server's key is there. */
bool ssh_handshake(struct ssh *ssh);
void ssh_handshake_late(struct ssh *ssh);
/* Keep the first bytes of what answers, to be able to say what it is. */
void ssh_peek(struct ssh *ssh);

/* hostkey.c: known, accepted or refused? Fails the connection when it is refused; true when it may go on. May
 * ask: then false, and it is called again after the answer. */
bool hostkey_check(struct ssh *ssh);
/* The server hung up while it waited for the answer: fails, with the key, so that it can be accepted all the same. */
void hostkey_cut_off(struct ssh *ssh);
/* Prefer the types of keys that we know of this host: otherwise a host known by another type would look
 * changed. */
void hostkey_prefer(struct ssh *ssh);

/* sshchannel.c */
struct channel *ssh_exec(struct transport *transport, const char *command, bool with_terminal,
                         const struct channel_events *events, void *context);
/* A connection from the host to address:port. */
struct channel *ssh_forward(struct ssh *ssh, const char *address, unsigned port,
                            const struct channel_events *events, void *context);
/* Let every channel do what it can now; true when something changed. */
bool ssh_channels_step(struct ssh *ssh);
/* The connection is over: tell each channel. */
void ssh_channels_lost(struct ssh *ssh);
/* After the session has been freed. */
void ssh_channels_free(struct ssh *ssh);

#endif
