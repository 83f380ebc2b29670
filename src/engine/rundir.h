/* The folder of a run: $XDG_STATE_HOME/kwiz/runs/ID/, mode 0700, never deleted by a later run.
 *
 *   meta.json      what was started, when, by whom      answers.yaml   as saved at the start
 *   spell/         a copy of the spell: resuming does not depend on what became of the original
 *   plan.json      the plan                             journal.jsonl  what happened, synced (journal.h)
 *   logs/HOST/STEP.ID.log                               summary.txt, summary.json   at the end
 *   lock           the kwiz that holds the run (runlock.h)
 */
#ifndef KWIZ_ENGINE_RUNDIR_H
#define KWIZ_ENGINE_RUNDIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/strv.h"

/* In the folder of an action that went well: the answers as they are since. */
#define RUNDIR_AFTER "after.yaml"

struct rundir {
    char *id;   /* owned; "20261122-235501-3fa9" */
    char *path; /* owned, absolute */
};

/* What meta.json and summary.json say; strings owned, NULL when unknown. */
struct run_meta {
    char *id, *cluster, *spell, *topology, *action, *answers_file;
    struct strv limit, only;       /* what the run was narrowed to, as given */
    struct strv targets, lost, before; /* of an action: spell/action_call.h */
    bool keeps_file;               /* of an action: the answers file is left as it is */
    uint64_t started_ms, ended_ms; /* 0 = not ended */
    int exit_status;               /* -1 = not ended */
};

/* Make the folder of a new run with its meta.json. ERR_LOCAL. */
bool rundir_create(struct rundir *dir, const struct run_meta *meta, uint64_t now_ms, struct err *err);
/* Open an existing run by its id or a beginning of it that only one run has; NULL = the newest that has not ended.
 * ERR_USAGE when there is none. */
bool rundir_open(struct rundir *dir, const char *id, struct err *err);
void rundir_done(struct rundir *dir);
/* A path inside, malloc'd. */
char *rundir_path(const struct rundir *dir, const char *name);
/* Path of a task's log; its folder is made on the way. */
char *rundir_log_path(const struct rundir *dir, const char *host, const char *step, uint64_t id);

bool rundir_meta(const struct rundir *dir, struct run_meta *meta, struct err *err);
void run_meta_done(struct run_meta *meta);
/* All runs, newest first; array malloc'd, each to be done. */
size_t rundir_list(struct run_meta **runs);
/* Copy a folder of regular files (a spell) into the run as `name`; at most 1000 files of 1 MiB. */
bool rundir_copy_folder(const struct rundir *dir, const char *from, const char *name, struct err *err);

#endif
