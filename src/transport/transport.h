/* A way to a host: one connection, channels on it, each running one command. SSH (ssh.c) and this machine
 * (local.c) look the same from here. All calls and callbacks happen on the loop's thread; no call blocks; no
 * callback is made from within a call of this header except where said. Libraries below do not print: what
 * the operator must see comes as an event.
 */
#ifndef KWIZ_TRANSPORT_TRANSPORT_H
#define KWIZ_TRANSPORT_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "base/secret.h"
#include "base/strv.h"
#include "model/host.h"

struct transport;
struct channel;

/* Why a connection is over. The stage is part of it, so that a message can say what was tried. */
enum transport_fault {
    FAULT_NONE,             /* closed by us */
    FAULT_CONFIG,           /* ssh -G failed, unknown alias, unreadable key file given by name */
    FAULT_RESOLVE,          /* name not found */
    FAULT_DIAL_TIMEOUT,     /* no answer on any address */
    FAULT_DIAL_REFUSED,     /* refused, unreachable, reset while dialling */
    FAULT_HANDSHAKE,        /* not SSH, no common algorithms, closed or silent in the handshake */
    FAULT_HOST_KEY_NEW,     /* not known and not accepted; detail holds the fingerprint */
    FAULT_HOST_KEY_CHANGED, /* differs from known_hosts; detail names file and line, old and new fingerprint
                             */
    FAULT_AUTH,             /* no method worked; detail lists what was tried with each answer */
    FAULT_CHANNEL,          /* the server refuses to open a channel or run a command */
    FAULT_LOST,             /* it was up, then silence or end: worth trying again */
    FAULT_JUMP,             /* a jump host failed; detail begins with its name and carries its own reason */
    FAULT_CONTAINER,        /* of a container: the host is reached, but has none of that name, or its LXD does not let us */
    FAULT_CONTAINER_DOWN,   /* it is there, but does not run */
    FAULT_LOCAL,            /* this machine: descriptors, memory */
};

/* What the operator is asked for. The transport waits (within its limit) until transport_answer or
 * transport_refuse. */
enum transport_ask_kind {
    ASK_HOST_KEY, /* accept this new host key? text holds type and fingerprint; answer with NULL secret = yes
                   */
    ASK_PASSPHRASE, /* of the key file named in text */
    ASK_PASSWORD,
    ASK_KEYBOARD, /* one prompt of keyboard-interactive; text is the server's, made printable */
};
struct transport_ask {
    enum transport_ask_kind kind;
    const char *host; /* host or jump host that asks */
    const char *text; /* valid during the call */
    bool echo;        /* may the answer be shown while it is typed */
    unsigned attempt; /* from 1 */
};

struct transport_events {
    /* Authenticated: channels can be opened. */
    void (*up)(void *context);
    /* NULL: every question is refused. */
    void (*ask)(void *context, const struct transport_ask *ask);
    /* The stage changed ("resolving", "dialling 10.1.4.36:22", "authenticating") - for progress; may be NULL.
     * text valid during the call. */
    void (*stage)(void *context, const char *text);
    /* Over; comes exactly once, unless transport_free came first. All its channels got their `closed` before.
     * detail is printable, valid during the call, and says what was found (address, port, limit,
     * fingerprints). */
    void (*down)(void *context, enum transport_fault fault, const char *detail);
};

struct channel_events {
    /* Bytes as they came; from stderr when is_error. Every byte is taken; to slow the peer down use
     * channel_pause. */
    void (*data)(void *context, const void *bytes, size_t len, bool is_error);
    /* All that was written has been handed to the peer's window. May be NULL. */
    void (*drained)(void *context);
    /* Over; exactly once, after all data. exit_status -1 and signal "" when lost without one. */
    void (*closed)(void *context, int exit_status, const char *signal);
};

/* Shared by all connections of a program: known_hosts, limits, throttle of handshakes, jump connections,
 * decrypted keys. */
struct transport_pool;
#define TRANSPORT_ASK_LIMIT_MS 110000u /* below sshd's LoginGraceTime of 120 s */

struct transport_options {
    uv_loop_t *loop;           /* must outlive the pool */
    const char *ssh_config;    /* -F for ssh -G; NULL = the operator's own */
    const char *known_hosts;   /* NULL = what ssh -G says */
    bool accept_new_host_keys; /* and write them to the known_hosts file (appended, synced) */
    bool uses_agent;
    unsigned handshakes_max; /* at once in all, and 8 a server; 0 = default (32) */
    unsigned dial_limit_ms, stage_limit_ms, lost_limit_ms, probe_ms; /* 0 = 10 000, 30 000, 45 000, 15 000 */
    unsigned ask_limit_ms; /* for an answer by the operator; 0 = TRANSPORT_ASK_LIMIT_MS */
};
/* SIGPIPE is ignored from then on, if nobody has set it otherwise. */
struct transport_pool *transport_pool_new(const struct transport_options *options);
/* All transports must have been freed; the loop must be run until pool's handles have closed (done calls
 * back). */
void transport_pool_free(struct transport_pool **pool, void (*done)(void *context), void *context);

/* Begin to connect. host and defaults are copied. address "local" (and no jump of its own) gives the local
 * transport, a host with an outer one that of containers there. */
struct transport *transport_connect(struct transport_pool *pool, const struct host *host,
                                    const struct ssh_defaults *defaults,
                                    const struct transport_events *events, void *context);
/* Hand an open connection without channels to another user: from now on they are told. up does not come again. */
void transport_adopt(struct transport *transport, const struct transport_events *events, void *context);
/* How long it took to get in, in us: from dialling (the last time, without the queue for it) to `up`, without the
 * time that questions took. 0 before `up`. */
uint64_t transport_reach_us(const struct transport *transport);
/* Answer the pending question; secret is copied. For ASK_HOST_KEY secret is NULL. */
void transport_answer(struct transport *transport, const struct secret *secret);
void transport_refuse(struct transport *transport);
/* Drop the connection and everything on it at once; no more callbacks. */
void transport_free(struct transport **transport);

/* Run a command (handed to the login shell) with or without a terminal (raw as far as the server allows;
 * 80x24). The channel may be opened at any time after `up`; a refusal comes as `closed` with the transport
 * going on. */
struct channel *transport_exec(struct transport *transport, const char *command, bool with_terminal,
                               const struct channel_events *events, void *context);
/* Queue bytes (copied). The queue has no cap of its own: writers that can be fast wait for `drained`. */
void channel_write(struct channel *channel, const void *bytes, size_t len);
/* As channel_write, the copy being zeroed after it was sent. */
void channel_write_secret(struct channel *channel, const struct secret *secret);
/* The same for bytes that outlive the channel: they are not copied. */
void channel_write_shared(struct channel *channel, const char *bytes, size_t len);
/* Bytes queued and not yet sent. */
size_t channel_queued(const struct channel *channel);
/* No more writing: the command sees end of file after what is queued. */
void channel_write_end(struct channel *channel);
/* Stop reading (the peer's window fills and it waits); go on. */
void channel_pause(struct channel *channel, bool is_paused);
/* Why it could not be opened or ended without a status ("" when there is nothing to say); printable, valid
 * until channel_free. */
const char *channel_why(const struct channel *channel);
/* Close it and forget it; no more callbacks for it. Also to be called after `closed` and after `down`.
 * Channels that are not freed when their transport is freed go with it: their pointers are of no use any
 * more. */
void channel_free(struct channel **channel);

/* A word for messages and JSON: "host-key-changed", "auth", "dial-timeout" ... */
const char *transport_fault_name(enum transport_fault fault);
/* Is trying again of use without the operator changing something? */
bool transport_fault_is_passing(enum transport_fault fault);

#endif
