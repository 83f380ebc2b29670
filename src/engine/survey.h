/* Asks all hosts of a plan at once for their facts: one connection and one script each, nothing changed. The connections are left with the
 * contacts, for the run. */
#ifndef KWIZ_ENGINE_SURVEY_H
#define KWIZ_ENGINE_SURVEY_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

#include "base/buf.h"
#include "base/err.h"
#include "engine/contacts.h"
#include "model/plan.h"

#define SURVEY_LIMIT_MS 30000             /* from the connection being up to the script's end */
#define SURVEY_MAX_BYTES ((size_t)1 << 20) /* of facts from one host */

struct survey_host {
    bool is_left_out;  /* it was not asked: no task of the plan runs there */
    bool is_answered;  /* facts holds what the script printed */
    struct buf facts;
    const char *fault; /* transport_fault_name "shell" or "cancelled"; NULL = none */
    char detail[512];
};

struct survey_options {
    uv_loop_t *loop;
    const struct plan *plan;
    const struct ssh_defaults *ssh;
    struct contacts *contacts;
    const char *script; /* the text of facts.sh */
    const bool *is_cancelled; /* looked at after each turn of the loop: end, hosts that have not answered have the fault "cancelled" */
    /* A host has answered or failed; may be NULL. */
    void (*answered)(void *context, size_t host, const struct survey_host *result);
    void *answered_context;
};

/* Run to the end (the loop is run inside; every wait has a limit). results: one a host, made here; free with survey_done. */
struct survey_host *survey_run(const struct survey_options *options);
void survey_done(struct survey_host **results, size_t count);

#endif
