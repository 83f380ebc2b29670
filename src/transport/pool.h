/* What all connections of a program share. For the files of this folder only. */
#ifndef KWIZ_TRANSPORT_POOL_H
#define KWIZ_TRANSPORT_POOL_H

#include <sys/queue.h>

#include "transport/transport.h"

#define HANDSHAKES_DEFAULT 32
#define HANDSHAKES_A_SERVER                                                                                  \
    8 /* sshd begins to drop at 10 that have not authenticated: MaxStartups 10:30:100 (sshd_config(5)) */

/* A place among those that may dial and authenticate now. */
struct slot {
    TAILQ_ENTRY(slot) link;
    const char *server;             /* whose; must live as long as the slot is taken or waits */
    void (*granted)(void *context); /* from within another's slot_leave: only takes note */
    void *context;
    bool is_waiting, is_taken;
};

struct config_entry;
struct key_file;
struct jump;
struct agent;
TAILQ_HEAD(slot_list, slot);
TAILQ_HEAD(config_list, config_entry);
TAILQ_HEAD(key_list, key_file);
TAILQ_HEAD(jump_list, jump);
TAILQ_HEAD(agent_list, agent);

struct transport_pool {
    uv_loop_t *loop;
    struct transport_options options; /* strings owned; every limit filled in */
    char *ssh_config, *known_hosts;   /* owned or NULL */
    unsigned holds; /* objects with handles or work under way; the pool goes when there is none */
    bool is_closing;
    void (*done)(void *context);
    void *done_context;
    struct slot_list waiting, taken;
    unsigned taken_count;
    struct config_list configs;
    unsigned configs_running;
    struct key_list keys;
    struct jump_list jumps;
    struct agent_list agents;
    unsigned serial; /* of the newest connection */
};

/* Objects that own handles hold the pool until the last of them has closed. */
void pool_hold(struct transport_pool *pool);
void pool_release(struct transport_pool *pool);

/* Take the place at once (true) or wait for granted (false). */
bool slot_take(struct transport_pool *pool, struct slot *slot);
/* Leave it, or the queue. Does nothing when neither taken nor waiting. */
void slot_leave(struct transport_pool *pool, struct slot *slot);

#endif
