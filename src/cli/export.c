/* kwiz export: what a run would do, in another program's terms. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "cli/ansible.h"
#include "cli/spells.h"
#include "cli/table.h"
#include "spell/plan_make.h"

/* A spell may have nothing that can be taken back. */
static bool has_undo(const struct spell *spell)
{
    for (size_t i = 0; i < spell->step_count; i++)
        if (spell->steps[i].undo.path)
            return true;
    return false;
}

/* Ansible has groups of these names, and a group counts before a host. */
static void check_names(const struct answers *answers, struct err_list *errors)
{
    static const char *const taken[] = {"all", "ungrouped"};
    for (size_t h = 0; h < answers->fleet.count; h++)
        for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
            const struct host *host = &answers->fleet.items[h];
            if (strcmp(host->name, taken[i]) == 0)
                err_list_addf(errors, answers->file, host->line, host->column,
                              _("Ansible can't have a host called \"%s\", which is a group of its own; give the host another name"), host->name);
        }
}

/* Actions that are about the whole cluster and leave the answers as they are become playbooks; of the others only the names are told. */
static struct plan **plan_actions(const struct spell *spell, const struct answers *answers, size_t *count, struct strv *others, struct err_list *errors)
{
    struct plan **plans = mem_new(spell->action_count, sizeof(struct plan *));
    *count = 0;
    for (size_t i = 0; i < spell->action_count; i++) {
        const struct spell_action *action = &spell->actions[i];
        if (action->targets != TARGETS_NONE || action->changes.count)
            strv_add(others, action->name);
        else if ((plans[*count] = plan_make(spell, answers, action->name, NULL, errors)))
            ++*count;
    }
    return plans;
}

static int export_plans(const struct spell *spell, const struct answers *answers, const char *folder)
{
    struct err_list errors = {0};
    struct err err = ERR_INIT;
    int status = EXIT_OK;
    struct plan *install = plan_make(spell, answers, "install", NULL, &errors), *reset = NULL;
    check_names(answers, &errors);
    if (install && has_undo(spell))
        reset = plan_make(spell, answers, "reset", NULL, &errors);
    struct strv others = {0};
    size_t count = 0;
    struct plan **actions = install ? plan_actions(spell, answers, &count, &others, &errors) : NULL;
    struct ansible_source source = {.answers = answers, .install = install, .reset = reset, .actions = actions, .action_count = count, .left_to_kwiz = &others};
    if (errors.count)
        status = command_errors(&errors);
    else if (!ansible_export(&source, folder, &err))
        status = command_error(&err);
    else
        printf(_("%s: written; its README.md tells how it is run\n"), folder);
    while (count)
        plan_free(&actions[--count]);
    free(actions);
    strv_done(&others);
    plan_free(&install);
    plan_free(&reset);
    err_list_done(&errors);
    return status;
}

static int export(const struct command_line *line)
{
    int status = EXIT_OK;
    struct answers *answers;
    struct spell *spell;
    const char *folder = command_value(line, "ansible");
    if (!folder || !*folder)
        return command_usage_error(line, _("--ansible FOLDER is wanted: where the playbooks are to be written"));
    if (!answers_open(line, line->arguments[0], &answers, &spell, &status))
        return status;
    status = export_plans(spell, answers, folder);
    answers_free(&answers);
    spell_free(&spell);
    return status;
}

static const struct command_option options[] = {
    OPTIONS_ANSWERS,
    {"ansible", 0, N_("FOLDER"), N_("write an inventory and playbooks for Ansible into this folder, which must not be there yet or be empty")},
    {0},
};

const struct command command_export = {
    .name = "export",
    .summary = N_("write what a run would do as playbooks, without contacting any host"),
    .arguments = N_("FILE"),
    .arguments_min = 1,
    .arguments_max = 1,
    .description = N_("For sites that must run through Ansible or AWX: the same steps, by the same scripts, in the same order."),
    .options = options,
    .run = export,
};
