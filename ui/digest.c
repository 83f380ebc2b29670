#include "ui/digest.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "model/fold.h"
#include "ui/canvas.h"
#include "ui/look.h"

void grid_init(struct grid *grid, const struct plan *plan)
{
    size_t count = plan->host_count * plan->step_count;
    *grid = (struct grid){plan, mem_new(count, sizeof *grid->tasks)};
    for (size_t i = 0; i < count; i++)
        grid->tasks[i] = NO_TASK;
    for (size_t t = 0; t < plan->task_count; t++)
        grid->tasks[plan->tasks[t].host * plan->step_count + plan->tasks[t].step] = t;
}

void grid_done(struct grid *grid)
{
    free(grid->tasks);
    *grid = (struct grid){0};
}

size_t grid_task(const struct grid *grid, size_t host, size_t step)
{
    return grid->tasks[host * grid->plan->step_count + step];
}

/* The more there is to look at, the higher. 0 = nothing to see. */
static int interest(enum task_state state)
{
    switch (state) {
    case TASK_ASKS:
        return 5;
    case TASK_FAILED:
        return 4;
    case TASK_LOST:
        return 3;
    case TASK_RUNNING:
        return 2;
    case TASK_PENDING:
        return 0;
    default:
        return 1;
    }
}

static bool is_better(const struct run *run, size_t task, size_t best)
{
    if (best == NO_TASK)
        return interest(run->tasks[task].state) > 0;
    int a = interest(run->tasks[task].state), b = interest(run->tasks[best].state);
    return a > b || (a == b && a == 1 && run->tasks[task].ended_ms >= run->tasks[best].ended_ms);
}

size_t digest_host_task(const struct run *run, const struct grid *grid, size_t host)
{
    size_t best = NO_TASK;
    for (size_t s = 0; s < run->plan->step_count; s++) {
        size_t task = grid_task(grid, host, s);
        if (task != NO_TASK && is_better(run, task, best))
            best = task;
    }
    return best;
}

size_t digest_step_task(const struct run *run, const struct grid *grid, size_t step)
{
    size_t best = NO_TASK;
    for (size_t h = 0; h < run->plan->host_count; h++) {
        size_t task = grid_task(grid, h, step);
        if (task != NO_TASK && is_better(run, task, best))
            best = task;
    }
    return best;
}

uint64_t digest_quiet_ms(const struct run_task *task, uint64_t now_ms)
{
    uint64_t last = task->output_ms > task->started_ms ? task->output_ms : task->started_ms;
    if (task->state != TASK_RUNNING || !last || now_ms < last + QUIET_SHOWN_MS)
        return 0;
    return now_ms - last;
}

bool digest_host_is_problem(const struct run *run, const struct grid *grid, size_t host, uint64_t now_ms)
{
    if (run->hosts[host].state == HOST_LOST || run->hosts[host].state == HOST_FAILED)
        return true;
    for (size_t s = 0; s < run->plan->step_count; s++) {
        size_t task = grid_task(grid, host, s);
        if (task == NO_TASK)
            continue;
        const struct run_task *t = &run->tasks[task];
        if (t->state == TASK_FAILED || t->state == TASK_ASKS || t->state == TASK_LOST ||
            digest_quiet_ms(t, now_ms) >= QUIET_PROBLEM_MS)
            return true;
    }
    return false;
}

size_t digest_done_count(const struct run *run)
{
    return run->counts[TASK_OK] + run->counts[TASK_UNCHANGED] + run->counts[TASK_WARNED] +
           run->counts[TASK_SKIPPED];
}

void digest_hosts(const struct run *run, const size_t *hosts, size_t count, int width, struct buf *out)
{
    const char **names = mem_new(count, sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = run->plan->hosts[hosts[i]].host.name;
    struct buf folded;
    buf_init(&folded, 1 << 20);
    fold_names(names, count, &folded);
    if (text_width(buf_text(&folded)) <= width)
        buf_adds(out, buf_text(&folded));
    else
        buf_addf(out, ngettext("%zu host", "%zu hosts", (unsigned long)count), count);
    buf_done(&folded);
    free(names);
}

/* The hosts on which a step is in that state (and, if wanted, could start). Returns how many; hosts holds
 * host_count. */
static size_t hosts_of(const struct run *run, const struct grid *grid, size_t step, enum task_state state,
                       bool is_ready, size_t *hosts)
{
    size_t count = 0;
    for (size_t h = 0; h < run->plan->host_count; h++) {
        size_t task = grid_task(grid, h, step);
        if (task == NO_TASK || run->tasks[task].state != state)
            continue;
        bool waits = false;
        for (size_t n = 0; is_ready && n < run->plan->tasks[task].need_count; n++)
            waits = waits || !task_state_is_done(run->tasks[run->plan->tasks[task].needs[n]].state);
        if (!waits)
            hosts[count++] = h;
    }
    return count;
}

#define MORE_WIDTH 12  /* kept free for "   +12 more" */
#define NAMES_WIDTH 24 /* of folded names in a line that names several steps */

void digest_now(const struct run *run, const struct grid *grid, int width, struct buf *out)
{
    size_t *hosts = mem_new(run->plan->host_count, sizeof *hosts), left_out = 0, left = 0;
    for (size_t s = 0; s < run->plan->step_count; s++)
        left += hosts_of(run, grid, s, TASK_RUNNING, false, hosts) > 0;
    for (size_t s = 0; s < run->plan->step_count; s++) {
        size_t count = hosts_of(run, grid, s, TASK_RUNNING, false, hosts);
        if (!count)
            continue;
        struct buf one;
        buf_init(&one, 4096);
        buf_addf(&one, "%s%s: ", out->len ? "   " : "", run->plan->steps[s].id);
        digest_hosts(run, hosts, count, NAMES_WIDTH, &one);
        int more = --left + left_out ? MORE_WIDTH : 0;
        if (text_width(buf_text(out)) + text_width(buf_text(&one)) + more > width && out->len)
            left_out++;
        else
            buf_adds(out, buf_text(&one));
        buf_done(&one);
    }
    if (left_out)
        buf_addf(out, _("   +%zu more"), left_out);
    free(hosts);
    if (out->len)
        return;
    if (run->state == RUN_ENDED)
        buf_adds(out, _("nothing: the run has ended"));
    else if (run->counts[TASK_ASKS] || run->counts[TASK_FAILED])
        buf_adds(out, _("nothing runs"));
    else
        for (size_t h = 0; h < run->plan->host_count && !out->len; h++)
            if (run->hosts[h].state == HOST_CONNECTING)
                buf_addf(out, _("connecting: %s"), run->plan->hosts[h].host.name);
}

static void add_step(const struct run *run, size_t step, int width, bool *is_full, bool *is_first,
                     struct buf *out)
{
    const char *lead = *is_first ? _("   then ") : ", ", *id = run->plan->steps[step].id;
    if (*is_full || text_width(buf_text(out)) + text_width(lead) + text_width(id) > width) {
        *is_full = true;
        return;
    }
    buf_addf(out, "%s%s", lead, id);
    *is_first = false;
}

void digest_next(const struct run *run, const struct grid *grid, int width, struct buf *out)
{
    if (run->state == RUN_PAUSED)
        buf_adds(out, _("paused: nothing new starts; P goes on"));
    if (run->state == RUN_STOPPING)
        buf_adds(out, _("nothing: the run ends when the running steps have ended"));
    if (run->state == RUN_ENDED)
        buf_adds(out, digest_done_count(run) == run->plan->task_count
                          ? _("q shows the summary")
                          : _("r tries again what failed; q leaves, kwiz resume goes on later"));
    if (out->len)
        return;
    size_t *hosts = mem_new(run->plan->host_count, sizeof *hosts), first = SIZE_MAX;
    for (int ready = 1; ready >= 0 && first == SIZE_MAX; ready--)
        for (size_t s = 0; s < run->plan->step_count && first == SIZE_MAX; s++) {
            size_t count = hosts_of(run, grid, s, TASK_PENDING, ready, hosts);
            if (!count)
                continue;
            first = s;
            buf_addf(out, "%s: ", run->plan->steps[s].id);
            digest_hosts(run, hosts, count, NAMES_WIDTH, out);
        }
    bool is_full = false, is_first = true;
    for (size_t s = 0; s < run->plan->step_count && first != SIZE_MAX; s++)
        if (s != first && hosts_of(run, grid, s, TASK_PENDING, false, hosts))
            add_step(run, s, width, &is_full, &is_first, out);
    free(hosts);
}

void digest_failure(const struct run_task *task, struct buf *out)
{
    if (task->state == TASK_ASKS && *task->reason)
        buf_adds(out, task->reason);
    else if (*task->fail)
        buf_adds(out, task->fail);
    else if (!strcmp(task->how, "timeout"))
        buf_adds(out, _("ran into its limit"));
    else if (!*task->how || !strcmp(task->how, "exit"))
        buf_addf(out, _("failed, exit %d"), task->status);
    else
        buf_adds(out, task->how);
}

/* "after 11 and 12": numbers of the steps that a pending task waits for. */
static void tell_needs(const struct run *run, size_t task, struct buf *out)
{
    const struct plan_task *t = &run->plan->tasks[task];
    size_t steps[4], count = 0;
    for (size_t n = 0; n < t->need_count && count < 4; n++) {
        size_t step = run->plan->tasks[t->needs[n]].step;
        bool is_new = !task_state_is_done(run->tasks[t->needs[n]].state);
        for (size_t i = 0; i < count; i++)
            is_new = is_new && steps[i] != step;
        if (is_new)
            steps[count++] = step;
    }
    for (size_t i = 0; i < count; i++)
        if (!i)
            buf_addf(out, _(", after %zu"), steps[i] + 1);
        else
            buf_addf(out, i + 1 == count ? _(" and %zu") : ", %zu", steps[i] + 1);
}

static enum text_role tell_pending(const struct run *run, const struct grid *grid, size_t host, struct buf *now)
{
    for (size_t s = 0; s < run->plan->step_count; s++) {
        size_t task = grid_task(grid, host, s);
        if (task == NO_TASK || run->tasks[task].state != TASK_PENDING)
            continue;
        struct buf needs;
        buf_init(&needs, 256);
        tell_needs(run, task, &needs);
        const char *id = run->plan->steps[s].id;
        if (needs.len)
            buf_addf(now, _("next %s%s"), id, buf_text(&needs));
        else if (run->state == RUN_PAUSED)
            buf_addf(now, _("paused: %s"), id);
        else if (*run->tasks[task].reason)
            buf_addf(now, "%s: %s", id, run->tasks[task].reason);
        else
            buf_addf(now, _("queued: %s"), id);
        buf_done(&needs);
        return ROLE_DIM;
    }
    buf_adds(now, _("all its steps done"));
    return ROLE_DIM;
}

static enum text_role tell_task(const struct run *run, size_t task, uint64_t now_ms, bool is_wide, struct buf *now,
                           struct buf *time)
{
    const struct run_task *t = &run->tasks[task];
    const struct plan_step *step = &run->plan->steps[run->plan->tasks[task].step];
    char a[LOOK_TIME_MAX], b[LOOK_TIME_MAX];
    uint64_t quiet = digest_quiet_ms(t, now_ms);
    buf_adds(now, step->id);
    if (t->state == TASK_FAILED || t->state == TASK_ASKS) {
        buf_adds(now, ": ");
        digest_failure(t, now);
        return ROLE_FAIL;
    }
    if (t->state == TASK_LOST) {
        buf_addf(now, " %s", look_word(t->state));
        if (*t->reason)
            buf_addf(now, ": %s", t->reason);
        return ROLE_LOST;
    }
    if (t->attempt > 1)
        buf_addf(now, _(", try %u"), t->attempt);
    if (*t->progress && is_wide)
        buf_addf(now, ": %s", t->progress);
    if (t->percent >= 0 && !is_wide)
        buf_addf(now, "  %d%%", t->percent);
    if (quiet && !is_wide)
        buf_addf(now, _(", quiet %s"), look_duration(quiet, a));
    if (t->started_ms && now_ms >= t->started_ms)
        buf_addf(time, "%s/%s", look_duration(now_ms - t->started_ms, a), look_duration(step->timeout_ms, b));
    return quiet >= QUIET_PROBLEM_MS ? ROLE_WARN : ROLE_TEXT;
}

enum text_role digest_host_now(const struct run *run, const struct grid *grid, size_t host, uint64_t now_ms,
                          bool is_wide, struct buf *now, struct buf *time)
{
    const struct run_host *h = &run->hosts[host];
    char a[LOOK_TIME_MAX];
    uint64_t since = h->since_ms && now_ms > h->since_ms ? now_ms - h->since_ms : 0;
    if (run->plan->hosts[host].is_left_out) {
        buf_adds(now, _("not selected"));
        return ROLE_DIM;
    }
    switch (h->state) {
    case HOST_CONNECTING:
        buf_addf(now, *h->stage ? "%s: %s" : "%s", _("connecting"), h->stage);
        return ROLE_RUN;
    case HOST_LOST:
        buf_addf(now, _("lost %s"), look_duration(since, a));
        if (h->retry_ms > now_ms)
            buf_addf(now, _(", tried again in %s"), look_duration(h->retry_ms - now_ms, a));
        if (*h->detail)
            buf_addf(now, ": %s", h->detail);
        return ROLE_LOST;
    case HOST_REBOOTING:
        buf_addf(now, _("reboots, %s so far"), look_duration(since, a));
        return ROLE_RUN;
    case HOST_FAILED:
        buf_addf(now, _("not reached: %s"), *h->detail ? h->detail : h->fault);
        return ROLE_FAIL;
    default:
        break;
    }
    size_t task = digest_host_task(run, grid, host);
    if (task != NO_TASK && interest(run->tasks[task].state) > 1)
        return tell_task(run, task, now_ms, is_wide, now, time);
    return tell_pending(run, grid, host, now);
}

size_t digest_waiting_count(const struct run *run, size_t task, size_t on)
{
    const struct plan *plan = run->plan;
    bool *waits = mem_new(plan->task_count, sizeof *waits);
    size_t count = 0;
    waits[task] = true;
    for (size_t t = task + 1; t < plan->task_count; t++) { /* every task stands behind those it needs */
        for (size_t n = 0; n < plan->tasks[t].need_count && !waits[t]; n++)
            waits[t] = waits[plan->tasks[t].needs[n]];
        if (waits[t] && (on == SIZE_MAX || plan->tasks[t].host == on))
            count++;
    }
    free(waits);
    return count;
}
