/* All subcommands, in the order of the help. */
#ifndef KWIZ_CLI_TABLE_H
#define KWIZ_CLI_TABLE_H

#include "cli/command.h"

extern const struct command command_action, command_add, command_remove, command_upgrade, command_verify;
extern const struct command command_answers, command_kubeconfig, command_check, command_export, command_facts, command_plan, command_reset, command_resume, command_run, command_runs,
    command_spell;
extern const struct command command_answers_import; /* of answers */
extern const struct command command_kubeconfig_merge; /* of kubeconfig */
extern const struct command command_kwiz;

/* wizard.c: the wizard on the terminal; run.c: kwiz resume RUN. Both return the exit status. */
int wizard_run_command(const struct command_line *line);
int run_resume(const struct command_line *line, const char *run);

#endif
