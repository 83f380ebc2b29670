#include "transport/pool.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <libssh/libssh.h>

#include "base/mem.h"
#include "transport/agent.h"
#include "transport/keys.h"
#include "transport/sshconfig.h"

static unsigned or_default(unsigned value, unsigned fallback)
{
    return value ? value : fallback;
}

struct transport_pool *transport_pool_new(const struct transport_options *options)
{
    struct sigaction pipe;
    if (sigaction(SIGPIPE, NULL, &pipe) == 0 && pipe.sa_handler == SIG_DFL)
        signal(SIGPIPE, SIG_IGN); /* a command that closes its input must not end us */
    ssh_init();
    struct transport_pool *pool = mem_new(1, sizeof *pool);
    pool->loop = options->loop;
    pool->options = *options;
    struct transport_options *o = &pool->options;
    if (o->ssh_config)
        o->ssh_config = pool->ssh_config = mem_strdup(o->ssh_config);
    if (o->known_hosts)
        o->known_hosts = pool->known_hosts = mem_strdup(o->known_hosts);
    o->handshakes_max = or_default(o->handshakes_max, HANDSHAKES_DEFAULT);
    o->dial_limit_ms = or_default(o->dial_limit_ms, 10000);
    o->stage_limit_ms = or_default(o->stage_limit_ms, 30000);
    o->lost_limit_ms = or_default(o->lost_limit_ms, 45000);
    o->probe_ms = or_default(o->probe_ms, 15000);
    o->ask_limit_ms = or_default(o->ask_limit_ms, TRANSPORT_ASK_LIMIT_MS);
    TAILQ_INIT(&pool->waiting);
    TAILQ_INIT(&pool->taken);
    TAILQ_INIT(&pool->configs);
    TAILQ_INIT(&pool->keys);
    TAILQ_INIT(&pool->jumps);
    TAILQ_INIT(&pool->agents);
    pool->holds = 1; /* the owner's */
    return pool;
}

void pool_hold(struct transport_pool *pool)
{
    pool->holds++;
}

void pool_release(struct transport_pool *pool)
{
    assert(pool->holds);
    if (--pool->holds)
        return;
    assert(pool->is_closing);
    void (*done)(void *) = pool->done;
    void *context = pool->done_context;
    sshconfig_free_all(pool);
    keys_free_all(pool);
    assert(TAILQ_EMPTY(&pool->jumps) && TAILQ_EMPTY(&pool->agents));
    free(pool->ssh_config);
    free(pool->known_hosts);
    free(pool);
    if (done)
        done(context);
}

static void owner_gone(uv_handle_t *handle)
{
    struct transport_pool *pool = handle->data;
    free(handle);
    pool_release(pool);
}

void transport_pool_free(struct transport_pool **pool, void (*done)(void *context), void *context)
{
    if (!*pool)
        return;
    struct transport_pool *p = *pool;
    *pool = NULL;
    p->is_closing = true;
    p->done = done;
    p->done_context = context;
    sshconfig_stop_all(p);
    agents_free_all(p);
    /* a handle whose closing brings us back from the loop, so that done is never called from here */
    uv_timer_t *last = mem_new(1, sizeof *last);
    uv_timer_init(p->loop, last);
    last->data = p;
    uv_close((uv_handle_t *)last, owner_gone);
}

static unsigned taken_of(const struct transport_pool *pool, const char *server)
{
    unsigned n = 0;
    const struct slot *slot;
    TAILQ_FOREACH(slot, &pool->taken, link)
    n += strcmp(slot->server, server) == 0;
    return n;
}

static bool may_take(const struct transport_pool *pool, const struct slot *slot)
{
    return pool->taken_count < pool->options.handshakes_max &&
           taken_of(pool, slot->server) < HANDSHAKES_A_SERVER;
}

static void take(struct transport_pool *pool, struct slot *slot)
{
    slot->is_waiting = false;
    slot->is_taken = true;
    TAILQ_INSERT_TAIL(&pool->taken, slot, link);
    pool->taken_count++;
}

bool slot_take(struct transport_pool *pool, struct slot *slot)
{
    assert(!slot->is_waiting && !slot->is_taken);
    if (may_take(pool, slot)) {
        take(pool, slot);
        return true;
    }
    slot->is_waiting = true;
    TAILQ_INSERT_TAIL(&pool->waiting, slot, link);
    return false;
}

void slot_leave(struct transport_pool *pool, struct slot *slot)
{
    if (slot->is_waiting) {
        TAILQ_REMOVE(&pool->waiting, slot, link);
        slot->is_waiting = false;
        return;
    }
    if (!slot->is_taken)
        return;
    TAILQ_REMOVE(&pool->taken, slot, link);
    pool->taken_count--;
    slot->is_taken = false;
    struct slot *next = TAILQ_FIRST(&pool->waiting);
    while (next && pool->taken_count < pool->options.handshakes_max) {
        struct slot *after = TAILQ_NEXT(next, link);
        if (may_take(pool, next)) {
            TAILQ_REMOVE(&pool->waiting, next, link);
            take(pool, next);
            next->granted(next->context);
        }
        next = after;
    }
}
