#include "spell/plan_make.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "spell/download.h"
#include "spell/plan_graph.h"
#include "spell/scope.h"
#include "spell/yaml.h"

#define VARIABLE_BYTES_MAX ((size_t)64 * 1024)

bool plan_variable_add(struct plan_host *host, const char *name, const char *value, struct err_list *errors)
{
    if (strlen(value) > VARIABLE_BYTES_MAX)
        return err_list_addf(errors, "", 0, 0, _("%s would be %zu bytes long; steps can be given at most %zu"), name, strlen(value),
                             VARIABLE_BYTES_MAX);
    host->variables = mem_grow(host->variables, host->variable_count + 1, sizeof *host->variables);
    host->variables[host->variable_count++] = (struct plan_variable){.name = mem_strdup(name), .value = mem_strdup(value)};
    return true;
}

/* A line "name address role,role" for each host. */
static char *hosts_table(const struct fleet *fleet)
{
    struct buf table;
    buf_init(&table, (size_t)1 << 24);
    for (size_t i = 0; i < fleet->count; i++) {
        char *roles = strv_join(&fleet->items[i].roles, ",");
        buf_addf(&table, "%s%s %s %s", i ? "\n" : "", fleet->items[i].name, fleet->items[i].address, roles);
        free(roles);
    }
    return buf_take(&table);
}

static bool add_variables(const struct spell *spell, const struct answers *answers, const struct host *host, const char *table, struct plan_host *out,
                          struct err_list *errors)
{
    char *roles = strv_join(&host->roles, " ");
    bool ok = plan_variable_add(out, "KWIZ_SPELL", spell->name, errors) && plan_variable_add(out, "KWIZ_TOPOLOGY", answers->topology, errors) &&
              plan_variable_add(out, "KWIZ_CLUSTER", answers->name, errors) && plan_variable_add(out, "KWIZ_HOST", host->name, errors) &&
              plan_variable_add(out, "KWIZ_ADDRESS", host->address, errors) && plan_variable_add(out, "KWIZ_ROLES", roles, errors) &&
              plan_variable_add(out, "KWIZ_HOSTS_TABLE", table, errors);
    free(roles);
    for (size_t i = 0; i < answers->value_count && ok; i++) {
        char *name = mem_printf("KWIZ_ANSWER_%s", answers->values[i].key);
        ok = plan_variable_add(out, name, answers->values[i].text, errors);
        free(name);
    }
    return ok;
}

bool plan_variables(const struct spell *spell, const struct answers *answers, const struct host *host, struct plan_host *out, struct err_list *errors)
{
    char *table = hosts_table(&answers->fleet);
    bool ok = add_variables(spell, answers, host, table, out, errors);
    free(table);
    return ok;
}

void plan_variables_done(struct plan_host *host)
{
    for (size_t i = 0; i < host->variable_count; i++) {
        free(host->variables[i].name);
        free(host->variables[i].value);
    }
    free(host->variables);
    host->variables = NULL;
    host->variable_count = 0;
}

static bool add_hosts(struct plan *plan, const struct spell *spell, const struct answers *answers, struct err_list *errors)
{
    const struct fleet *fleet = &answers->fleet;
    char *table = hosts_table(fleet);
    bool ok = true;
    plan->hosts = mem_new(fleet->count, sizeof *plan->hosts);
    for (size_t i = 0; i < fleet->count && ok; i++) {
        struct plan_host *host = &plan->hosts[plan->host_count++];
        host_copy(&host->host, &fleet->items[i]);
        ok = add_variables(spell, answers, &host->host, table, host, errors);
    }
    free(table);
    return ok;
}

static char *copy(const char *text)
{
    return text ? mem_strdup(text) : NULL;
}

static bool is_asked(const struct spell *spell, const char *key)
{
    const struct question *question = spell_question(spell, key);
    return question && question->type == QUESTION_PASSWORD;
}

static struct plan_step make_step(const struct spell *spell, const struct step *step, const struct answers *answers, bool is_reset)
{
    const struct script *script = is_reset ? &step->undo : &step->run;
    struct plan_step made = {
        .id = mem_strdup(step->id),
        .title = is_reset ? mem_printf("Undo: %s", step->title) : mem_strdup(step->title),
        .shown = is_reset ? mem_printf(_("Undo: %s"), spell_text(spell, step->title)) : mem_strdup(spell_text(spell, step->title)),
        .script = copy(script->text),
        .script_own = script->own,
        .script_path = copy(script->path),
        .check = is_reset ? NULL : copy(step->check.text),
        .check_own = is_reset ? 0 : step->check.own,
        .check_path = is_reset ? NULL : copy(step->check.path),
        .timeout_ms = step->timeout_ms,
        .serial = step->serial,
        .optional = step->is_optional,
        .becomes_root = step->becomes_root,
        /* kwiz-spell(5) demands of undo scripts that they may run twice */
        .rerun = is_reset ? RERUN_SAFE : step->rerun,
        .retries = step->retries,
        .retry_delay_ms = step->retry_delay_ms,
    };
    if (!is_reset) {
        downloads_plan(spell, step, answers, &made);
        strv_copy(&made.results, &step->results);
        strv_copy(&made.mints, &step->mints);
    }
    /* what install minted is gone by the time of a reset */
    for (size_t i = 0; i < step->reads.count; i++)
        if (!is_reset || is_asked(spell, step->reads.items[i]))
            strv_add(&made.reads, step->reads.items[i]);
    return made;
}

/* The graph's steps and tasks, with steps numbered as they come. */
static void add_tasks(struct plan *plan, const struct spell *spell, const struct answers *answers, struct graph *graph, bool is_reset)
{
    size_t *index = mem_new(spell->step_count, sizeof *index);
    plan->tasks = mem_new(graph->count, sizeof *plan->tasks);
    plan->steps = mem_new(spell->step_count, sizeof *plan->steps);
    for (size_t t = 0; t < graph->count; t++) {
        struct graph_task *task = &graph->tasks[t];
        if (!index[task->step]) {
            plan->steps[plan->step_count++] = make_step(spell, &spell->steps[task->step], answers, is_reset);
            index[task->step] = plan->step_count;
        }
        plan->tasks[plan->task_count++] = (struct plan_task){
            .step = index[task->step] - 1, .host = task->host, .needs = task->needs, .need_count = task->need_count};
        task->needs = NULL; /* the plan's now */
    }
    free(index);
}

static bool check_action(const struct spell *spell, const char *action, struct err_list *errors)
{
    struct strv known = {0};
    if (strcmp(action, "reset") == 0)
        return true;
    for (size_t i = 0; i < spell->step_count; i++)
        for (size_t j = 0; j < spell->steps[i].actions.count; j++)
            if (!strv_has(&known, spell->steps[i].actions.items[j]))
                strv_add(&known, spell->steps[i].actions.items[j]);
    bool ok = strv_has(&known, action);
    strv_add(&known, "reset");
    if (!ok) {
        char *all = strv_join(&known, ", "), *nearest = yaml_nearest(action, (const char *const *)known.items, known.count);
        err_list_addf(errors, "", 0, 0, _("the spell %s has no action \"%s\"%s (it has: %s)"), spell->name, action, nearest, all);
        free(nearest);
        free(all);
    }
    strv_done(&known);
    return ok;
}

static bool *where_steps_run(const struct spell *spell, const struct answers *answers, const char *action, bool is_reset)
{
    size_t n = answers->fleet.count;
    bool *runs = mem_new(spell->step_count * n, sizeof *runs);
    for (size_t i = 0; i < spell->step_count; i++)
        for (size_t h = 0; h < n; h++) {
            const struct step *step = &spell->steps[i];
            struct scope scope = {.answers = answers, .host = &answers->fleet.items[h]};
            runs[i * n + h] =
                (is_reset || strv_has(&step->actions, action)) && scope_eval(&scope, step->on) && scope_eval(&scope, step->when);
        }
    return runs;
}

static bool make_graph(const struct spell *spell, const struct answers *answers, const char *action, struct graph *graph, struct err *err)
{
    bool is_reset = strcmp(action, "reset") == 0;
    bool *runs = where_steps_run(spell, answers, action, is_reset);
    bool ok = graph_make(spell, runs, answers->fleet.count, graph, err);
    free(runs);
    if (ok && is_reset) {
        struct graph reversed;
        ok = graph_reverse(spell, graph, &reversed, err);
        graph_done(graph);
        *graph = reversed;
    }
    if (ok && !graph->count)
        ok = err_set(err, ERR_INVALID, _("with these answers there is nothing to do: no step of \"%s\" runs on any host"), action);
    if (!ok)
        graph_done(graph);
    return ok;
}

struct plan *plan_make(const struct spell *spell, const struct answers *answers, const char *action, const struct narrowing *narrowing,
                       struct err_list *errors)
{
    struct err err = ERR_INIT;
    struct graph graph = {0};
    if (!check_action(spell, action, errors))
        return NULL;
    if (!make_graph(spell, answers, action, &graph, &err)) {
        err_list_add(errors, &err);
        return NULL;
    }
    struct plan *plan = mem_new(1, sizeof *plan);
    plan->spell = mem_strdup(spell->name);
    plan->spell_version = mem_strdup(spell->version);
    plan->spell_digest = mem_strdup(spell->digest);
    plan->topology = mem_strdup(answers->topology);
    plan->cluster = mem_strdup(answers->name);
    plan->action = mem_strdup(action);
    plan->exclusive = spell->is_exclusive;
    bool ok = true, *left_out = mem_new(answers->fleet.count, sizeof *left_out);
    if (narrowing && (narrowing->limit.count || narrowing->only.count)) {
        strv_copy(&plan->limit, &narrowing->limit);
        strv_copy(&plan->only, &narrowing->only);
        ok = narrow(narrowing, spell, &answers->fleet, &graph, left_out, plan, errors);
    }
    if (ok) {
        add_tasks(plan, spell, answers, &graph, strcmp(action, "reset") == 0);
        ok = add_hosts(plan, spell, answers, errors);
    }
    for (size_t h = 0; h < plan->host_count; h++)
        plan->hosts[h].is_left_out = left_out[h];
    free(left_out);
    graph_done(&graph);
    if (!ok)
        plan_free(&plan);
    return plan;
}
