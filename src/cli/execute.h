/* Carries out a plan: run folder, lock, loop, runner, one of the front ends, signals, summary. What run, resume and reset share. */
#ifndef KWIZ_CLI_EXECUTE_H
#define KWIZ_CLI_EXECUTE_H

#include <stdbool.h>

#include "base/err.h"
#include "cli/desk.h"
#include "cli/vault.h"
#include "engine/rundir.h"
#include "model/plan.h"
#include "spell/answers.h"
#include "spell/spell.h"

struct app;

struct execute_options {
    bool is_yes, is_plain, is_json;
    bool accepts_new_host_keys, takes_over;
    bool ends_at_once;       /* the screen goes when the run is over, instead of waiting for q */
    const char *color;       /* auto, always, never; NULL = auto */
    unsigned parallel;       /* 0 = default */
    const char *kubeconfig;  /* where to write it; NULL = in the run's folder */
    bool updates_kubeconfig; /* also into one of the operator's, or out of it on reset */
    const char *update_kubeconfig; /* that one; NULL = kubectl's */
    const char *asks;        /* what the operator is told before being asked; NULL = nothing */
    bool is_retrying;        /* resume: failed and cancelled tasks again */
};

/* Everything in here must outlive the call. */
struct execution {
    const struct spell *spell;
    const struct answers *answers;
    const struct plan *plan;
    struct vault *vault;      /* the answers' secrets */
    struct desk *desk;        /* of the same plan */
    const char *answers_file; /* as the operator named it, or absolute; NULL = it has none */
    const char *complaint;    /* what went wrong before the run, which goes on without it; told at its end. NULL = nothing */
    bool keeps_file;          /* an action that changes what stands in it leaves it as it is */
    struct app **app;         /* a screen that is shown already, with the wizard: the run's from now on (NULL then); or NULL */
    struct rundir *dir;       /* resume: the run's; a new run: empty, is made */
    bool is_resume;
};

/* Returns the exit status. Errors are printed. */
int execute(struct execution *execution, const struct execute_options *options);
/* Ask on the terminal whether to begin; true = yes. ERR_CONFIRM without a terminal and --yes, ERR_INTERRUPTED. */
bool execute_confirm(const struct plan *plan, const struct execute_options *options, struct desk *desk, struct err *err);
/* "sha256:..." of the plan's JSON form; malloc'd. */
char *plan_digest(const struct plan *plan);

#endif
