/* Secrets that steps publish. They lie on the host that published them and are fetched when published, and again after a resume; if one is
 * gone, the step that mints it runs again. Here only whether the runner has them; values never come near the engine. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "engine/engine_state.h"

#define REMINTS_MAX 1u

static const struct plan_step *step_of(const struct engine *e, size_t task)
{
    return &e->plan->steps[e->plan->tasks[task].step];
}

/* NULL: it is one of the answers'. */
static struct mint *find_provider(struct engine *e, size_t reader, const char *key)
{
    size_t task = plan_provider(e->plan, reader, key);
    if (task == PLAN_NO_TASK)
        return NULL;
    struct mint *mint = &e->mints[e->tasks[task].mint_first];
    while (strcmp(mint->key, key) != 0)
        mint++;
    return mint;
}

void mint_build(struct engine *e)
{
    for (size_t task = 0; task < e->plan->task_count; task++) {
        const struct strv *keys = &step_of(e, task)->mints;
        e->tasks[task].mint_first = e->mint_count;
        e->tasks[task].mint_count = keys->count;
        for (size_t k = 0; k < keys->count; k++) {
            e->mints = mem_grow(e->mints, e->mint_count + 1, sizeof *e->mints);
            e->mints[e->mint_count++] = (struct mint){.task = task, .key = keys->items[k]};
        }
    }
    if (!e->mint_count)
        return;
    for (size_t task = 0; task < e->plan->task_count; task++) {
        const struct strv *keys = &step_of(e, task)->reads;
        struct task_data *data = &e->tasks[task];
        data->reads = mem_new(keys->count, sizeof *data->reads);
        for (size_t k = 0; k < keys->count; k++) {
            struct mint *mint = find_provider(e, task, keys->items[k]);
            if (!mint)
                continue;
            data->reads[data->read_count++] = (size_t)(mint - e->mints);
            mint->readers++;
        }
    }
    for (size_t i = 0; i < e->mint_count; i++)
        e->mints[i].is_for_operator = !e->mints[i].readers;
}

size_t engine_provider(const struct engine *e, size_t reader, const char *key)
{
    const struct task_data *data = &e->tasks[reader];
    for (size_t i = 0; i < data->read_count; i++)
        if (strcmp(e->mints[data->reads[i]].key, key) == 0)
            return e->mints[data->reads[i]].task;
    return NO_TASK;
}

bool engine_is_fetching(const struct engine *e, size_t task, const char *key)
{
    const struct task_data *data = &e->tasks[task];
    for (size_t i = 0; i < data->mint_count; i++)
        if (e->mints[data->mint_first + i].state == MINT_FETCHING && strcmp(e->mints[data->mint_first + i].key, key) == 0)
            return true;
    return false;
}

static size_t host_of(const struct engine *e, const struct mint *mint)
{
    return e->plan->tasks[mint->task].host;
}

static void fetch(struct engine *e, struct mint *mint)
{
    size_t host = host_of(e, mint);
    mint->state = MINT_FETCHING;
    mint->tries++;
    mint->limit_ms = e->now_ms + ENGINE_FETCH_LIMIT_MS;
    e->is_touched = true;
    struct effect *effect = out_host(e, EFFECT_FETCH_SECRET, host);
    effect->task = mint->task;
    effect->key = mint->key;
    host_arm(e, host);
}

/* It can't be had: run its step once more, or let those who read it know. */
static void gone(struct engine *e, struct mint *mint)
{
    struct task_data *data = &e->tasks[mint->task];
    mint->state = MINT_GONE;
    e->is_touched = e->is_dirty = true;
    if (!task_state_is_done(e->run->tasks[mint->task].state) || data->phase != PHASE_NONE || !mint->readers)
        return;
    if (data->remints < REMINTS_MAX && e->run->tasks[mint->task].state != TASK_SKIPPED) {
        data->remints++;
        data->is_forced = true;
        task_set(e, mint->task, TASK_PENDING);
        task_reason(e, mint->task, _("the secret %s that it published is gone; it runs again"), mint->key);
        return;
    }
    for (size_t task = mint->task + 1; task < e->plan->task_count; task++)
        for (size_t i = 0; i < e->tasks[task].read_count; i++)
            if (&e->mints[e->tasks[task].reads[i]] == mint)
                sched_block_reader(e, task, (size_t)(mint - e->mints));
}

/* Does what reads this still have to wait? Sets in motion what is needed. */
static bool is_here(struct engine *e, struct mint *mint)
{
    const struct run_task *model = &e->run->tasks[mint->task];
    size_t host = host_of(e, mint);
    if (!task_state_is_done(model->state))
        return false;
    if (mint->state == MINT_HERE)
        return true;
    if (mint->state == MINT_FETCHING)
        return false;
    if (mint->state == MINT_GONE) {
        gone(e, mint);
        return false;
    }
    if (host_takes_requests(e, host))
        fetch(e, mint);
    else
        host_want(e, host);
    return false;
}

bool mint_ready(struct engine *e, size_t task)
{
    struct task_data *data = &e->tasks[task];
    bool is_ready = true;
    for (size_t i = 0; i < data->read_count; i++) {
        struct mint *mint = &e->mints[data->reads[i]];
        if (!is_here(e, mint)) {
            is_ready = false;
            if (e->run->hosts[host_of(e, mint)].state == HOST_FAILED)
                sched_block_reader(e, task, data->reads[i]);
        }
    }
    return is_ready;
}

/* May the step that minted it be asked whether it is still good? Not while something of it is under way, and not where nobody could ask. Without
 * a check it runs whenever it is asked, so only if that does no harm. */
static bool is_asked_again(const struct engine *e, size_t task)
{
    const struct task_data *data = &e->tasks[task];
    const struct plan_step *step = step_of(e, task);
    enum task_state state = e->run->tasks[task].state;
    for (size_t i = 0; i < data->mint_count; i++)
        if (e->mints[data->mint_first + i].state == MINT_FETCHING)
            return false;
    return task_state_is_done(state) && state != TASK_SKIPPED && data->phase == PHASE_NONE &&
           e->run->hosts[e->plan->tasks[task].host].state != HOST_FAILED && (step->check || step->rerun == RERUN_SAFE);
}

void mint_doubt(struct engine *e, size_t reader)
{
    const struct task_data *data = &e->tasks[reader];
    for (size_t i = 0; i < data->read_count; i++) {
        const struct mint *mint = &e->mints[data->reads[i]];
        if (!is_asked_again(e, mint->task))
            continue;
        task_set(e, mint->task, TASK_PENDING);
        task_reason(e, mint->task, _("%s on %s failed with the secret %s: is it still good?"), engine_step_id(e, reader),
                    engine_host_name(e, e->plan->tasks[reader].host), mint->key);
    }
}

void mint_published(struct engine *e, size_t task, const char *key)
{
    struct task_data *data = &e->tasks[task];
    size_t host = e->plan->tasks[task].host;
    for (size_t i = 0; i < data->mint_count; i++) {
        struct mint *mint = &e->mints[data->mint_first + i];
        if (strcmp(mint->key, key) == 0 && mint->state == MINT_UNKNOWN && (mint->readers || mint->is_for_operator) && e->hosts[host].is_attached)
            fetch(e, mint);
    }
}

bool mint_answer(struct engine *e, size_t host, const char *key, bool is_there)
{
    for (size_t i = 0; i < e->mint_count; i++) {
        struct mint *mint = &e->mints[i];
        if (mint->state != MINT_FETCHING || host_of(e, mint) != host || strcmp(mint->key, key) != 0)
            continue;
        e->is_touched = e->is_dirty = true;
        mint->limit_ms = 0;
        mint->tries = 0;
        if (is_there) {
            mint->state = MINT_HERE;
            e->tasks[mint->task].remints = 0;
        } else if (e->tasks[mint->task].phase != PHASE_NONE) {
            mint->state = MINT_UNKNOWN; /* it is being published just now */
        } else {
            gone(e, mint);
        }
        host_arm(e, host);
        return true;
    }
    return false;
}

void mint_forget(struct engine *e, size_t task)
{
    struct task_data *data = &e->tasks[task];
    for (size_t i = 0; i < data->mint_count; i++) {
        struct mint *mint = &e->mints[data->mint_first + i];
        mint->state = MINT_UNKNOWN;
        mint->tries = 0;
        mint->limit_ms = 0;
    }
}

void mint_host_down(struct engine *e, size_t host)
{
    for (size_t i = 0; i < e->mint_count; i++)
        if (e->mints[i].state == MINT_FETCHING && host_of(e, &e->mints[i]) == host) {
            e->mints[i].state = MINT_UNKNOWN;
            e->mints[i].limit_ms = 0;
        }
}

void mint_readers(struct engine *e, size_t task, int change)
{
    for (size_t i = 0; i < e->tasks[task].read_count; i++) {
        struct mint *mint = &e->mints[e->tasks[task].reads[i]];
        mint->readers = change < 0 ? mint->readers - 1 : mint->readers + 1;
    }
}

bool mint_is_wanted(const struct engine *e, size_t host)
{
    for (size_t i = 0; i < e->mint_count; i++)
        if (host_of(e, &e->mints[i]) == host && (e->mints[i].readers || (e->mints[i].is_for_operator && e->mints[i].state == MINT_FETCHING)))
            return true;
    return false;
}

void mint_fetch_for_operator(struct engine *e, size_t host)
{
    for (size_t i = 0; i < e->mint_count; i++) {
        struct mint *mint = &e->mints[i];
        if (mint->is_for_operator && mint->state == MINT_UNKNOWN && host_of(e, mint) == host && host_takes_requests(e, host) &&
            task_state_is_done(e->run->tasks[mint->task].state) && e->run->tasks[mint->task].state != TASK_SKIPPED)
            fetch(e, mint);
    }
}

bool mint_is_underway_for_operator(const struct engine *e)
{
    for (size_t i = 0; i < e->mint_count; i++)
        if (e->mints[i].is_for_operator && e->mints[i].state == MINT_FETCHING)
            return true;
    return false;
}

uint64_t mint_limit(const struct engine *e, size_t host)
{
    uint64_t limit = 0;
    for (size_t i = 0; i < e->mint_count; i++)
        if (e->mints[i].limit_ms && host_of(e, &e->mints[i]) == host && (!limit || e->mints[i].limit_ms < limit))
            limit = e->mints[i].limit_ms;
    return limit;
}

void mint_time(struct engine *e, size_t host)
{
    for (size_t i = 0; i < e->mint_count; i++) {
        struct mint *mint = &e->mints[i];
        if (!mint->limit_ms || mint->limit_ms > e->now_ms || host_of(e, mint) != host)
            continue;
        mint->limit_ms = 0;
        e->is_touched = e->is_dirty = true;
        if (mint->tries < ENGINE_FETCH_TRIES) {
            mint->state = MINT_UNKNOWN; /* asked for again when the scheduler looks */
        } else {
            mint->tries = 0;
            gone(e, mint);
        }
    }
}
