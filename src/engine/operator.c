/* What the operator does. */
#include <assert.h>

#include "base/i18n.h"
#include "engine/engine_state.h"

static void set_run_state(struct engine *e, enum run_state state)
{
    if (e->run->state == state)
        return;
    e->run->state = state;
    e->is_touched = e->is_dirty = true;
    out_add(e, EFFECT_RUN_CHANGED);
}

/* An ended run goes on when it is given something to do. */
static void reopen(struct engine *e)
{
    if (e->run->state != RUN_ENDED)
        return;
    e->stops = 0;
    e->run->ended_ms = 0;
    e->run->was_interrupted = false;
    set_run_state(e, RUN_RUNNING);
    for (size_t task = 0; task < e->plan->task_count; task++) /* what was left running there is looked after again */
        if (e->run->tasks[task].state == TASK_LOST)
            host_want(e, e->plan->tasks[task].host);
}

static bool retry_host(struct engine *e, size_t host)
{
    const struct host_data *data = &e->hosts[host];
    if (e->run->hosts[host].state != HOST_FAILED)
        return false;
    host_set(e, host, HOST_AWAY);
    for (size_t i = 0; i < data->task_count; i++)
        if (e->run->tasks[data->tasks[i]].state == TASK_FAILED && e->tasks[data->tasks[i]].phase != PHASE_NONE)
            task_retry(e, data->tasks[i]);
    sched_block_all(e);
    if (data->undone)
        host_want(e, host);
    return true;
}

static bool retry_task(struct engine *e, size_t task)
{
    enum task_state state = e->run->tasks[task].state;
    struct task_data *data = &e->tasks[task];
    size_t host = e->plan->tasks[task].host;
    if (state != TASK_FAILED && state != TASK_CANCELLED && state != TASK_ASKS)
        return false;
    reopen(e);
    for (size_t i = 0; i < data->read_count; i++)
        e->tasks[e->mints[data->reads[i]].task].remints = 0;
    data->is_doubtful = false;
    task_retry(e, task);
    retry_host(e, host);
    sched_block_all(e);
    if (e->run->tasks[task].state == TASK_LOST) {
        if (host_takes_requests(e, host))
            task_found(e, task);
        else
            host_want(e, host);
    }
    return true;
}

static bool skip(struct engine *e, size_t task)
{
    enum task_state state = e->run->tasks[task].state;
    const struct plan_step *step = &e->plan->steps[e->plan->tasks[task].step];
    if (state != TASK_PENDING && state != TASK_FAILED && state != TASK_CANCELLED && state != TASK_ASKS)
        return false;
    if (!step->optional) {
        out_notice(e, e->plan->tasks[task].host, task, _("%s cannot be skipped: the spell does not call it optional"), step->id);
        return false;
    }
    reopen(e);
    task_set(e, task, TASK_SKIPPED);
    return true;
}

static void cancel(struct engine *e, size_t task)
{
    task_set(e, task, TASK_CANCELLED);
    task_reason(e, task, "%s", _("stopped by the operator"));
}

static bool abort_task(struct engine *e, size_t task)
{
    enum task_state state = e->run->tasks[task].state;
    if (e->run->state == RUN_ENDED || task_state_is_final(state))
        return false;
    if (e->tasks[task].phase == PHASE_NONE)
        cancel(e, task);
    else if (!e->tasks[task].is_abort_wanted)
        task_abort(e, task);
    return true;
}

static void abort_running(struct engine *e)
{
    for (size_t task = 0; task < e->plan->task_count; task++)
        if (e->run->tasks[task].state == TASK_RUNNING || e->run->tasks[task].state == TASK_LOST)
            abort_task(e, task);
}

void operator_end(struct engine *e, bool is_left)
{
    const size_t *counts = e->run->counts;
    for (size_t task = 0; task < e->plan->task_count; task++)
        if (e->run->tasks[task].state == TASK_RUNNING) {
            task_set(e, task, TASK_LOST);
            task_reason(e, task, "%s", is_left ? _("the run was left; the step goes on there") : _("the run was stopped; the step may go on there"));
        }
    for (size_t host = 0; host < e->plan->host_count; host++) {
        enum host_state state = e->run->hosts[host].state;
        if (e->hosts[host].is_linked || (state != HOST_FAILED && state != HOST_DONE && state != HOST_AWAY))
            host_drop(e, host, state == HOST_DONE ? HOST_DONE : HOST_AWAY);
    }
    bool is_done = counts[TASK_OK] + counts[TASK_UNCHANGED] + counts[TASK_WARNED] + counts[TASK_SKIPPED] == e->plan->task_count;
    e->outcome = e->is_journal_broken ? OUTCOME_LOCAL : is_done ? OUTCOME_OK : OUTCOME_INTERRUPTED;
    e->run->was_interrupted = e->outcome == OUTCOME_INTERRUPTED;
    e->run->ended_ms = e->now_ms;
    e->is_closing = false;
    e->is_ending = true;
    set_run_state(e, RUN_ENDED);
}

static bool stop(struct engine *e)
{
    if (e->run->state == RUN_ENDED)
        return false;
    e->stops++;
    e->is_touched = e->is_dirty = true;
    if (e->stops == 1) {
        set_run_state(e, RUN_STOPPING);
    } else if (e->stops == 2) {
        abort_running(e);
    } else {
        operator_end(e, false);
    }
    return true;
}

static bool abort_run(struct engine *e)
{
    if (e->run->state == RUN_ENDED)
        return false;
    e->stops = e->stops < 2 ? 2 : e->stops;
    set_run_state(e, RUN_STOPPING);
    abort_running(e);
    for (size_t task = 0; task < e->plan->task_count; task++)
        if (e->run->tasks[task].state == TASK_PENDING || e->run->tasks[task].state == TASK_ASKS)
            cancel(e, task);
    return true;
}

static bool go_on(struct engine *e)
{
    bool is_stopped_once = e->run->state == RUN_STOPPING && e->stops == 1 && !e->is_journal_broken;
    if (e->run->state != RUN_PAUSED && !is_stopped_once)
        return false;
    e->stops = 0;
    set_run_state(e, RUN_RUNNING);
    return true;
}

static bool answer(struct engine *e, size_t task, enum answer given)
{
    struct task_data *data = &e->tasks[task];
    if (e->run->tasks[task].state != TASK_ASKS)
        return false;
    reopen(e);
    data->is_doubtful = false;
    switch (given) {
    case ANSWER_RERUN:
        task_retry(e, task);
        retry_host(e, e->plan->tasks[task].host);
        break;
    case ANSWER_DONE:
        task_set(e, task, TASK_OK);
        break;
    case ANSWER_FAIL:
        out_text(e->run->tasks[task].fail, RUN_TEXT_MAX, "%s", e->run->tasks[task].reason);
        task_set(e, task, TASK_FAILED);
        break;
    }
    return true;
}

bool operator_event(struct engine *e, const struct event *event)
{
    switch (event->kind) {
    case EVENT_RETRY_TASK:
        return retry_task(e, event->task);
    case EVENT_RETRY_HOST:
        if (e->run->hosts[event->host].state != HOST_FAILED)
            return false;
        reopen(e);
        return retry_host(e, event->host);
    case EVENT_SKIP:
        return skip(e, event->task);
    case EVENT_ABORT_TASK:
        return abort_task(e, event->task);
    case EVENT_ABORT_RUN:
        return abort_run(e);
    case EVENT_STOP:
        return stop(e);
    case EVENT_LEAVE:
        if (e->run->state == RUN_ENDED)
            return false;
        operator_end(e, true);
        return true;
    case EVENT_PAUSE:
        if (e->run->state != RUN_RUNNING)
            return false;
        set_run_state(e, RUN_PAUSED);
        return true;
    case EVENT_GO_ON:
        return go_on(e);
    case EVENT_ANSWER:
        return answer(e, event->task, event->answer);
    default:
        return false;
    }
}
