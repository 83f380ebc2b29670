#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "engine/engine_state.h"
#include "engine/timers.h"

/* Only what holds something: a write would make memory of a text that never had any (run_new). */
static void text_clear(char *text)
{
    if (text[0])
        text[0] = '\0';
}

static bool is_broken(enum task_state state)
{
    return state == TASK_FAILED || state == TASK_CANCELLED;
}

static bool takes_place(enum task_state state)
{
    return state == TASK_RUNNING || state == TASK_LOST;
}

/* What follows from a task being done, or not being done any more. */
static void spread_done(struct engine *e, size_t task, bool is_done)
{
    struct task_data *data = &e->tasks[task];
    struct host_data *host = &e->hosts[e->plan->tasks[task].host];
    host->undone = is_done ? host->undone - 1 : host->undone + 1;
    mint_readers(e, task, is_done ? -1 : 1);
    for (size_t i = 0; i < data->dependant_count; i++) {
        struct task_data *dependant = &e->tasks[data->dependants[i]];
        dependant->unmet = is_done ? dependant->unmet - 1 : dependant->unmet + 1;
        sched_ready(e, data->dependants[i]);
    }
}

/* What failed may have left something half done, which its next attempt clears away: until then it counts as one that runs. */
void task_hold_place(struct engine *e, size_t task)
{
    if (!e->tasks[task].holds_place)
        e->step_running[e->plan->tasks[task].step]++;
    e->tasks[task].holds_place = true;
}

void task_leave_place(struct engine *e, size_t task)
{
    if (!e->tasks[task].holds_place)
        return;
    e->tasks[task].holds_place = false;
    e->step_running[e->plan->tasks[task].step]--;
    e->is_dirty = true;
}

void task_set(struct engine *e, size_t task, enum task_state state)
{
    struct run_task *model = &e->run->tasks[task];
    enum task_state old = model->state;
    e->is_touched = e->is_dirty = true;
    out_task_changed(e, task);
    if (old == state)
        return;
    model->state = state;
    e->run->counts[old]--;
    e->run->counts[state]++;
    size_t step = e->plan->tasks[task].step;
    if (state != TASK_PENDING)
        task_leave_place(e, task);
    if (takes_place(old) && !takes_place(state))
        e->step_running[step]--;
    else if (!takes_place(old) && takes_place(state))
        e->step_running[step]++;
    if (task_state_is_final(state))
        model->ended_ms = e->now_ms;
    else
        model->ended_ms = 0;
    if (state != TASK_PENDING && state != TASK_ASKS && state != TASK_LOST && state != TASK_CANCELLED)
        text_clear(model->reason);
    if (state != TASK_PENDING && e->tasks[task].retry_ms) {
        e->tasks[task].retry_ms = 0;
        e->retry_count--;
    }
    e->tasks[task].is_blocked = false;
    if (task_state_is_done(old) != task_state_is_done(state))
        spread_done(e, task, task_state_is_done(state));
    sched_ready(e, task);
    if (is_broken(old))
        sched_block_all(e);
    else if (is_broken(state))
        sched_block_from(e, task);
    if (state == TASK_PENDING && e->run->hosts[e->plan->tasks[task].host].state == HOST_FAILED)
        sched_block_host(e, e->plan->tasks[task].host);
    task_arm(e, task);
}

void task_reason(struct engine *e, size_t task, const char *format, ...)
{
    char text[RUN_TEXT_MAX * 4];
    va_list ap;
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    out_text(e->run->tasks[task].reason, RUN_TEXT_MAX, "%s", text);
    out_task_changed(e, task);
    e->is_touched = true;
}

void task_send(struct engine *e, size_t task, enum request_mode mode)
{
    struct task_data *data = &e->tasks[task];
    struct run_task *model = &e->run->tasks[task];
    const struct plan_step *step = &e->plan->steps[e->plan->tasks[task].step];
    assert(data->phase == PHASE_NONE);
    e->requests = mem_grow(e->requests, e->request_count + 1, sizeof *e->requests);
    e->requests[e->request_count++] = task;
    model->id = e->request_count;
    data->phase = PHASE_SENT;
    data->mode = mode;
    data->has_check = step->check && !(mode == MODE_STEP && data->is_forced);
    data->asked_ms = e->now_ms;
    data->left_ms = data->accepted_ms = 0;
    data->sends = 1;
    data->boot = (struct boot){.start = 0};
    data->limit_ms = e->now_ms + step->timeout_ms + ENGINE_MARGIN_MS;
    data->is_abort_wanted = data->is_overdue = false;
    data->aborts = 0;
    data->abort_ms = 0;
    data->is_warned = data->is_unchanged = false;
    if (mode == MODE_STEP) {
        model->attempt++;
        text_clear(model->fail), text_clear(model->hint), text_clear(model->warning);
        mint_forget(e, task);
    }
    text_clear(model->progress);
    model->percent = -1;
    model->log_bytes = 0;
    model->output_ms = 0;
    if (mode == MODE_STEP || !model->started_ms) /* its limit counts from here, and hours may lie between two tries */
        model->started_ms = e->now_ms;
    e->hosts[e->plan->tasks[task].host].outstanding++;
    task_set(e, task, TASK_RUNNING);
    struct effect *effect = out_task(e, EFFECT_SEND, task);
    effect->mode = mode;
    effect->has_check = data->has_check;
    e->is_sync = true;
}

static void send_again(struct engine *e, size_t task)
{
    struct task_data *data = &e->tasks[task];
    data->asked_ms = e->now_ms;
    data->left_ms = data->accepted_ms = 0;
    data->phase = PHASE_SENT;
    data->sends++;
    e->is_touched = true;
    struct effect *effect = out_task(e, EFFECT_SEND, task);
    effect->mode = data->mode;
    effect->has_check = data->has_check;
    effect->is_again = true;
    e->is_sync = true;
    task_arm(e, task);
}

void task_settle(struct engine *e, size_t task)
{
    struct task_data *data = &e->tasks[task];
    struct host_data *host = &e->hosts[e->plan->tasks[task].host];
    assert(data->phase != PHASE_NONE);
    data->phase = PHASE_NONE;
    data->limit_ms = data->abort_ms = 0;
    data->is_abort_wanted = false;
    host->outstanding--;
    e->is_touched = e->is_dirty = true;
    if (host->is_attached && !host->is_quitting && !e->is_journal_broken)
        out_task(e, EFFECT_RELEASE, task);
    task_arm(e, task);
}

void task_abort(struct engine *e, size_t task)
{
    struct task_data *data = &e->tasks[task];
    assert(data->phase != PHASE_NONE);
    data->is_abort_wanted = true;
    e->is_touched = true;
    if (data->phase != PHASE_ENDED && e->hosts[e->plan->tasks[task].host].is_replayed) {
        out_task(e, EFFECT_ABORT, task);
        data->aborts++;
        data->abort_ms = e->now_ms + ENGINE_ABORT_LIMIT_MS;
    }
    task_arm(e, task);
}

void task_forget_abort(struct engine *e, size_t task)
{
    struct task_data *data = &e->tasks[task];
    if (!data->is_overdue && !data->aborts)
        data->is_abort_wanted = false;
}

void task_lose(struct engine *e, size_t task)
{
    if (e->run->tasks[task].state != TASK_RUNNING)
        return;
    e->tasks[task].abort_ms = 0;
    task_set(e, task, TASK_LOST);
    const char *detail = e->run->hosts[e->plan->tasks[task].host].detail;
    task_reason(e, task, _("no contact: %s"), detail[0] ? detail : _("the link was lost"));
}

void task_found(struct engine *e, size_t task)
{
    struct task_data *data = &e->tasks[task];
    const struct host_data *host = &e->hosts[e->plan->tasks[task].host];
    if (e->run->tasks[task].state != TASK_RUNNING)
        task_set(e, task, TASK_RUNNING);
    if (data->limit_ms < e->now_ms + ENGINE_MARGIN_MS)
        data->limit_ms = e->now_ms + ENGINE_MARGIN_MS; /* while there was no contact its time went by unseen */
    data->sends = 0;
    bool is_gone = host->is_boot_lost && !data->is_seen;
    if (data->phase == PHASE_ENDED && is_gone)
        task_end_blind(e, task, _("the host no longer has its records"));
    else if (data->phase == PHASE_STARTED && is_gone)
        task_interrupted(e, task, _("the host no longer has its records"));
    else if (data->phase == PHASE_SENT || data->phase == PHASE_ACCEPTED) {
        if (data->is_abort_wanted)
            task_abort(e, task);
        else
            send_again(e, task);
    } else if (data->is_abort_wanted && data->phase == PHASE_STARTED) {
        task_abort(e, task);
    } else {
        task_arm(e, task);
    }
}

void task_give_up(struct engine *e, size_t task, const char *why)
{
    struct task_data *data = &e->tasks[task];
    if (data->phase == PHASE_ENDED) {
        task_end_blind(e, task, why);
        return;
    }
    data->abort_ms = 0;
    out_text(e->run->tasks[task].fail, RUN_TEXT_MAX, "%s", why);
    out_text(e->run->tasks[task].hint, RUN_TEXT_MAX, "%s",
             data->phase >= PHASE_STARTED ? _("the step may have gone on there; trying again first finds out what became of it") : "");
    task_set(e, task, TASK_FAILED);
}

void task_retry(struct engine *e, size_t task)
{
    struct task_data *data = &e->tasks[task];
    data->failures = data->reruns = data->remints = 0;
    data->is_abort_wanted = data->is_overdue = false;
    data->aborts = 0;
    text_clear(e->run->tasks[task].reason);
    if (e->run->tasks[task].state == TASK_FAILED && data->phase == PHASE_NONE)
        mint_doubt(e, task);
    /* what may still run on the host is found again, never asked for twice */
    task_set(e, task, data->phase == PHASE_NONE ? TASK_PENDING : TASK_LOST);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return !a || (b && b < a) ? b : a;
}

/* When the host should have taken or begun the request. */
static uint64_t answer_limit(const struct task_data *data)
{
    if (data->is_abort_wanted)
        return 0;
    if (data->phase == PHASE_SENT)
        return data->left_ms ? data->left_ms + ENGINE_ACCEPT_LIMIT_MS : data->asked_ms + ENGINE_SENT_LIMIT_MS;
    return data->phase == PHASE_ACCEPTED ? data->accepted_ms + ENGINE_START_LIMIT_MS : 0;
}

void task_arm(struct engine *e, size_t task)
{
    const struct task_data *data = &e->tasks[task];
    uint64_t at = data->retry_ms;
    bool is_watched = e->run->tasks[task].state == TASK_RUNNING && e->hosts[e->plan->tasks[task].host].is_replayed;
    if (is_watched && data->phase != PHASE_NONE && data->phase != PHASE_ENDED) {
        at = earlier(at, answer_limit(data));
        at = earlier(at, data->is_abort_wanted ? data->abort_ms : data->limit_ms);
    }
    timers_set(e->timers, task, at);
}

static void answer_late(struct engine *e, size_t task)
{
    const struct task_data *data = &e->tasks[task];
    size_t host = e->plan->tasks[task].host;
    if (data->sends < ENGINE_ACCEPT_TRIES) {
        send_again(e, task);
        return;
    }
    char text[RUN_TEXT_MAX * 2];
    const char *mount = e->hosts[host].mount;
    out_text(text, sizeof text,
             data->phase == PHASE_SENT ? _("asked %u times to run %s, the host did not take it%s%s") : _("asked %u times to run %s, the host took it and never began%s%s"),
             data->sends, engine_step_id(e, task), mount[0] ? _("; no room on ") : "", mount);
    host_fail(e, host, mount[0] ? "full" : "protocol", text);
}

void task_time(struct engine *e, size_t task)
{
    struct task_data *data = &e->tasks[task];
    if (data->retry_ms && data->retry_ms <= e->now_ms) {
        data->retry_ms = 0;
        e->retry_count--;
        e->is_touched = e->is_dirty = true;
        sched_ready(e, task);
    }
    bool is_watched = e->run->tasks[task].state == TASK_RUNNING && e->hosts[e->plan->tasks[task].host].is_replayed;
    if (is_watched && data->phase != PHASE_NONE && data->phase != PHASE_ENDED) {
        uint64_t limit = answer_limit(data);
        if (limit && limit <= e->now_ms) {
            answer_late(e, task);
        } else if (data->is_abort_wanted && data->abort_ms && data->abort_ms <= e->now_ms) {
            if (data->aborts < ENGINE_ABORT_TRIES)
                task_abort(e, task);
            else
                task_give_up(e, task, _("it could not be aborted"));
        } else if (!data->is_abort_wanted && data->limit_ms <= e->now_ms) {
            data->is_overdue = true;
            out_notice(e, e->plan->tasks[task].host, task, _("%s on %s did not end within its limit; it is aborted"), engine_step_id(e, task),
                       engine_host_name(e, e->plan->tasks[task].host));
            task_abort(e, task);
        }
    }
    task_arm(e, task);
}
