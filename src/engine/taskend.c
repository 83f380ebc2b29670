/* What hosts say of a task, and how it ends. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "engine/engine_state.h"

static const struct plan_step *step_of(const struct engine *e, size_t task)
{
    return &e->plan->steps[e->plan->tasks[task].step];
}

/* --- the record stream --- */

static bool set_text(struct engine *e, size_t task, char *to, const char *text)
{
    char cut[RUN_TEXT_MAX];
    out_text(cut, sizeof cut, "%s", text);
    if (strcmp(cut, to) == 0)
        return false;
    memcpy(to, cut, sizeof cut);
    out_task_changed(e, task);
    return true;
}

static bool warn(struct engine *e, size_t task, const char *text)
{
    bool is_new = !e->tasks[task].is_warned;
    e->tasks[task].is_warned = true;
    return set_text(e, task, e->run->tasks[task].warning, text) || is_new;
}

static bool set_result(struct engine *e, size_t task, const char *key, const char *value)
{
    struct run *run = e->run;
    size_t host = e->plan->tasks[task].host;
    if (!strv_has(&step_of(e, task)->results, key)) {
        char text[RUN_TEXT_MAX];
        out_text(text, sizeof text, _("published %s, which the spell does not declare as a result of this step; left out"), key);
        return warn(e, task, text);
    }
    for (size_t i = 0; i < run->result_count; i++) {
        struct run_result *result = &run->results[i];
        if (result->host != host || strcmp(result->key, key) != 0)
            continue;
        if (strcmp(result->value, value) == 0)
            return false;
        free(result->value);
        result->value = mem_strdup(value);
        return true;
    }
    run->results = mem_grow(run->results, run->result_count + 1, sizeof *run->results);
    run->results[run->result_count++] = (struct run_result){.host = host, .key = mem_strdup(key), .value = mem_strdup(value)};
    return true;
}

bool task_rec(struct engine *e, size_t task, const struct rec_item *item)
{
    struct run_task *model = &e->run->tasks[task];
    struct task_data *data = &e->tasks[task];
    bool is_new;
    int percent = item->percent < -1 || item->percent > 100 ? -1 : item->percent;
    switch (item->kind) {
    case REC_PROGRESS: /* display only */
        if (percent != model->percent)
            model->percent_ms = e->now_ms;
        model->percent = percent;
        set_text(e, task, model->progress, item->text);
        out_task_changed(e, task);
        return false;
    case REC_RESULT:
        return set_result(e, task, item->key, item->value);
    case REC_SECRET:
        mint_published(e, task, item->key);
        return e->is_touched;
    case REC_WARN:
        return warn(e, task, item->text);
    case REC_FAIL:
        return set_text(e, task, model->fail, item->text);
    case REC_HINT:
        return set_text(e, task, model->hint, item->text);
    case REC_UNCHANGED:
        is_new = !data->is_unchanged;
        data->is_unchanged = true;
        return is_new;
    case REC_REBOOT: /* `end` says it with authority */
        return false;
    }
    return false;
}

/* --- control records --- */

static void ended(struct engine *e, size_t task, const struct record *record)
{
    struct task_data *data = &e->tasks[task];
    struct run_task *model = &e->run->tasks[task];
    size_t host = e->plan->tasks[task].host;
    data->phase = PHASE_ENDED;
    data->how = record->how;
    data->status = record->status;
    model->status = record->status;
    out_text(model->how, sizeof model->how, "%s", record_how_name(record->how));
    if (model->state == TASK_FAILED) /* it had been given up; what the host says counts */
        task_set(e, task, TASK_RUNNING);
    if (record->how == HOW_REBOOT) {
        const struct host_data *h = &e->hosts[host];
        bool is_over = data->boot.id[0] ? !boot_is_same(&data->boot, &h->boot) : h->is_boot_lost;
        if (!is_over)
            host_rebooting(e, host, &h->boot);
    }
    task_arm(e, task);
}

void task_record(struct engine *e, size_t task, const struct record *record)
{
    struct task_data *data = &e->tasks[task];
    size_t host = e->plan->tasks[task].host;
    char text[RUN_TEXT_MAX];
    if (data->phase == PHASE_NONE)
        return; /* a replay of what is settled */
    data->is_seen = true;
    e->is_touched = true;
    switch (record->kind) {
    case RECORD_ACCEPTED:
        if (data->phase == PHASE_SENT) {
            data->phase = PHASE_ACCEPTED;
            data->accepted_ms = e->now_ms;
            task_arm(e, task);
        }
        break;
    case RECORD_START:
        if (data->phase < PHASE_STARTED) {
            data->phase = PHASE_STARTED;
            data->boot = record->boot;
            data->limit_ms = e->now_ms + step_of(e, task)->timeout_ms + ENGINE_MARGIN_MS;
            task_arm(e, task);
            out_task_changed(e, task);
        }
        if (!e->run->hosts[host].had_started) {
            e->run->hosts[host].had_started = true;
            out_host_changed(e, host);
        }
        break;
    case RECORD_END:
        if (data->phase < PHASE_ENDED)
            ended(e, task, record);
        break;
    case RECORD_INTERRUPTED:
        if (data->phase < PHASE_ENDED)
            task_interrupted(e, task, record->why == WHY_BOOT ? _("the host booted meanwhile") : _("it was killed on the host"));
        break;
    case RECORD_TRUNCATED:
        out_text(text, sizeof text, _("wrote more than %llu bytes; the rest of its output is not kept"), (unsigned long long)record->count);
        warn(e, task, text);
        break;
    case RECORD_LEFTOVER:
        out_text(text, sizeof text, _("left %llu processes running"), (unsigned long long)record->count);
        warn(e, task, text);
        break;
    case RECORD_FULL:
        break; /* the host's */
    }
}

/* --- how it ends --- */

static void say_why(struct engine *e, size_t task)
{
    struct task_data *data = &e->tasks[task];
    char *fail = e->run->tasks[task].fail;
    char limit[64];
    out_duration(limit, sizeof limit, step_of(e, task)->timeout_ms);
    if (data->how == HOW_TIMEOUT)
        out_text(fail, RUN_TEXT_MAX, _("took longer than %s, its limit"), limit);
    else if (data->is_overdue)
        out_text(fail, RUN_TEXT_MAX, _("did not end within %s, its limit, and was aborted"), limit);
    else if (data->how == HOW_ABORTED)
        out_text(fail, RUN_TEXT_MAX, "%s", _("was aborted on the host"));
    else if (data->how == HOW_CHECK_FAILED && !fail[0])
        out_text(fail, RUN_TEXT_MAX, _("its check ended with status %d; 0 means nothing to do, 1 means to do"), data->status);
    else if (data->how == HOW_ERROR && !fail[0])
        out_text(fail, RUN_TEXT_MAX, "%s", _("could not be run on the host; the last line of its log says why"));
    else if (!fail[0] && data->status > 128 && data->status < 160)
        out_text(fail, RUN_TEXT_MAX, _("ended with status %d (signal %d)"), data->status, data->status - 128);
    else if (!fail[0])
        out_text(fail, RUN_TEXT_MAX, _("ended with status %d"), data->status);
    out_task_changed(e, task);
}

void task_fail(struct engine *e, size_t task, bool is_retried)
{
    struct task_data *data = &e->tasks[task];
    const struct plan_step *step = step_of(e, task);
    data->is_doubtful = false;
    if (!is_retried || data->failures >= step->retries) {
        task_set(e, task, TASK_FAILED);
        return;
    }
    data->failures++;
    uint64_t delay = step->retry_delay_ms + engine_jitter(e, e->run->tasks[task].id, step->retry_delay_ms / 4);
    data->retry_ms = e->now_ms + (delay ? delay : 1);
    e->retry_count++;
    task_set(e, task, TASK_PENDING);
    task_hold_place(e, task);
    mint_doubt(e, task);
    char text[64];
    out_duration(text, sizeof text, delay);
    task_reason(e, task, _("failed: %s; tried again in %s (%u of %u)"), e->run->tasks[task].fail, text, data->failures, step->retries);
}

/* Only the operator knows. */
static void ask(struct engine *e, size_t task, const char *why)
{
    task_set(e, task, TASK_ASKS);
    task_reason(e, task, "%s", why);
    out_task(e, EFFECT_ASK, task);
}

static void run_again_or_ask(struct engine *e, size_t task, const char *why)
{
    struct task_data *data = &e->tasks[task];
    data->is_doubtful = false;
    if (step_of(e, task)->rerun == RERUN_SAFE) {
        task_set(e, task, TASK_PENDING);
        task_reason(e, task, _("%s; it runs again"), why);
    } else {
        ask(e, task, why);
    }
}

void task_interrupted(struct engine *e, size_t task, const char *why)
{
    struct task_data *data = &e->tasks[task];
    bool was_abort = data->is_abort_wanted && !data->is_overdue;
    bool was_overdue = data->is_overdue;
    if (data->phase != PHASE_NONE)
        task_settle(e, task);
    char text[RUN_TEXT_MAX];
    out_text(text, sizeof text, _("interrupted: %s"), why);
    if (was_abort) {
        task_set(e, task, TASK_CANCELLED);
        task_reason(e, task, "%s", _("stopped by the operator"));
    } else if (was_overdue || data->reruns >= ENGINE_RERUN_MAX) {
        out_text(e->run->tasks[task].fail, RUN_TEXT_MAX, "%s", text);
        task_set(e, task, TASK_FAILED);
    } else if (step_of(e, task)->check) {
        data->reruns++;
        data->is_doubtful = true;
        task_set(e, task, TASK_PENDING);
        task_reason(e, task, _("%s; its check is asked what is done"), text);
    } else {
        data->reruns++;
        run_again_or_ask(e, task, text);
    }
}

static void checked(struct engine *e, size_t task)
{
    struct task_data *data = &e->tasks[task];
    char text[RUN_TEXT_MAX];
    if (data->how == HOW_UNCHANGED) { /* its earlier run had done it */
        data->is_doubtful = false;
        task_set(e, task, TASK_OK);
    } else if (data->how == HOW_TODO) {
        run_again_or_ask(e, task, _("was interrupted, and its check says that it is not done"));
    } else {
        say_why(e, task);
        out_text(text, sizeof text, _("was interrupted, and its check cannot tell what is done: %s"), e->run->tasks[task].fail);
        run_again_or_ask(e, task, text);
    }
}

static bool ended_well(const struct task_data *data)
{
    return data->how == HOW_REBOOT || data->how == HOW_UNCHANGED || (data->how == HOW_EXIT && data->status == 0);
}

static void ended_step(struct engine *e, size_t task)
{
    struct task_data *data = &e->tasks[task];
    if (!ended_well(data)) {
        say_why(e, task);
        task_fail(e, task, data->how != HOW_ABORTED);
        return;
    }
    data->is_forced = data->is_doubtful = false;
    bool is_unchanged = data->how == HOW_UNCHANGED || data->is_unchanged;
    task_set(e, task, data->is_warned ? TASK_WARNED : is_unchanged ? TASK_UNCHANGED : TASK_OK);
}

void task_complete(struct engine *e, size_t task)
{
    struct task_data *data = &e->tasks[task];
    bool is_cancelled = data->how == HOW_ABORTED && data->is_abort_wanted && !data->is_overdue;
    assert(data->phase == PHASE_ENDED);
    task_settle(e, task);
    if (is_cancelled) {
        task_set(e, task, TASK_CANCELLED);
        task_reason(e, task, "%s", _("stopped by the operator"));
    } else if (data->mode == MODE_CHECK) {
        checked(e, task);
    } else {
        ended_step(e, task);
    }
}

void task_end_blind(struct engine *e, size_t task, const char *why)
{
    struct task_data *data = &e->tasks[task];
    const struct plan_step *step = step_of(e, task);
    char text[RUN_TEXT_MAX];
    if (data->mode == MODE_STEP && ended_well(data) && (step->results.count || step->mints.count)) {
        task_settle(e, task);
        out_text(e->run->tasks[task].fail, RUN_TEXT_MAX, _("ended well, but what it published could not be fetched: %s"), why);
        task_set(e, task, TASK_FAILED);
        return;
    }
    out_text(text, sizeof text, _("its output is not complete: %s"), why);
    warn(e, task, text);
    task_complete(e, task);
}
