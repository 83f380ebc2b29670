/* The runner performs what the engine asks for: it holds the connections, the journal, the logs and the timers of one run, feeds what comes
 * back to the engine, and tells an observer what changed. It decides nothing about tasks; the engine does.
 */
#ifndef KWIZ_ENGINE_RUNNER_H
#define KWIZ_ENGINE_RUNNER_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "base/err.h"
#include "base/secret.h"
#include "engine/contacts.h"
#include "engine/rundir.h"
#include "model/plan.h"
#include "model/run.h"

struct runner;

/* What a front end is told. Every call is made on the loop's thread; texts are valid during the call; any may be NULL. */
struct runner_observer {
    void (*task)(void *context, size_t task);  /* its state or attempt changed */
    void (*progress)(void *context, size_t task);
    void (*host)(void *context, size_t host);  /* its state or stage changed */
    /* Output of a task as it comes: any bytes, known secrets masked. */
    void (*output)(void *context, size_t task, const char *bytes, size_t len);
    void (*warning)(void *context, size_t task, const char *text);
    void (*notice)(void *context, const char *text); /* about the run, in a sentence */
    /* A secret that a step published for the operator has come; to be stored now, for it lies in memory only. */
    void (*published)(void *context, const char *key, const struct secret *secret);
    /* The run is over and written; exit_status as in product terms (0, 1, 6, 7, 8, 130). runner_free is allowed from here on, not from within;
     * a retry by the operator opens the run again, and then this comes again. */
    void (*ended)(void *context, int exit_status);
};

struct runner_options {
    uv_loop_t *loop;              /* must outlive the runner */
    const struct plan *plan;      /* must outlive the runner */
    const struct rundir *dir;     /* must outlive the runner; its lock is held by the caller */
    const struct ssh_defaults *ssh; /* must outlive the runner */
    const char *operator_name;    /* shown to others who want the same hosts: "user@machine" */
    struct contacts *contacts;    /* must outlive the runner: how hosts are reached, and who answers their questions */
    unsigned parallel;            /* tasks at once; 0 = default */
    bool take_over;               /* end another live run on a host */
    /* The secrets of the answers by key; NULL when unknown. The callee returns a new secret. */
    struct secret *(*secret)(void *context, const char *key, struct err *err);
    void *secret_context;
    /* What becomes of a task that waits for the operator (`asks`): headless false = it counts as failed. */
    bool has_operator;
    const struct runner_observer *observer;
    void *observer_context;
};

/* A runner for a new run, or (is_resume) for the one whose journal lies in dir. Nothing is connected yet. ERR_LOCAL, ERR_INVALID. */
/* plan_digest ("sha256:..." of the plan's JSON form) is kept in the journal and must be the same when resuming. */
struct runner *runner_new(const struct runner_options *options, bool is_resume, const char *plan_digest, struct err *err);
/* Begin, or go on; is_retrying: failed and cancelled tasks are tried again. The loop must be run by the caller. */
void runner_start(struct runner *runner, bool is_resume, bool is_retrying);
/* The state, for front ends to read. */
const struct run *runner_state(const struct runner *runner);
/* The newest local log of a task, or NULL; malloc'd. */
char *runner_log_path(const struct runner *runner, size_t task);

/* What the operator can do. */
void runner_stop(struct runner *runner);  /* first: starts nothing new; again: aborts on the hosts; third: ends at once, leaving them */
void runner_abort(struct runner *runner); /* abort on all hosts */
void runner_leave(struct runner *runner); /* end kwiz, leave what runs running; resumable */
void runner_pause(struct runner *runner, bool is_paused);
void runner_retry(struct runner *runner, size_t task);
void runner_retry_host(struct runner *runner, size_t host); /* that was given up: reach it again */
void runner_skip(struct runner *runner, size_t task);
/* A secret that a step published (mints), or NULL. Belongs to the runner. */
const struct secret *runner_published(const struct runner *runner, const char *key);
/* True while resuming or running left something that `kwiz resume` can go on with. */
bool runner_is_resumable(const struct runner *runner);

/* Connections are dropped, the journal is closed. Handles close in the loop: run it until it is empty. */
void runner_free(struct runner **runner);

#endif
