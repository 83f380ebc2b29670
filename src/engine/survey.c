#include "engine/survey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "engine/access.h"

#define PROGRESS_MS 250

struct survey {
    const struct survey_options *options;
    struct access *access;
    struct survey_host *results;
    size_t asked, left;
    bool is_probing;
    uv_timer_t timer;
    bool has_timer; /* its handle is not closed yet */
    uint64_t began_ms;
};

/* Has it answered or failed? */
static bool is_over(const struct access_host *host)
{
    return host->state == ACCESS_FAILED || (host->state == ACCESS_READY && (host->has_facts || host->facts_fault[0]));
}

static void changed(void *context, size_t host)
{
    struct survey *s = context;
    struct survey_host *r = &s->results[host];
    const struct access_host *found = access_host(s->access, host);
    if (r->is_answered || r->fault || !is_over(found))
        return;
    r->is_answered = found->state == ACCESS_READY && found->has_facts; /* one that is gone meanwhile can't be worked with */
    if (!r->is_answered) {
        r->fault = found->state == ACCESS_FAILED ? found->fault : "shell";
        snprintf(r->detail, sizeof r->detail, "%s", found->state == ACCESS_FAILED ? found->detail : found->facts_fault);
    }
    s->left--;
}

/* -- how far it is -- */

/* Of connecting there are too many kinds, each with the name of a host in it. */
static const char *stage_of(const struct access_host *host)
{
    switch (host->state) {
    case ACCESS_CONNECTING:
        return _("connecting");
    case ACCESS_ROOT:
        return _("becoming root");
    case ACCESS_MEASURING:
        return host->stage;
    default:
        return "";
    }
}

static void count_stage(struct survey_progress *p, const char *stage)
{
    size_t i = 0;
    while (i < p->stage_count && strcmp(p->stages[i].text, stage) != 0)
        i++;
    if (i == SURVEY_STAGES_MAX)
        return;
    if (i == p->stage_count)
        snprintf(p->stages[p->stage_count++].text, sizeof p->stages[i].text, "%s", stage);
    p->stages[i].hosts++;
}

static void tell(const struct survey *s, bool is_over)
{
    struct survey_progress p = {.asked = s->asked, .answered = s->asked - s->left, .elapsed_ms = uv_now(s->options->loop) - s->began_ms, .is_over = is_over};
    for (size_t i = 0; i < s->options->plan->host_count && !is_over; i++) {
        const char *stage = stage_of(access_host(s->access, i));
        if (*stage)
            count_stage(&p, stage);
    }
    s->options->progress(s->options->progress_context, &p);
}

static void tick(uv_timer_t *timer)
{
    tell(timer->data, false);
}

static void timer_closed(uv_handle_t *handle)
{
    ((struct survey *)handle->data)->has_timer = false;
}

static void start_telling(struct survey *s)
{
    uv_timer_init(s->options->loop, &s->timer);
    s->timer.data = s;
    s->has_timer = true;
    uv_timer_start(&s->timer, tick, PROGRESS_MS, PROGRESS_MS);
}

static void stop_telling(struct survey *s)
{
    uv_close((uv_handle_t *)&s->timer, timer_closed);
    while (s->has_timer)
        uv_run(s->options->loop, UV_RUN_NOWAIT);
    tell(s, true);
}

/* -- between hosts -- */

static void probed(void *context)
{
    struct survey *s = context;
    s->is_probing = false;
}

static void mesh(struct survey *s)
{
    const struct plan *plan = s->options->plan;
    struct measured_host *hosts = mem_new(plan->host_count, sizeof *hosts);
    for (size_t i = 0; i < plan->host_count; i++)
        hosts[i] = (struct measured_host){&plan->hosts[i].host, s->results[i].is_answered ? &access_host(s->access, i)->facts : NULL};
    struct measured *measured = measured_new(hosts, plan->host_count);
    struct reach_probes probes = reach_of_all(s->options->spell, s->options->answers, measured);
    s->is_probing = access_mesh(s->access, measured, &probes, probed, s);
    reach_probes_done(&probes);
    measured_free(&measured);
    free(hosts);
}

static bool is_cancelled(const struct survey *s)
{
    return s->options->is_cancelled && *s->options->is_cancelled;
}

struct survey_host *survey_run(const struct survey_options *options)
{
    const struct plan *plan = options->plan;
    struct survey s = {.options = options, .results = mem_new(plan->host_count, sizeof *s.results), .began_ms = uv_now(options->loop)};
    struct access_options access = {.loop = options->loop, .contacts = options->contacts, .changed = changed, .changed_context = &s};
    s.access = access_new(&access);
    access_probe(s.access, options->probes);
    access_measure(s.access, options->script, false);
    for (size_t i = 0; i < plan->host_count; i++) {
        s.results[i].is_left_out = plan->hosts[i].is_left_out;
        s.asked += !s.results[i].is_left_out;
    }
    s.left = s.asked;
    if (options->progress)
        start_telling(&s);
    for (size_t i = 0; i < plan->host_count; i++)
        if (!s.results[i].is_left_out)
            access_again(s.access, i);
    while (s.left && !is_cancelled(&s))
        uv_run(options->loop, UV_RUN_ONCE);
    if (options->spell && !is_cancelled(&s))
        mesh(&s);
    while (s.is_probing && !is_cancelled(&s))
        uv_run(options->loop, UV_RUN_ONCE);
    if (options->progress)
        stop_telling(&s);
    for (size_t i = 0; i < plan->host_count; i++) {
        struct survey_host *r = &s.results[i];
        if (r->is_answered)
            r->facts = access_take_facts(s.access, i);
        else if (!r->fault && !r->is_left_out)
            r->fault = "cancelled";
    }
    access_free(&s.access);
    uv_run(options->loop, UV_RUN_NOWAIT);
    return s.results;
}

void survey_done(struct survey_host **results, size_t count)
{
    if (!*results)
        return;
    for (size_t i = 0; i < count; i++)
        facts_done(&(*results)[i].facts);
    free(*results);
    *results = NULL;
}
