#include "engine_world.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/journal_file.h"
#include "test.h"

uint64_t world_random(struct world *w, uint64_t below)
{
    w->random ^= w->random << 13;
    w->random ^= w->random >> 7;
    w->random ^= w->random << 17;
    return w->random % below;
}

static bool chance(struct world *w, uint64_t one_in)
{
    return world_random(w, one_in) == 0;
}

static const struct plan_step *step_of(const struct world *w, size_t task)
{
    return &w->plan->steps[w->plan->tasks[task].step];
}

/* --- the journal, in memory --- */

static int sink_write(void *context, const void *bytes, size_t len)
{
    struct world *w = context;
    return buf_add(&w->bytes, bytes, len) ? 0 : 28;
}

static int sink_sync(void *context)
{
    struct world *w = context;
    w->synced_bytes = w->bytes.len;
    return 0;
}

static void sink_close(void *context)
{
    (void)context;
}

static struct journal_header header_of(const struct world *w)
{
    struct journal_header header = {.run = "run", .plan_digest = "sha256:0", .kwiz_version = "1", .started_ms = 1, .options = w->options};
    return header;
}

void world_init(struct world *w, struct plan *plan, unsigned parallel, uint64_t seed)
{
    memset(w, 0, sizeof *w);
    w->plan = plan;
    w->random = seed * 2654435769u + 88172645463325252u;
    w->options = (struct engine_options){.parallel = parallel, .seed = seed};
    w->engine = engine_new(plan, &w->options);
    w->now_ms = 1700000000000;
    w->peace = 1 + seed % 7 * 2;
    w->hosts = mem_new(plan->host_count, sizeof *w->hosts);
    for (size_t i = 0; i < plan->host_count; i++)
        w->hosts[i].boot = 1;
    w->done = mem_new(plan->task_count, sizeof *w->done);
    w->has_secret = mem_new(plan->task_count, sizeof *w->has_secret);
    w->needs_permit = mem_new(plan->task_count, sizeof *w->needs_permit);
    w->script_runs = mem_new(plan->task_count, sizeof *w->script_runs);
    buf_init(&w->bytes, (size_t)1 << 30);
    struct journal_sink sink = {sink_write, sink_sync, sink_close, w};
    struct journal_header header = header_of(w);
    w->journal = journal_create_sink(&sink, &header, NULL);
    assert_non_null(w->journal);
    strcpy(w->path, "/tmp/kwiz-world-XXXXXX");
    int fd = mkstemp(w->path);
    assert_true(fd >= 0);
    close(fd);
}

void world_done(struct world *w)
{
    engine_free(&w->engine);
    for (size_t i = 0; i < w->plan->host_count; i++)
        free(w->hosts[i].control);
    free(w->hosts);
    free(w->requests);
    free(w->done);
    free(w->has_secret);
    free(w->needs_permit);
    free(w->script_runs);
    journal_close(&w->journal);
    buf_done(&w->bytes);
    unlink(w->path);
    plan_free(&w->plan);
}

/* --- hosts --- */

static struct world_request *request(struct world *w, uint64_t id)
{
    if (id >= w->request_room) {
        size_t room = w->request_room ? w->request_room : 64;
        while (room <= id)
            room *= 2;
        struct world_request *requests = mem_new(room, sizeof *requests);
        if (w->requests)
            memcpy(requests, w->requests, w->request_room * sizeof *requests);
        free(w->requests);
        w->requests = requests;
        w->request_room = room;
    }
    return &w->requests[id];
}

static void unlink_host(struct world_host *h)
{
    h->is_wanted = h->is_attached = h->is_gone = h->is_quitting = false;
    h->inbox_count = h->fetch_count = 0;
}

/* --- effects --- */

static void take_send(struct world *w, const struct effect *effect)
{
    struct world_host *h = &w->hosts[effect->host];
    struct world_request *r = request(w, effect->id);
    const struct run *run = engine_run(w->engine);
    assert_true(effect->generation == h->generation && h->is_attached && h->is_gone && !h->is_quitting);
    if (r->is_known) {
        assert_true(effect->is_again);
        assert_true(r->task == effect->task && r->mode == effect->mode && r->has_check == effect->has_check);
    } else {
        *r = (struct world_request){.is_known = true, .task = effect->task, .mode = effect->mode, .has_check = effect->has_check};
    }
    assert_int_equal(w->plan->tasks[effect->task].host, effect->host);
    if (!effect->is_again) {
        const struct plan_step *step = step_of(w, effect->task);
        size_t places = 0;
        for (size_t i = 0; i < w->plan->task_count; i++)
            places += &w->plan->steps[w->plan->tasks[i].step] == step &&
                      (run->tasks[i].state == TASK_RUNNING || run->tasks[i].state == TASK_LOST);
        assert_true(!step->serial || places <= step->serial);
        assert_true(run->counts[TASK_RUNNING] <= w->options.parallel);
        for (size_t i = 0; i < w->plan->tasks[effect->task].need_count; i++)
            assert_true(task_state_is_done(run->tasks[w->plan->tasks[effect->task].needs[i]].state));
        for (size_t k = 0; k < step->reads.count; k++) {
            size_t provider = engine_provider(w->engine, effect->task, step->reads.items[k]);
            assert_true(provider == NO_TASK || task_state_is_done(run->tasks[provider].state));
        }
        w->sends++;
    }
    if (h->inbox_count < 64)
        h->inbox[h->inbox_count++] = effect->id;
}

static void take_go(struct world *w, const struct effect *effect)
{
    struct world_host *h = &w->hosts[effect->host];
    assert_true(effect->generation == h->generation && h->is_attached && !h->is_gone);
    h->is_gone = true;
    h->cursor = 0;
    while (h->cursor < h->control_count && h->control[h->cursor].offset < effect->offset)
        h->cursor++;
    uint64_t at = h->cursor < h->control_count ? h->control[h->cursor].offset : h->control_length;
    assert_int_equal(at, effect->offset);
}

static void take_connect(struct world *w, const struct effect *effect)
{
    struct world_host *h = &w->hosts[effect->host];
    assert_true(effect->generation > h->generation);
    unlink_host(h);
    h->generation = effect->generation;
    h->is_wanted = true;
    h->connect_ms = effect->at_ms;
}

static void take_quit(struct world *w, const struct effect *effect)
{
    struct world_host *h = &w->hosts[effect->host];
    assert_true(effect->generation == h->generation && h->is_attached && h->is_gone);
    h->is_quitting = true;
    h->is_clear = effect->is_clear;
    for (size_t i = 0; effect->is_clear && i < w->plan->task_count; i++)
        if (w->plan->tasks[i].host == effect->host)
            assert_true(task_state_is_done(engine_run(w->engine)->tasks[i].state));
}

static void take_effect(struct world *w, const struct effect *effect)
{
    struct world_host *h = effect->host != NO_HOST ? &w->hosts[effect->host] : NULL;
    switch (effect->kind) {
    case EFFECT_CONNECT:
        take_connect(w, effect);
        break;
    case EFFECT_FOLLOW:
        assert_true(effect->generation == h->generation && h->is_attached && !h->is_gone);
        if (!effect->is_settled)
            request(w, effect->id)->follow_generation = effect->generation;
        break;
    case EFFECT_GO:
        take_go(w, effect);
        break;
    case EFFECT_SEND:
        take_send(w, effect);
        break;
    case EFFECT_ABORT:
        assert_true(effect->generation == h->generation && h->is_attached);
        request(w, effect->id)->is_abort = true;
        break;
    case EFFECT_AUDIT:
    case EFFECT_RELEASE:
        assert_true(effect->generation == h->generation && h->is_attached);
        break;
    case EFFECT_FETCH_SECRET:
        assert_true(effect->generation == h->generation && h->is_attached && h->fetch_count < 16);
        h->fetch[h->fetch_count++] = effect->task;
        break;
    case EFFECT_QUIT:
        take_quit(w, effect);
        break;
    case EFFECT_DROP:
        assert_int_equal(effect->generation, h->generation);
        unlink_host(h);
        break;
    case EFFECT_WAKE:
        w->wake_ms = effect->at_ms;
        break;
    case EFFECT_ENDED:
        w->is_ended = true;
        w->outcome = effect->outcome;
        break;
    default:
        break;
    }
}

static void check_counts(const struct world *w)
{
    const struct run *run = engine_run(w->engine);
    size_t counts[TASK_STATE_COUNT] = {0};
    for (size_t i = 0; i < w->plan->task_count; i++)
        counts[run->tasks[i].state]++;
    assert_memory_equal(counts, run->counts, sizeof counts);
}

void world_event(struct world *w, const struct event *event)
{
    const struct effects *fx = engine_step(w->engine, event, w->now_ms);
    w->events++;
    bool is_journaled = fx->count && fx->items[0].kind == EFFECT_JOURNAL;
    if (is_journaled) {
        assert_true(journal_write(w->journal, event, w->now_ms, fx, NULL));
        if (fx->items[0].is_synced)
            assert_true(journal_sync(w->journal, NULL));
    }
    for (size_t i = 0; i < fx->count; i++) {
        if (fx->items[i].kind == EFFECT_SEND)
            assert_true(is_journaled && fx->items[0].is_synced);
        take_effect(w, &fx->items[i]);
    }
    if (engine_run(w->engine)->state != RUN_ENDED)
        w->is_ended = false;
    check_counts(w);
}

/* --- crash --- */

static struct engine *replay(struct world *w, size_t *torn)
{
    int fd = open(w->path, O_WRONLY | O_TRUNC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, buf_text(&w->bytes), w->bytes.len), (ssize_t)w->bytes.len);
    close(fd);
    struct err err = ERR_INIT;
    struct journal_header header;
    struct journal_reader *reader = journal_open(w->path, &header, &err);
    if (!reader)
        fail_msg("%s", err.text);
    struct engine *engine = engine_new(w->plan, &header.options);
    if (!engine_replay(engine, reader, torn, &err)) {
        char text[2048];
        err_format(&err, text, sizeof text);
        fail_msg("%s", text);
    }
    journal_reader_free(&reader);
    return engine;
}

void world_check_replay(struct world *w)
{
    size_t torn;
    struct engine *engine = replay(w, &torn);
    assert_int_equal(torn, 0);
    if (engine_hash(engine) != engine_hash(w->engine))
        fail_msg("a replay of %zu bytes gives another engine", w->bytes.len);
    engine_free(&engine);
}

static uint64_t next_number(const struct world *w)
{
    uint64_t lines = 0;
    for (size_t i = 0; i < w->bytes.len; i++)
        lines += w->bytes.data[i] == '\n';
    return lines; /* the header is not numbered */
}

void world_crash(struct world *w, bool is_power)
{
    w->crashes++;
    if (!is_power)
        world_check_replay(w);
    else if (w->bytes.len > w->synced_bytes)
        w->bytes.len = w->synced_bytes + world_random(w, w->bytes.len - w->synced_bytes + 1);
    size_t torn;
    struct engine *engine = replay(w, &torn);
    w->bytes.len -= torn;
    engine_free(&w->engine);
    w->engine = engine;
    journal_close(&w->journal);
    struct journal_sink sink = {sink_write, sink_sync, sink_close, w};
    w->journal = journal_from_sink(&sink, next_number(w));
    w->synced_bytes = w->bytes.len;
    for (size_t i = 0; i < w->plan->host_count; i++) {
        unlink_host(&w->hosts[i]);
        w->hosts[i].generation = 0; /* a new process knows none */
    }
    for (size_t id = 0; id < w->request_room; id++)
        w->requests[id].follow_generation = w->requests[id].complete_generation = 0;
    bool is_retrying = chance(w, 2);
    for (size_t i = 0; is_retrying && i < w->plan->task_count; i++) {
        enum task_state state = engine_run(w->engine)->tasks[i].state;
        if (state == TASK_FAILED || state == TASK_CANCELLED)
            w->needs_permit[i] = false;
    }
    world_event(w, &(struct event){.kind = EVENT_RESUME, .is_retrying = is_retrying});
}

/* --- what must hold in the end --- */

void world_check_end(const struct world *w)
{
    const struct run *run = engine_run(w->engine);
    assert_int_equal(run->state, RUN_ENDED);
    assert_int_equal(run->counts[TASK_RUNNING] + run->counts[TASK_LOST] + run->counts[TASK_ASKS], 0);
    for (size_t i = 0; i < w->plan->task_count; i++) {
        const struct run_task *task = &run->tasks[i];
        if (task->state == TASK_PENDING)
            assert_true(task->reason[0]);
        else
            assert_true(task_state_is_final(task->state));
        if (task->state == TASK_FAILED)
            assert_true(task->fail[0]);
    }
    for (size_t i = 0; i < w->plan->host_count; i++)
        assert_false(w->hosts[i].is_wanted || w->hosts[i].is_attached);
}
