/* What a run leaves with the operator: the kubeconfig that a step published, and the sample page, fetched as a visitor would. */
#ifndef KWIZ_CLI_AFTERMATH_H
#define KWIZ_CLI_AFTERMATH_H

#include <stdbool.h>

#include <uv.h>

#include "base/err.h"
#include "cli/execute.h"
#include "engine/runner.h"

struct aftermath {
    char *kubeconfig; /* owned: the path, or NULL */
    char *page;       /* owned: what the page answered, or NULL */
    int exit_status;
};

/* Store and fetch. false with err and exit_status when something that the run promised is not there. */
bool aftermath_gather(struct aftermath *after, const struct execution *execution, const struct execute_options *options,
                      const struct runner *runner, uv_loop_t *loop, struct err *err);
void aftermath_done(struct aftermath *after);

#endif
