#include "engine/outbox.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

struct queue {
    struct effect *items;
    size_t count;
};

/* One sync. Its own thing, as it may outlive the outbox. */
struct round {
    uv_work_t work;
    struct outbox *outbox; /* NULL: gone */
    struct journal *journal;
    const char *folder; /* NULL: the logs need not be synced */
    char *own_folder;   /* of an outbox that is gone */
    bool has_journal, are_logs_safe, is_over;
    int errnum;
};

struct outbox {
    struct outbox_options options;
    char *folder;
    struct queue next, under_way; /* under_way leaves when the round is over */
    bool is_dirty;
    struct round *round; /* NULL: none */
};

struct outbox *outbox_new(const struct outbox_options *options)
{
    struct outbox *o = mem_new(1, sizeof *o);
    o->options = *options;
    o->folder = mem_strdup(options->folder);
    return o;
}

void outbox_add(struct outbox *o, const struct effect *effect)
{
    o->next.items = mem_grow(o->next.items, o->next.count + 1, sizeof *o->next.items);
    o->next.items[o->next.count] = *effect;
    o->next.items[o->next.count].text = NULL;
    o->next.count++;
}

void outbox_need_sync(struct outbox *o)
{
    o->is_dirty = true;
}

static bool has(const struct queue *q, size_t host, uint64_t id)
{
    for (size_t i = 0; i < q->count; i++)
        if (q->items[i].host == host && (!id || q->items[i].id == id))
            return true;
    return false;
}

bool outbox_has(const struct outbox *o, size_t host, uint64_t id)
{
    return has(&o->under_way, host, id) || has(&o->next, host, id);
}

bool outbox_is_idle(const struct outbox *o)
{
    return !o->round && !o->is_dirty && !o->next.count;
}

static uint64_t drop_requests(struct queue *q)
{
    uint64_t first = 0;
    size_t kept = 0;
    for (size_t i = 0; i < q->count; i++) {
        const struct effect *effect = &q->items[i];
        if (effect->kind == EFFECT_QUIT)
            q->items[kept++] = *effect;
        else if (effect->kind == EFFECT_SEND && (!first || effect->id < first))
            first = effect->id;
    }
    q->count = kept;
    return first;
}

uint64_t outbox_drop_requests(struct outbox *o)
{
    uint64_t a = drop_requests(&o->under_way), b = drop_requests(&o->next);
    return a && (!b || a < b) ? a : b;
}

static void leave(struct outbox *o, struct queue *q, bool are_logs_safe)
{
    struct queue leaving = *q;
    *q = (struct queue){NULL}; /* what leaves may have consequences that are added */
    for (size_t i = 0; i < leaving.count; i++) {
        leaving.items[i].is_clear &= are_logs_safe;
        o->options.leave(o->options.context, &leaving.items[i]);
    }
    free(leaving.items);
}

/* ---- the thread ---- */

static void sync_all(uv_work_t *work)
{
    struct round *round = work->data;
    int fd = round->folder ? open(round->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    round->are_logs_safe = !round->folder || (fd >= 0 && syncfs(fd) == 0);
    if (fd >= 0)
        close(fd);
    if (round->has_journal)
        round->errnum = journal_sync_work(round->journal);
}

static void synced(uv_work_t *work, int status)
{
    struct round *round = work->data;
    (void)status; /* it is never cancelled */
    round->is_over = true;
    if (round->outbox)
        return; /* outbox_flush sees it, in the turn that this belongs to */
    journal_close(&round->journal);
    free(round->own_folder);
    free(round);
}

/* ---- the loop ---- */

static bool end_round(struct outbox *o)
{
    struct round *round = o->round;
    struct err err = ERR_INIT;
    bool ok = !round->has_journal || journal_sync_end(o->options.journal, round->errnum, &err);
    bool are_logs_safe = round->are_logs_safe;
    o->round = NULL;
    free(round);
    if (!ok)
        o->options.failed(o->options.context, &err, drop_requests(&o->under_way));
    leave(o, &o->under_way, are_logs_safe);
    return ok;
}

static bool wants_clear(const struct queue *q)
{
    for (size_t i = 0; i < q->count; i++)
        if (q->items[i].kind == EFFECT_QUIT && q->items[i].is_clear)
            return true;
    return false;
}

static void begin_round(struct outbox *o, bool has_journal, bool has_logs)
{
    struct round *round = mem_new(1, sizeof *round);
    o->under_way = o->next;
    o->next = (struct queue){NULL};
    round->work.data = round;
    round->outbox = o;
    round->journal = o->options.journal;
    round->folder = has_logs ? o->folder : NULL;
    round->has_journal = has_journal;
    o->round = round;
    uv_queue_work(o->options.loop, &round->work, sync_all, synced); /* fails only without a function to call */
}

void outbox_flush(struct outbox *o)
{
    if (o->round && o->round->is_over && !end_round(o))
        return; /* what was added meanwhile is to be dropped */
    if (o->round)
        return;
    bool has_journal = o->is_dirty && journal_sync_begin(o->options.journal), has_logs = wants_clear(&o->next);
    o->is_dirty = false;
    if (has_journal || has_logs)
        begin_round(o, has_journal, has_logs);
    else
        leave(o, &o->next, true);
}

void outbox_free(struct outbox **outbox)
{
    struct outbox *o = *outbox;
    if (!o)
        return;
    if (o->round && !o->round->is_over) {
        o->round->outbox = NULL;
        o->round->own_folder = o->folder;
        o->folder = NULL;
    } else {
        free(o->round);
        journal_close(&o->options.journal);
    }
    free(o->folder);
    free(o->next.items);
    free(o->under_way.items);
    free(o);
    *outbox = NULL;
}
