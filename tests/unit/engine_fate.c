/* What happens in the world: hosts at work, and fate. */
#include <stdlib.h>

#include "engine_world.h"
#include "test.h"

static bool chance(struct world *w, uint64_t one_in)
{
    return world_random(w, one_in) == 0;
}

static void append(struct world *w, size_t host, struct record record)
{
    struct world_host *h = &w->hosts[host];
    struct record *control = realloc(h->control, (h->control_count + 1) * sizeof *control);
    assert_non_null(control);
    h->control = control;
    record.offset = h->control_length;
    record.next = h->control_length += 30 + world_random(w, 20);
    h->control[h->control_count++] = record;
}

static struct event host_event(const struct world *w, enum event_kind kind, size_t host)
{
    return (struct event){.kind = kind, .host = host, .generation = w->hosts[host].generation};
}

static void send_down(struct world *w, size_t host, const char *fault, bool is_passing)
{
    struct world_host *h = &w->hosts[host];
    struct event event = host_event(w, EVENT_DOWN, host);
    event.down.fault = fault;
    event.down.detail = "fate";
    event.down.is_passing = is_passing;
    h->is_wanted = h->is_attached = h->is_gone = h->is_quitting = false;
    h->inbox_count = h->fetch_count = 0;
    world_event(w, &event);
}

/* --- requests on the host --- */

/* The supervisor's audit: what started and lives no more is `interrupted`. */
static void audit(struct world *w, size_t host)
{
    for (size_t id = 1; id < w->request_room; id++) {
        struct world_request *r = &w->requests[id];
        if (!r->is_known || w->plan->tasks[r->task].host != host || r->state != R_DEAD)
            continue;
        r->state = R_OVER;
        append(w, host, (struct record){.kind = RECORD_INTERRUPTED, .id = id, .why = r->died_by_boot ? WHY_BOOT : WHY_KILLED});
    }
}

static bool take_inbox(struct world *w, size_t host)
{
    struct world_host *h = &w->hosts[host];
    if (!h->inbox_count)
        return false;
    uint64_t id = h->inbox[0];
    for (size_t i = 1; i < h->inbox_count; i++)
        h->inbox[i - 1] = h->inbox[i];
    h->inbox_count--;
    struct world_request *r = &w->requests[id];
    if (r->state == R_NONE && r->is_abort) {
        r->state = R_OVER;
        append(w, host, (struct record){.kind = RECORD_END, .id = id, .how = HOW_ABORTED, .status = 143});
        r->has_end = true;
        r->end_index = h->control_count - 1;
    } else if (r->state == R_NONE || r->state == R_ACCEPTED) {
        r->state = R_ACCEPTED;
        append(w, host, (struct record){.kind = RECORD_ACCEPTED, .id = id});
    }
    struct event event = host_event(w, EVENT_SENT, host);
    event.id = id;
    world_event(w, &event);
    return true;
}

/* A script begins: this is what must not happen twice. */
static void begin_script(struct world *w, uint64_t id)
{
    struct world_request *r = &w->requests[id];
    const struct plan_step *step = &w->plan->steps[w->plan->tasks[r->task].step];
    for (size_t other = 1; other < w->request_room; other++) {
        const struct world_request *o = &w->requests[other];
        if (other != id && o->is_known && o->task == r->task && o->state == R_STARTED && o->runs_script)
            fail_msg("%s runs twice at once", step->id);
    }
    if (w->done[r->task] && !step->mints.count && !step->results.count)
        fail_msg("%s ran, ended well, and runs again", step->id);
    if (w->needs_permit[r->task])
        fail_msg("%s was interrupted and runs again unasked", step->id);
    w->script_runs[r->task]++;
    w->done[r->task] = false;
    w->has_secret[r->task] = false;
    r->runs_script = true;
}

static void start(struct world *w, size_t host, uint64_t id)
{
    struct world_request *r = &w->requests[id];
    r->state = R_STARTED;
    r->runs_script = false;
    append(w, host, (struct record){.kind = RECORD_START, .id = id, .pid = 7, .boot = {.id = "b", .start = w->hosts[host].boot}});
    bool is_satisfied = r->has_check && w->done[r->task];
    if (r->mode == MODE_STEP && !is_satisfied && !r->is_abort)
        begin_script(w, id);
}

static void end(struct world *w, size_t host, uint64_t id)
{
    struct world_request *r = &w->requests[id];
    const struct plan_step *step = &w->plan->steps[w->plan->tasks[r->task].step];
    struct record record = {.kind = RECORD_END, .id = id, .how = HOW_EXIT};
    if (r->is_abort) {
        record.how = HOW_ABORTED;
        record.status = 143;
    } else if (!r->runs_script) {
        record.how = w->done[r->task] ? HOW_UNCHANGED : HOW_TODO;
        record.status = w->done[r->task] ? 0 : 1;
    } else if (!w->is_calm && chance(w, 8)) {
        static const enum record_how hows[] = {HOW_EXIT, HOW_TIMEOUT, HOW_ERROR, HOW_CHECK_FAILED};
        record.how = hows[world_random(w, 4)];
        record.status = 2;
    } else {
        record.how = chance(w, 25) ? HOW_REBOOT : HOW_EXIT;
        w->done[r->task] = true;
        w->has_secret[r->task] = step->mints.count > 0;
        w->hosts[host].is_rebooting = record.how == HOW_REBOOT;
    }
    r->state = R_OVER;
    r->has_end = true;
    append(w, host, record);
    r->end_index = w->hosts[host].control_count - 1;
}

static bool work(struct world *w, size_t host)
{
    if (w->request_room < 2)
        return false;
    size_t from = 1 + world_random(w, w->request_room - 1);
    for (size_t k = 0; k < w->request_room - 1; k++) {
        size_t id = 1 + (from - 1 + k) % (w->request_room - 1);
        struct world_request *r = &w->requests[id];
        if (!r->is_known || w->plan->tasks[r->task].host != host)
            continue;
        if (r->state == R_ACCEPTED) {
            start(w, host, id);
            return true;
        }
        if (r->state == R_STARTED) {
            end(w, host, id);
            return true;
        }
    }
    return false;
}

static void boot(struct world *w, size_t host)
{
    struct world_host *h = &w->hosts[host];
    w->boots++;
    h->boot++;
    h->is_rebooting = false;
    for (size_t id = 1; id < w->request_room; id++) {
        struct world_request *r = &w->requests[id];
        if (!r->is_known || w->plan->tasks[r->task].host != host)
            continue;
        if (r->state == R_ACCEPTED)
            r->state = R_NONE;
        if (r->state == R_STARTED) {
            r->state = R_DEAD;
            r->died_by_boot = true;
            if (r->runs_script)
                w->needs_permit[r->task] = w->plan->steps[w->plan->tasks[r->task].step].rerun == RERUN_ASK;
        }
    }
    for (size_t task = 0; task < w->plan->task_count; task++)
        if (w->plan->tasks[task].host == host)
            w->has_secret[task] = false; /* they lie in memory */
    while (h->control_count && h->control[h->control_count - 1].kind == RECORD_ACCEPTED && chance(w, 2))
        h->control_length = h->control[--h->control_count].offset; /* was not synced */
    if (h->is_attached)
        send_down(w, host, "lost", true);
}

static bool kill_wrapper(struct world *w, size_t host)
{
    for (size_t id = 1; id < w->request_room; id++) {
        struct world_request *r = &w->requests[id];
        if (!r->is_known || w->plan->tasks[r->task].host != host || !chance(w, 2))
            continue;
        if (r->state == R_ACCEPTED) {
            r->state = R_NONE; /* the audit forgets it */
        } else if (r->state == R_STARTED) {
            r->state = R_DEAD;
            r->died_by_boot = false;
            if (r->runs_script)
                w->needs_permit[r->task] = w->plan->steps[w->plan->tasks[r->task].step].rerun == RERUN_ASK;
        } else {
            continue;
        }
        w->kills++;
        return true;
    }
    return false;
}

/* --- the attachment --- */

static bool attach(struct world *w, size_t host)
{
    struct world_host *h = &w->hosts[host];
    if (!h->is_wanted || h->is_attached || h->connect_ms > w->now_ms)
        return false;
    if (!w->is_calm && chance(w, 6)) {
        bool is_hopeless = chance(w, 20);
        send_down(w, host, is_hopeless ? "host-key-changed" : chance(w, 4) ? "protocol" : "dial-timeout", !is_hopeless);
        return true;
    }
    if (chance(w, 2))
        audit(w, host);
    h->is_attached = true;
    struct event event = host_event(w, EVENT_ATTACHED, host);
    event.hello = (struct proto_hello){.epoch = 1, .boot = {.id = "b", .start = h->boot}, .control_length = h->control_length};
    world_event(w, &event);
    return true;
}

static bool hand_record(struct world *w, size_t host)
{
    struct world_host *h = &w->hosts[host];
    if (!h->is_gone || h->cursor >= h->control_count)
        return false;
    struct event event = host_event(w, EVENT_RECORD, host);
    event.record = h->control[h->cursor++];
    event.id = event.record.id;
    if (event.record.kind == RECORD_START && !w->requests[event.id].follow_generation)
        w->requests[event.id].follow_generation = h->generation;
    world_event(w, &event);
    return true;
}

static bool hand_streams(struct world *w, size_t host)
{
    struct world_host *h = &w->hosts[host];
    for (size_t id = 1; h->is_gone && id < w->request_room; id++) {
        struct world_request *r = &w->requests[id];
        if (!r->is_known || w->plan->tasks[r->task].host != host || !r->has_end || r->complete_generation == h->generation ||
            r->end_index >= h->cursor)
            continue;
        r->complete_generation = h->generation;
        const struct plan_step *step = &w->plan->steps[w->plan->tasks[r->task].step];
        struct event event = host_event(w, EVENT_REC, host);
        event.id = id;
        event.rec = (struct rec_item){.text = "", .key = "", .value = ""};
        if (r->runs_script && step->results.count && w->done[r->task]) {
            event.rec.kind = REC_RESULT;
            event.rec.key = step->results.items[0];
            event.rec.value = "value";
            world_event(w, &event);
        }
        if (h->is_gone && r->runs_script && step->mints.count && w->done[r->task]) {
            event.rec.kind = REC_SECRET;
            event.rec.key = step->mints.items[0];
            world_event(w, &event);
        }
        event = host_event(w, EVENT_COMPLETE, host);
        event.id = id;
        world_event(w, &event);
        return true;
    }
    return false;
}

static bool hand_secret(struct world *w, size_t host)
{
    struct world_host *h = &w->hosts[host];
    if (!h->fetch_count)
        return false;
    size_t task = h->fetch[--h->fetch_count];
    struct event event = host_event(w, EVENT_SECRET, host);
    event.secret.key = w->plan->steps[w->plan->tasks[task].step].mints.items[0];
    event.secret.is_there = w->has_secret[task];
    world_event(w, &event);
    return true;
}

static bool hand_bye(struct world *w, size_t host)
{
    struct world_host *h = &w->hosts[host];
    if (!h->is_quitting)
        return false;
    for (size_t task = 0; task < w->plan->task_count; task++)
        if (w->plan->tasks[task].host == host)
            w->has_secret[task] = false;
    if (h->is_clear) {
        h->control_count = 0;
        h->control_length = 0;
        for (size_t id = 1; id < w->request_room; id++)
            if (w->requests[id].is_known && w->plan->tasks[w->requests[id].task].host == host)
                w->requests[id].has_end = false;
    }
    struct event event = host_event(w, EVENT_BYE, host);
    world_event(w, &event);
    return true;
}

/* --- fate --- */

static void operate(struct world *w)
{
    static const enum event_kind kinds[] = {EVENT_RETRY_TASK, EVENT_RETRY_TASK, EVENT_RETRY_HOST, EVENT_SKIP,  EVENT_ABORT_TASK, EVENT_STOP,
                                            EVENT_LEAVE,      EVENT_PAUSE,      EVENT_GO_ON,      EVENT_GO_ON, EVENT_ANSWER,     EVENT_ABORT_RUN};
    struct event event = {.kind = kinds[world_random(w, sizeof kinds / sizeof kinds[0])]};
    event.task = world_random(w, w->plan->task_count);
    event.host = world_random(w, w->plan->host_count);
    event.answer = ANSWER_RERUN;
    enum task_state state = engine_run(w->engine)->tasks[event.task].state;
    bool is_asked = (event.kind == EVENT_ANSWER && state == TASK_ASKS) ||
                    (event.kind == EVENT_RETRY_TASK && (state == TASK_ASKS || state == TASK_FAILED || state == TASK_CANCELLED));
    if (is_asked)
        w->needs_permit[event.task] = false;
    if (engine_run(w->engine)->state == RUN_ENDED && (event.kind == EVENT_STOP || event.kind == EVENT_LEAVE))
        return;
    world_event(w, &event);
}

static bool fate(struct world *w, size_t host)
{
    struct world_host *h = &w->hosts[host];
    switch (world_random(w, 60 * w->peace)) {
    case 0:
        if (!h->is_attached)
            return false;
        w->cuts++;
        send_down(w, host, chance(w, 10) ? "protocol" : "lost", true);
        return true;
    case 1:
        if (chance(w, 4))
            boot(w, host);
        return true;
    case 2:
    case 3:
        return kill_wrapper(w, host);
    case 4:
        h->inbox_count = 0; /* the supervisor was killed with lines in its FIFO */
        return true;
    case 5:
        if (chance(w, 3))
            operate(w);
        return true;
    case 6:
        if (chance(w, 12))
            world_crash(w, chance(w, 2));
        return true;
    default:
        return false;
    }
}

/* Nothing can happen now: let time go by until something is due. */
static void let_time_pass(struct world *w)
{
    uint64_t next = w->wake_ms;
    for (size_t i = 0; i < w->plan->host_count; i++) {
        const struct world_host *h = &w->hosts[i];
        if (h->is_wanted && !h->is_attached && (!next || h->connect_ms < next))
            next = h->connect_ms;
    }
    if (next > w->now_ms)
        w->now_ms = next;
}

void world_tick(struct world *w)
{
    size_t host = world_random(w, w->plan->host_count);
    w->now_ms += world_random(w, 20);
    if (w->wake_ms && w->wake_ms <= w->now_ms) {
        w->wake_ms = 0;
        uint64_t events = w->events;
        world_event(w, &(struct event){.kind = EVENT_WAKE});
        assert_true(w->events > events);
        return;
    }
    if (!w->is_calm && fate(w, host)) {
        w->idle = 0;
        return;
    }
    if (w->hosts[host].is_rebooting && chance(w, 5)) {
        boot(w, host);
        w->idle = 0;
        return;
    }
    bool is_done = false;
    switch (world_random(w, 8)) {
    case 0:
        is_done = attach(w, host);
        break;
    case 1:
    case 2:
        is_done = hand_record(w, host);
        break;
    case 3:
        is_done = take_inbox(w, host);
        break;
    case 4:
        is_done = work(w, host);
        break;
    case 5:
        is_done = hand_streams(w, host);
        break;
    case 6:
        is_done = hand_secret(w, host) || hand_bye(w, host);
        break;
    case 7:
        if (chance(w, 4))
            audit(w, host);
        break;
    }
    w->idle = is_done ? 0 : w->idle + 1;
    if (w->idle > 40 * w->plan->host_count) {
        w->idle = 0;
        let_time_pass(w);
    }
}
