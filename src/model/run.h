/* The state of a run: what every task and host is at, as the engine last saw it. The engine alone changes it; front ends only read it and
 * show it. Times are milliseconds since 1970 (UTC), by this machine's clock. Text in here is printable UTF-8. */
#ifndef KWIZ_MODEL_RUN_H
#define KWIZ_MODEL_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/plan.h"

/* The same words on screens, in plain lines and in JSON: task_state_name(). */
enum task_state {
    TASK_PENDING,   /* waits: for tasks it needs, for a place (serial, parallelism), for its host */
    TASK_RUNNING,   /* asked for, or running on the host */
    TASK_OK,        /* done, changed the host */
    TASK_UNCHANGED, /* was already as it should be */
    TASK_WARNED,    /* done, with something to read */
    TASK_FAILED,    /* ended with an error or ran into its limit, and will not be tried again by itself */
    TASK_SKIPPED,   /* left out by the operator */
    TASK_LOST,      /* was running when contact was lost; the step may go on there; kwiz tries again */
    TASK_CANCELLED, /* stopped by the operator */
    TASK_ASKS,      /* interrupted or failed, and only the operator can say what next */
};
#define TASK_STATE_COUNT 10

enum host_state {
    HOST_AWAY,       /* not connected, nothing tried yet */
    HOST_CONNECTING, /* dialling, authenticating, attaching */
    HOST_UP,         /* attached */
    HOST_LOST,       /* was up; being tried again */
    HOST_REBOOTING,  /* a step asked for it */
    HOST_FAILED,     /* given up: its tasks stay pending with this as the reason */
    HOST_DONE,       /* all its tasks have ended and it was let go */
};

enum run_state { RUN_RUNNING, RUN_PAUSED, RUN_STOPPING, RUN_ENDED };

#define RUN_TEXT_MAX 256
#define RUN_FAULT_MAX 32

struct run_task {
    enum task_state state;
    uint64_t id;             /* newest request's id; 0 = none yet */
    unsigned attempt;        /* from 1 */
    uint64_t started_ms, ended_ms; /* 0 = not yet; of the newest try */
    uint64_t output_ms;      /* when it last wrote something; 0 = never */
    uint64_t percent_ms;     /* when percent became what it is */
    uint64_t log_bytes;
    int status;              /* exit status of the newest end */
    char how[16];            /* `HOW` of the newest end: exit, timeout ... (step-protocol) */
    int percent;             /* -1 = unknown */
    /* RUN_TEXT_MAX bytes each, of the run's texts: most tasks of a large run have nothing in theirs. */
    char *progress;
    char *fail, *hint; /* what kwiz_fail said */
    char *warning;     /* the newest */
    char *reason;      /* pending, asks, lost, cancelled: why */
};

struct run_host {
    enum host_state state;
    char stage[RUN_TEXT_MAX];  /* what is being done to reach it */
    char fault[RUN_FAULT_MAX]; /* transport_fault_name, or protocol, sudo, busy */
    char detail[RUN_TEXT_MAX * 2]; /* why it is lost or failed */
    uint64_t since_ms;         /* when the state began */
    uint64_t retry_ms;         /* when it is tried again; 0 = not planned */
    bool had_started;          /* a step has started there in this run */
};

/* A value that a step published with kwiz_result. */
struct run_result {
    size_t host;
    char *key, *value; /* owned */
};

struct run {
    const struct plan *plan; /* must outlive the run */
    enum run_state state;
    struct run_task *tasks;  /* owned; plan->task_count */
    char *texts;             /* owned: of the tasks, one kind after the other; memory that nothing was written to costs nothing */
    struct run_host *hosts;  /* owned; plan->host_count */
    struct run_result *results; /* owned */
    size_t result_count;
    uint64_t started_ms, ended_ms;
    bool was_interrupted;    /* by the operator or a signal */
    size_t counts[TASK_STATE_COUNT]; /* tasks by state */
};

const char *task_state_name(enum task_state state);
const char *host_state_name(enum host_state state);
/* ok, unchanged, warned, skipped: what needs it may go on. */
bool task_state_is_done(enum task_state state);
/* Nothing will happen to it any more in this run unless the operator says so. */
bool task_state_is_final(enum task_state state);
struct run *run_new(const struct plan *plan);
void run_free(struct run **run);

#endif
