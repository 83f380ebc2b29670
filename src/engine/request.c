/* Sending a request: scripts, variables and secrets it needs, then the `run` frame. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "engine/runner_parts.h"

#define FRAMES_MAX_BYTES ((size_t)16 << 20)

struct stream *link_stream(struct link *link, uint64_t id)
{
    for (struct stream *s = link->streams; s; s = s->next)
        if (s->id == id)
            return s;
    return NULL;
}

struct stream *link_stream_open(struct link *link, uint64_t id, size_t task)
{
    struct stream *s = link_stream(link, id);
    if (s)
        return s;
    const struct plan *plan = link->runner->options.plan;
    char *path = rundir_log_path(link->runner->options.dir, plan->hosts[link->host].host.name,
                                 plan->steps[plan->tasks[task].step].id, id);
    s = stream_new(id, task, path, link->runner->masks);
    s->next = link->streams;
    link->streams = s;
    return s;
}

void link_stream_close(struct link *link, uint64_t id)
{
    for (struct stream **at = &link->streams; *at; at = &(*at)->next) {
        if ((*at)->id != id)
            continue;
        struct stream *s = *at;
        *at = s->next;
        stream_free(&s);
        return;
    }
}

/* The variables that count for every request of this host: the plan's, the run's, and what steps have published so far. */
static bool add_common(struct link *link, struct buf *frames, struct err *err)
{
    const struct runner *r = link->runner;
    const struct run *run = engine_run(r->engine);
    if (link->has_vars && link->vars_results == run->result_count)
        return true;
    const struct plan_host *host = &r->options.plan->hosts[link->host];
    struct buf vars;
    buf_init(&vars, FRAMES_MAX_BYTES);
    bool ok = frame_variable(&vars, "KWIZ_RUN", r->options.dir->id, strlen(r->options.dir->id), err);
    for (size_t i = 0; ok && i < host->variable_count; i++)
        ok = frame_variable(&vars, host->variables[i].name, host->variables[i].value, strlen(host->variables[i].value), err);
    for (size_t i = 0; ok && i < run->result_count; i++) {
        const struct run_result *result = &run->results[i];
        bool is_first = true; /* several hosts may publish a key: the first in the plan's order counts, but the own one before it */
        for (size_t j = 0; j < run->result_count && is_first; j++)
            if (j != i && strcmp(run->results[j].key, result->key) == 0)
                is_first = result->host == link->host || (run->results[j].host != link->host && result->host < run->results[j].host);
        char *name = mem_printf("KWIZ_RESULT_%s", result->key);
        for (char *p = name; *p; p++)
            if (*p == '-' || *p == '.')
                *p = '_';
        ok = !is_first || frame_variable(&vars, name, result->value, strlen(result->value), err);
        free(name);
    }
    ok = ok && frame_put(frames, "common.vars", buf_text(&vars), vars.len, err);
    buf_done(&vars);
    link->has_vars = ok;
    link->vars_results = run->result_count;
    return ok;
}

/* Put a script once an attachment. */
static bool add_script(struct link *link, struct buf *frames, const char *name, const struct plan_step *step, const char *text, struct err *err)
{
    if (strv_has(&link->put, name))
        return true;
    char *script = plan_script_sent(step, text);
    bool ok = frame_put(frames, name, script, strlen(script), err);
    free(script);
    if (ok)
        strv_add(&link->put, name);
    return ok;
}

static bool send_secrets(struct link *link, const struct effect *effect, const struct plan_step *step, struct err *err)
{
    struct runner *r = link->runner;
    for (size_t i = 0; i < step->reads.count; i++) {
        const char *key = step->reads.items[i];
        size_t provider = engine_provider(r->engine, effect->task, key);
        struct secret *own = NULL;
        const struct secret *secret = provider == NO_TASK ? (own = runner_secret(r, key)) : runner_find_published(r, provider, key);
        if (!secret && provider == NO_TASK)
            continue; /* a question that need not be answered; what must be is seen to before the run */
        if (!secret)
            return err_set(err, ERR_INVALID, _("step %s needs the secret %s, which is not there"), step->id, key);
        char *name = mem_printf("%llu.secret.%s", (unsigned long long)effect->id, key);
        struct buf head;
        buf_init(&head, 1024);
        bool ok = frame_put_head(&head, name, secret_len(secret), err);
        if (ok) {
            session_send(link->session, &head);
            session_send_secret(link->session, secret);
        }
        buf_done(&head);
        free(name);
        secret_free(&own);
        if (!ok)
            return false;
    }
    return true;
}

bool request_send(struct link *link, const struct effect *effect)
{
    const struct plan *plan = link->runner->options.plan;
    const struct plan_step *step = &plan->steps[plan->tasks[effect->task].step];
    char *script = mem_printf("%s.run", step->id), *check = mem_printf("%s.check", step->id);
    struct err err = ERR_INIT;
    struct buf frames;
    buf_init(&frames, FRAMES_MAX_BYTES);
    bool has_check = step->check && (effect->has_check || effect->mode == MODE_CHECK);
    struct frame_run run = {
        .id = effect->id,
        .mode = effect->mode,
        .script = script,
        .check = has_check ? check : NULL,
        .timeout_s = (step->timeout_ms + 999) / 1000,
        .becomes_root = step->becomes_root,
    };
    bool ok = add_common(link, &frames, &err) && add_script(link, &frames, script, step, step->script, &err) &&
              (!has_check || add_script(link, &frames, check, step, step->check, &err)) &&
              send_secrets(link, effect, step, &err) && frame_run(&frames, &run, &err);
    if (ok) {
        link_stream_open(link, effect->id, effect->task);
        session_send(link->session, &frames);
        link->unsent = mem_grow(link->unsent, link->unsent_count + 1, sizeof *link->unsent);
        link->unsent[link->unsent_count++] = effect->id;
    } else {
        runner_fail(link->runner, err.text, effect->id);
    }
    buf_done(&frames);
    free(script);
    free(check);
    return ok;
}
