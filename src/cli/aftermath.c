#include "cli/aftermath.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"

/* What a spell calls the secret and the result that kwiz knows what to do with; kwiz-spell(5). */
#define KUBECONFIG_SECRET "kubeconfig"

bool aftermath_store(struct aftermath *after, const char *key, const struct secret *secret, const struct execution *x,
                     const struct execute_options *options, struct err *err)
{
    if (strcmp(key, KUBECONFIG_SECRET) != 0)
        return true;
    char *path = options->kubeconfig ? mem_strdup(options->kubeconfig) : rundir_path(x->dir, KUBECONFIG_SECRET);
    bool ok = file_write(path, secret_bytes(secret), secret_len(secret), 0600, err);
    free(after->kubeconfig);
    after->kubeconfig = ok ? path : NULL;
    if (!ok)
        free(path);
    return ok;
}

bool aftermath_fetch(struct aftermath *after, const struct run *run, uv_loop_t *loop, struct err *err)
{
    (void)after, (void)run, (void)loop, (void)err;
    return true;
}

void aftermath_done(struct aftermath *after)
{
    free(after->kubeconfig);
    free(after->page);
}
