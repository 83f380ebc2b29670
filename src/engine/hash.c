/* A digest of all in the engine that decides what comes next, for tests and replays. What is for display only is left out. */
#include <string.h>

#include "engine/engine_state.h"

/* FNV-1a, 64 bits. */
static uint64_t mix(uint64_t hash, const void *bytes, size_t len)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ at[i]) * 0x100000001b3u;
    return hash;
}

static uint64_t number(uint64_t hash, uint64_t value)
{
    return mix(hash, &value, sizeof value);
}

static uint64_t text(uint64_t hash, const char *value)
{
    return mix(hash, value, strlen(value) + 1);
}

static uint64_t hash_task(uint64_t h, const struct run_task *model, const struct task_data *data)
{
    const uint64_t numbers[] = {model->state, model->id, model->attempt, model->started_ms, model->ended_ms, (uint64_t)model->status,
                                data->phase, data->mode, data->has_check, data->asked_ms, data->left_ms, data->accepted_ms, data->limit_ms,
                                data->sends, data->is_seen, data->how, (uint64_t)data->status, data->is_warned, data->is_unchanged,
                                data->is_forced, data->is_doubtful, data->is_overdue, data->boot.start, data->failures, data->reruns,
                                data->remints, data->retry_ms, data->holds_place, data->is_abort_wanted, data->aborts, data->abort_ms, data->is_blocked,
                                data->is_ready, data->unmet};
    h = mix(h, numbers, sizeof numbers);
    h = text(text(text(h, model->how), model->fail), model->hint);
    return text(text(text(h, model->warning), model->reason), data->boot.id);
}

static uint64_t hash_host(uint64_t h, const struct run_host *model, const struct host_data *data)
{
    const uint64_t numbers[] = {model->state, model->since_ms, model->had_started, data->generation, data->is_linked, data->is_attached,
                                data->is_replayed, data->was_attached, data->is_boot_lost, data->boot.start, data->reboot_from.start,
                                data->control_offset, data->replay_until, data->attached_ms, data->give_up_ms, data->tries,
                                data->protocol_faults, data->is_quitting, data->is_clear, data->bye_ms, data->undone, data->outstanding};
    h = mix(h, numbers, sizeof numbers);
    return text(text(text(text(h, model->fault), model->detail), data->mount), data->boot.id);
}

uint64_t engine_hash(const struct engine *e)
{
    const uint64_t numbers[] = {e->request_count, e->ready_count, e->retry_count, e->last_ms, e->stops, e->is_started, e->is_closing,
                                e->is_journal_broken, e->outcome, e->run->state, e->run->was_interrupted, e->run->started_ms,
                                e->run->ended_ms, e->run->result_count};
    uint64_t h = mix(0xcbf29ce484222325u, numbers, sizeof numbers);
    for (size_t i = 0; i < e->plan->task_count; i++)
        h = hash_task(h, &e->run->tasks[i], &e->tasks[i]);
    for (size_t i = 0; i < e->plan->host_count; i++)
        h = hash_host(h, &e->run->hosts[i], &e->hosts[i]);
    for (size_t i = 0; i < e->mint_count; i++)
        h = number(number(number(number(h, e->mints[i].state), e->mints[i].tries), e->mints[i].limit_ms), e->mints[i].readers);
    for (size_t i = 0; i < e->run->result_count; i++)
        h = text(text(number(h, e->run->results[i].host), e->run->results[i].key), e->run->results[i].value);
    for (uint64_t i = 0; i < e->request_count; i++)
        h = number(h, e->requests[i]);
    return h;
}
