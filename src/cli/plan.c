/* kwiz plan: what a run would do, before anything is done. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "cli/action_load.h"
#include "cli/table.h"
#include "spell/answers.h"
#include "spell/plan_make.h"

static void show_hosts(const struct plan *plan)
{
    printf(_("\nHosts:\n"));
    for (size_t i = 0; i < plan->host_count; i++) {
        char *roles = strv_join(&plan->hosts[i].host.roles, ", ");
        printf("  %-24s %-24s %s%s\n", plan->hosts[i].host.name, plan->hosts[i].host.address, roles,
               plan_host_note(&plan->hosts[i]));
        free(roles);
    }
}

/* The answers are in every host's variables alike; where they came from is in `answers`. */
static void show_answers(const struct answers *answers)
{
    if (answers->value_count)
        printf(_("\nAnswers:\n"));
    for (size_t i = 0; i < answers->value_count; i++) {
        char *shown = answers_shown(answers->values[i].text);
        printf("  %-24s %-32s %s\n", answers->values[i].key, shown, answer_origin_name(answers->values[i].origin));
        free(shown);
    }
}

/* Which steps a step waits for, wherever they run. */
static void show_needs(const struct plan *plan, size_t step)
{
    struct strv names = {0};
    for (size_t i = 0; i < plan->task_count; i++)
        for (size_t j = 0; plan->tasks[i].step == step && j < plan->tasks[i].need_count; j++) {
            const char *id = plan->steps[plan->tasks[plan->tasks[i].needs[j]].step].id;
            if (!strv_has(&names, id))
                strv_add(&names, id);
        }
    char *text = strv_join(&names, ", ");
    if (names.count)
        printf(_("       after   %s\n"), text);
    free(text);
    strv_done(&names);
}

static void show_step(const struct plan *plan, size_t index)
{
    const struct plan_step *step = &plan->steps[index];
    struct strv hosts = {0};
    for (size_t i = 0; i < plan->task_count; i++)
        if (plan->tasks[i].step == index)
            strv_add(&hosts, plan->hosts[plan->tasks[i].host].host.name);
    char *names = strv_join(&hosts, ", ");
    printf("%3zu. %s: %s\n", index + 1, step->id, plan_step_shown(step));
    if (hosts.count == plan->host_count && hosts.count > 3)
        printf(ngettext("       on      all %zu host\n", "       on      all %zu hosts\n", hosts.count), hosts.count);
    else
        printf(_("       on      %s\n"), names);
    show_needs(plan, index);
    printf(_("       script  %s%s%s%s\n"), step->script_path, step->check_path ? _(", check ") : "",
           step->check_path ? step->check_path : "", step->becomes_root ? _("; as root") : "");
    for (size_t i = 0; i < step->download_count; i++)
        printf(_("       fetches %s: %s\n"), step->downloads[i].shown, plan_download_from(&step->downloads[i]));
    printf(_("       limit   %llu s%s\n"), (unsigned long long)(step->timeout_ms / 1000), step->optional ? _("; may be skipped") : "");
    free(names);
    strv_done(&hosts);
}

static int show(const struct command_line *line, const struct answers *answers, const struct plan *made)
{
    if (command_has(line, "json")) {
        char *text = plan_json(made);
        fputs(text, stdout);
        free(text);
        return EXIT_OK;
    }
    printf(_("%s: %s with %s %s, topology %s\n%s\n"), made->cluster, made->action, made->spell, made->spell_version, made->topology,
           made->spell_digest);
    show_hosts(made);
    show_answers(answers);
    printf(ngettext("\nSteps (%zu task):\n", "\nSteps (%zu tasks):\n", made->task_count), made->task_count);
    for (size_t i = 0; i < made->step_count; i++)
        show_step(made, i);
    if (made->limit.count || made->only.count) {
        fputs("\n", stdout);
        narrowing_explain(made, stdout);
    }
    return EXIT_OK;
}

/* An action of the spell, which may be about hosts. */
static int plan_action(const struct command_line *line, const char *action)
{
    struct loaded loaded;
    if (command_has(line, "limit") || command_has(line, "only"))
        return command_usage_error(line, _("--limit and --only are for install and reset; name the hosts that %s is about"), action);
    int status = action_load(line, action, 1, &loaded);
    if (status >= 0)
        return status;
    status = show(line, loaded.answers, loaded.plan);
    common_unload(&loaded);
    return status;
}

static int plan(const struct command_line *line)
{
    int status = EXIT_OK;
    struct answers *answers;
    struct spell *spell;
    struct err_list errors = {0};
    const char *action = command_value(line, "action");
    struct narrowing narrowing;
    if (action && strcmp(action, ACTION_INSTALL) != 0 && strcmp(action, ACTION_RESET) != 0)
        return plan_action(line, action);
    if (line->argument_count > 1)
        return command_usage_error(line, _("hosts are named for an action of the spell, with --action; for install and reset there is --limit"));
    int narrowed = narrowing_given(line, &narrowing);
    if (narrowed >= 0 || !answers_open(line, line->arguments[0], &answers, &spell, &status)) {
        narrowing_done(&narrowing);
        return narrowed >= 0 ? narrowed : status;
    }
    struct plan *made = plan_make(spell, answers, action ? action : ACTION_INSTALL, &narrowing, &errors);
    status = made ? show(line, answers, made) : command_errors(&errors);
    narrowing_done(&narrowing);
    plan_free(&made);
    answers_free(&answers);
    spell_free(&spell);
    err_list_done(&errors);
    return status;
}

static const struct command_option options[] = {
    OPTIONS_ANSWERS,
    OPTIONS_NARROW,
    {"action", 'a', N_("ACTION"), N_("plan this action of the spell instead of install: reset, or one that the spell declares")},
    OPTIONS_NEW_HOSTS,
    OPTION_LOST,
    OPTION_TO,
    {"json", 0, NULL, N_("the whole plan as JSON; the same answers give the same bytes")},
    {0},
};

const struct command command_plan = {
    .name = "plan",
    .summary = N_("show what a run would do, without contacting any host"),
    .arguments = N_("FILE [HOST]..."),
    .arguments_min = 1,
    .arguments_max = -1,
    .options = options,
    .run = plan,
};
