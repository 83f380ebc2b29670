/* What SSH and the local transport have in common: the public struct transport and struct channel are the
 * first members of theirs. For the files of this folder only.
 */
#ifndef KWIZ_TRANSPORT_OPS_H
#define KWIZ_TRANSPORT_OPS_H

#include <sys/queue.h>

#include "transport/transport.h"

struct transport_ops {
    struct channel *(*exec)(struct transport *transport, const char *command, bool with_terminal,
                            const struct channel_events *events, void *context);
    /* Over at once; the memory goes when the last handle has closed. */
    void (*free)(struct transport *transport);
};

struct channel_ops {
    void (*written)(struct channel *channel); /* something was queued, or the end was */
    void (*pause)(struct channel *channel);   /* is_paused has changed */
    void (*free)(struct channel *channel);
};

/* The answer to a question. secret is NULL when there is none in it (host key) and when it was refused; valid
 * during the call. Called from within transport_answer, so it only takes note and lets its own work go on
 * from the loop. */
typedef void answer_fn(void *context, bool is_refused, const struct secret *secret);

struct transport {
    const struct transport_ops *ops;
    struct transport_pool *pool;
    struct host host; /* a copy with the defaults filled in */
    struct transport_events events;
    void *context;
    bool is_freed;     /* by its user: no more callbacks */
    bool is_down;      /* has been told */
    answer_fn *answer; /* NULL: no question is open */
    void *answer_context;
    uint64_t dialled_ns, waiting_ns, waited_ns; /* uv_hrtime: see transport_reach_us */
    uint64_t reach_ns;
};

/* What waits to be written: a list, so that secrets lie in one place that is zeroed. */
struct piece {
    TAILQ_ENTRY(piece) link;
    size_t len, sent; /* bytes */
    bool is_secret;
    const char *text; /* somebody else's, or bytes */
    char bytes[];
};
TAILQ_HEAD(piece_list, piece);

struct channel {
    const struct channel_ops *ops;
    struct channel_events events;
    void *context;
    struct piece_list queue;
    size_t queued; /* bytes */
    bool is_end_queued, is_paused;
    bool has_drained; /* told since the last write */
    bool is_freed;    /* by its user: no more callbacks */
    bool is_closed;   /* has been told */
    char *why;        /* owned or NULL: why it could not be opened or ended early */
};

/* Fill the common part; host is copied, defaults fill what it leaves open. */
void transport_init(struct transport *transport, const struct transport_ops *ops, struct transport_pool *pool,
                    const struct host *host, const struct ssh_defaults *defaults,
                    const struct transport_events *events, void *context);
void transport_done(struct transport *transport);
/* It begins to dial. */
void transport_clock_start(struct transport *transport);
/* A question is being answered (idempotent), or not any more: time that does not count. */
void transport_clock_wait(struct transport *transport, bool is_waiting);
/* Each tells the user unless they have freed the object, and at most once where once is promised. */
void transport_tell_up(struct transport *transport);
void transport_tell_stage(struct transport *transport, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void transport_tell_down(struct transport *transport, enum transport_fault fault, const char *detail);
/* Ask the user; false when there is nobody to ask. One question at a time. */
bool transport_ask(struct transport *transport, const struct transport_ask *ask, answer_fn *answer,
                   void *context);
/* The question is no longer of interest. */
void transport_unask(struct transport *transport);

void channel_init(struct channel *channel, const struct channel_ops *ops, const struct channel_events *events,
                  void *context);
void channel_done(struct channel *channel);
void channel_tell_data(struct channel *channel, const void *bytes, size_t len, bool is_error);
/* If all was sent and it has not been told since the last write. */
void channel_tell_drained(struct channel *channel);
void channel_tell_closed(struct channel *channel, int exit_status, const char *signal);
/* n bytes of the first piece are on their way. */
void channel_sent(struct channel *channel, size_t n);
void channel_drop_queue(struct channel *channel);

/* The transports; lxd_new is for a host that has an outer one. */
struct transport *local_new(struct transport_pool *pool, const struct host *host,
                            const struct ssh_defaults *defaults, const struct transport_events *events,
                            void *context);
struct transport *ssh_transport_new(struct transport_pool *pool, const struct host *host,
                                    const struct ssh_defaults *defaults,
                                    const struct transport_events *events, void *context);
struct transport *lxd_new(struct transport_pool *pool, const struct host *host,
                          const struct ssh_defaults *defaults, const struct transport_events *events,
                          void *context);

#endif
