/* Drives an engine by hand: one call an event, and the effects looked at. */
#ifndef KWIZ_TEST_ENGINE_DRIVE_H
#define KWIZ_TEST_ENGINE_DRIVE_H

#include "engine/engine.h"
#include "engine_plan.h"

struct drive {
    struct plan *plan;
    struct engine *engine;
    const struct run *run;
    const struct effects *fx; /* of the newest event */
    uint64_t now_ms;
    uint64_t wake_ms;         /* asked for */
    unsigned generation[64];  /* by host: newest connect */
    uint64_t control[64];     /* by host: length of its control file */
};

/* plan is taken over. */
void drive_init(struct drive *d, struct plan *plan, unsigned parallel);
void drive_done(struct drive *d);
void drive_step(struct drive *d, const struct event *event);
void drive_simple(struct drive *d, enum event_kind kind);
void drive_task(struct drive *d, enum event_kind kind, size_t task);
void drive_attach(struct drive *d, size_t host);               /* the same boot */
void drive_attach_boot(struct drive *d, size_t host, uint64_t boot);
void drive_down(struct drive *d, size_t host, const char *fault, bool is_passing);
void drive_accepted(struct drive *d, uint64_t id);
void drive_started(struct drive *d, uint64_t id, uint64_t boot); /* accepted and start */
void drive_end(struct drive *d, uint64_t id, enum record_how how, int status); /* without the streams */
void drive_complete(struct drive *d, uint64_t id);
/* accepted, start, end, complete */
void drive_run(struct drive *d, uint64_t id, enum record_how how, int status);
void drive_interrupted(struct drive *d, uint64_t id, enum record_why why);
void drive_rec(struct drive *d, uint64_t id, enum rec_kind kind, const char *key, const char *text);
void drive_secret(struct drive *d, size_t host, const char *key, bool is_there);
void drive_bye(struct drive *d, size_t host);
/* Time goes by, with every wake that was asked for; stops at the first one that did something, its effects in fx. */
void drive_wait(struct drive *d, uint64_t ms);

/* The effect of that kind for that task or host (NO_TASK, NO_HOST: any), or NULL; how many there are. */
const struct effect *drive_find(const struct drive *d, enum effect_kind kind, size_t host, size_t task);
size_t drive_count(const struct drive *d, enum effect_kind kind);

#endif
