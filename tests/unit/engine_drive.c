#include "engine_drive.h"

#include <stdlib.h>
#include <string.h>

#include "test.h"

void drive_init(struct drive *d, struct plan *plan, unsigned parallel)
{
    memset(d, 0, sizeof *d);
    struct engine_options options = {.parallel = parallel, .seed = 1};
    d->plan = plan;
    d->engine = engine_new(plan, &options);
    d->run = engine_run(d->engine);
    d->now_ms = 1700000000000;
}

void drive_done(struct drive *d)
{
    engine_free(&d->engine);
    plan_free(&d->plan);
}

/* What holds after every event, whatever happened. */
static void check(const struct drive *d)
{
    bool is_journaled = d->fx->count && d->fx->items[0].kind == EFFECT_JOURNAL;
    size_t counts[TASK_STATE_COUNT] = {0};
    for (size_t i = 0; i < d->fx->count; i++) {
        const struct effect *effect = &d->fx->items[i];
        if (effect->kind == EFFECT_JOURNAL)
            assert_int_equal(i, 0);
        if (effect->kind == EFFECT_SEND) {
            assert_true(effect->is_again || (is_journaled && d->fx->items[0].is_synced));
            assert_int_equal(d->run->tasks[effect->task].id, effect->id);
            assert_int_equal(d->run->hosts[effect->host].state, HOST_UP);
        }
    }
    for (size_t i = 0; i < d->plan->task_count; i++)
        counts[d->run->tasks[i].state]++;
    assert_memory_equal(counts, d->run->counts, sizeof counts);
}

void drive_step(struct drive *d, const struct event *event)
{
    d->fx = engine_step(d->engine, event, d->now_ms);
    for (size_t i = 0; i < d->fx->count; i++) {
        const struct effect *effect = &d->fx->items[i];
        if (effect->kind == EFFECT_CONNECT)
            d->generation[effect->host] = effect->generation;
        if (effect->kind == EFFECT_WAKE)
            d->wake_ms = effect->at_ms;
        if (effect->kind == EFFECT_QUIT && effect->is_clear)
            d->control[effect->host] = 0;
    }
    check(d);
}

void drive_simple(struct drive *d, enum event_kind kind)
{
    drive_step(d, &(struct event){.kind = kind});
}

void drive_task(struct drive *d, enum event_kind kind, size_t task)
{
    drive_step(d, &(struct event){.kind = kind, .task = task});
}

void drive_attach_boot(struct drive *d, size_t host, uint64_t boot)
{
    struct event event = {.kind = EVENT_ATTACHED, .host = host, .generation = d->generation[host]};
    event.hello = (struct proto_hello){.epoch = 1, .boot = {.id = "b", .start = boot}, .control_length = d->control[host]};
    drive_step(d, &event);
}

void drive_attach(struct drive *d, size_t host)
{
    drive_attach_boot(d, host, 1);
}

void drive_down(struct drive *d, size_t host, const char *fault, bool is_passing)
{
    struct event event = {.kind = EVENT_DOWN, .host = host, .generation = d->generation[host]};
    event.down.fault = fault;
    event.down.detail = "because";
    event.down.is_passing = is_passing;
    drive_step(d, &event);
}

static size_t host_of(const struct drive *d, uint64_t id)
{
    size_t host;
    assert_true(engine_request(d->engine, id, NULL, &host));
    return host;
}

static void record(struct drive *d, struct record record)
{
    size_t host = host_of(d, record.id);
    record.offset = d->control[host];
    record.next = d->control[host] += 40;
    drive_step(d, &(struct event){.kind = EVENT_RECORD, .host = host, .generation = d->generation[host], .id = record.id, .record = record});
}

void drive_accepted(struct drive *d, uint64_t id)
{
    record(d, (struct record){.kind = RECORD_ACCEPTED, .id = id});
}

void drive_started(struct drive *d, uint64_t id, uint64_t boot)
{
    drive_accepted(d, id);
    record(d, (struct record){.kind = RECORD_START, .id = id, .boot = {.id = "b", .start = boot}, .pid = 5});
}

void drive_end(struct drive *d, uint64_t id, enum record_how how, int status)
{
    record(d, (struct record){.kind = RECORD_END, .id = id, .how = how, .status = status});
}

void drive_complete(struct drive *d, uint64_t id)
{
    size_t host = host_of(d, id);
    drive_step(d, &(struct event){.kind = EVENT_COMPLETE, .host = host, .generation = d->generation[host], .id = id});
}

void drive_run(struct drive *d, uint64_t id, enum record_how how, int status)
{
    drive_started(d, id, 1);
    drive_end(d, id, how, status);
    drive_complete(d, id);
}

void drive_interrupted(struct drive *d, uint64_t id, enum record_why why)
{
    record(d, (struct record){.kind = RECORD_INTERRUPTED, .id = id, .why = why});
}

void drive_rec(struct drive *d, uint64_t id, enum rec_kind kind, const char *key, const char *text)
{
    size_t host = host_of(d, id);
    struct event event = {.kind = EVENT_REC, .host = host, .generation = d->generation[host], .id = id};
    event.rec = (struct rec_item){.kind = kind, .percent = 50, .key = key, .text = text, .value = text};
    drive_step(d, &event);
}

void drive_secret(struct drive *d, size_t host, const char *key, bool is_there)
{
    struct event event = {.kind = EVENT_SECRET, .host = host, .generation = d->generation[host]};
    event.secret.key = key;
    event.secret.is_there = is_there;
    drive_step(d, &event);
}

void drive_bye(struct drive *d, size_t host)
{
    drive_step(d, &(struct event){.kind = EVENT_BYE, .host = host, .generation = d->generation[host]});
}

void drive_wait(struct drive *d, uint64_t ms)
{
    static const struct effects none;
    uint64_t until = d->now_ms + ms;
    d->fx = &none;
    for (int wakes = 0; d->wake_ms && d->wake_ms <= until; wakes++) {
        assert_true(wakes < 100000); /* a timer that doesn't move */
        if (d->wake_ms > d->now_ms)
            d->now_ms = d->wake_ms;
        drive_simple(d, EVENT_WAKE);
        if (d->fx->count && d->fx->items[0].kind == EFFECT_JOURNAL) {
            return; /* something happened: look at it; what is left of the time is not waited for */
        }
    }
    d->now_ms = until;
}

const struct effect *drive_find(const struct drive *d, enum effect_kind kind, size_t host, size_t task)
{
    for (size_t i = 0; i < d->fx->count; i++) {
        const struct effect *effect = &d->fx->items[i];
        if (effect->kind == kind && (host == NO_HOST || effect->host == host) && (task == NO_TASK || effect->task == task))
            return effect;
    }
    return NULL;
}

size_t drive_count(const struct drive *d, enum effect_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < d->fx->count; i++)
        count += d->fx->items[i].kind == kind;
    return count;
}
