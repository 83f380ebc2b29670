#include "spell/plan_narrow.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "model/plan.h"
#include "spell/plan_graph.h"
#include "spell/spell.h"

#define NONE ((size_t)-1)

void narrowing_add(struct strv *words, const char *list)
{
    while (*list) {
        size_t n = strcspn(list, ",");
        char *word = mem_printf("%.*s", (int)n, list);
        if (*word && !strv_has(words, word))
            strv_add(words, word);
        free(word);
        list += n + (list[n] == ',');
    }
}

void narrowing_done(struct narrowing *narrowing)
{
    strv_done(&narrowing->limit);
    strv_done(&narrowing->only);
}

static bool is_pattern(const char *word)
{
    return strpbrk(word, "*?[") != NULL;
}

static void bad_word(struct err_list *errors, const char *format, const char *word, const struct strv *known)
{
    struct err err = ERR_INIT;
    const char *nearest = is_pattern(word) ? NULL : str_nearest(word, (const char *const *)known->items, known->count);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    err_set(&err, ERR_USAGE, format, word);
#pragma GCC diagnostic pop
    if (nearest) {
        char *said = mem_strdup(err.text);
        err_set(&err, ERR_USAGE, _("%s; did you mean %s?"), said, nearest);
        free(said);
    }
    err_list_add(errors, &err);
}

/* A host's name counts before a role of the same name. */
static bool choose_hosts(const struct strv *limit, const struct fleet *fleet, bool *chosen, struct err_list *errors)
{
    struct strv known = {0};
    bool ok = true;
    for (size_t h = 0; h < fleet->count; h++)
        strv_add(&known, fleet->items[h].name);
    for (size_t h = 0; h < fleet->count; h++)
        for (size_t r = 0; r < fleet->items[h].roles.count; r++)
            if (!strv_has(&known, fleet->items[h].roles.items[r]))
                strv_add(&known, fleet->items[h].roles.items[r]);
    for (size_t i = 0; i < limit->count; i++) {
        const char *word = limit->items[i];
        bool is_name = fleet_find(fleet, word) != NULL, has_hit = false;
        for (size_t h = 0; h < fleet->count; h++) {
            const struct host *host = &fleet->items[h];
            bool is_hit = is_name              ? strcmp(host->name, word) == 0
                          : is_pattern(word) ? fnmatch(word, host->name, 0) == 0
                                               : strv_has(&host->roles, word);
            chosen[h] |= is_hit;
            has_hit |= is_hit;
        }
        if (!has_hit)
            bad_word(errors, is_pattern(word) ? _("--limit %s: no host's name is like that") : _("--limit %s: no host has that name or role"),
                     word, &known);
        ok &= has_hit;
    }
    strv_done(&known);
    return ok;
}

/* Only steps that the plan has are known: one that does not run with these answers can't be chosen. */
static bool choose_steps(const struct strv *only, const struct spell *spell, const struct graph *graph, bool *chosen, struct err_list *errors)
{
    struct strv known = {0};
    bool ok = true;
    for (size_t t = 0; t < graph->count; t++)
        if (!strv_has(&known, spell->steps[graph->tasks[t].step].id))
            strv_add(&known, spell->steps[graph->tasks[t].step].id);
    for (size_t i = 0; i < only->count; i++) {
        const char *word = only->items[i];
        bool has_hit = false, is_step = false;
        for (size_t s = 0; s < spell->step_count; s++) {
            const char *id = spell->steps[s].id;
            bool is_hit = is_pattern(word) ? fnmatch(word, id, 0) == 0 : strcmp(word, id) == 0;
            is_step |= is_hit;
            is_hit = is_hit && strv_has(&known, id);
            chosen[s] |= is_hit;
            has_hit |= is_hit;
        }
        if (!has_hit)
            bad_word(errors,
                     is_step            ? _("--only %s: that step does not run with these answers")
                     : is_pattern(word) ? _("--only %s: no step's name is like that")
                                        : _("--only %s: there is no such step"),
                     word, &known);
        ok &= has_hit;
    }
    strv_done(&known);
    return ok;
}

struct narrower {
    const struct spell *spell;
    const struct graph *from;
    size_t *new_index; /* by task of from; NONE = taken out */
    size_t *seen;      /* by task of from: the task it was last reached from, plus one */
    size_t *stack;
    struct plan *plan;
};

static struct plan_gap *find_gap(struct plan *plan, size_t host, const char *step, const char *for_step)
{
    for (size_t i = 0; i < plan->gap_count; i++)
        if (plan->gaps[i].host == host && strcmp(plan->gaps[i].step, step) == 0 && strcmp(plan->gaps[i].for_step, for_step) == 0)
            return &plan->gaps[i];
    return NULL;
}

/* A task that is left needs one that is not, directly or for a secret that it reads. Which results it would use nobody knows; those of what it
 * needs directly are the likely ones. */
static void note_gap(struct narrower *n, size_t gap, size_t for_task, bool is_direct)
{
    const struct graph_task *task = &n->from->tasks[gap], *needs = &n->from->tasks[for_task];
    const struct step *step = &n->spell->steps[task->step], *for_step = &n->spell->steps[needs->step];
    bool publishes = strcmp(n->plan->action, "reset") != 0; /* undo scripts don't */
    struct strv lacks = {0};
    for (size_t i = 0; publishes && is_direct && i < step->results.count; i++)
        strv_add(&lacks, step->results.items[i]);
    for (size_t i = 0; publishes && i < step->mints.count; i++)
        if (strv_has(&for_step->reads, step->mints.items[i]))
            strv_add(&lacks, step->mints.items[i]);
    if ((is_direct || lacks.count) && !find_gap(n->plan, task->host, step->id, for_step->id)) {
        n->plan->gaps = mem_grow(n->plan->gaps, n->plan->gap_count + 1, sizeof *n->plan->gaps);
        n->plan->gaps[n->plan->gap_count++] = (struct plan_gap){
            .host = task->host,
            .step = mem_strdup(step->id),
            .for_host = needs->host,
            .for_step = mem_strdup(for_step->id),
            .lacks = lacks,
        };
        return;
    }
    strv_done(&lacks);
}

/* The needs of a task that is left: the nearest that are left as well. */
static bool join_needs(struct narrower *n, size_t task, struct graph *to)
{
    struct graph_task *new = &to->tasks[n->new_index[task]];
    size_t depth = 0;
    n->stack[depth++] = task;
    while (depth) {
        size_t at = n->stack[--depth];
        for (size_t i = 0; i < n->from->tasks[at].need_count; i++) {
            size_t need = n->from->tasks[at].needs[i];
            if (n->seen[need] == task + 1)
                continue;
            n->seen[need] = task + 1;
            if (n->new_index[need] == NONE) {
                note_gap(n, need, task, at == task);
                n->stack[depth++] = need;
                continue;
            }
            if (to->need_count++ >= PLAN_NEEDS_MAX)
                return false;
            new->needs = mem_grow(new->needs, new->need_count + 1, sizeof *new->needs);
            new->needs[new->need_count++] = n->new_index[need];
        }
    }
    return true;
}

static bool cut(const struct spell *spell, const bool *hosts, const bool *steps, struct graph *graph, struct plan *plan)
{
    struct graph to = {0};
    struct narrower n = {.spell = spell, .from = graph, .plan = plan};
    bool ok = true;
    n.new_index = mem_new(graph->count, sizeof *n.new_index);
    n.seen = mem_new(graph->count, sizeof *n.seen);
    n.stack = mem_new(graph->count + 1, sizeof *n.stack);
    to.tasks = mem_new(graph->count, sizeof *to.tasks);
    for (size_t t = 0; t < graph->count; t++) {
        bool is_left = hosts[graph->tasks[t].host] && steps[graph->tasks[t].step];
        n.new_index[t] = is_left ? to.count : NONE;
        if (is_left)
            to.tasks[to.count++] = (struct graph_task){.step = graph->tasks[t].step, .host = graph->tasks[t].host, .is_undo = graph->tasks[t].is_undo};
    }
    for (size_t t = 0; t < graph->count && ok; t++)
        if (n.new_index[t] != NONE)
            ok = join_needs(&n, t, &to);
    free(n.new_index);
    free(n.seen);
    free(n.stack);
    graph_done(graph);
    *graph = to;
    return ok;
}

static bool *all(size_t count, bool is_chosen)
{
    bool *chosen = mem_new(count, sizeof *chosen);
    for (size_t i = 0; i < count; i++)
        chosen[i] = is_chosen;
    return chosen;
}

bool narrow(const struct narrowing *narrowing, const struct spell *spell, const struct fleet *fleet, struct graph *graph, bool *left_out,
            struct plan *plan, struct err_list *errors)
{
    struct err err = ERR_INIT;
    bool *hosts = all(fleet->count, !narrowing->limit.count), *steps = all(spell->step_count, !narrowing->only.count);
    bool ok = choose_hosts(&narrowing->limit, fleet, hosts, errors);
    ok = choose_steps(&narrowing->only, spell, graph, steps, errors) && ok;
    if (ok) {
        for (size_t h = 0; h < fleet->count; h++)
            left_out[h] = !hosts[h];
        for (size_t t = 0; t < graph->count; t++)
            left_out[graph->tasks[t].host] = true;
        ok = cut(spell, hosts, steps, graph, plan);
        for (size_t t = 0; t < graph->count; t++)
            left_out[graph->tasks[t].host] = false;
        if (!ok)
            err_set(&err, ERR_INVALID, _("too many hosts for this spell: more than %zu pairs of tasks would wait for each other"),
                    PLAN_NEEDS_MAX);
        else if (!graph->count)
            ok = err_set(&err, ERR_USAGE, _("--limit and --only leave nothing to do: none of these steps runs on any of these hosts"));
        if (!ok)
            err_list_add(errors, &err);
    }
    free(hosts);
    free(steps);
    return ok;
}
