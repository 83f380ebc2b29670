/* Plans for tests of the engine. */
#ifndef KWIZ_TEST_ENGINE_PLAN_H
#define KWIZ_TEST_ENGINE_PLAN_H

#include "model/plan.h"

struct step_spec {
    const char *id;
    const char *check;   /* NULL = none */
    enum rerun rerun;
    unsigned serial, retries;
    uint64_t retry_delay_ms, timeout_ms; /* timeout 0 = 60 s */
    bool optional;
    const char *result, *mint, *read;    /* one key each, NULL = none */
};

/* Hosts h0, h1 ...; each step on each host, in the order step by step; each task needs the step before on its host. */
struct plan *plan_build(size_t hosts, const struct step_spec *steps, size_t step_count);
/* One more need: task needs the other, which must stand before it. */
void plan_need(struct plan *plan, size_t task, size_t other);

#endif
