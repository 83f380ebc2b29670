/* The engine walked: every event in every state, and long random lives in a world that breaks. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine_drive.h"
#include "engine_world.h"

/* --- every event in every state --- */

static const struct step_spec walk_steps[] = {
    {.id = "one", .check = "true", .result = "key", .mint = "join", .optional = true},
    {.id = "two", .read = "join", .serial = 1, .retries = 1, .retry_delay_ms = 1000},
};

/* Bring host 0 and its first task into a state, by the events that lead there. */
enum place {
    AT_NEW, AT_CONNECTING, AT_REPLAYING, AT_SENT, AT_ACCEPTED, AT_STARTED, AT_ENDED, AT_OK, AT_FAILED, AT_LOST, AT_REBOOTING, AT_HOST_FAILED,
    AT_ASKS, AT_CANCELLED, AT_SKIPPED, AT_PAUSED, AT_STOPPING, AT_ABORTING, AT_LEFT, AT_ENDED_RUN, AT_QUITTING, AT_JOURNAL_FAILED, AT_CHECKING,
    PLACE_COUNT
};

static void go_on_to(struct drive *d, enum place place)
{
    drive_started(d, 1, 1);
    if (place == AT_STARTED)
        return;
    if (place == AT_LOST) {
        drive_down(d, 0, "lost", true);
    } else if (place == AT_HOST_FAILED) {
        drive_down(d, 0, "auth", false);
    } else if (place == AT_REBOOTING) {
        drive_end(d, 1, HOW_REBOOT, 0);
    } else if (place == AT_ASKS || place == AT_CHECKING) {
        drive_interrupted(d, 1, WHY_KILLED);
        if (place == AT_ASKS)
            drive_run(d, 2 + (d->plan->host_count - 1), HOW_TODO, 1);
    } else if (place == AT_CANCELLED) {
        drive_task(d, EVENT_ABORT_TASK, 0);
        drive_end(d, 1, HOW_ABORTED, 143);
        drive_complete(d, 1);
    } else if (place == AT_ENDED) {
        drive_end(d, 1, HOW_EXIT, 0);
    } else if (place == AT_OK) {
        drive_end(d, 1, HOW_EXIT, 0);
        drive_complete(d, 1);
    } else {
        drive_end(d, 1, HOW_EXIT, 1);
        drive_complete(d, 1);
    }
    if (place == AT_SKIPPED)
        drive_task(d, EVENT_SKIP, 0);
}

static void go_to(struct drive *d, enum place place)
{
    drive_init(d, plan_build(2, walk_steps, 2), 0);
    if (place == AT_NEW)
        return;
    drive_simple(d, EVENT_START);
    if (place == AT_CONNECTING)
        return;
    if (place == AT_REPLAYING)
        d->control[0] = 400;
    drive_attach(d, 0);
    drive_attach(d, 1);
    if (place == AT_REPLAYING || place == AT_SENT)
        return;
    switch (place) {
    case AT_PAUSED:
        drive_simple(d, EVENT_PAUSE);
        break;
    case AT_STOPPING:
        drive_simple(d, EVENT_STOP);
        break;
    case AT_ABORTING:
        drive_simple(d, EVENT_STOP);
        drive_simple(d, EVENT_STOP);
        break;
    case AT_LEFT:
        drive_simple(d, EVENT_LEAVE);
        break;
    case AT_JOURNAL_FAILED:
        drive_step(d, &(struct event){.kind = EVENT_JOURNAL_FAILED, .id = 2, .text = "no room"});
        break;
    case AT_ACCEPTED:
        drive_accepted(d, 1);
        break;
    case AT_QUITTING:
    case AT_ENDED_RUN:
        for (uint64_t id = 1; id <= 2; id++)
            drive_run(d, id, HOW_EXIT, 1);
        if (place == AT_ENDED_RUN) {
            drive_bye(d, 0);
            drive_bye(d, 1);
        }
        break;
    default:
        go_on_to(d, place);
    }
}

/* All variants of an event that a host or an operator may come up with. */
static size_t variants(struct event *events, size_t max)
{
    size_t count = 0;
    for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
        for (int variant = 0; variant < 12; variant++) {
            struct event event = {.kind = (enum event_kind)kind, .id = (uint64_t)(variant % 4), .task = (size_t)(variant % 4)};
            event.host = (size_t)(variant % 3); /* 2 is none */
            switch (event.kind) {
            case EVENT_RECORD:
                event.record = (struct record){.kind = (enum record_kind)(variant % RECORD_KIND_COUNT), .id = event.id, .next = 1000, .mount = "/",
                                               .how = (enum record_how)(variant % RECORD_HOW_COUNT), .status = variant % 3};
                break;
            case EVENT_REC:
                event.rec = (struct rec_item){.kind = (enum rec_kind)(variant % REC_KIND_COUNT), .percent = 300, .text = "t", .key = "join", .value = "v"};
                break;
            case EVENT_DOWN:
                event.down.fault = variant < 4 ? "lost" : variant < 8 ? "protocol" : "auth";
                event.down.detail = "why";
                event.down.is_passing = variant % 2;
                break;
            case EVENT_SECRET:
                event.secret.key = variant < 6 ? "join" : "other";
                event.secret.is_there = variant % 2;
                break;
            case EVENT_ATTACHED:
                event.hello = (struct proto_hello){.boot = {.id = "b", .start = (uint64_t)(variant % 3)}, .control_length = variant < 6 ? 0 : 1000};
                break;
            case EVENT_ANSWER:
                event.answer = (enum answer)(variant % ANSWER_COUNT);
                break;
            case EVENT_RESUME:
                event.is_retrying = variant % 2;
                break;
            case EVENT_OUTPUT:
                event.log_bytes = 5;
                break;
            case EVENT_STAGE:
            case EVENT_BAD:
            case EVENT_JOURNAL_FAILED:
                event.text = "text";
                break;
            default:
                break;
            }
            assert_true(count < max);
            events[count++] = event;
        }
    }
    return count;
}

static void test_every_event_in_every_state(void **state)
{
    (void)state;
    static struct event events[EVENT_KIND_COUNT * 12];
    size_t count = variants(events, sizeof events / sizeof events[0]);
    unsigned seen[7] = {0}, seen_tasks[TASK_STATE_COUNT] = {0};
    for (int place = 0; place < PLACE_COUNT; place++) {
        for (size_t i = 0; i < count; i++) {
            struct drive d;
            go_to(&d, (enum place)place);
            seen[d.run->hosts[0].state]++;
            seen[d.run->hosts[1].state]++;
            for (size_t t = 0; t < d.plan->task_count; t++)
                seen_tasks[d.run->tasks[t].state]++;
            struct event event = events[i];
            event.generation = event.host < 2 ? d.generation[event.host] : 0;
            drive_step(&d, &event); /* checks what must always hold */
            drive_wait(&d, 1000);
            event.generation = event.host < 2 ? d.generation[event.host] + 1 : 1; /* and from a connection that is not there: nothing */
            if (event.kind >= EVENT_STAGE && event.kind <= EVENT_BYE) {
                uint64_t hash = engine_hash(d.engine);
                drive_step(&d, &event);
                assert_int_equal(d.fx->count, 0);
                assert_int_equal(engine_hash(d.engine), hash);
            }
            drive_done(&d);
        }
    }
    for (size_t i = 0; i < 7; i++)
        if (!seen[i] && i != HOST_AWAY)
            fail_msg("the walk never met host state %s", host_state_name((enum host_state)i));
    for (size_t i = 0; i < TASK_STATE_COUNT; i++)
        if (!seen_tasks[i] && i != TASK_UNCHANGED && i != TASK_WARNED)
            fail_msg("the walk never met task state %s", task_state_name((enum task_state)i));
}

/* Events drawn at random, sense or nonsense, with time going by: no assertion of the engine fails, and what is journaled replays. */
static void test_nonsense(void **state)
{
    (void)state;
    static struct event events[EVENT_KIND_COUNT * 12];
    size_t count = variants(events, sizeof events / sizeof events[0]);
    uint64_t random = 42;
    for (int life = 0; life < 300; life++) {
        struct drive d, twin;
        drive_init(&d, plan_build(2, walk_steps, 2), 1);
        drive_init(&twin, plan_build(2, walk_steps, 2), 1);
        for (int i = 0; i < 500; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            struct event event = events[(random >> 33) % count];
            bool is_end = event.kind == EVENT_STOP || event.kind == EVENT_LEAVE || event.kind == EVENT_ABORT_RUN || event.kind == EVENT_JOURNAL_FAILED;
            if (is_end && (random >> 20) % 16)
                continue;
            event.generation = event.host < 2 ? d.generation[event.host] : 0;
            event.id = (random >> 12) % 12;
            if (event.kind == EVENT_RECORD)
                event.record.id = event.id;
            d.now_ms += (random >> 40) % 3000;
            drive_step(&d, &event);
            if (d.fx->count && d.fx->items[0].kind == EFFECT_JOURNAL) { /* only these reach the twin */
                twin.now_ms = d.now_ms;
                drive_step(&twin, &event);
                if (engine_hash(d.engine) != engine_hash(twin.engine))
                    fail_msg("life %d, event %d (%s): the twin differs", life, i, event_kind_name(event.kind));
            }
        }
        drive_done(&d);
        drive_done(&twin);
    }
}

/* --- lives in a world --- */

static struct plan *random_plan(uint64_t seed)
{
    struct step_spec steps[] = {
        {.id = "prepare", .check = "true", .rerun = RERUN_SAFE, .retries = 1, .retry_delay_ms = 500},
        {.id = "install", .rerun = seed & 1 ? RERUN_SAFE : RERUN_ASK, .result = seed & 2 ? "address" : NULL},
        {.id = "init", .check = seed & 512 ? NULL : "true", .rerun = seed & 512 ? RERUN_SAFE : RERUN_ASK, .mint = seed & 4 ? "join" : NULL},
        {.id = "join", .check = "true", .rerun = RERUN_SAFE, .serial = 1, .retries = seed & 1024 ? 2 : 0, .retry_delay_ms = 500, .read = seed & 4 ? "join" : NULL},
        {.id = "verify", .rerun = RERUN_ASK, .optional = true, .retries = 2, .retry_delay_ms = 2000},
    };
    size_t hosts = 1 + (seed >> 3) % 4, count = 2 + (seed >> 5) % 4;
    struct plan *plan = plan_build(hosts, steps, count);
    for (size_t h = 1; h < hosts && seed & 256; h++) /* all need the first host's third step */
        if (count > 3)
            plan_need(plan, 3 * hosts + h, 2 * hosts);
    return plan;
}

static void bring_to_an_end(struct world *w, uint64_t seed)
{
    w->is_calm = true;
    unsigned long limit = w->events + 20000, ticks = 0;
    while (!(w->is_ended && w->outcome == OUTCOME_OK)) {
        if (w->events > limit || ++ticks > 3000000) {
            const struct run *run = engine_run(w->engine);
            for (size_t i = 0; i < w->plan->task_count; i++)
                print_error("task %zu: %s %s\n", i, task_state_name(run->tasks[i].state), run->tasks[i].reason);
            for (size_t i = 0; i < w->plan->host_count; i++)
                print_error("host %zu (%d%d%d gen %u): %s %s\n", i, w->hosts[i].is_wanted, w->hosts[i].is_attached, w->hosts[i].is_gone, w->hosts[i].generation, host_state_name(run->hosts[i].state), run->hosts[i].detail);
            fail_msg("seed %llu: no end in sight, run state %d", (unsigned long long)seed, run->state);
        }
        const struct run *run = engine_run(w->engine);
        for (size_t i = 0; i < w->plan->task_count; i++)
            if (run->tasks[i].state == TASK_ASKS) {
                w->needs_permit[i] = false;
                world_event(w, &(struct event){.kind = EVENT_ANSWER, .task = i, .answer = ANSWER_RERUN});
            }
        if (run->state == RUN_PAUSED)
            world_event(w, &(struct event){.kind = EVENT_GO_ON});
        if (w->is_ended) {
            if (w->outcome == OUTCOME_FAILED)
                world_check_end(w);
            for (size_t i = 0; i < w->plan->task_count; i++)
                if (run->tasks[i].state == TASK_FAILED || run->tasks[i].state == TASK_CANCELLED)
                    w->needs_permit[i] = false;
            world_event(w, &(struct event){.kind = EVENT_RESUME, .is_retrying = true});
        }
        world_tick(w);
    }
    world_check_end(w);
}

static void test_lives(void **state)
{
    (void)state;
    const char *wanted = getenv("KWIZ_WALK_EVENTS");
    const char *only = getenv("KWIZ_WALK_SEED");
    unsigned long target = wanted ? strtoul(wanted, NULL, 10) : 300000, events = 0, sends = 0, crashes = 0, boots = 0, cuts = 0, kills = 0, lives = 0;
    for (uint64_t seed = only ? strtoull(only, NULL, 10) : 1; events < target; seed++) {
        struct world w;
        world_init(&w, random_plan(seed), 1 + (unsigned)(seed % 5), seed);
        world_event(&w, &(struct event){.kind = EVENT_START});
        for (int i = 0; i < 3000; i++) {
            if (w.is_ended && w.outcome == OUTCOME_OK)
                break;
            world_tick(&w);
        }
        bring_to_an_end(&w, seed);
        for (size_t i = 0; i < w.plan->task_count; i++) {
            enum task_state at = engine_run(w.engine)->tasks[i].state;
            if (at != TASK_SKIPPED && !w.done[i])
                fail_msg("seed %llu: task %zu counts as %s, but its script never ended well", (unsigned long long)seed, i, task_state_name(at));
        }
        world_check_replay(&w);
        events += w.events, sends += w.sends, crashes += w.crashes, boots += w.boots, cuts += w.cuts, kills += w.kills, lives++;
        world_done(&w);
        if (only)
            break;
    }
    print_message("%lu events in %lu lives: %lu requests, %lu cuts, %lu boots, %lu wrappers killed, %lu crashes of kwiz\n", events, lives, sends, cuts,
                  boots, kills, crashes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_event_in_every_state),
        cmocka_unit_test(test_nonsense),
        cmocka_unit_test(test_lives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
