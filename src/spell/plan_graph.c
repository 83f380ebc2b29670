#include "spell/plan_graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

#define NONE ((size_t)-1)

struct maker {
    const struct spell *spell;
    size_t host_count;
    const bool *runs;
    bool *is_anywhere;  /* by step: does it run on any host? */
    size_t *task_of;    /* by step * host_count + host; NONE = does not run there */
    size_t *seen;       /* by task: number of the task that last added it, plus one; so that each need is added once */
    size_t *passed;     /* by step * 2 + on_all_hosts: the same for steps passed through */
    struct graph *graph;
    bool is_too_large;
};

static void add_need(struct maker *maker, size_t task, size_t need)
{
    struct graph_task *t = &maker->graph->tasks[task];
    if (maker->seen[need] == task + 1 || maker->is_too_large)
        return;
    maker->seen[need] = task + 1;
    if (maker->graph->need_count++ >= PLAN_NEEDS_MAX) {
        maker->is_too_large = true;
        return;
    }
    t->needs = mem_grow(t->needs, t->need_count + 1, sizeof *t->needs);
    t->needs[t->need_count++] = need;
}

/* `needs: [step]` for a task. A step that runs nowhere in this plan is passed through: what it needs is needed in its place. */
static void expand(struct maker *maker, size_t task, size_t step, bool on_all_hosts)
{
    size_t host = maker->graph->tasks[task].host, n = maker->host_count;
    if (maker->passed[step * 2 + on_all_hosts] == task + 1)
        return;
    maker->passed[step * 2 + on_all_hosts] = task + 1;
    if (!maker->is_anywhere[step]) {
        const struct step *through = &maker->spell->steps[step];
        for (size_t i = 0; i < through->need_count; i++)
            expand(maker, task, through->needs[i].index, on_all_hosts || through->needs[i].on_all_hosts);
    } else if (!on_all_hosts && maker->runs[step * n + host]) {
        add_need(maker, task, maker->task_of[step * n + host]);
    } else {
        for (size_t h = 0; h < n; h++)
            if (maker->runs[step * n + h])
                add_need(maker, task, maker->task_of[step * n + h]);
    }
}

bool graph_make(const struct spell *spell, const bool *runs, size_t host_count, struct graph *graph, struct err *err)
{
    size_t cells = spell->step_count * host_count;
    struct maker maker = {.spell = spell, .host_count = host_count, .runs = runs, .graph = graph};
    *graph = (struct graph){0};
    maker.is_anywhere = mem_new(spell->step_count, sizeof *maker.is_anywhere);
    maker.task_of = mem_new(cells, sizeof *maker.task_of);
    maker.seen = mem_new(cells, sizeof *maker.seen);
    maker.passed = mem_new(spell->step_count * 2, sizeof *maker.passed);
    graph->tasks = mem_new(cells, sizeof *graph->tasks);
    for (size_t i = 0; i < spell->step_count; i++)
        for (size_t h = 0; h < host_count; h++) {
            size_t step = spell->order[i];
            maker.task_of[step * host_count + h] = NONE;
            if (!runs[step * host_count + h])
                continue;
            maker.is_anywhere[step] = true;
            maker.task_of[step * host_count + h] = graph->count;
            graph->tasks[graph->count++] = (struct graph_task){.step = step, .host = h};
        }
    for (size_t t = 0; t < graph->count; t++) {
        const struct step *step = &spell->steps[graph->tasks[t].step];
        for (size_t i = 0; i < step->need_count; i++)
            expand(&maker, t, step->needs[i].index, step->needs[i].on_all_hosts);
    }
    free(maker.is_anywhere);
    free(maker.task_of);
    free(maker.seen);
    free(maker.passed);
    if (!maker.is_too_large)
        return true;
    graph_done(graph);
    return err_set(err, ERR_INVALID, _("too many hosts for this spell: more than %zu pairs of tasks would wait for each other"),
                   PLAN_NEEDS_MAX);
}

struct reverser {
    const struct spell *spell;
    const struct graph *from;
    size_t *first, *users; /* users[first[t] .. first[t + 1]): the tasks that need t */
    size_t *new_index;     /* NONE = has no undo */
    size_t *seen;          /* by task: the task it was last reached from, plus one */
    size_t *stack;
};

static void find_users(struct reverser *r)
{
    const struct graph *from = r->from;
    for (size_t t = 0; t < from->count; t++)
        for (size_t i = 0; i < from->tasks[t].need_count; i++)
            r->first[from->tasks[t].needs[i] + 1]++;
    for (size_t t = 0; t < from->count; t++)
        r->first[t + 1] += r->first[t];
    size_t *next = mem_new(from->count, sizeof *next);
    memcpy(next, r->first, from->count * sizeof *next);
    for (size_t t = 0; t < from->count; t++)
        for (size_t i = 0; i < from->tasks[t].need_count; i++)
            r->users[next[from->tasks[t].needs[i]]++] = t;
    free(next);
}

static bool reverse_task(struct reverser *r, size_t task, struct graph *to)
{
    struct graph_task *new = &to->tasks[r->new_index[task]];
    size_t depth = 0;
    r->stack[depth++] = task;
    while (depth) {
        size_t at = r->stack[--depth];
        for (size_t i = r->first[at]; i < r->first[at + 1]; i++) {
            size_t user = r->users[i];
            if (r->seen[user] == task + 1)
                continue;
            r->seen[user] = task + 1;
            if (r->new_index[user] == NONE) {
                r->stack[depth++] = user;
                continue;
            }
            if (to->need_count++ >= PLAN_NEEDS_MAX)
                return false;
            new->needs = mem_grow(new->needs, new->need_count + 1, sizeof *new->needs);
            new->needs[new->need_count++] = r->new_index[user];
        }
    }
    return true;
}

static int by_number(const void *a, const void *b)
{
    const size_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

bool graph_reverse(const struct spell *spell, const struct graph *from, struct graph *to, struct err *err)
{
    struct reverser r = {.spell = spell, .from = from};
    bool ok = true;
    *to = (struct graph){0};
    r.first = mem_new(from->count + 1, sizeof *r.first);
    r.users = mem_new(from->need_count, sizeof *r.users);
    r.new_index = mem_new(from->count, sizeof *r.new_index);
    r.seen = mem_new(from->count, sizeof *r.seen);
    r.stack = mem_new(from->count + 1, sizeof *r.stack);
    to->tasks = mem_new(from->count, sizeof *to->tasks);
    find_users(&r);
    for (size_t t = from->count; t-- > 0;) {
        r.new_index[t] = NONE;
        if (!spell->steps[from->tasks[t].step].undo.path)
            continue;
        r.new_index[t] = to->count;
        to->tasks[to->count++] = (struct graph_task){.step = from->tasks[t].step, .host = from->tasks[t].host};
    }
    for (size_t t = 0; t < from->count && ok; t++)
        if (r.new_index[t] != NONE) {
            ok = reverse_task(&r, t, to);
            struct graph_task *new = &to->tasks[r.new_index[t]];
            if (new->need_count)
                qsort(new->needs, new->need_count, sizeof *new->needs, by_number);
        }
    free(r.first);
    free(r.users);
    free(r.new_index);
    free(r.seen);
    free(r.stack);
    if (ok)
        return true;
    graph_done(to);
    return err_set(err, ERR_INVALID, _("too many hosts for this spell: more than %zu pairs of tasks would wait for each other"),
                   PLAN_NEEDS_MAX);
}

void graph_done(struct graph *graph)
{
    for (size_t i = 0; i < graph->count; i++)
        free(graph->tasks[i].needs);
    free(graph->tasks);
    *graph = (struct graph){0};
}
