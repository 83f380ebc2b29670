/* What may leave only when the disk has what stands before it: requests wait for the journal, `quit clear` for the logs too. The disk is
 * waited for by a thread, as it may take seconds; the loop, and with it the screen, goes on. What is added meanwhile goes with the next
 * round, so all leaves in the order in which it was added. */
#ifndef KWIZ_ENGINE_OUTBOX_H
#define KWIZ_ENGINE_OUTBOX_H

#include <stdbool.h>
#include <uv.h>

#include "base/err.h"
#include "engine/effect.h"
#include "engine/journal.h"

struct outbox_options {
    uv_loop_t *loop;
    struct journal *journal; /* becomes the outbox's, which closes it */
    const char *folder;      /* of the logs; copied */
    /* The disk has what stands before it. An EFFECT_QUIT is no longer is_clear if the logs could not be synced. */
    void (*leave)(void *context, const struct effect *effect);
    /* The journal can't be synced: ERR_LOCAL. The requests that waited for it will never leave; id: of the first, 0 = none. outbox_drop_requests is due. */
    void (*failed)(void *context, const struct err *err, uint64_t id);
    void *context;
};

struct outbox;

struct outbox *outbox_new(const struct outbox_options *options);
/* EFFECT_SEND, EFFECT_ABORT or EFFECT_QUIT; copied, without its texts. */
void outbox_add(struct outbox *outbox, const struct effect *effect);
/* What was written to the journal must be on disk before anything that is added from now on leaves, and before the outbox is idle. */
void outbox_need_sync(struct outbox *outbox);
/* Does something wait for the host? id: this request only; 0 = anything. */
bool outbox_has(const struct outbox *outbox, size_t host, uint64_t id);
/* The run can't go on: the requests that wait will never leave, nor what aborts them. Returns the id of the first, 0 = none waited. */
uint64_t outbox_drop_requests(struct outbox *outbox);
/* Nothing waits, and no sync is wanted or under way. */
bool outbox_is_idle(const struct outbox *outbox);
/* Once a turn of the loop: all that was added in it leaves behind one sync; at once if none is needed. The only one to call leave and
 * failed. */
void outbox_flush(struct outbox *outbox);
/* What waits is dropped. The journal is closed when the thread has done with it; the loop must run for that. NULL is fine. */
void outbox_free(struct outbox **outbox);

#endif
