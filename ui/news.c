#include "ui/news.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/digest.h"
#include "ui/look.h"

static void remember(struct news *news)
{
    for (size_t t = 0; t < news->run->plan->task_count; t++)
        news->tasks[t] = news->run->tasks[t].state;
    for (size_t h = 0; h < news->run->plan->host_count; h++)
        news->hosts[h] = news->run->hosts[h].state;
    news->state = news->run->state;
}

void news_init(struct news *news, const struct run *run)
{
    *news = (struct news){.run = run};
    news->tasks = mem_new(run->plan->task_count, sizeof *news->tasks);
    news->hosts = mem_new(run->plan->host_count, sizeof *news->hosts);
    remember(news);
}

void news_done(struct news *news)
{
    free(news->tasks);
    free(news->hosts);
    *news = (struct news){0};
}

/* How much a change weighs, negative = none. */
static int weigh_task(enum task_state state)
{
    switch (state) {
    case TASK_FAILED:
    case TASK_ASKS:
        return 2;
    case TASK_LOST:
    case TASK_WARNED:
    case TASK_CANCELLED:
        return 1;
    case TASK_OK:
    case TASK_UNCHANGED:
    case TASK_SKIPPED:
        return 0;
    default:
        return -1;
    }
}

static int weigh_host(enum host_state state)
{
    return state == HOST_FAILED ? 2 : state == HOST_LOST ? 1 : state == HOST_REBOOTING ? 0 : -1;
}

static enum text_role tell_task(const struct news *news, size_t task, struct buf *out)
{
    const struct run_task *t = &news->run->tasks[task];
    const struct plan_task *p = &news->run->plan->tasks[task];
    const char *host = news->run->plan->hosts[p->host].host.name, *step = news->run->plan->steps[p->step].id;
    char a[LOOK_TIME_MAX];
    if (t->state == TASK_FAILED || t->state == TASK_ASKS) {
        buf_addf(out, "%s: %s: ", host, step);
        digest_failure(t, out);
        return ROLE_FAIL;
    }
    buf_addf(out, "%s: %s %s", host, step, look_word(t->state));
    switch (t->state) {
    case TASK_WARNED:
        if (*t->warning)
            buf_addf(out, ": %s", t->warning);
        return ROLE_WARN;
    case TASK_LOST:
        buf_adds(out, _(": no contact, the step goes on there; trying again"));
        return ROLE_LOST;
    case TASK_CANCELLED:
        return ROLE_LOST;
    default:
        if (t->started_ms && t->ended_ms >= t->started_ms)
            buf_addf(out, _(" after %s"), look_duration(t->ended_ms - t->started_ms, a));
        return ROLE_TEXT;
    }
}

static enum text_role tell_host(const struct news *news, size_t host, struct buf *out)
{
    const struct run_host *h = &news->run->hosts[host];
    const char *name = news->run->plan->hosts[host].host.name;
    if (h->state == HOST_REBOOTING) {
        buf_addf(out, _("%s: reboots"), name);
        return ROLE_TEXT;
    }
    if (h->state == HOST_LOST)
        buf_addf(out, _("%s: lost; its step goes on there; trying again"), name);
    else
        buf_addf(out, _("%s: not reached: %s"), name, *h->detail ? h->detail : h->fault);
    return h->state == HOST_LOST ? ROLE_LOST : ROLE_FAIL;
}

static bool tell_run(const struct run *run, struct buf *out)
{
    switch (run->state) {
    case RUN_PAUSED:
        buf_adds(out, _("Paused: running steps go on to their end, nothing new starts. P goes on."));
        return true;
    case RUN_STOPPING:
        buf_adds(out, _("Stopping: running steps go on to their end, nothing new starts."));
        return true;
    case RUN_ENDED:
        if (digest_done_count(run) == run->plan->task_count)
            buf_adds(out, _("The run has ended: everything is done. q shows the summary."));
        else
            buf_addf(out, _("The run has ended with %zu of %zu done. r tries again, q leaves."), digest_done_count(run),
                     run->plan->task_count);
        return true;
    default:
        buf_adds(out, _("The run goes on."));
        return true;
    }
}

bool news_next(struct news *news, uint64_t now_ms, struct buf *out, enum text_role *role, int *weight)
{
    const struct run *run = news->run;
    size_t task = SIZE_MAX, host = SIZE_MAX;
    char clock[LOOK_TIME_MAX];
    *weight = -1;
    for (size_t t = 0; t < run->plan->task_count; t++) {
        enum task_state now = run->tasks[t].state;
        if (now != news->tasks[t] && weigh_task(now) >= *weight && weigh_task(now) >= 0) {
            *weight = weigh_task(now);
            task = t;
        }
    }
    for (size_t h = 0; h < run->plan->host_count; h++) {
        enum host_state now = run->hosts[h].state;
        if (now != news->hosts[h] && weigh_host(now) > *weight) {
            *weight = weigh_host(now);
            host = h;
        }
    }
    bool is_run_news = run->state != news->state;
    remember(news);
    if (is_run_news) {
        *weight = 2;
        *role =
            run->state == RUN_ENDED && digest_done_count(run) < run->plan->task_count ? ROLE_FAIL : ROLE_TEXT;
        return tell_run(run, out);
    }
    if (*weight < 0)
        return false;
    uint64_t at = host == SIZE_MAX && run->tasks[task].ended_ms ? run->tasks[task].ended_ms : now_ms;
    buf_addf(out, "%s ", look_clock(at, clock));
    *role = host != SIZE_MAX ? tell_host(news, host, out) : tell_task(news, task, out);
    return true;
}
