/* All that the engine can ask for. Plain data; texts are valid until the next engine_step, everything else may be copied and done later
 * (the runner gathers EFFECT_SENDs of a loop turn behind one sync of the journal).
 *
 * The order counts: EFFECT_JOURNAL comes first if it comes at all, and no request named behind it may be sent before the journal has it
 * (synced where it says so). */
#ifndef KWIZ_ENGINE_EFFECT_H
#define KWIZ_ENGINE_EFFECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/frame.h"

#define NO_HOST ((size_t)-1)
#define NO_TASK ((size_t)-1)

enum effect_kind {
    EFFECT_JOURNAL, /* write this event (and the requests below): journal_write; is_synced: on disk before any EFFECT_SEND is done */

    EFFECT_CONNECT, /* host, generation, at_ms: connect and attach, not before at_ms; replaces any earlier connection of the host */
    EFFECT_FOLLOW,  /* host, generation, id, task: say `follow ID` with how much of its log and record stream is here; is_settled: nothing more
                     * of it is wanted: FRAME_FOLLOW_NONE for both. Only before EFFECT_GO */
    EFFECT_GO,      /* host, generation, offset: say `from OFFSET` first, then the follows, then `go` */
    EFFECT_SEND,    /* host, generation, id, task, mode, has_check: put what it needs and say `run`; is_again: was sent before under this id */
    EFFECT_ABORT,   /* host, generation, id, task: abort it over a channel of its own */
    EFFECT_AUDIT,   /* host, generation */
    EFFECT_FETCH_SECRET, /* host, generation, task (that minted it), key: ask for it; EVENT_SECRET is the answer */
    EFFECT_RELEASE, /* host, generation, id, task: kwiz has all of it: `drop ID`, close the log file */
    EFFECT_QUIT,    /* host, generation, is_clear: say `quit`; EVENT_BYE or EVENT_DOWN is the answer */
    EFFECT_DROP,    /* host, generation: close the connection (or stop trying); no more events of it are wanted */

    EFFECT_WAKE,    /* at_ms: send EVENT_WAKE then; replaces the earlier one; 0 = none is wanted */

    /* for front ends */
    EFFECT_TASK_CHANGED, /* task; at most once a step */
    EFFECT_HOST_CHANGED, /* host; at most once a step */
    EFFECT_RUN_CHANGED,  /* the run's state */
    EFFECT_ASK,          /* task is in TASK_ASKS, its reason says why: EVENT_ANSWER, EVENT_SKIP or EVENT_RETRY_TASK */
    EFFECT_NOTICE,       /* text, host or NO_HOST, task or NO_TASK */
    EFFECT_ENDED,        /* outcome: the run is over; only EVENT_RETRY_*, EVENT_SKIP and EVENT_RESUME open it again */
};
#define EFFECT_KIND_COUNT 18

enum outcome {
    OUTCOME_OK,          /* every task is done */
    OUTCOME_FAILED,      /* some are not, and nothing more can be done without the operator */
    OUTCOME_INTERRUPTED, /* stopped or left by the operator; can be resumed */
    OUTCOME_LOCAL,       /* the journal could not be written; can be resumed */
};

struct effect {
    enum effect_kind kind;
    size_t host, task; /* NO_HOST, NO_TASK */
    unsigned generation;
    uint64_t id;
    uint64_t at_ms;    /* milliseconds since 1970; 0 = at once */
    uint64_t offset;   /* GO */
    enum request_mode mode;
    bool has_check;    /* SEND: with the step's check script */
    bool is_again, is_synced, is_clear, is_settled;
    enum outcome outcome;
    const char *text;  /* NOTICE */
    const char *key;   /* FETCH_SECRET; of the plan, lives as long as it */
};

struct effects {
    const struct effect *items;
    size_t count;
};

const char *effect_kind_name(enum effect_kind kind);
const char *outcome_name(enum outcome outcome);

#endif
