/* kwiz add, remove, upgrade, verify and action: what a spell declares besides install and reset. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "cli/action_load.h"
#include "cli/aftermath.h"
#include "cli/table.h"

static int open_vault(const struct command_line *line, struct loaded *loaded)
{
    struct err err = ERR_INIT;
    loaded->vault = common_vault(line, loaded->answers, &err);
    return loaded->vault ? -1 : command_error(&err);
}

/* New hosts must be as the spell wants them; those that are there already are not looked at. */
static int check_new(const struct loaded *loaded, const struct execute_options *options, struct desk *desk)
{
    struct plan *plan = loaded->plan;
    bool *left_out = mem_new(plan->host_count, sizeof *left_out), is_any = false;
    for (size_t h = 0; h < plan->host_count; h++) {
        left_out[h] = plan->hosts[h].is_left_out;
        is_any |= plan->hosts[h].target == TARGET_NEW;
        plan->hosts[h].is_left_out = plan->hosts[h].target != TARGET_NEW;
    }
    int status = is_any ? common_check(loaded, options, desk, &(struct check_style){.is_brief = true}) : -1;
    for (size_t h = 0; h < plan->host_count; h++)
        plan->hosts[h].is_left_out = left_out[h];
    free(left_out);
    return status;
}

/* line's arguments: [..] FILE [HOST...], with FILE the first. */
static int begin(const struct command_line *line, const char *action)
{
    struct loaded loaded;
    struct execute_options options;
    struct rundir dir = {0};
    struct desk desk = {0};
    struct err err = ERR_INIT;
    int status = common_execute_options(line, &options);
    if (status >= 0)
        return status;
    if (!aftermath_check(&options, &err))
        return command_error(&err);
    status = action_load(line, action, 1, &loaded);
    if (status >= 0)
        return status;
    status = open_vault(line, &loaded);
    if (status < 0)
        status = common_desk(&loaded, &options, &desk);
    if (status < 0 && !command_has(line, "no-check"))
        status = check_new(&loaded, &options, &desk);
    const struct spell_action *declared = spell_action(loaded.spell, action);
    options.asks = declared->asks ? spell_text(loaded.spell, declared->asks) : NULL;
    if (status < 0 && !execute_confirm(loaded.plan, &options, &desk, &err))
        status = command_error(&err);
    if (status < 0) {
        /* a run may be resumed from another folder */
        char *file = realpath(line->arguments[0], NULL);
        struct execution x = {.spell = loaded.spell, .answers = loaded.answers, .plan = loaded.plan, .vault = loaded.vault, .desk = &desk,
                              .answers_file = file ? file : line->arguments[0], .keeps_file = command_has(line, "keep-file"), .dir = &dir};
        status = execute(&x, &options);
        free(file);
    }
    desk_close(&desk);
    rundir_done(&dir);
    common_unload(&loaded);
    return status;
}

static int list(const struct command_line *line, const char *file)
{
    static const char *const words[] = {N_("none"), N_("new hosts"), N_("hosts that leave"), N_("some hosts")};
    struct answers *answers;
    struct spell *spell;
    int status = EXIT_OK;
    if (!answers_open(line, file, &answers, &spell, &status))
        return status;
    for (size_t i = 0; i < spell->action_count; i++) {
        const struct spell_action *action = &spell->actions[i];
        command_print_cell(action->name, 16);
        command_print_cell(_(words[action->targets]), 18);
        printf("%s\n", spell_text(spell, action->title));
    }
    answers_free(&answers);
    spell_free(&spell);
    return EXIT_OK;
}

static int run_add(const struct command_line *line)
{
    return begin(line, "add");
}

static int run_remove(const struct command_line *line)
{
    return begin(line, "remove");
}

static int run_upgrade(const struct command_line *line)
{
    return begin(line, "upgrade");
}

static int run_verify(const struct command_line *line)
{
    return begin(line, "verify");
}

static int run_action(const struct command_line *line)
{
    if (command_has(line, "list"))
        return line->argument_count == 1 ? list(line, line->arguments[0]) : command_usage_error(line, _("--list takes an answers file and nothing else"));
    if (line->argument_count < 2)
        return command_usage_error(line, _("expected the name of an action and an answers file; --list FILE tells which there are"));
    /* as the other commands have them: FILE first */
    struct command_line rest = *line;
    rest.arguments = line->arguments + 1;
    rest.argument_count = line->argument_count - 1;
    const char *name = line->arguments[0];
    if (strcmp(name, ACTION_INSTALL) == 0 || strcmp(name, ACTION_RESET) == 0)
        return command_usage_error(line, _("%s has a command of its own: kwiz %s"), name, strcmp(name, ACTION_RESET) == 0 ? "reset" : "run");
    return begin(&rest, name);
}

#define OPTIONS_ACTION OPTIONS_ANSWERS, OPTION_YES, OPTION_KEEP_FILE, OPTIONS_RUN
#define OPTION_NO_CHECK {"no-check", 0, NULL, N_("do not look at the requirements of new hosts first (see kwiz check)")}

static const struct command_option add_options[] = {OPTIONS_NEW_HOSTS, OPTIONS_ACTION, OPTION_NO_CHECK, {0}};
static const struct command_option remove_options[] = {OPTION_LOST, OPTIONS_ACTION, {0}};
static const struct command_option upgrade_options[] = {OPTION_TO, OPTIONS_ACTION, {0}};
static const struct command_option verify_options[] = {OPTIONS_ACTION, {0}};
static const struct command_option action_options[] = {
    {"list", 'l', NULL, N_("tell which actions the spell of an answers file has")}, OPTIONS_NEW_HOSTS, OPTION_LOST, OPTION_TO, OPTIONS_ACTION, OPTION_NO_CHECK, {0}};

const struct command command_add = {
    .name = "add",
    .summary = N_("take new hosts into a cluster"),
    .arguments = N_("ANSWERS"),
    .arguments_min = 1,
    .arguments_max = 1,
    .description = N_("Checks the new hosts, installs them, and writes them into the answers file. Hosts that stand in the file already but are not\n"
                      "installed yet need no action: kwiz run installs them."),
    .options = add_options,
    .run = run_add,
};

const struct command command_remove = {
    .name = "remove",
    .summary = N_("take hosts out of a cluster"),
    .arguments = N_("ANSWERS [HOST]..."),
    .arguments_min = 1,
    .arguments_max = -1,
    .description = N_("What was installed on them is taken back, and they are taken out of the answers file. A host that is dead is named with --lost."),
    .options = remove_options,
    .run = run_remove,
};

const struct command command_upgrade = {
    .name = "upgrade",
    .summary = N_("bring a cluster to another version"),
    .arguments = N_("ANSWERS"),
    .arguments_min = 1,
    .arguments_max = 1,
    .description = N_("The version is written into the answers file once the whole cluster has it."),
    .options = upgrade_options,
    .run = run_upgrade,
};

const struct command command_verify = {
    .name = "verify",
    .summary = N_("look whether a cluster works"),
    .arguments = N_("ANSWERS"),
    .arguments_min = 1,
    .arguments_max = 1,
    .options = verify_options,
    .run = run_verify,
};

const struct command command_action = {
    .name = "action",
    .summary = N_("do something else that the spell can do with a cluster"),
    .arguments = N_("NAME ANSWERS [HOST]..."),
    .arguments_min = 1,
    .arguments_max = -1,
    .description = N_("`kwiz action --list ANSWERS` tells which actions there are. Some are about hosts, which are named behind the answers file.\n"
                      "An action is resumed by `kwiz resume`. After success, and only then, what it changed is written into the answers file."),
    .options = action_options,
    .run = run_action,
};
