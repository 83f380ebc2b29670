#include "cli/aftermath.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/exit.h"
#include "cli/kubeconfig_file.h"
#include "transport/http.h"

#define FETCH_LIMIT_MS 10000u /* one try */
#define FETCH_TRIES_MS 60000
#define SECRET_MAX_BYTES ((size_t)1 << 20)

/* Adds a line to what the summary says below the kubeconfig's path. */
static void add_note(struct aftermath *after, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add_note(struct aftermath *after, const char *format, ...)
{
    char text[ERR_TEXT_MAX];
    va_list ap;
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    char *note = mem_printf("%s              %s\n", after->note ? after->note : "", text);
    free(after->note);
    after->note = note;
}

static char *target_of(const struct execute_options *options)
{
    return options->update_kubeconfig ? file_expand(options->update_kubeconfig) : kubeconfig_file_default();
}

bool aftermath_store(struct aftermath *after, const char *key, const struct secret *secret, const struct execution *x,
                     const struct execute_options *options, struct err *err)
{
    if (strcmp(key, AFTERMATH_KUBECONFIG) != 0)
        return true;
    char *path = options->kubeconfig ? mem_strdup(options->kubeconfig) : rundir_path(x->dir, AFTERMATH_KUBECONFIG), *backup = NULL;
    bool ok = (!options->kubeconfig || kubeconfig_file_backup(path, secret_bytes(secret), secret_len(secret), &backup, err)) &&
              file_write(path, secret_bytes(secret), secret_len(secret), 0600, err);
    if (backup)
        add_note(after, _("what was in %s before: %s"), path, backup);
    free(backup);
    free(after->kubeconfig);
    after->kubeconfig = ok ? path : NULL;
    if (!ok)
        free(path);
    return ok;
}

/* A file that can't be written is better told before a run than after it. */
static bool check_writable(const char *path, struct err *err)
{
    struct stat st;
    const char *slash = strrchr(path, '/');
    char *folder = slash ? mem_strndup(path, slash == path ? 1 : (size_t)(slash - path)) : mem_strdup(".");
    bool ok = true;
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        ok = err_set(err, ERR_LOCAL, _("--kubeconfig: cannot write %s: it is there, and no regular file"), path);
    else if (access(folder, W_OK | X_OK) != 0)
        ok = err_set_errno(err, ERR_LOCAL, errno, _("--kubeconfig: cannot write into the folder %s"), folder);
    free(folder);
    return ok;
}

bool aftermath_check(const struct execute_options *options, struct err *err)
{
    if (options->kubeconfig && !check_writable(options->kubeconfig, err))
        return false;
    if (!options->updates_kubeconfig)
        return true;
    char *file = target_of(options);
    bool ok = kubeconfig_file_check(file, err) || err_prefix(err, "--update-kubeconfig");
    free(file);
    return ok;
}

/* "kubectl", with --kubeconfig where it would not find the file by itself; malloc'd. */
static char *kubectl_for(const char *file)
{
    char *own = kubeconfig_file_default();
    char *kubectl = strcmp(file, own) == 0 ? mem_strdup("kubectl") : mem_printf("kubectl --kubeconfig %s", file);
    free(own);
    return kubectl;
}

static void tell_merged(struct aftermath *after, const char *file, const char *cluster, const struct kubeconfig_change *change)
{
    bool is_current = change->current && strcmp(change->current, cluster) == 0;
    char *kubectl = kubectl_for(file);
    add_note(after, change->is_changed ? _("merged into %s as context %s") : _("%s has it as context %s already"), file, cluster);
    if (change->server_before)
        add_note(after, _("! a cluster %s was there before, at %s; this one took its place"), cluster, change->server_before);
    if (change->backup)
        add_note(after, _("the file as it was: %s"), change->backup);
    add_note(after, is_current ? _("the current context is %s") : _("the current context is still %s"), change->current ? change->current : "\"\"");
    free(after->kubectl);
    after->kubectl = is_current ? mem_printf("  %s get nodes\n", kubectl)
                                : mem_printf(_("  %s --context %s get nodes\n  %s config use-context %s    makes it the current one\n"),
                                             kubectl, cluster, kubectl, cluster);
    free(kubectl);
}

bool aftermath_merge(struct aftermath *after, const struct execute_options *options, const char *cluster, struct err *err)
{
    struct kubeconfig_change change = {0};
    char *file = target_of(options);
    struct buf bytes;
    buf_init(&bytes, 0);
    bool ok = file_read(after->kubeconfig, SECRET_MAX_BYTES, &bytes, err) &&
              kubeconfig_file_merge(file, cluster, after->kubeconfig, buf_text(&bytes), bytes.len, &change, err);
    if (ok)
        tell_merged(after, file, cluster, &change);
    else
        add_note(after, _("not merged into %s"), file);
    buf_wipe(&bytes);
    kubeconfig_change_done(&change);
    free(file);
    return ok;
}

static bool take_out(struct aftermath *after, const char *file, const char *cluster, struct err *err)
{
    struct kubeconfig_change change;
    bool ok = kubeconfig_file_remove(file, cluster, &change, err);
    if (ok && change.is_changed) {
        add_note(after, _("the context %s was taken out of %s"), cluster, file);
        add_note(after, _("the file as it was: %s"), change.backup);
        if (!change.current)
            add_note(after, _("%s has no current context now; `kubectl config use-context NAME` chooses one"), file);
    } else if (ok) {
        add_note(after, _("%s has no context %s; it was not changed"), file, cluster);
    }
    kubeconfig_change_done(&change);
    return ok;
}

/* Nobody asked for it to be taken out: say how. */
static void tell_leftover(struct aftermath *after, const char *file, const char *cluster)
{
    if (kubeconfig_file_has(file, cluster))
        after->kubectl = mem_printf(_("  kubectl config delete-context %s; kubectl config delete-cluster %s; kubectl config delete-user %s-admin\n"
                                      "                  takes the cluster that is gone out of %s\n"), cluster, cluster, cluster, file);
}

bool aftermath_update(struct aftermath *after, const struct execution *x, const struct execute_options *options, int exit_status,
                      struct err *err)
{
    const char *cluster = x->plan->cluster;
    bool is_reset = strcmp(x->plan->action, "reset") == 0, ok = true;
    if (!cluster)
        return true;
    char *file = target_of(options);
    if (is_reset && exit_status == EXIT_OK && options->updates_kubeconfig)
        ok = take_out(after, file, cluster, err);
    else if (is_reset && exit_status == EXIT_OK)
        tell_leftover(after, file, cluster);
    else if (!is_reset && options->updates_kubeconfig && after->kubeconfig)
        ok = aftermath_merge(after, options, cluster, err);
    else if (!is_reset && options->updates_kubeconfig && exit_status == EXIT_OK)
        ok = err_set(err, ERR_LOCAL, _("there is nothing to merge into %s: no step has published a kubeconfig"), file);
    free(file);
    return ok || err_prefix(err, "--update-kubeconfig");
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

static void slept(uv_timer_t *timer)
{
    *(bool *)timer->data = true;
}

static void timer_closed(uv_handle_t *handle)
{
    *(bool *)handle->data = true;
}

static void sleep_ms(uv_loop_t *loop, uint64_t ms)
{
    uv_timer_t timer;
    bool is_over = false;
    timer.data = &is_over;
    uv_timer_init(loop, &timer);
    uv_timer_start(&timer, slept, ms, 0);
    while (!is_over)
        uv_run(loop, UV_RUN_ONCE);
    is_over = false;
    uv_close((uv_handle_t *)&timer, timer_closed);
    while (!is_over)
        uv_run(loop, UV_RUN_ONCE);
}

/* The pod runs, but its port may need some seconds more: each node hears of it by itself. */
static void fetch_until(struct fetch *fetch, struct http *http, uv_loop_t *loop)
{
    /* Directly: the page is on the operator's own hosts, which no proxy needs to know. */
    struct http_options options = {.proxy = "", .limit_ms = FETCH_LIMIT_MS};
    uint64_t end_ns = uv_hrtime() + (uint64_t)FETCH_TRIES_MS * 1000000;
    for (bool is_first = true;; is_first = false) {
        *fetch->err = (struct err)ERR_INIT;
        fetch->is_over = false;
        http_get(http, fetch->url, &options, got, fetch);
        while (!fetch->is_over)
            uv_run(loop, UV_RUN_ONCE);
        if (fetch->is_ok || uv_hrtime() >= end_ns)
            return;
        if (is_first) {
            char text[128];
            snprintf(text, sizeof text, _("waiting for the sample page, at most %d s"), FETCH_TRIES_MS / 1000);
            fetch->after->say(fetch->after->say_context, text);
        }
        sleep_ms(loop, 1000);
    }
}

bool aftermath_fetch(struct aftermath *after, const struct run *run, uv_loop_t *loop, struct err *err)
{
    const char *url = NULL;
    for (size_t i = 0; i < run->result_count && !url; i++)
        if (strcmp(run->results[i].key, AFTERMATH_SAMPLE) == 0)
            url = run->results[i].value;
    if (!url)
        return true;
    struct fetch fetch = {.after = after, .url = url, .err = err};
    struct http *http = http_new(loop);
    fetch_until(&fetch, http, loop);
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
    free(after->note);
    free(after->kubectl);
    free(after->page);
}
