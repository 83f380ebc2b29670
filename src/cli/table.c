#include "cli/table.h"

#include <stdio.h>
#include <unistd.h>

#include "base/i18n.h"
#include "cli/common.h"
#include "ui/app.h"

static const struct command *const commands[] = {
    &command_run,  &command_check,   &command_facts, &command_plan,  &command_export, &command_resume, &command_reset,
    &command_add,  &command_remove,  &command_upgrade, &command_verify, &command_action,
    &command_runs, &command_kubeconfig, &command_answers, &command_spell, NULL,
};

static const struct command_option options[] = {
    OPTION_SPELLS,
    {"answers", 'a', N_("FILE"), N_("begin the wizard with this answers file")},
    {"plain", 0, NULL, N_("the wizard as a dialogue of lines, for screen readers, slow lines and pipes")},
    {"color", 0, N_("WHEN"), N_("auto, always or never")},
    {"accept-new-host-keys", 0, NULL, N_("accept host keys that are not known yet, and remember them")},
    {"version", 'V', NULL, N_("show the version")},
    {0},
};

static int run(const struct command_line *line)
{
    if (command_has(line, "version")) {
        printf("kwiz %s\n", PACKAGE_VERSION);
        return EXIT_OK;
    }
    if (!command_has(line, "plain") && !isatty(STDIN_FILENO))
        return command_usage_error(line, _("the wizard wants a terminal; kwiz --plain reads lines from anywhere, kwiz run ANSWERS asks nothing"));
    return wizard_run_command(line);
}

const struct command command_kwiz = {
    .name = "kwiz",
    .summary = N_("install Kubernetes on machines you own, over SSH"),
    .arguments = "",
    .arguments_max = 0,
    .description = N_("Without a command: the wizard, which asks for everything and then does it.\n"
                      "Exit status: 0 ok, 1 a step failed, 2 usage, 3 answers or spell invalid, 4 needs confirmation, 5 requirements not met,\n"
                      "6 a host unreachable or refused us, 7 another kwiz holds the run or a host, 8 this machine failed, 130 interrupted."),
    .options = options,
    .run = run,
    .subcommands = commands,
};
