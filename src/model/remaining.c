#include "model/remaining.h"

#include <stdlib.h>

#include "base/mem.h"

/* Less than that is no evidence. */
#define STEPS_LEAST 3        /* steps that have ended somewhere, before others are judged by them */
#define DONE_LEAST_PERCENT 10 /* of the tasks */
#define PERCENT_LEAST 5      /* of a task's progress */
#define RAN_LEAST_MS 3000    /* and for how long it must have run */
#define NEVER UINT64_MAX

struct evidence {
    uint64_t sum_ms, count; /* of tasks that changed their host */
    uint64_t other_ms, other_count; /* of tasks that had nothing to do; counts only where there is nothing better */
};

struct guess {
    const struct run *run;
    uint64_t now_ms;
    uint64_t *steps; /* owned: how long a step takes; NEVER = nothing is known */
    double of_limit; /* what share of their limits steps took; 0 = not known */
};

static uint64_t ran_ms(const struct run_task *t, uint64_t now_ms)
{
    return t->started_ms && now_ms > t->started_ms ? now_ms - t->started_ms : 0;
}

/* By its own progress; NEVER = it says nothing. What stood still for longer than it took to come so far was a mark in the script and no measure: a step that
 * says 10 % before its one long command would seem to take ten times as long as it has run. */
static uint64_t whole_by_progress(const struct run_task *t, uint64_t now_ms)
{
    uint64_t ran = ran_ms(t, now_ms), reached = ran_ms(t, t->percent_ms);
    if (t->state != TASK_RUNNING || t->percent < PERCENT_LEAST || ran < RAN_LEAST_MS || ran > 2 * reached + RAN_LEAST_MS)
        return NEVER;
    return reached * 100 / (unsigned)t->percent;
}

static void learn(const struct run *run, size_t task, uint64_t now_ms, struct evidence *e)
{
    const struct run_task *t = &run->tasks[task];
    uint64_t whole = whole_by_progress(t, now_ms);
    if (task_state_is_done(t->state) && t->state != TASK_SKIPPED && t->ended_ms > t->started_ms && t->started_ms)
        whole = t->ended_ms - t->started_ms;
    if (whole == NEVER)
        return;
    if (t->state == TASK_UNCHANGED) {
        e->other_ms += whole;
        e->other_count++;
    } else {
        e->sum_ms += whole;
        e->count++;
    }
}

static bool look_back(struct guess *g)
{
    const struct plan *plan = g->run->plan;
    struct evidence *found = mem_new(plan->step_count, sizeof *found);
    uint64_t took = 0, limits = 0;
    size_t steps = 0, done = 0;
    for (size_t t = 0; t < plan->task_count; t++) {
        learn(g->run, t, g->now_ms, &found[plan->tasks[t].step]);
        done += task_state_is_done(g->run->tasks[t].state);
    }
    for (size_t s = 0; s < plan->step_count; s++) {
        struct evidence *e = &found[s];
        g->steps[s] = e->count ? e->sum_ms / e->count : e->other_count ? e->other_ms / e->other_count : NEVER;
        if (!e->count || !plan->steps[s].timeout_ms)
            continue;
        steps++;
        took += g->steps[s];
        limits += plan->steps[s].timeout_ms;
    }
    if (steps >= STEPS_LEAST && done * 100 >= plan->task_count * DONE_LEAST_PERCENT)
        g->of_limit = (double)took / (double)limits;
    free(found);
    return plan->task_count > 0;
}

/* How long a task that has not ended still takes; NEVER = nobody knows. */
static uint64_t left_of(const struct guess *g, size_t task)
{
    const struct run_task *t = &g->run->tasks[task];
    size_t step = g->run->plan->tasks[task].step;
    uint64_t ran = ran_ms(t, g->now_ms), whole = whole_by_progress(t, g->now_ms);
    if (whole == NEVER)
        whole = g->steps[step];
    if (whole == NEVER && g->of_limit > 0)
        whole = (uint64_t)(g->of_limit * (double)g->run->plan->steps[step].timeout_ms);
    if (whole == NEVER || t->state != TASK_RUNNING)
        return whole;
    return whole > ran ? whole - ran : whole / 10; /* it takes longer than the others did; how much, nobody knows */
}

/* Places of steps that run on so many hosts at once: when each is free again. */
struct places {
    uint64_t **steps; /* owned, each owned; NULL = the step has no limit of its own */
    size_t *counts;   /* owned */
    size_t step_count;
};

static void places_init(struct places *places, const struct plan *plan)
{
    *places = (struct places){mem_new(plan->step_count, sizeof *places->steps), mem_new(plan->step_count, sizeof *places->counts),
                              plan->step_count};
    for (size_t s = 0; s < plan->step_count; s++) {
        size_t serial = plan->steps[s].serial;
        if (!serial || serial >= plan->host_count)
            continue;
        places->counts[s] = serial;
        places->steps[s] = mem_new(serial, sizeof **places->steps);
    }
}

static void places_done(struct places *places)
{
    for (size_t s = 0; s < places->step_count; s++)
        free(places->steps[s]);
    free(places->steps);
    free(places->counts);
}

/* The place that is free first, or NULL. */
static uint64_t *place_of(struct places *places, size_t step)
{
    uint64_t *best = places->steps[step];
    for (size_t i = 1; i < places->counts[step]; i++)
        if (places->steps[step][i] < *best)
            best = &places->steps[step][i];
    return best;
}

static bool is_under_way(enum task_state state)
{
    return state == TASK_RUNNING || state == TASK_LOST;
}

/* When a task can begin: when all that it needs has ended. NEVER = something of that will not. */
static uint64_t begin_of(const struct plan_task *p, const uint64_t *ends)
{
    uint64_t begin = 0;
    for (size_t n = 0; n < p->need_count && begin != NEVER; n++)
        begin = ends[p->needs[n]] > begin ? ends[p->needs[n]] : begin;
    return begin;
}

/* When each task ends, if each begins as soon as it can. false = one is not known. */
static bool look_ahead(const struct guess *g, struct places *places, uint64_t *ends, uint64_t *last)
{
    const struct plan *plan = g->run->plan;
    *last = 0;
    for (int waits = 0; waits < 2; waits++) /* what runs has its place already */
        for (size_t t = 0; t < plan->task_count; t++) { /* every task stands behind those it needs */
            enum task_state state = g->run->tasks[t].state;
            if (waits && is_under_way(state))
                continue;
            ends[t] = task_state_is_done(state) ? 0 : NEVER;
            if (waits ? state != TASK_PENDING : !is_under_way(state))
                continue;
            uint64_t *place = place_of(places, plan->tasks[t].step), left = left_of(g, t),
                     begin = waits ? begin_of(&plan->tasks[t], ends) : 0;
            if (begin == NEVER)
                continue;
            if (left == NEVER)
                return false;
            if (waits && place && *place > begin)
                begin = *place;
            ends[t] = begin + left;
            if (place)
                *place = ends[t];
            *last = ends[t] > *last ? ends[t] : *last;
        }
    return *last > 0;
}

bool remaining_ms(const struct run *run, uint64_t now_ms, uint64_t *left_ms)
{
    if (run->state != RUN_RUNNING)
        return false;
    struct guess g = {.run = run, .now_ms = now_ms, .steps = mem_new(run->plan->step_count, sizeof *g.steps)};
    struct places places;
    uint64_t *ends = mem_new(run->plan->task_count, sizeof *ends);
    places_init(&places, run->plan);
    bool is_known = look_back(&g) && look_ahead(&g, &places, ends, left_ms);
    places_done(&places);
    free(ends);
    free(g.steps);
    return is_known;
}
