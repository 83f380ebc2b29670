/* All that can happen to a run. The runner makes events of what transports, hosts, timers and the operator do and hands them to
 * engine_step. Plain data; pointers are valid during the call (the engine copies).
 *
 * Host events carry the generation of the connection they come from (EFFECT_CONNECT names it); what comes from an older one is ignored. */
#ifndef KWIZ_ENGINE_EVENT_H
#define KWIZ_ENGINE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/proto.h"
#include "engine/record.h"
#include "engine/recstream.h"

enum event_kind {
    EVENT_START,  /* begin the run; once, first */
    EVENT_RESUME, /* go on after engine_replay: is_retrying. Gives connects anew */

    /* of a connection: host, generation */
    EVENT_STAGE,    /* text: what is being done to reach it. Display only */
    EVENT_ATTACHED, /* hello */
    EVENT_DOWN,     /* fault, detail, is_passing. The connection is over, however it ended; also when it was never made */
    EVENT_RECORD,   /* record: a control record, new or replayed */
    EVENT_REC,      /* id, rec: an item of the record stream */
    EVENT_OUTPUT,   /* id, log_bytes: so much of the log is here now. Display only; send it a few times a second at most */
    EVENT_SENT,     /* id: the request has left for the host (drained): the clock of the `accepted` limit starts */
    EVENT_COMPLETE, /* id: log and record stream are here up to the lengths that its `end` named, both may be 0, and rec's items were
                     * handed over. A stream that stays behind without moving for 30 s is session.c's to notice: EVENT_DOWN, passing */
    EVENT_SECRET,   /* key, is_there: the answer to EFFECT_FETCH_SECRET; the value stays with the runner */
    EVENT_BAD,      /* text: the host could not read a frame of ours. Shown as a notice */
    EVENT_BYE,      /* the answer to EFFECT_QUIT */

    EVENT_WAKE, /* the time of EFFECT_WAKE has come (early or late does no harm) */

    /* the operator */
    EVENT_RETRY_TASK, /* task: failed, cancelled or asking */
    EVENT_RETRY_HOST, /* host: failed */
    EVENT_SKIP,       /* task; only where the step is optional */
    EVENT_ABORT_TASK, /* task: running: aborted on its host; waiting: cancelled */
    EVENT_ABORT_RUN,  /* as EVENT_ABORT_TASK for all */
    EVENT_STOP,       /* ^C, SIGTERM, SIGHUP: first nothing new is started, second abort on the hosts, third the end at once */
    EVENT_LEAVE,      /* the end at once; what runs goes on on its host, and the run can be resumed */
    EVENT_PAUSE,      /* start nothing new */
    EVENT_GO_ON,      /* after a pause, or after the first stop */
    EVENT_ANSWER,     /* task, answer: to EFFECT_ASK */

    EVENT_JOURNAL_FAILED, /* text; id: the first request that was not sent because of it, 0 = none. The run comes to its end */
};
#define EVENT_KIND_COUNT 25

/* What to do with a task in TASK_ASKS. */
enum answer {
    ANSWER_RERUN, /* run the step again */
    ANSWER_DONE,  /* it is done: the operator saw to it */
    ANSWER_FAIL,  /* it counts as failed */
};
#define ANSWER_COUNT 3

struct event {
    enum event_kind kind;
    size_t host;         /* index into plan->hosts */
    size_t task;         /* index into plan->tasks */
    unsigned generation;
    uint64_t id;         /* of a request */
    union {
        struct proto_hello hello; /* ATTACHED */
        struct record record;     /* RECORD */
        struct rec_item rec;      /* REC */
        struct {                  /* DOWN */
            const char *fault;    /* transport_fault_name, or: protocol sudo busy shell (the host lacks what the host's side needs) local */
            const char *detail;   /* printable */
            bool is_passing;      /* trying again may help */
        } down;
        struct { /* SECRET */
            const char *key;
            bool is_there;
        } secret;
        const char *text;    /* STAGE, BAD, JOURNAL_FAILED; printable */
        uint64_t log_bytes;  /* OUTPUT */
        enum answer answer;  /* ANSWER */
        bool is_retrying;    /* RESUME: failed and cancelled tasks are tried again */
    };
};

const char *event_kind_name(enum event_kind kind);
int event_kind_find(const char *name);
const char *answer_name(enum answer answer);
int answer_find(const char *name);

#endif
