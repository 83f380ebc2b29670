#include "cli/aftermath.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/exit.h"
#include "transport/http.h"

/* What a spell calls the secret and the result that kwiz knows what to do with; kwiz-spell(5). */
#define KUBECONFIG_SECRET "kubeconfig"
#define SAMPLE_RESULT "sample_url"
#define FETCH_LIMIT_MS 30000

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

struct fetch {
    struct aftermath *after;
    const char *url;
    struct err *err;
    bool is_over, is_closed, is_ok;
};

static void got(void *context, const struct http_answer *answer)
{
    struct fetch *f = context;
    f->is_over = true;
    f->is_ok = !answer->problem && answer->status == 200;
    if (f->is_ok)
        f->after->page = mem_printf(ngettext("%s answers: 200, %zu byte", "%s answers: 200, %zu bytes", answer->len), f->url, answer->len);
    else if (answer->problem)
        err_set(f->err, ERR_STEP, _("the sample page does not answer: %s"), answer->problem);
    else
        err_set(f->err, ERR_STEP, _("the sample page %s answers with status %ld, not 200"), f->url, answer->status);
}

static void closed(void *context)
{
    ((struct fetch *)context)->is_closed = true;
}

bool aftermath_fetch(struct aftermath *after, const struct run *run, uv_loop_t *loop, struct err *err)
{
    const char *url = NULL;
    for (size_t i = 0; i < run->result_count && !url; i++)
        if (strcmp(run->results[i].key, SAMPLE_RESULT) == 0)
            url = run->results[i].value;
    if (!url)
        return true;
    /* Directly: the page is on the operator's own hosts, which no proxy needs to know. */
    struct http_options options = {.proxy = "", .limit_ms = FETCH_LIMIT_MS};
    struct fetch fetch = {.after = after, .url = url, .err = err};
    struct http *http = http_new(loop);
    http_get(http, url, &options, got, &fetch);
    while (!fetch.is_over)
        uv_run(loop, UV_RUN_ONCE);
    http_free(&http, closed, &fetch);
    while (!fetch.is_closed)
        uv_run(loop, UV_RUN_ONCE);
    if (!fetch.is_ok)
        after->exit_status = EXIT_STEP;
    return fetch.is_ok;
}

void aftermath_done(struct aftermath *after)
{
    free(after->kubeconfig);
    free(after->page);
}
