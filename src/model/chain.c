#include "model/chain.h"

#include <stdlib.h>

#include "base/mem.h"

#define NONE ((size_t)-1)

struct place {
    uint64_t end_ms; /* of the chain up to and with this task, were there nothing else */
    size_t from;     /* the task before it in that chain, or NONE */
};

uint64_t chain_task_ms(const struct run *run, size_t task)
{
    const struct run_task *t = &run->tasks[task];
    bool is_over = task_state_is_done(t->state) || t->state == TASK_FAILED;
    return is_over && t->state != TASK_SKIPPED && t->started_ms && t->ended_ms > t->started_ms ? t->ended_ms - t->started_ms : 0;
}

static bool began_before(const struct run *run, size_t a, size_t b)
{
    uint64_t first = run->tasks[a].started_ms, second = run->tasks[b].started_ms;
    return chain_task_ms(run, a) && (first < second || (first == second && a < b));
}

/* The task of the same step whose end made a place free for this one; NONE where there was one all along. */
static size_t place_from(const struct run *run, size_t task)
{
    const struct plan *plan = run->plan;
    size_t serial = plan->steps[plan->tasks[task].step].serial, before = 0, last = NONE;
    for (size_t other = 0; serial && other < plan->task_count; other++) {
        if (plan->tasks[other].step != plan->tasks[task].step || other == task || !began_before(run, other, task))
            continue;
        before++;
        bool has_ended = run->tasks[other].ended_ms <= run->tasks[task].started_ms;
        if (has_ended && (last == NONE || run->tasks[other].ended_ms > run->tasks[last].ended_ms))
            last = other;
    }
    return before >= serial ? last : NONE;
}

static void stand_behind(struct place *places, size_t task, size_t before)
{
    if (before == NONE || places[before].end_ms <= places[task].end_ms)
        return;
    places[task].end_ms = places[before].end_ms;
    places[task].from = before;
}

static void put(const struct run *run, struct place *places, size_t task)
{
    const struct plan_task *own = &run->plan->tasks[task];
    uint64_t took = chain_task_ms(run, task);
    places[task] = (struct place){.from = NONE};
    for (size_t i = 0; i < own->need_count; i++)
        stand_behind(places, task, own->needs[i]);
    if (took)
        stand_behind(places, task, place_from(run, task));
    places[task].end_ms += took;
}

/* A step's tasks in the order in which they began, as one may be behind another of them; those of other steps that they need stand before them. */
static void put_step(const struct run *run, struct place *places, size_t first, size_t end)
{
    size_t count = end - first, *order = mem_new(count, sizeof *order);
    for (size_t i = 0; i < count; i++) {
        size_t at = i;
        for (; at > 0 && began_before(run, first + i, order[at - 1]); at--)
            order[at] = order[at - 1];
        order[at] = first + i;
    }
    for (size_t i = 0; i < count; i++)
        put(run, places, order[i]);
    free(order);
}

void chain_find(const struct run *run, struct chain *chain)
{
    const struct plan *plan = run->plan;
    struct place *places = mem_new(plan->task_count, sizeof *places);
    size_t last = NONE;
    *chain = (struct chain){0};
    for (size_t first = 0, end; first < plan->task_count; first = end) {
        for (end = first + 1; end < plan->task_count && plan->tasks[end].step == plan->tasks[first].step; end++)
            ;
        put_step(run, places, first, end);
    }
    for (size_t task = 0; task < plan->task_count; task++)
        if (places[task].end_ms && (last == NONE || places[task].end_ms > places[last].end_ms))
            last = task;
    for (size_t task = last; task != NONE; task = places[task].from)
        chain->count += chain_task_ms(run, task) > 0;
    if (last != NONE) {
        chain->ms = places[last].end_ms;
        chain->tasks = mem_new(chain->count, sizeof *chain->tasks);
    }
    for (size_t task = last, at = chain->count; task != NONE; task = places[task].from)
        if (chain_task_ms(run, task))
            chain->tasks[--at] = task;
    free(places);
}

void chain_done(struct chain *chain)
{
    free(chain->tasks);
    *chain = (struct chain){0};
}
