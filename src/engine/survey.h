/* Asks all hosts of a plan at once for their facts: one connection and one script each, nothing changed (access.h). The
 * connections are left with the contacts, for the run. */
#ifndef KWIZ_ENGINE_SURVEY_H
#define KWIZ_ENGINE_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "base/err.h"
#include "engine/contacts.h"
#include "model/facts.h"
#include "model/plan.h"
#include "spell/answers.h"
#include "spell/probe.h"
#include "spell/spell.h"

struct survey_host {
    bool is_left_out;  /* it was not asked: no task of the plan runs there */
    bool is_answered;  /* facts holds what was measured, once survey_run has returned */
    struct facts facts;
    const char *fault; /* transport_fault_name, "shell" or "cancelled"; NULL = none */
    char detail[512];
};

#define SURVEY_STAGES_MAX 8
/* How far it is. */
struct survey_progress {
    size_t asked, answered; /* hosts; those that answered have told their facts, or failed */
    struct {
        char text[128]; /* translated: "measuring" */
        size_t hosts;
    } stages[SURVEY_STAGES_MAX]; /* what is being done just now, and on how many */
    size_t stage_count;
    uint64_t elapsed_ms;
    bool is_over;
};

struct survey_options {
    uv_loop_t *loop;
    const struct plan *plan;
    struct contacts *contacts; /* with the plan's hosts */
    const char *script; /* the text of facts.sh */
    const struct probes *probes; /* what is tried besides, one a host of the plan (access_probe); NULL = nothing */
    /* What the spell wants probed between hosts (spell/reach.h) is, once all have answered or failed. NULL: nothing is. */
    const struct spell *spell;
    const struct answers *answers;
    const bool *is_cancelled; /* looked at after each turn of the loop: end, hosts that have not answered have the fault "cancelled" */
    /* Called four times a second, and when it is over; may be NULL. */
    void (*progress)(void *context, const struct survey_progress *progress);
    void *progress_context;
};

/* Run to the end (the loop is run inside; every wait has a limit). results: one a host, made here; free with survey_done. */
struct survey_host *survey_run(const struct survey_options *options);
void survey_done(struct survey_host **results, size_t count);

#endif
