#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "engine/engine_state.h"
#include "engine/timers.h"

#define FIRST_TRIES_MAX 3u     /* of a host that was never attached, if the link broke while attaching */
#define PROTOCOL_FAULTS_MAX 2u /* in a row */
#define REBOOT_PAUSE_MS 2000u  /* between looks at a host that is still going down */

void host_set(struct engine *e, size_t host, enum host_state state)
{
    struct run_host *model = &e->run->hosts[host];
    e->is_touched = e->is_dirty = true;
    out_host_changed(e, host);
    if (model->state == state)
        return;
    model->state = state;
    model->since_ms = e->now_ms;
    if (state == HOST_UP || state == HOST_DONE || state == HOST_AWAY) {
        model->fault[0] = model->detail[0] = model->stage[0] = '\0';
        model->retry_ms = 0;
    }
}

bool host_takes_requests(const struct engine *e, size_t host)
{
    return e->run->hosts[host].state == HOST_UP && e->hosts[host].is_replayed && !e->hosts[host].is_quitting;
}

/* Each begins a new generation, so that what still comes from the connection before is known. */
static void connect_host(struct engine *e, size_t host, uint64_t at_ms)
{
    struct host_data *data = &e->hosts[host];
    data->generation++;
    data->is_linked = true;
    data->is_attached = data->is_replayed = false;
    data->tries++;
    e->run->hosts[host].retry_ms = at_ms;
    e->is_touched = true;
    out_host(e, EFFECT_CONNECT, host)->at_ms = at_ms;
    host_arm(e, host);
}

/* 1, 2, 4 ... 30 s, up to a fifth less, so that hosts which were lost together don't come back in one stroke. */
static uint64_t backoff_ms(const struct engine *e, size_t host)
{
    unsigned tries = e->hosts[host].tries;
    uint64_t wait = tries < 5 ? 1000u << tries : ENGINE_BACKOFF_MAX_MS;
    return wait - engine_jitter(e, host * 1000003u + e->hosts[host].generation, wait / 5);
}

/* The connection is no more. */
static void unlinked(struct engine *e, size_t host)
{
    struct host_data *data = &e->hosts[host];
    data->is_linked = data->is_attached = data->is_replayed = data->is_quitting = false;
    data->bye_ms = 0;
    mint_host_down(e, host);
    for (size_t i = 0; i < data->task_count; i++)
        if (e->tasks[data->tasks[i]].phase != PHASE_NONE) {
            e->tasks[data->tasks[i]].abort_ms = 0;
            task_arm(e, data->tasks[i]);
        }
}

void host_forget(struct engine *e, size_t host)
{
    e->hosts[host].generation++;
    e->hosts[host].give_up_ms = 0;
    unlinked(e, host);
    host_arm(e, host);
}

void host_drop(struct engine *e, size_t host, enum host_state state)
{
    struct host_data *data = &e->hosts[host];
    if (data->is_linked)
        out_host(e, EFFECT_DROP, host);
    data->give_up_ms = 0;
    unlinked(e, host);
    host_set(e, host, state);
    host_arm(e, host);
}

/* Until when it is worth trying: the limits of what may be running there, and a while in any case. */
static uint64_t contact_limit(const struct engine *e, size_t host)
{
    uint64_t limit = e->now_ms + ENGINE_MARGIN_MS;
    const struct host_data *data = &e->hosts[host];
    for (size_t i = 0; i < data->task_count; i++) {
        const struct task_data *task = &e->tasks[data->tasks[i]];
        if (task->phase != PHASE_NONE && task->limit_ms > limit)
            limit = task->limit_ms;
    }
    return limit;
}

static void lose_tasks(struct engine *e, size_t host)
{
    const struct host_data *data = &e->hosts[host];
    for (size_t i = 0; data->outstanding && i < data->task_count; i++)
        if (e->tasks[data->tasks[i]].phase != PHASE_NONE)
            task_lose(e, data->tasks[i]);
}

void host_want(struct engine *e, size_t host)
{
    struct host_data *data = &e->hosts[host];
    enum host_state state = e->run->hosts[host].state;
    if ((state != HOST_AWAY && state != HOST_DONE) || data->is_quitting)
        return;
    data->tries = 0;
    data->protocol_faults = 0;
    data->was_attached = data->outstanding > 0; /* then it is worth waiting for */
    host_set(e, host, data->was_attached ? HOST_LOST : HOST_CONNECTING);
    data->give_up_ms = data->was_attached ? contact_limit(e, host) : 0;
    connect_host(e, host, 0);
}

void host_stage(struct engine *e, size_t host, const char *text)
{
    struct run_host *model = &e->run->hosts[host];
    out_text(model->stage, sizeof model->stage, "%s", text);
    out_host_changed(e, host);
}

static void replayed(struct engine *e, size_t host)
{
    struct host_data *data = &e->hosts[host];
    data->is_replayed = true;
    e->is_touched = e->is_dirty = true;
    for (size_t i = 0; data->outstanding && i < data->task_count; i++)
        if (e->tasks[data->tasks[i]].phase != PHASE_NONE)
            task_found(e, data->tasks[i]);
    data->is_boot_lost = false;
    host_arm(e, host);
}

/* All records come again, and with each `start` the host would begin to send that request's streams anew. */
static void unfollow_settled(struct engine *e, size_t host)
{
    for (uint64_t id = 1; id <= e->request_count; id++) {
        size_t task = e->requests[id - 1];
        bool is_outstanding = e->run->tasks[task].id == id && e->tasks[task].phase != PHASE_NONE;
        if (e->plan->tasks[task].host != host || is_outstanding)
            continue;
        struct effect *effect = out_task(e, EFFECT_FOLLOW, task);
        effect->id = id;
        effect->is_settled = true;
    }
}

/* Say from where to go on, and for what. */
static void follow(struct engine *e, size_t host, const struct proto_hello *hello)
{
    struct host_data *data = &e->hosts[host];
    data->is_boot_lost = (data->boot.id[0] && !boot_is_same(&data->boot, &hello->boot)) || hello->control_length < data->control_offset;
    if (data->is_boot_lost)
        data->control_offset = 0; /* what was not synced when it went down may be missing: believe only what is read again */
    data->boot = hello->boot;
    data->replay_until = hello->control_length;
    data->attached_ms = e->now_ms;
    for (size_t i = 0; data->outstanding && i < data->task_count; i++) {
        struct task_data *task = &e->tasks[data->tasks[i]];
        task->is_seen = false;
        if (task->phase != PHASE_NONE)
            out_task(e, EFFECT_FOLLOW, data->tasks[i]);
    }
    if (data->is_boot_lost)
        unfollow_settled(e, host);
    out_host(e, EFFECT_GO, host)->offset = data->control_offset;
}

void host_attached(struct engine *e, size_t host, const struct proto_hello *hello)
{
    struct host_data *data = &e->hosts[host];
    enum host_state state = e->run->hosts[host].state;
    data->is_attached = data->was_attached = true;
    e->is_touched = true;
    if (state == HOST_REBOOTING && boot_is_same(&hello->boot, &data->reboot_from)) { /* still going down */
        out_host(e, EFFECT_DROP, host);
        unlinked(e, host);
        connect_host(e, host, e->now_ms + REBOOT_PAUSE_MS);
        return;
    }
    data->tries = 0;
    data->give_up_ms = 0;
    host_set(e, host, HOST_UP);
    follow(e, host, hello);
    if (data->control_offset >= data->replay_until)
        replayed(e, host);
    host_arm(e, host);
}

void host_record(struct engine *e, size_t host, const struct record *record)
{
    struct host_data *data = &e->hosts[host];
    e->is_touched = true;
    if (data->is_replayed)
        data->protocol_faults = 0;
    if (record->next > data->control_offset)
        data->control_offset = record->next;
    size_t task = record->id && record->id <= e->request_count ? e->requests[record->id - 1] : NO_TASK;
    if (record->kind == RECORD_FULL) {
        out_text(data->mount, sizeof data->mount, "%s", record->mount);
        out_notice(e, host, NO_TASK, _("%s: no room left on %s"), engine_host_name(e, host), data->mount);
    } else if (task == NO_TASK || e->plan->tasks[task].host != host) {
        out_notice(e, host, NO_TASK, _("%s speaks of request %llu, which it was never asked for; left out"), engine_host_name(e, host),
                   (unsigned long long)record->id);
    } else if (e->run->tasks[task].id == record->id) { /* else an older attempt's */
        task_record(e, task, record);
    }
    if (data->is_attached && !data->is_replayed && data->control_offset >= data->replay_until)
        replayed(e, host);
}

void host_rebooting(struct engine *e, size_t host, const struct boot *from)
{
    struct host_data *data = &e->hosts[host];
    if (e->run->hosts[host].state == HOST_REBOOTING || !data->is_attached)
        return;
    data->reboot_from = *from;
    data->give_up_ms = e->now_ms + ENGINE_REBOOT_LIMIT_MS;
    host_set(e, host, HOST_REBOOTING);
    host_arm(e, host);
}

/* Not while it boots: sshd may be up before logins are allowed, so only what can't get better by itself ends the waiting. */
static bool is_hopeless(const char *fault)
{
    return strcmp(fault, "host-key-changed") == 0 || strcmp(fault, "host-key-new") == 0 || strcmp(fault, "config") == 0 ||
           strcmp(fault, "busy") == 0 || strcmp(fault, "local") == 0;
}

static bool is_tried_again(const struct engine *e, size_t host, const char *fault, bool is_passing)
{
    const struct host_data *data = &e->hosts[host];
    if (e->run->hosts[host].state == HOST_REBOOTING)
        return !is_hopeless(fault);
    if (strcmp(fault, "protocol") == 0)
        return data->protocol_faults < PROTOCOL_FAULTS_MAX;
    if (!data->was_attached)
        return is_passing && strcmp(fault, "lost") == 0 && data->tries < FIRST_TRIES_MAX;
    return is_passing;
}

void host_down(struct engine *e, size_t host, const char *fault, const char *detail, bool is_passing)
{
    struct host_data *data = &e->hosts[host];
    struct run_host *model = &e->run->hosts[host];
    bool was_quitting = data->is_quitting;
    e->is_touched = true;
    unlinked(e, host);
    if (was_quitting || model->state == HOST_DONE || model->state == HOST_AWAY || model->state == HOST_FAILED) {
        e->is_dirty = true;
        host_arm(e, host);
        return;
    }
    out_text(model->fault, sizeof model->fault, "%s", fault);
    out_text(model->detail, sizeof model->detail, "%s", detail);
    if (strcmp(fault, "protocol") == 0)
        data->protocol_faults++;
    if (!is_tried_again(e, host, fault, is_passing)) {
        char text[RUN_TEXT_MAX * 2];
        out_text(text, sizeof text, "%s", detail);
        host_fail(e, host, fault, text);
        return;
    }
    if (model->state == HOST_UP) {
        host_set(e, host, HOST_LOST);
        data->give_up_ms = contact_limit(e, host);
    }
    lose_tasks(e, host);
    uint64_t wait = backoff_ms(e, host);
    connect_host(e, host, e->now_ms + (model->state == HOST_REBOOTING && wait < REBOOT_PAUSE_MS ? REBOOT_PAUSE_MS : wait));
    out_host_changed(e, host);
}

void host_fail(struct engine *e, size_t host, const char *fault, const char *detail)
{
    struct host_data *data = &e->hosts[host];
    struct run_host *model = &e->run->hosts[host];
    char why[RUN_TEXT_MAX * 2];
    out_text(why, sizeof why, "%s", detail); /* detail may be the model's own */
    host_drop(e, host, HOST_FAILED);
    out_text(model->fault, sizeof model->fault, "%s", fault);
    out_text(model->detail, sizeof model->detail, "%s", why);
    model->retry_ms = 0;
    for (size_t i = 0; i < data->task_count; i++) {
        size_t task = data->tasks[i];
        enum task_state state = e->run->tasks[task].state;
        if (e->tasks[task].phase != PHASE_NONE && (state == TASK_RUNNING || state == TASK_LOST))
            task_give_up(e, task, why);
    }
    sched_block_host(e, host);
}

void host_let_go(struct engine *e, size_t host, bool is_clear)
{
    struct host_data *data = &e->hosts[host];
    data->is_quitting = true;
    data->is_clear = is_clear;
    data->bye_ms = e->now_ms + ENGINE_BYE_LIMIT_MS;
    out_host(e, EFFECT_QUIT, host)->is_clear = is_clear;
    e->is_sync = true; /* what is cleared on the host must be known here for good */
    host_set(e, host, HOST_DONE);
    host_arm(e, host);
}

void host_bye(struct engine *e, size_t host)
{
    struct host_data *data = &e->hosts[host];
    if (data->is_clear) { /* its records went; requests go on counting */
        data->control_offset = 0;
        data->boot = (struct boot){.start = 0};
    }
    host_drop(e, host, HOST_DONE);
}

void host_arm(struct engine *e, size_t host)
{
    const struct host_data *data = &e->hosts[host];
    uint64_t at = data->is_quitting ? data->bye_ms : data->give_up_ms;
    uint64_t replay = data->is_attached && !data->is_replayed ? data->attached_ms + ENGINE_REPLAY_LIMIT_MS : 0;
    uint64_t mint = mint_limit(e, host);
    if (replay && (!at || replay < at))
        at = replay;
    if (mint && (!at || mint < at))
        at = mint;
    timers_set(e->timers, e->plan->task_count + host, at);
}

static void give_up(struct engine *e, size_t host)
{
    struct run_host *model = &e->run->hosts[host];
    char text[RUN_TEXT_MAX * 2], spent[64];
    out_duration(spent, sizeof spent, e->now_ms - model->since_ms);
    out_text(text, sizeof text, model->state == HOST_REBOOTING ? _("it has not come back from its reboot within %s%s%s") : _("no contact for %s%s%s"),
             spent, model->detail[0] ? ": " : "", model->detail);
    char fault[sizeof model->fault];
    out_text(fault, sizeof fault, "%s", model->fault[0] ? model->fault : "lost");
    host_fail(e, host, fault, text);
}

void host_time(struct engine *e, size_t host)
{
    struct host_data *data = &e->hosts[host];
    enum host_state state = e->run->hosts[host].state;
    if (data->is_quitting && data->bye_ms <= e->now_ms) {
        host_drop(e, host, HOST_DONE);
    } else if ((state == HOST_LOST || state == HOST_REBOOTING) && data->give_up_ms && data->give_up_ms <= e->now_ms) {
        give_up(e, host);
    } else if (data->is_attached && !data->is_replayed && data->attached_ms + ENGINE_REPLAY_LIMIT_MS <= e->now_ms) {
        out_host(e, EFFECT_DROP, host);
        host_down(e, host, "protocol", _("its records did not all come within 30 s"), true);
    } else {
        mint_time(e, host);
    }
    host_arm(e, host);
}
