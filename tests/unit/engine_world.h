/* A world for the engine: hosts that keep the step protocol honestly, and a fate that cuts links, boots hosts, kills wrappers and kwiz
 * itself, all from one seed. It checks what must hold after every event. */
#ifndef KWIZ_TEST_ENGINE_WORLD_H
#define KWIZ_TEST_ENGINE_WORLD_H

#include "base/buf.h"
#include "engine/journal.h"
#include "engine_plan.h"

enum request_state { R_NONE, R_ACCEPTED, R_STARTED, R_DEAD, R_OVER };

struct world_request {
    bool is_known; /* was sent */
    size_t task;
    enum request_mode mode;
    bool has_check;
    enum request_state state;
    bool is_abort, runs_script, died_by_boot;
    size_t end_index;           /* of its end in control, when over with an end */
    bool has_end;
    unsigned follow_generation, complete_generation;
};

struct world_host {
    uint64_t boot;
    struct record *control;
    size_t control_count;
    uint64_t control_length;
    unsigned generation;
    bool is_wanted, is_attached, is_gone; /* connect asked for; attached; `go` was said */
    uint64_t connect_ms;
    size_t cursor;              /* control records handed over */
    uint64_t inbox[64];
    size_t inbox_count;
    size_t fetch[16];           /* tasks whose secret is asked for */
    size_t fetch_count;
    bool is_quitting, is_clear, is_rebooting;
};

struct world {
    struct plan *plan;
    struct engine *engine;
    struct engine_options options;
    uint64_t random, now_ms, wake_ms;
    uint64_t peace;        /* fate strikes so many times more seldom; from 1 */
    bool is_calm;          /* fate rests; scripts succeed */
    bool is_ended;
    enum outcome outcome;
    struct world_host *hosts;
    struct world_request *requests;
    size_t request_room;
    bool *done, *has_secret, *needs_permit; /* by task: script succeeded, secret lies on its host, may only run if the operator says so */
    unsigned *script_runs;
    struct journal *journal;
    struct buf bytes;      /* of the journal */
    size_t synced_bytes;
    char path[64];
    unsigned long events, crashes, boots, cuts, kills, sends;
    size_t idle;
};

/* plan is taken over. */
void world_init(struct world *w, struct plan *plan, unsigned parallel, uint64_t seed);
void world_done(struct world *w);
/* One thing happens somewhere. */
void world_tick(struct world *w);
/* kwiz dies; is_power: so does its machine, and what was not synced may be gone. It is resumed at once. */
void world_crash(struct world *w, bool is_power);
void world_event(struct world *w, const struct event *event);
uint64_t world_random(struct world *w, uint64_t below);
/* A new engine from the journal must be as the one that is. */
void world_check_replay(struct world *w);
/* What must hold when the run has come to its own end. */
void world_check_end(const struct world *w);

#endif
