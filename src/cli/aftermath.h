/* What a run leaves with the operator: the kubeconfig that a step published, and the sample page, fetched as a visitor would. */
#ifndef KWIZ_CLI_AFTERMATH_H
#define KWIZ_CLI_AFTERMATH_H

#include <stdbool.h>

#include <uv.h>

#include "base/err.h"
#include "cli/execute.h"
#include "engine/runner.h"

/* What a spell calls the secret and the result that kwiz knows what to do with; kwiz-spell(5). */
#define AFTERMATH_KUBECONFIG "kubeconfig"
#define AFTERMATH_SAMPLE "sample_url"

struct aftermath {
    char *kubeconfig; /* owned: the path, or NULL */
    char *note;       /* owned: lines on what was done with it, or NULL */
    char *kubectl;    /* owned: lines of commands that come next, or NULL */
    char *page;       /* owned: what the page answered, or NULL */
    int exit_status;
    void (*say)(void *context, const char *text); /* told what is being waited for */
    void *say_context;
};

/* A secret came: if it is the kubeconfig, write it to its place. false with err (ERR_LOCAL). */
bool aftermath_store(struct aftermath *after, const char *key, const struct secret *secret, const struct execution *execution,
                     const struct execute_options *options, struct err *err);
/* Before a run: can what the options ask for be done with the operator's kubeconfig? ERR_INVALID, ERR_LOCAL. */
bool aftermath_check(const struct execute_options *options, struct err *err);
/* Merge the kubeconfig that lies at after->kubeconfig into the file that the options name, and note what was done. ERR_LOCAL, ERR_INVALID, ERR_BUSY. */
bool aftermath_merge(struct aftermath *after, const struct execute_options *options, const char *cluster, struct err *err);
/* After a run: merge the cluster into the operator's kubeconfig, or after a reset that went well take it out, if the options say so; else say how.
 * false with err; the fetched kubeconfig stays where it is. */
bool aftermath_update(struct aftermath *after, const struct execution *execution, const struct execute_options *options, int exit_status,
                      struct err *err);
/* After a run that went well: fetch the sample page. false with err and exit_status when it does not answer. */
bool aftermath_fetch(struct aftermath *after, const struct run *run, uv_loop_t *loop, struct err *err);
void aftermath_done(struct aftermath *after);

#endif
