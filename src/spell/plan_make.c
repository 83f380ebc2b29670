#include "spell/plan_make.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "spell/download.h"
#include "spell/plan_graph.h"
#include "spell/scope.h"

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

static enum plan_target target_of(const struct spell *spell, const struct action_call *call, const char *host)
{
    const struct spell_action *action = action_call_has(call, host) ? spell_action(spell, call->name) : NULL;
    if (!action)
        return TARGET_NOT;
    if (action->targets == TARGETS_LEAVING)
        return strv_has(&call->lost, host) ? TARGET_LOST : TARGET_LEAVING;
    return action->targets == TARGETS_NEW ? TARGET_NEW : TARGET_SOME;
}

/* A line "name address role,role" for each node; targets have a fourth word. */
static char *hosts_table(const struct spell *spell, const struct fleet *fleet, const struct action_call *call)
{
    struct buf table;
    buf_init(&table, (size_t)1 << 24);
    for (size_t i = 0; i < fleet->count; i++) {
        if (fleet->items[i].holds_containers)
            continue;
        char *roles = strv_join(&fleet->items[i].roles, ",");
        const char *word = plan_target_word(target_of(spell, call, fleet->items[i].name));
        buf_addf(&table, "%s%s %s %s%s%s", table.len ? "\n" : "", fleet->items[i].name, fleet->items[i].address, roles, *word ? " " : "", word);
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
    char *table = hosts_table(spell, &answers->fleet, NULL);
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

/* What steps are told of the action. */
static bool add_call(const struct spell *spell, const struct action_call *call, struct plan_host *out, struct err_list *errors)
{
    char *targets = strv_join(&call->targets, " "), *lost = strv_join(&call->lost, " ");
    bool ok = plan_variable_add(out, "KWIZ_ACTION", call->name, errors);
    if (ok && spell_action(spell, call->name))
        ok = plan_variable_add(out, "KWIZ_TARGETS", targets, errors) && plan_variable_add(out, "KWIZ_LOST", lost, errors);
    for (size_t i = 0; i < call->before.count && ok; i++) {
        const char *pair = call->before.items[i], *equals = strchr(pair, '=');
        char *name = mem_printf("KWIZ_BEFORE_%.*s", (int)(equals - pair), pair);
        ok = plan_variable_add(out, name, equals + 1, errors);
        free(name);
    }
    free(targets);
    free(lost);
    return ok;
}

static bool add_hosts(struct plan *plan, const struct spell *spell, const struct answers *answers, const struct action_call *call,
                      struct err_list *errors)
{
    const struct fleet *fleet = &answers->fleet;
    char *table = hosts_table(spell, fleet, call);
    bool ok = true;
    plan->hosts = mem_new(fleet->count, sizeof *plan->hosts);
    for (size_t i = 0; i < fleet->count && ok; i++) {
        struct plan_host *host = &plan->hosts[plan->host_count++];
        host_copy(&host->host, &fleet->items[i]);
        host->target = target_of(spell, call, host->host.name);
        ok = add_variables(spell, answers, &host->host, table, host, errors) && add_call(spell, call, host, errors);
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

/* An action that takes hosts away has both sides of a step: the side that takes back has another id then. */
static struct plan_step make_step(const struct spell *spell, const struct step *step, const struct answers *answers, bool is_reset, bool is_joined)
{
    const struct script *script = is_reset ? &step->undo : &step->run;
    struct plan_step made = {
        .id = is_joined ? mem_printf(ACTION_UNDO_PREFIX "%s", step->id) : mem_strdup(step->id),
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
        made.results_for_steps = step->results_for_steps;
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
    size_t *index = mem_new(spell->step_count * 2, sizeof *index);
    plan->tasks = mem_new(graph->count, sizeof *plan->tasks);
    plan->steps = mem_new(spell->step_count * 2, sizeof *plan->steps);
    for (size_t t = 0; t < graph->count; t++) {
        struct graph_task *task = &graph->tasks[t];
        size_t *at = &index[task->step * 2 + task->is_undo];
        if (!*at) {
            plan->steps[plan->step_count++] = make_step(spell, &spell->steps[task->step], answers, is_reset || task->is_undo, task->is_undo);
            *at = plan->step_count;
        }
        plan->tasks[plan->task_count++] = (struct plan_task){
            .step = *at - 1, .host = task->host, .needs = task->needs, .need_count = task->need_count};
        task->needs = NULL; /* the plan's now */
    }
    free(index);
}

/* Which steps run where. Taking back: the steps of an installation, where that ran them; else those of the action, and on new hosts all of install. */
static bool *where_steps_run(const struct spell *spell, const struct answers *answers, const struct action_call *call, bool is_undo)
{
    size_t n = answers->fleet.count;
    const struct spell_action *action = spell_action(spell, call->name);
    bool *runs = mem_new(spell->step_count * n, sizeof *runs);
    for (size_t i = 0; i < spell->step_count; i++)
        for (size_t h = 0; h < n; h++) {
            const struct step *step = &spell->steps[i];
            const struct host *host = &answers->fleet.items[h];
            struct scope scope = {.answers = answers, .host = host, .spell = spell, .call = is_undo ? NULL : call};
            bool is_target = action_call_has(call, host->name), is_part;
            if (is_undo)
                is_part = (!action || is_target) && !host->outer; /* reset: all of them; what is in a container goes with that */
            else
                is_part = strv_has(&step->actions, call->name) ||
                          (is_target && action && action->targets == TARGETS_NEW && strv_has(&step->actions, ACTION_INSTALL));
            runs[i * n + h] = is_part && !strv_has(&call->lost, host->name) && scope_eval(&scope, step->on) && scope_eval(&scope, step->when);
        }
    return runs;
}

static bool make_side(const struct spell *spell, const struct answers *answers, const struct action_call *call, bool is_undo, struct graph *graph,
                      struct err *err)
{
    bool *runs = where_steps_run(spell, answers, call, is_undo);
    bool ok = graph_make(spell, runs, answers->fleet.count, graph, err);
    free(runs);
    if (ok && is_undo) {
        struct graph reversed;
        ok = graph_reverse(spell, graph, &reversed, err);
        graph_done(graph);
        *graph = reversed;
    }
    return ok;
}

static bool make_graph(const struct spell *spell, const struct answers *answers, const struct action_call *call, struct graph *graph,
                       struct err *err)
{
    const struct spell_action *action = spell_action(spell, call->name);
    bool leaves = action && action->targets == TARGETS_LEAVING;
    struct graph undo = {0};
    bool ok = make_side(spell, answers, call, strcmp(call->name, ACTION_RESET) == 0, graph, err) &&
              (!leaves || make_side(spell, answers, call, true, &undo, err));
    if (ok && leaves)
        graph_join(spell, graph, &undo);
    if (ok && !graph->count && !leaves) /* to take lost hosts away there may be nothing to do but to forget them */
        ok = err_set(err, ERR_INVALID, _("with these answers there is nothing to do: no step of \"%s\" runs on any host"), call->name);
    if (!ok)
        graph_done(graph);
    return ok;
}

static bool is_minted(const struct plan *plan, const char *key)
{
    for (size_t i = 0; i < plan->step_count; i++)
        if (strv_has(&plan->steps[i].mints, key))
            return true;
    return false;
}

/* A step of install that runs on new hosts may want what install minted elsewhere: better told now than when it runs. */
static bool check_minted(const struct spell *spell, const struct plan *plan, struct err_list *errors)
{
    bool ok = true;
    for (size_t i = 0; i < plan->step_count; i++)
        for (size_t j = 0; j < plan->steps[i].reads.count; j++) {
            const char *key = plan->steps[i].reads.items[j];
            const struct step *step = spell_step(spell, plan->steps[i].id);
            if (!is_asked(spell, key) && !is_minted(plan, key) && step)
                ok = err_list_addf(errors, spell->file, step->line, step->column,
                                   _("the step \"%s\" reads \"%s\", but the step that mints it does not run in the action \"%s\"; let it be part of that"),
                                   step->id, key, plan->action);
        }
    return ok;
}

/* Hosts that the action has nothing to do on are not contacted. */
static void leave_out(struct plan *plan)
{
    for (size_t h = 0; h < plan->host_count; h++)
        plan->hosts[h].is_left_out = plan->hosts[h].target != TARGET_NEW;
    for (size_t t = 0; t < plan->task_count; t++)
        plan->hosts[plan->tasks[t].host].is_left_out = false;
}

/* Scripts are told whom --limit leaves alone: a step may do to all what would harm those that stay. */
static bool tell_left_out(struct plan *plan, struct err_list *errors)
{
    struct strv names = {0};
    for (size_t h = 0; h < plan->host_count; h++)
        if (plan->hosts[h].is_left_out)
            strv_add(&names, plan->hosts[h].host.name);
    char *text = strv_join(&names, " ");
    bool ok = true;
    for (size_t h = 0; h < plan->host_count && ok && names.count; h++)
        ok = plan_variable_add(&plan->hosts[h], "KWIZ_LEFT_OUT", text, errors);
    free(text);
    strv_done(&names);
    return ok;
}

struct plan *plan_make(const struct spell *spell, const struct answers *answers, const char *action, const struct narrowing *narrowing,
                       struct err_list *errors)
{
    return plan_make_call(spell, answers, &(struct action_call){.name = action}, narrowing, errors);
}

struct plan *plan_make_call(const struct spell *spell, const struct answers *answers, const struct action_call *call,
                            const struct narrowing *narrowing, struct err_list *errors)
{
    struct err err = ERR_INIT;
    struct graph graph = {0};
    if (!action_call_check(spell, answers, call, errors))
        return NULL;
    if (!make_graph(spell, answers, call, &graph, &err)) {
        err_list_add(errors, &err);
        return NULL;
    }
    struct plan *plan = mem_new(1, sizeof *plan);
    plan->spell = mem_strdup(spell->name);
    plan->spell_version = mem_strdup(spell->version);
    plan->spell_digest = mem_strdup(spell->digest);
    plan->topology = mem_strdup(answers->topology);
    plan->cluster = mem_strdup(answers->name);
    plan->action = mem_strdup(call->name);
    strv_copy(&plan->before, &call->before);
    plan->exclusive = spell->is_exclusive;
    bool ok = true, *left_out = mem_new(answers->fleet.count, sizeof *left_out);
    if (narrowing && (narrowing->limit.count || narrowing->only.count)) {
        strv_copy(&plan->limit, &narrowing->limit);
        strv_copy(&plan->only, &narrowing->only);
        ok = narrow(narrowing, spell, &answers->fleet, &graph, left_out, plan, errors);
    }
    if (ok) {
        add_tasks(plan, spell, answers, &graph, strcmp(call->name, ACTION_RESET) == 0);
        ok = add_hosts(plan, spell, answers, call, errors);
    }
    for (size_t h = 0; h < plan->host_count; h++)
        plan->hosts[h].is_left_out = left_out[h];
    ok = ok && (!plan->limit.count || tell_left_out(plan, errors));
    if (ok && spell_action(spell, call->name) && !plan->limit.count && !plan->only.count) {
        leave_out(plan);
        ok = check_minted(spell, plan, errors);
    }
    free(left_out);
    graph_done(&graph);
    if (!ok)
        plan_free(&plan);
    return plan;
}
