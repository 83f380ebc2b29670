#include "cli/table.h"

#include <stdio.h>

#include "base/i18n.h"

static const struct command *const commands[] = {
    &command_run,  &command_check,   &command_plan,  &command_resume, &command_reset,
    &command_runs, &command_answers, &command_spell, NULL,
};

static const struct command_option options[] = {
    {"version", 'V', NULL, N_("show the version")},
    {0},
};

static int version(const struct command_line *line)
{
    if (!command_has(line, "version"))
        return command_usage_error(line, _("a command is missing"));
    printf("kwiz %s\n", PACKAGE_VERSION);
    return EXIT_OK;
}

const struct command command_kwiz = {
    .name = "kwiz",
    .summary = N_("install Kubernetes on machines you own, over SSH"),
    .arguments = "",
    .arguments_max = 0,
    .description = N_("Exit status: 0 ok, 1 a step failed, 2 usage, 3 answers or spell invalid, 4 needs confirmation, 5 requirements not met,\n"
                      "6 a host unreachable or refused us, 7 another kwiz holds the run or a host, 8 this machine failed, 130 interrupted."),
    .options = options,
    .run = version,
    .subcommands = commands,
};
