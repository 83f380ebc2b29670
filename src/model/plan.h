/* The plan of a run: which steps run on which hosts, in what order, with which scripts. Plain data, made by plan_make() from a spell and
 * answers, complete before anything runs. It holds no time, run id, random value or secret: the same answers give the same plan. */
#ifndef KWIZ_MODEL_PLAN_H
#define KWIZ_MODEL_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strv.h"
#include "model/host.h"

/* What becomes of a step that was interrupted and has no check that can tell. */
enum rerun { RERUN_ASK, RERUN_SAFE };

/* What a step fetches from elsewhere, as its spell says. */
struct plan_download {
    char *what, *shown; /* owned; in English, and in the operator's language */
    char *from;         /* owned or NULL: the host's own package sources; plan_download_from() */
    size_t declared;    /* which of the step's downloads it is in the spell; one there may be several here */
};

struct plan_step {
    char *id;    /* owned; [a-z0-9-]{1,40} */
    char *title; /* owned; English, whatever the operator reads: it stands in plans and their digests */
    char *shown; /* owned or NULL: the title in the operator's language; for people only, plan_step_shown() */
    char *script;       /* owned: the text of the step's script as it will run (without library and variables) */
    char *check;        /* owned or NULL: the text of its check script */
    size_t script_own, check_own; /* where in them the step's own text begins: the spell's library stands before */
    char *script_path;  /* owned: relative to the spell's folder, for messages and for reading */
    char *check_path;   /* owned or NULL */
    uint64_t timeout_ms;
    unsigned serial;    /* at most so many hosts at once; 0 = no limit of its own */
    bool optional;      /* the operator may skip it */
    bool becomes_root;
    enum rerun rerun;
    unsigned retries;        /* how often it is tried again by itself after failing */
    uint64_t retry_delay_ms;
    struct strv results;     /* keys it may publish */
    bool results_for_steps;  /* they are for other steps only, not for the operator's eyes */
    struct strv mints;       /* keys of secrets it publishes */
    struct strv reads;       /* secrets it needs: keys of answers' secrets or minted ones */
    struct plan_download *downloads; /* owned */
    size_t download_count;
};

/* One step on one host. Tasks are numbered in the plan's order: every task stands behind those it needs. */
struct plan_task {
    size_t step; /* index into steps */
    size_t host; /* index into hosts */
    size_t *needs; /* owned: indices of tasks that must be done (ok, unchanged, warned or skipped) before */
    size_t need_count;
};

struct plan_variable {
    char *name;  /* owned: KWIZ_..., a name of an environment variable */
    char *value; /* owned; at most 64 KiB, UTF-8 */
};

/* What an action has to do with a host. */
enum plan_target { TARGET_NOT, TARGET_NEW, TARGET_LEAVING, TARGET_LOST /* leaving, and dead */, TARGET_SOME };

struct plan_host {
    struct host host; /* owned copy */
    struct plan_variable *variables; /* owned: the same for all steps on this host; KWIZ_RUN, KWIZ_STEP and results are added at run time */
    size_t variable_count;
    enum plan_target target;
    bool is_left_out; /* no task runs there although others do: the plan was narrowed (plan_narrow.h), or its action has nothing to do there */
};

/* What a narrowed plan (spell/plan_narrow.h) takes as done. */
struct plan_gap {
    size_t host;
    char *step;        /* owned; what is not run, and may be none of the plan's steps */
    size_t for_host;
    char *for_step;    /* owned; the first that needs it */
    struct strv lacks; /* results and secrets that for_step will not get */
};

struct plan {
    char *spell, *spell_version, *spell_digest; /* owned; digest: "sha256:..." of everything in the spell's folder */
    char *topology, *cluster;                   /* owned; cluster = the answers' name */
    char *action;                               /* owned: "install", "reset" ... */
    bool exclusive;                             /* one live run per host */
    struct plan_step *steps;
    size_t step_count;
    struct plan_host *hosts;
    size_t host_count;
    struct plan_task *tasks;
    size_t task_count;
    struct strv before;      /* KEY=VALUE: what the answers that the action changes were before */
    struct strv limit, only; /* as given, when it was narrowed */
    struct plan_gap *gaps;
    size_t gap_count;
};

void plan_free(struct plan **plan);
/* "new", "leaving", "lost", "target", in English, as scripts and programs read it; "" = it is no target. */
const char *plan_target_word(enum plan_target target);
/* What people are told of a host in a list of them, with a blank in front; "" = nothing. */
const char *plan_host_note(const struct plan_host *host);
/* The step's title as people are to see it; "" when it has none. */
const char *plan_step_shown(const struct plan_step *step);
/* The script (or check) as it is sent: the step's name goes in front, so that no request needs variables of its own. malloc'd. */
char *plan_script_sent(const struct plan_step *step, const char *script);
/* Whose secret a task reads that names key: of the tasks before it that mint one, that of its own host, else the first in the plan.
 * PLAN_NO_TASK: it is one of the answers'. */
#define PLAN_NO_TASK ((size_t)-1)
size_t plan_provider(const struct plan *plan, size_t reader, const char *key);
void plan_download_done(struct plan_download *download);
/* Where it comes from, as people are to see it. */
const char *plan_download_from(const struct plan_download *download);

#endif
