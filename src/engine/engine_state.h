/* What the engine knows, for its own files only: engine.c (events in), hostfsm.c, taskfsm.c, sched.c, mint.c, timers.c, out.c. Front ends
 * read struct run; nothing outside includes this. */
#ifndef KWIZ_ENGINE_ENGINE_STATE_H
#define KWIZ_ENGINE_ENGINE_STATE_H

#include "engine/engine.h"

/* How far the newest request of a task is. It is outstanding unless PHASE_NONE: the host may run it, whatever the task's state says. */
enum phase {
    PHASE_NONE,     /* no request, or it is settled */
    PHASE_SENT,     /* given out; the host has said nothing */
    PHASE_ACCEPTED,
    PHASE_STARTED,
    PHASE_ENDED,    /* its log or record stream is not all here yet */
};

struct task_data {
    enum phase phase;
    enum request_mode mode;
    bool has_check;
    uint64_t asked_ms;  /* EFFECT_SEND, newest */
    uint64_t left_ms;   /* EVENT_SENT, newest; 0 = not yet */
    uint64_t accepted_ms;
    uint64_t limit_ms;  /* when kwiz acts itself; 0 = no request */
    unsigned sends;     /* without an answer */
    bool is_seen;       /* a record of it came on this attachment */
    enum record_how how;
    int status;         /* of `end` */
    bool is_warned, is_unchanged; /* what the script said of itself */
    bool is_forced;     /* run the script whatever its check says: what it minted is gone */
    bool is_doubtful;   /* was interrupted: ask its check before anything else */
    bool is_overdue;    /* kwiz aborts it, not the operator */
    struct boot boot;   /* of its `start` */
    unsigned failures, reruns, remints;
    uint64_t retry_ms;  /* waits until then before it is tried again; 0 = it does not */
    bool holds_place;   /* failed and is to be tried again: nobody else of a serial step begins meanwhile */
    bool is_abort_wanted;
    unsigned aborts;
    uint64_t abort_ms;  /* when it is asked again; 0 = not asked */
    bool is_blocked;    /* pending because of something failed; run_task.reason names it */
    bool is_ready;      /* mirrored in engine->ready */
    size_t unmet;       /* needs that are not done */
    size_t *dependants; /* into engine->dependants */
    size_t dependant_count;
    size_t mint_first, mint_count; /* into engine->mints */
    size_t *reads;      /* owned: into engine->mints */
    size_t read_count;
};

struct host_data {
    unsigned generation;
    bool is_linked;     /* a connection exists or is being tried in this generation */
    bool is_attached;
    bool is_replayed;   /* attached, and all records that there were have come */
    bool was_attached;  /* in this run, since the last resume or retry */
    bool is_boot_lost;  /* the records are replayed from 0; what isn't among them is gone */
    struct boot boot;   /* newest known */
    struct boot reboot_from; /* while HOST_REBOOTING */
    uint64_t control_offset, replay_until;
    uint64_t attached_ms;
    uint64_t give_up_ms; /* while lost or rebooting */
    unsigned tries;      /* connects without an attachment */
    unsigned protocol_faults; /* in a row */
    bool is_quitting, is_clear;
    uint64_t bye_ms;     /* limit for it */
    size_t undone;       /* tasks that are not done */
    size_t outstanding;  /* requests */
    size_t *tasks;       /* into engine->host_tasks */
    size_t task_count;
    char mount[MOUNT_MAX]; /* newest `full` */
};

enum mint_state { MINT_UNKNOWN, MINT_FETCHING, MINT_HERE, MINT_GONE };

/* A secret that a task publishes. */
struct mint {
    size_t task;
    const char *key; /* the plan's */
    enum mint_state state;
    unsigned tries;
    uint64_t limit_ms; /* while fetching */
    size_t readers;    /* tasks that read it and are not done */
    bool is_for_operator; /* no task reads it: kwiz itself wants it (a kubeconfig) */
};

struct timers; /* timers.h */

struct engine {
    const struct plan *plan;
    struct engine_options options;
    struct run *run;
    struct task_data *tasks;
    struct host_data *hosts;
    struct mint *mints;
    size_t mint_count;
    size_t *requests;      /* tasks, by id - 1 */
    uint64_t request_count;
    size_t *dependants, *host_tasks; /* owned arrays that the slices above point into */
    size_t *step_running;  /* by step: running, lost, and to be tried again */
    uint64_t *ready;       /* bits by task */
    size_t ready_count, retry_count;
    size_t *work;          /* scratch, one place a task */
    size_t *due;           /* scratch, one place a timer */
    struct timers *timers;
    uint64_t last_ms;      /* of the newest event that counted */
    uint64_t now_ms;       /* of this step */
    uint64_t wake_ms;      /* asked for */
    unsigned stops;        /* 0, 1 = nothing new, 2 = abort */
    bool is_started, is_closing, is_journal_broken;
    enum outcome outcome;

    /* of this step */
    bool is_touched;       /* something changed that a replay must repeat */
    bool is_dirty;         /* the scheduler must look */
    bool is_sync, is_ending;
    bool *task_marked, *host_marked;
    size_t *marked_tasks, *marked_hosts;
    size_t marked_task_count, marked_host_count;
    struct effect *effects;
    size_t effect_count;
    char **texts;
    size_t text_count;
    struct effects out;
};

/* out.c: effects, and the marks for front ends */
void out_begin(struct engine *e);
void out_end(struct engine *e, bool is_journaled);
struct effect *out_add(struct engine *e, enum effect_kind kind);
struct effect *out_host(struct engine *e, enum effect_kind kind, size_t host); /* with its generation */
struct effect *out_task(struct engine *e, enum effect_kind kind, size_t task); /* with its host's and its newest request's id */
void out_notice(struct engine *e, size_t host, size_t task, const char *format, ...) __attribute__((format(printf, 4, 5)));
void out_task_changed(struct engine *e, size_t task);
void out_host_changed(struct engine *e, size_t host);
/* A text of the run model, cut at a character's border. */
void out_text(char *to, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* "12 min 3 s". */
void out_duration(char *to, size_t size, uint64_t ms);

/* taskfsm.c: what a task is at, and its limits */
void task_set(struct engine *e, size_t task, enum task_state state);
void task_reason(struct engine *e, size_t task, const char *format, ...) __attribute__((format(printf, 3, 4)));
void task_send(struct engine *e, size_t task, enum request_mode mode);
void task_abort(struct engine *e, size_t task);
void task_forget_abort(struct engine *e, size_t task);                /* the operator wanted one that its host was never told of, and now goes on */
void task_lose(struct engine *e, size_t task);                       /* contact with its host is lost */
void task_found(struct engine *e, size_t task);                      /* contact is there again, all records have come */
void task_give_up(struct engine *e, size_t task, const char *why);   /* there will be no contact */
void task_retry(struct engine *e, size_t task);                      /* the operator wants it again */
void task_settle(struct engine *e, size_t task);                     /* its request is over */
void task_arm(struct engine *e, size_t task);
void task_hold_place(struct engine *e, size_t task), task_leave_place(struct engine *e, size_t task);
void task_time(struct engine *e, size_t task);

/* taskend.c: what hosts say of a task, and how it ends */
void task_record(struct engine *e, size_t task, const struct record *record);
bool task_rec(struct engine *e, size_t task, const struct rec_item *item); /* false: nothing new */
void task_complete(struct engine *e, size_t task);
void task_end_blind(struct engine *e, size_t task, const char *why); /* ended, but its streams will not come */
void task_interrupted(struct engine *e, size_t task, const char *why);
void task_fail(struct engine *e, size_t task, bool is_retried);

/* hostfsm.c */
void host_set(struct engine *e, size_t host, enum host_state state);
void host_want(struct engine *e, size_t host); /* there is something to do there */
void host_stage(struct engine *e, size_t host, const char *text);
void host_attached(struct engine *e, size_t host, const struct proto_hello *hello);
void host_record(struct engine *e, size_t host, const struct record *record);
void host_down(struct engine *e, size_t host, const char *fault, const char *detail, bool is_passing);
void host_fail(struct engine *e, size_t host, const char *fault, const char *detail);
void host_rebooting(struct engine *e, size_t host, const struct boot *from);
void host_let_go(struct engine *e, size_t host, bool is_clear);
void host_bye(struct engine *e, size_t host);
void host_drop(struct engine *e, size_t host, enum host_state state);
void host_forget(struct engine *e, size_t host); /* the connection belonged to a process that is no more */
void host_arm(struct engine *e, size_t host);
void host_time(struct engine *e, size_t host);
bool host_takes_requests(const struct engine *e, size_t host);

/* sched.c */
void sched_ready(struct engine *e, size_t task);
void sched_block_from(struct engine *e, size_t task);
void sched_block_host(struct engine *e, size_t host);
void sched_block_all(struct engine *e); /* all anew */
void sched_block_reader(struct engine *e, size_t task, size_t mint);
void sched_run(struct engine *e);

/* mint.c: secrets that steps publish */
void mint_build(struct engine *e);
bool mint_ready(struct engine *e, size_t task); /* all it reads is here; asks for what isn't */
/* The reader failed and will be tried again: what it read may be no longer good (a token that expired), so the steps that minted it are to
 * look, by their checks, and run again where these say so. Before the reader leaves its final state or waits for its next try. */
void mint_doubt(struct engine *e, size_t reader);
void mint_published(struct engine *e, size_t task, const char *key);
bool mint_answer(struct engine *e, size_t host, const char *key, bool is_there); /* false: not asked for */
void mint_forget(struct engine *e, size_t task);
void mint_host_down(struct engine *e, size_t host);
void mint_readers(struct engine *e, size_t task, int change);
bool mint_is_wanted(const struct engine *e, size_t host);
/* Ask for what is published on the host for the operator and not here yet. */
void mint_fetch_for_operator(struct engine *e, size_t host);
bool mint_is_underway_for_operator(const struct engine *e);
uint64_t mint_limit(const struct engine *e, size_t host);
void mint_time(struct engine *e, size_t host);

/* operator.c: what the operator does */
bool operator_event(struct engine *e, const struct event *event); /* false: makes no sense now */
void operator_end(struct engine *e, bool is_left);

/* engine.c */
uint64_t engine_jitter(const struct engine *e, uint64_t salt, uint64_t span_ms);
const char *engine_step_id(const struct engine *e, size_t task);
const char *engine_host_name(const struct engine *e, size_t host);

#endif
