#include "cli/aftermath.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/exit.h"

/* What a spell calls the secret and the result that kwiz knows what to do with; kwiz-spell(5). */
#define KUBECONFIG_SECRET "kubeconfig"

static bool store_kubeconfig(struct aftermath *after, const struct execution *x, const struct execute_options *options,
                             const struct runner *runner, struct err *err)
{
    const struct secret *secret = runner_published(runner, KUBECONFIG_SECRET);
    if (!secret)
        return true;
    after->kubeconfig = options->kubeconfig ? mem_strdup(options->kubeconfig) : rundir_path(x->dir, KUBECONFIG_SECRET);
    if (file_write(after->kubeconfig, secret_bytes(secret), secret_len(secret), 0600, err))
        return true;
    free(after->kubeconfig);
    after->kubeconfig = NULL;
    after->exit_status = EXIT_LOCAL;
    return false;
}

bool aftermath_gather(struct aftermath *after, const struct execution *x, const struct execute_options *options,
                      const struct runner *runner, uv_loop_t *loop, struct err *err)
{
    (void)loop;
    return store_kubeconfig(after, x, options, runner, err);
}

void aftermath_done(struct aftermath *after)
{
    free(after->kubeconfig);
    free(after->page);
}
