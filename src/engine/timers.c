#include "engine/timers.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

struct timers {
    uint64_t *at;     /* by slot; 0 = not in the heap */
    size_t *heap;     /* slots */
    size_t *position; /* by slot */
    size_t slots, count;
};

struct timers *timers_new(size_t slots)
{
    struct timers *timers = mem_new(1, sizeof *timers);
    timers->slots = slots;
    timers->at = mem_new(slots, sizeof *timers->at);
    timers->heap = mem_new(slots, sizeof *timers->heap);
    timers->position = mem_new(slots, sizeof *timers->position);
    return timers;
}

void timers_free(struct timers **timers)
{
    if (!*timers)
        return;
    free((*timers)->at);
    free((*timers)->heap);
    free((*timers)->position);
    free(*timers);
    *timers = NULL;
}

/* Ties by slot, so that the same events give the same order. */
static bool is_before(const struct timers *t, size_t a, size_t b)
{
    return t->at[a] != t->at[b] ? t->at[a] < t->at[b] : a < b;
}

static void place(struct timers *t, size_t index, size_t slot)
{
    t->heap[index] = slot;
    t->position[slot] = index;
}

static void sift(struct timers *t, size_t index)
{
    size_t slot = t->heap[index];
    while (index > 0 && is_before(t, slot, t->heap[(index - 1) / 2])) {
        place(t, index, t->heap[(index - 1) / 2]);
        index = (index - 1) / 2;
    }
    for (;;) {
        size_t child = 2 * index + 1;
        if (child >= t->count)
            break;
        if (child + 1 < t->count && is_before(t, t->heap[child + 1], t->heap[child]))
            child++;
        if (!is_before(t, t->heap[child], slot))
            break;
        place(t, index, t->heap[child]);
        index = child;
    }
    place(t, index, slot);
}

void timers_set(struct timers *t, size_t slot, uint64_t at_ms)
{
    assert(slot < t->slots);
    if (t->at[slot] == at_ms)
        return;
    if (!at_ms) {
        size_t index = t->position[slot];
        t->at[slot] = 0;
        size_t last = t->heap[--t->count];
        if (last != slot) {
            place(t, index, last);
            sift(t, index);
        }
        return;
    }
    bool is_new = !t->at[slot];
    t->at[slot] = at_ms;
    if (is_new)
        place(t, t->count++, slot);
    sift(t, t->position[slot]);
}

uint64_t timers_get(const struct timers *t, size_t slot)
{
    return t->at[slot];
}

uint64_t timers_next(const struct timers *t)
{
    return t->count ? t->at[t->heap[0]] : 0;
}

size_t timers_take(struct timers *t, uint64_t now_ms)
{
    if (!t->count || t->at[t->heap[0]] > now_ms)
        return (size_t)-1;
    size_t slot = t->heap[0];
    timers_set(t, slot, 0);
    return slot;
}
