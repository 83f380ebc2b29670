/* Options and steps that several subcommands share. */
#ifndef KWIZ_CLI_COMMON_H
#define KWIZ_CLI_COMMON_H

#include <stdbool.h>

#include <jansson.h>

#include "cli/command.h"
#include "cli/execute.h"
#include "cli/spells.h"
#include "engine/survey.h"
#include "spell/answers.h"
#include "spell/catalog.h"
#include "spell/spell.h"

/* Rows for option tables. */
#define OPTION_YES {"yes", 'y', NULL, N_("begin without asking")}
#define OPTIONS_RUN                                                                                                    \
    {"plain", 0, NULL, N_("lines instead of the screen")},                                                         \
        {"json", 0, NULL, N_("JSON Lines on standard output, for programs")},                                          \
        {"color", 0, N_("WHEN"), N_("auto, always or never")},                                                         \
        {"accept-new-host-keys", 0, NULL, N_("accept host keys that are not known yet, and remember them")},           \
        {"parallel", 'p', N_("N"), N_("run at most N steps at once (default 50)")},                                    \
        {"take-over", 0, NULL, N_("end another kwiz run that lives on a host")},                                       \
        {"kubeconfig", 0, N_("FILE"), N_("write the cluster's kubeconfig there instead of into the run's folder")},    \
        {"update-kubeconfig", 0, N_("[=FILE]"),                                                                        \
         N_("merge the cluster into your kubeconfig, with a backup; reset takes it out")},                             \
        {"exit-at-end", 0, NULL, N_("leave the screen as soon as the run is over")}

/* What a command works with. */
struct loaded {
    struct spell *spell;
    struct answers *answers;
    struct plan *plan;
    struct vault *vault;
};

/* Read execute options; -1 = fine, else the exit status (a message was printed). */
int common_execute_options(const struct command_line *line, struct execute_options *options);
/* Load answers and spell, fetch the secrets, make the plan of action. -1 = fine, else the exit status. */
int common_load(const struct command_line *line, const char *file, const char *action, struct loaded *loaded);
/* The same from a run's folder: answers, spell, action and what it was limited to as they were. */
int common_load_run(const struct command_line *line, const struct rundir *dir, const struct run_meta *meta, struct loaded *loaded);
/* The secrets of the answers, asked for where there is a terminal. NULL after an error. */
struct vault *common_vault(const struct command_line *line, const struct answers *answers, struct err *err);
void common_unload(struct loaded *loaded);
/* The desk for what was loaded. -1 = fine, else the exit status. */
int common_desk(const struct loaded *loaded, const struct execute_options *options, struct desk *desk);
/* What is printed of checks. */
struct check_style {
    bool is_brief;    /* only what stands in the way, on standard error */
    bool is_complete; /* also what is as wanted */
};
/* Are the spell's requirements met? Prints what is not. -1 = yes, else the exit status: 6 when a host could not be measured, else 5 when a check fails that
 * is not accepted; 130. The connections stay with the desk. */
int common_check(const struct loaded *loaded, const struct execute_options *options, struct desk *desk, const struct check_style *style);
/* The two halves of it. Measure all hosts, telling on a terminal how far that is. The caller frees with survey_done. */
struct survey_host *common_survey(const struct loaded *loaded, const struct execute_options *options, struct desk *desk);
/* The verdicts on what was measured, one set a host; for common_judged_free. */
struct verdicts *common_judge(const struct loaded *loaded, const struct survey_host *results);
void common_judged_free(struct verdicts *verdicts, size_t hosts);
/* Judge what was measured, print, count: the status of common_check. */
int common_verdicts(const struct loaded *loaded, const struct execute_options *options, const struct survey_host *results, const struct check_style *style);

/* Print an event as jsonl.h has them, with the time; rest is an object of what else it says, and taken over. */
void common_event(const char *event, json_t *rest);

#endif
