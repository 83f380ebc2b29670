/* What may start now, who waits for what failed, and when it is all over. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "engine/engine_state.h"

void sched_ready(struct engine *e, size_t task)
{
    struct task_data *data = &e->tasks[task];
    bool is_ready = e->run->tasks[task].state == TASK_PENDING && !data->unmet && !data->retry_ms && !data->is_blocked;
    if (is_ready == data->is_ready)
        return;
    data->is_ready = is_ready;
    e->is_dirty = true;
    uint64_t bit = (uint64_t)1 << (task % 64);
    if (is_ready) {
        e->ready[task / 64] |= bit;
        e->ready_count++;
    } else {
        e->ready[task / 64] &= ~bit;
        e->ready_count--;
    }
}

/* --- what failed holds up others --- */

static bool block(struct engine *e, size_t task)
{
    struct task_data *data = &e->tasks[task];
    if (e->run->tasks[task].state != TASK_PENDING || data->is_blocked)
        return false;
    data->is_blocked = true;
    task_leave_place(e, task);
    if (data->retry_ms) {
        data->retry_ms = 0;
        e->retry_count--;
        task_arm(e, task);
    }
    sched_ready(e, task);
    return true;
}

/* All that needs task, near and far, gets the same root as its reason. */
static void block_dependants(struct engine *e, size_t task, const char *reason)
{
    size_t count = 0;
    e->work[count++] = task;
    while (count) {
        const struct task_data *data = &e->tasks[e->work[--count]];
        for (size_t i = 0; i < data->dependant_count; i++)
            if (block(e, data->dependants[i])) {
                task_reason(e, data->dependants[i], "%s", reason);
                e->work[count++] = data->dependants[i];
            }
    }
}

void sched_block_from(struct engine *e, size_t task)
{
    char reason[RUN_TEXT_MAX];
    bool is_cancelled = e->run->tasks[task].state == TASK_CANCELLED;
    out_text(reason, sizeof reason, is_cancelled ? _("needs %s on %s, which was cancelled") : _("needs %s on %s, which failed"),
             engine_step_id(e, task), engine_host_name(e, e->plan->tasks[task].host));
    block_dependants(e, task, reason);
}

void sched_block_host(struct engine *e, size_t host)
{
    const struct host_data *data = &e->hosts[host];
    const char *name = engine_host_name(e, host);
    for (size_t i = 0; i < data->task_count; i++) {
        size_t task = data->tasks[i];
        if (!block(e, task))
            continue;
        char reason[RUN_TEXT_MAX];
        task_reason(e, task, _("%s: %s"), name, e->run->hosts[host].detail);
        out_text(reason, sizeof reason, _("needs %s on %s, which was given up"), engine_step_id(e, task), name);
        block_dependants(e, task, reason);
    }
}

void sched_block_reader(struct engine *e, size_t task, size_t mint)
{
    if (!block(e, task))
        return;
    size_t provider = e->mints[mint].task;
    char reason[RUN_TEXT_MAX];
    task_reason(e, task, _("needs the secret %s, which %s on %s published and which is gone"), e->mints[mint].key, engine_step_id(e, provider),
                engine_host_name(e, e->plan->tasks[provider].host));
    out_text(reason, sizeof reason, _("needs %s on %s, which waits for a secret that is gone"), engine_step_id(e, task),
             engine_host_name(e, e->plan->tasks[task].host));
    block_dependants(e, task, reason);
}

void sched_block_all(struct engine *e)
{
    for (size_t task = 0; task < e->plan->task_count; task++)
        if (e->tasks[task].is_blocked) {
            e->tasks[task].is_blocked = false;
            task_reason(e, task, "%s", "");
            sched_ready(e, task);
        }
    for (size_t task = 0; task < e->plan->task_count; task++)
        if (e->run->tasks[task].state == TASK_FAILED || e->run->tasks[task].state == TASK_CANCELLED)
            sched_block_from(e, task);
    for (size_t host = 0; host < e->plan->host_count; host++)
        if (e->run->hosts[host].state == HOST_FAILED)
            sched_block_host(e, host);
}

/* --- starting --- */

static void try_task(struct engine *e, size_t task)
{
    const struct plan_task *plan = &e->plan->tasks[task];
    const struct plan_step *step = &e->plan->steps[plan->step];
    if (!host_takes_requests(e, plan->host)) {
        host_want(e, plan->host);
        return;
    }
    if (step->serial && !e->tasks[task].holds_place && e->step_running[plan->step] >= step->serial)
        return;
    if (!mint_ready(e, task))
        return;
    task_send(e, task, e->tasks[task].is_doubtful && step->check ? MODE_CHECK : MODE_STEP);
}

static void start_tasks(struct engine *e)
{
    size_t words = (e->plan->task_count + 63) / 64;
    for (size_t word = 0; word < words; word++) {
        uint64_t bits = e->ready[word];
        while (bits) {
            if (e->run->counts[TASK_RUNNING] >= e->options.parallel)
                return;
            size_t bit = (size_t)__builtin_ctzll(bits);
            bits &= bits - 1;
            if (e->tasks[word * 64 + bit].is_ready) /* may have changed by an earlier one */
                try_task(e, word * 64 + bit);
        }
    }
}

/* Hosts on which nothing is left to do. */
static void release_hosts(struct engine *e)
{
    for (size_t host = 0; host < e->plan->host_count; host++) {
        const struct host_data *data = &e->hosts[host];
        enum host_state state = e->run->hosts[host].state;
        mint_fetch_for_operator(e, host);
        bool is_waited_for = data->undone || data->outstanding || mint_is_wanted(e, host);
        if (is_waited_for || state == HOST_REBOOTING || state == HOST_FAILED || state == HOST_DONE)
            continue;
        if (state == HOST_UP && data->is_replayed && !e->is_journal_broken)
            host_let_go(e, host, true);
        else if (state == HOST_AWAY || state == HOST_LOST || state == HOST_CONNECTING)
            host_drop(e, host, HOST_DONE);
    }
}

/* --- the end --- */

static bool is_over(const struct engine *e)
{
    const size_t *counts = e->run->counts;
    if (counts[TASK_RUNNING])
        return false;
    if (e->stops >= 2)
        return true;
    if (counts[TASK_LOST])
        return false;
    if (e->stops || e->is_journal_broken)
        return true;
    for (size_t host = 0; host < e->plan->host_count; host++)
        if (e->run->hosts[host].state == HOST_REBOOTING)
            return false;
    return !e->ready_count && !e->retry_count && !counts[TASK_ASKS] && !mint_is_underway_for_operator(e);
}

static bool all_done(const struct engine *e)
{
    const size_t *counts = e->run->counts;
    return counts[TASK_OK] + counts[TASK_UNCHANGED] + counts[TASK_WARNED] + counts[TASK_SKIPPED] == e->plan->task_count;
}

static enum outcome judge(const struct engine *e)
{
    if (e->is_journal_broken)
        return OUTCOME_LOCAL;
    if (e->stops && !all_done(e))
        return OUTCOME_INTERRUPTED;
    for (size_t host = 0; host < e->plan->host_count; host++)
        if (e->run->hosts[host].state == HOST_FAILED)
            return OUTCOME_FAILED;
    return all_done(e) ? OUTCOME_OK : OUTCOME_FAILED;
}

/* Is it about to be attached to, or its records to come? What began there would hold the host for ever if nobody ended it. */
static bool is_coming(const struct engine *e, size_t host)
{
    enum host_state state = e->run->hosts[host].state;
    return !e->stops && e->hosts[host].is_linked && (state == HOST_CONNECTING || (state == HOST_UP && !e->hosts[host].is_replayed));
}

/* A run that can be resumed keeps its supervisors and secrets on the hosts; one that has come to its own end does not. */
static void close_hosts(struct engine *e)
{
    bool is_kept = e->outcome == OUTCOME_INTERRUPTED || e->outcome == OUTCOME_LOCAL;
    for (size_t host = 0; host < e->plan->host_count; host++) {
        enum host_state state = e->run->hosts[host].state;
        if (!is_kept && is_coming(e, host))
            continue;
        if (state == HOST_UP && e->hosts[host].is_replayed && !is_kept)
            host_let_go(e, host, !e->hosts[host].undone && !e->hosts[host].outstanding);
        else if (state != HOST_DONE && state != HOST_FAILED && state != HOST_AWAY)
            host_drop(e, host, HOST_AWAY);
    }
}

static void finish(struct engine *e)
{
    if (!e->is_closing) {
        e->is_closing = true;
        e->outcome = judge(e);
    }
    close_hosts(e);
    for (size_t host = 0; host < e->plan->host_count; host++)
        if (e->hosts[host].is_quitting || is_coming(e, host))
            return;
    e->is_closing = false;
    e->is_ending = true;
    e->run->was_interrupted = e->outcome == OUTCOME_INTERRUPTED;
    e->run->state = RUN_ENDED;
    e->run->ended_ms = e->now_ms;
    out_add(e, EFFECT_RUN_CHANGED);
}

void sched_run(struct engine *e)
{
    while (e->is_dirty && e->is_started && e->run->state != RUN_ENDED) {
        e->is_dirty = false;
        if (e->run->state == RUN_RUNNING && !e->stops && !e->is_journal_broken)
            start_tasks(e);
        if (!e->is_closing)
            release_hosts(e);
        if (!e->is_dirty) {
            if (is_over(e))
                finish(e);
            else
                e->is_closing = false; /* the operator gave it something to do */
        }
    }
    if (e->is_dirty && e->run->state == RUN_ENDED)
        e->is_dirty = false;
}
