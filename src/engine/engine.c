#include "engine/engine.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "engine/engine_state.h"
#include "engine/timers.h"

const char *engine_step_id(const struct engine *e, size_t task)
{
    return e->plan->steps[e->plan->tasks[task].step].id;
}

const char *engine_host_name(const struct engine *e, size_t host)
{
    return e->plan->hosts[host].host.name;
}

/* splitmix64: the same seed and salt give the same wait. */
uint64_t engine_jitter(const struct engine *e, uint64_t salt, uint64_t span_ms)
{
    uint64_t z = e->options.seed + (salt + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % (span_ms + 1);
}

/* --- making one --- */

/* Slices of one array: what each task is needed by. A secret that is read makes its minting task needed, too. */
static void build_graph(struct engine *e)
{
    const struct plan *plan = e->plan;
    size_t total = 0;
    for (int pass = 0; pass < 2; pass++) { /* count, then fill */
        for (size_t task = 0; task < plan->task_count; task++) {
            struct task_data *data = &e->tasks[task];
            for (size_t i = 0; i < plan->tasks[task].need_count + data->read_count; i++) {
                bool is_need = i < plan->tasks[task].need_count;
                size_t need = is_need ? plan->tasks[task].needs[i] : e->mints[data->reads[i - plan->tasks[task].need_count]].task;
                assert(need < task);
                struct task_data *needed = &e->tasks[need];
                if (pass)
                    needed->dependants[needed->dependant_count] = task;
                else
                    data->unmet++;
                needed->dependant_count++;
                total++;
            }
        }
        if (pass)
            return;
        e->dependants = mem_new(total, sizeof *e->dependants);
        size_t *at = e->dependants;
        for (size_t task = 0; task < plan->task_count; task++) {
            e->tasks[task].dependants = at;
            at += e->tasks[task].dependant_count;
            e->tasks[task].dependant_count = 0;
        }
    }
}

static void build_hosts(struct engine *e)
{
    const struct plan *plan = e->plan;
    e->host_tasks = mem_new(plan->task_count, sizeof *e->host_tasks);
    for (size_t task = 0; task < plan->task_count; task++)
        e->hosts[plan->tasks[task].host].undone++;
    size_t *at = e->host_tasks;
    for (size_t host = 0; host < plan->host_count; host++) {
        e->hosts[host].tasks = at;
        at += e->hosts[host].undone;
    }
    for (size_t task = 0; task < plan->task_count; task++) {
        struct host_data *host = &e->hosts[plan->tasks[task].host];
        host->tasks[host->task_count++] = task;
    }
}

struct engine *engine_new(const struct plan *plan, const struct engine_options *options)
{
    struct engine *e = mem_new(1, sizeof *e);
    size_t tasks = plan->task_count, hosts = plan->host_count;
    e->plan = plan;
    e->options = *options;
    if (!e->options.parallel)
        e->options.parallel = ENGINE_PARALLEL_DEFAULT;
    e->run = run_new(plan);
    e->tasks = mem_new(tasks, sizeof *e->tasks);
    e->hosts = mem_new(hosts, sizeof *e->hosts);
    e->step_running = mem_new(plan->step_count, sizeof *e->step_running);
    e->ready = mem_new((tasks + 63) / 64, sizeof *e->ready);
    e->work = mem_new(tasks, sizeof *e->work);
    e->due = mem_new(tasks + hosts + 1, sizeof *e->due);
    e->task_marked = mem_new(tasks, sizeof *e->task_marked);
    e->host_marked = mem_new(hosts, sizeof *e->host_marked);
    e->marked_tasks = mem_new(tasks, sizeof *e->marked_tasks);
    e->marked_hosts = mem_new(hosts, sizeof *e->marked_hosts);
    e->timers = timers_new(tasks + hosts + 1);
    mint_build(e);
    build_graph(e);
    build_hosts(e);
    for (size_t task = 0; task < tasks; task++)
        sched_ready(e, task);
    return e;
}

void engine_free(struct engine **engine)
{
    struct engine *e = *engine;
    if (!e)
        return;
    out_begin(e); /* frees texts */
    for (size_t task = 0; task < e->plan->task_count; task++)
        free(e->tasks[task].reads);
    run_free(&e->run);
    timers_free(&e->timers);
    free(e->tasks);
    free(e->hosts);
    free(e->mints);
    free(e->requests);
    free(e->dependants);
    free(e->host_tasks);
    free(e->step_running);
    free(e->ready);
    free(e->work);
    free(e->due);
    free(e->task_marked);
    free(e->host_marked);
    free(e->marked_tasks);
    free(e->marked_hosts);
    free(e->effects);
    free(e->texts);
    free(e);
    *engine = NULL;
}

/* --- events --- */

static size_t audit_slot(const struct engine *e)
{
    return e->plan->task_count + e->plan->host_count;
}

static void start(struct engine *e)
{
    if (e->is_started)
        return;
    e->is_started = e->is_touched = e->is_dirty = true;
    e->run->started_ms = e->now_ms;
    e->run->state = RUN_RUNNING;
    out_add(e, EFFECT_RUN_CHANGED);
    /* all, so that what is wrong shows before anything was changed; but containers are made on the way */
    for (size_t host = 0; host < e->plan->host_count; host++)
        if (e->hosts[host].task_count && !e->plan->hosts[host].host.outer)
            host_want(e, host);
}

static void resume_task(struct engine *e, size_t task, bool is_retrying)
{
    enum task_state state = e->run->tasks[task].state;
    mint_forget(e, task);
    e->tasks[task].remints = 0;
    if (state == TASK_RUNNING || state == TASK_LOST) {
        if (is_retrying)
            task_forget_abort(e, task);
        task_set(e, task, TASK_LOST);
        task_reason(e, task, "%s", _("kwiz was away"));
    } else if (is_retrying && (state == TASK_FAILED || state == TASK_CANCELLED)) {
        task_retry(e, task);
    } else if (state == TASK_ASKS) {
        out_task(e, EFFECT_ASK, task);
    }
}

/* The process that had the connections is no more: connect anew, and let the hosts' records say what became of everything. */
static void resume(struct engine *e, bool is_retrying)
{
    if (!e->is_started) {
        start(e);
        return;
    }
    e->is_touched = e->is_dirty = true;
    e->stops = 0;
    e->is_closing = false;
    e->run->was_interrupted = false;
    e->run->ended_ms = 0;
    e->run->state = RUN_RUNNING;
    e->wake_ms = UINT64_MAX; /* ask for it again, whatever it is */
    out_add(e, EFFECT_RUN_CHANGED);
    for (size_t host = 0; host < e->plan->host_count; host++) {
        host_forget(e, host);
        if (e->run->hosts[host].state != HOST_DONE || e->hosts[host].undone)
            host_set(e, host, HOST_AWAY);
    }
    for (size_t task = 0; task < e->plan->task_count; task++)
        resume_task(e, task, is_retrying);
    sched_block_all(e);
    for (size_t task = 0; task < e->plan->task_count; task++) {
        enum task_state state = e->run->tasks[task].state;
        bool is_made = !e->plan->hosts[e->plan->tasks[task].host].host.outer;
        if (state == TASK_LOST || (state == TASK_PENDING && is_made))
            host_want(e, e->plan->tasks[task].host);
    }
}

static void wake(struct engine *e)
{
    size_t count = 0;
    /* It comes once for each time it is asked for, and under load too early by the age of the loop's clock. Then it must be asked for again. */
    e->wake_ms = UINT64_MAX;
    for (size_t slot; (slot = timers_take(e->timers, e->now_ms)) != (size_t)-1;)
        e->due[count++] = slot;
    for (size_t i = 0; i < count; i++) {
        if (e->due[i] < e->plan->task_count)
            task_time(e, e->due[i]);
        else if (e->due[i] < audit_slot(e))
            host_time(e, e->due[i] - e->plan->task_count);
        else
            for (size_t host = 0; host < e->plan->host_count; host++)
                if (e->hosts[host].is_replayed && e->hosts[host].outstanding && !e->hosts[host].is_quitting)
                    out_host(e, EFFECT_AUDIT, host);
    }
}

/* Audits are asked for while anything runs. Not part of what a replay repeats. */
static void arm_audit(struct engine *e)
{
    size_t slot = audit_slot(e);
    if (!e->run->counts[TASK_RUNNING] || e->run->state == RUN_ENDED)
        timers_set(e->timers, slot, 0);
    else if (!timers_get(e->timers, slot))
        timers_set(e->timers, slot, e->now_ms + ENGINE_AUDIT_MS);
}

/* An event of a request: its task, if the request is the newest of its task and outstanding, and of that host. */
static bool find_request(const struct engine *e, const struct event *event, size_t *task)
{
    if (!event->id || event->id > e->request_count)
        return false;
    *task = e->requests[event->id - 1];
    return e->plan->tasks[*task].host == event->host && e->run->tasks[*task].id == event->id && e->tasks[*task].phase != PHASE_NONE;
}

static void request_event(struct engine *e, const struct event *event)
{
    size_t task;
    if (!find_request(e, event, &task))
        return;
    struct task_data *data = &e->tasks[task];
    if (event->kind == EVENT_REC) {
        if (task_rec(e, task, &event->rec))
            e->is_touched = true;
    } else if (event->kind == EVENT_OUTPUT) {
        e->run->tasks[task].log_bytes = event->log_bytes;
        e->run->tasks[task].output_ms = e->now_ms;
        out_task_changed(e, task);
    } else if (event->kind == EVENT_SENT && data->phase == PHASE_SENT && !data->left_ms) {
        data->left_ms = e->now_ms;
        e->is_touched = true;
        task_arm(e, task);
    } else if (event->kind == EVENT_COMPLETE && data->phase == PHASE_ENDED) {
        task_complete(e, task);
    }
}

static void host_event(struct engine *e, const struct event *event)
{
    const struct host_data *host = &e->hosts[event->host];
    if (!host->is_linked || event->generation != host->generation)
        return; /* of a connection that is no more */
    if (event->kind == EVENT_STAGE) {
        host_stage(e, event->host, event->text);
    } else if (event->kind == EVENT_DOWN) {
        host_down(e, event->host, event->down.fault, event->down.detail, event->down.is_passing);
    } else if (event->kind == EVENT_ATTACHED) {
        if (!host->is_attached && !host->is_quitting)
            host_attached(e, event->host, &event->hello);
    } else if (!host->is_attached) {
        return; /* nothing else can come yet */
    } else if (event->kind == EVENT_RECORD) {
        host_record(e, event->host, &event->record);
    } else if (event->kind == EVENT_SECRET) {
        mint_answer(e, event->host, event->secret.key, event->secret.is_there);
    } else if (event->kind == EVENT_BAD) {
        out_notice(e, event->host, NO_TASK, _("%s could not read what it was sent: %s"), engine_host_name(e, event->host), event->text);
    } else if (event->kind == EVENT_BYE) {
        if (host->is_quitting)
            host_bye(e, event->host);
    } else {
        request_event(e, event);
    }
}

/* What was withheld because it is not in the journal has not happened. */
static void journal_failed(struct engine *e, uint64_t first_id)
{
    e->is_journal_broken = e->is_touched = e->is_dirty = true;
    for (uint64_t id = first_id ? first_id : UINT64_MAX; id <= e->request_count; id++) {
        size_t task = e->requests[id - 1];
        struct task_data *data = &e->tasks[task];
        if (e->run->tasks[task].id != id || data->phase != PHASE_SENT)
            continue;
        if (data->mode == MODE_STEP)
            e->run->tasks[task].attempt--;
        data->phase = PHASE_NONE;
        e->hosts[e->plan->tasks[task].host].outstanding--;
        task_set(e, task, TASK_PENDING);
        task_reason(e, task, "%s", _("not started: the journal could not be written"));
    }
    if (e->run->state != RUN_ENDED) {
        e->stops = e->stops ? e->stops : 1;
        e->run->state = RUN_STOPPING;
        out_add(e, EFFECT_RUN_CHANGED);
    }
}

static bool is_of_host(enum event_kind kind)
{
    return (kind >= EVENT_STAGE && kind <= EVENT_BYE) || kind == EVENT_RETRY_HOST;
}

static bool is_of_task(enum event_kind kind)
{
    return kind == EVENT_RETRY_TASK || kind == EVENT_SKIP || kind == EVENT_ABORT_TASK || kind == EVENT_ANSWER;
}

static void dispatch(struct engine *e, const struct event *event)
{
    if (is_of_host(event->kind) && event->host >= e->plan->host_count)
        return;
    if (is_of_task(event->kind) && event->task >= e->plan->task_count)
        return;
    if (event->kind == EVENT_START)
        start(e);
    else if (event->kind == EVENT_RESUME)
        resume(e, event->is_retrying);
    else if (!e->is_started)
        return;
    else if (event->kind >= EVENT_STAGE && event->kind <= EVENT_BYE)
        host_event(e, event);
    else if (event->kind == EVENT_WAKE)
        wake(e);
    else if (event->kind == EVENT_JOURNAL_FAILED)
        journal_failed(e, event->id);
    else if (operator_event(e, event))
        e->is_touched = true;
}

const struct effects *engine_step(struct engine *e, const struct event *event, uint64_t now_ms)
{
    e->now_ms = now_ms > e->last_ms ? now_ms : e->last_ms;
    out_begin(e);
    dispatch(e, event);
    sched_run(e);
    arm_audit(e);
    if (e->is_touched)
        e->last_ms = e->now_ms; /* only then: a replay does not see the others */
    out_end(e, e->is_touched && !e->is_journal_broken);
    return &e->out;
}

/* --- asking --- */

const struct run *engine_run(const struct engine *e)
{
    return e->run;
}

bool engine_request(const struct engine *e, uint64_t id, size_t *task, size_t *host)
{
    if (!id || id > e->request_count)
        return false;
    if (task)
        *task = e->requests[id - 1];
    if (host)
        *host = e->plan->tasks[e->requests[id - 1]].host;
    return true;
}

const struct boot *engine_boot(const struct engine *e, size_t host)
{
    return &e->hosts[host].boot;
}

int engine_exit_status(const struct engine *e)
{
    bool is_busy = false, is_unreached = false, is_failed = false, is_local = e->is_journal_broken;
    for (size_t host = 0; host < e->plan->host_count; host++) {
        const struct run_host *model = &e->run->hosts[host];
        if (model->state != HOST_FAILED)
            continue;
        is_failed = true;
        if (strcmp(model->fault, "local") == 0)
            is_local = true;
        else if (strcmp(model->fault, "busy") == 0)
            is_busy = true;
        else if (!model->had_started)
            is_unreached = true;
    }
    for (size_t task = 0; task < e->plan->task_count; task++)
        is_failed = is_failed || !task_state_is_done(e->run->tasks[task].state);
    if (is_local)
        return 8;
    if (e->run->was_interrupted)
        return 130;
    return is_busy ? 7 : is_unreached ? 6 : is_failed ? 1 : 0;
}
