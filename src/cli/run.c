/* kwiz run, reset, resume: carry out a plan. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "cli/aftermath.h"
#include "cli/common.h"
#include "cli/execute.h"
#include "cli/table.h"

static int begin(const struct command_line *line, const char *action, bool is_checked)
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
    status = common_load(line, line->arguments[0], action, &loaded);
    if (status >= 0)
        return status;
    status = common_desk(&loaded, &options, &desk);
    if (status < 0)
        narrowing_explain(loaded.plan, stderr);
    if (status < 0 && is_checked)
        status = common_check(&loaded, &options, &desk, &(struct check_style){.is_brief = true});
    if (status < 0 && !execute_confirm(loaded.plan, &options, &desk, &err))
        status = command_error(&err);
    if (status < 0) {
        struct execution x = {.spell = loaded.spell, .answers = loaded.answers, .plan = loaded.plan, .vault = loaded.vault,
                              .desk = &desk, .answers_file = line->arguments[0], .dir = &dir};
        status = execute(&x, &options);
    }
    desk_close(&desk);
    rundir_done(&dir);
    common_unload(&loaded);
    return status;
}

static int run(const struct command_line *line)
{
    return begin(line, "install", !command_has(line, "no-check"));
}

static int reset(const struct command_line *line)
{
    return begin(line, "reset", false);
}

int run_resume(const struct command_line *line, const char *run)
{
    struct loaded loaded = {0};
    struct execute_options options;
    struct rundir dir = {0};
    struct desk desk = {0};
    struct run_meta meta = {0};
    struct err err = ERR_INIT;
    int status = common_execute_options(line, &options);
    if (status >= 0)
        return status;
    if (!aftermath_check(&options, &err))
        return command_error(&err);
    if (!rundir_open(&dir, run, &err) || !rundir_meta(&dir, &meta, &err))
        status = command_error(&err);
    if (status < 0 && meta.exit_status == 0) {
        printf(_("run %s has ended well; there is nothing to resume\n"), dir.id);
        status = EXIT_OK;
    }
    if (status < 0)
        status = common_load_run(line, &dir, &meta, &loaded);
    if (status < 0)
        status = common_desk(&loaded, &options, &desk);
    if (status < 0) {
        struct execution x = {.spell = loaded.spell, .answers = loaded.answers, .plan = loaded.plan, .vault = loaded.vault,
                              .desk = &desk, .answers_file = meta.answers_file, .keeps_file = meta.keeps_file, .dir = &dir, .is_resume = true};
        options.is_retrying = !command_has(line, "no-retry");
        status = execute(&x, &options);
    }
    desk_close(&desk);
    run_meta_done(&meta);
    rundir_done(&dir);
    common_unload(&loaded);
    return status;
}

static int resume(const struct command_line *line)
{
    return run_resume(line, line->argument_count ? line->arguments[0] : NULL);
}

static const struct command_option run_options[] = {
    OPTIONS_ANSWERS,
    OPTIONS_NARROW,
    OPTION_YES,
    OPTIONS_RUN,
    {"no-check", 0, NULL, N_("do not look at the requirements first (see kwiz check)")},
    {0},
};

static const struct command_option reset_options[] = {OPTIONS_ANSWERS, OPTIONS_NARROW, OPTION_YES, OPTIONS_RUN, {0}};

static const struct command_option resume_options[] = {
    OPTIONS_RUN,
    {"no-retry", 0, NULL, N_("go on with what was not finished, but leave failed steps as they are")},
    {0},
};

const struct command command_run = {
    .name = "run",
    .summary = N_("install what an answers file describes, with no questions"),
    .arguments = N_("ANSWERS"),
    .arguments_min = 1,
    .arguments_max = 1,
    .description = N_("Checks the hosts, then runs the steps. On a terminal the run is shown as a screen; else as lines.\n"
                      "^C starts nothing new and lets what runs end; ^C again aborts on the hosts; a third time ends at once.\n"
                      "`kwiz resume` goes on with a run that was interrupted or has failed."),
    .options = run_options,
    .run = run,
};

const struct command command_reset = {
    .name = "reset",
    .summary = N_("take back what an answers file's installation did to the hosts"),
    .arguments = N_("ANSWERS"),
    .arguments_min = 1,
    .arguments_max = 1,
    .options = reset_options,
    .run = reset,
};

const struct command command_resume = {
    .name = "resume",
    .summary = N_("go on with a run that was interrupted or has failed"),
    .arguments = N_("[RUN]"),
    .arguments_min = 0,
    .arguments_max = 1,
    .description = N_("RUN is the id of a run or its beginning (`kwiz runs list`); without it the newest one that has not ended well.\n"
                      "Steps that went on meanwhile are taken up where they are; their logs are complete."),
    .options = resume_options,
    .run = resume,
};
