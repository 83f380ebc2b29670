/* Opening a spell for a subcommand. */
#ifndef KWIZ_CLI_SPELLS_H
#define KWIZ_CLI_SPELLS_H

#include <stdio.h>

#include "cli/command.h"

struct answers;
struct fleet;
struct spell;

/* Rows of option tables, for commands that read spells, that print answers, and that read answers. */
#define OPTION_SPELLS {"spells", 0, N_("DIR"), N_("look for spells in this folder first (may be repeated)")}
#define OPTION_OUTPUT {"output", 'o', N_("FILE"), N_("write to this file, which must not be there yet, instead of standard output")}
#define OPTIONS_ANSWERS                                                                                                \
    OPTION_SPELLS, {"set", 's', N_("KEY=VALUE"), N_("answer a question, above what the file says (may be repeated)")},            \
        {"accept", 0, N_("CHECK=REASON"), N_("go on although this check fails or warns (may be repeated)")}

/* Rows for commands that make a plan. */
#define OPTION_LIMIT                                                                                                   \
    {"limit", 0, N_("HOSTS"), N_("only these hosts: names, patterns, roles, with commas; others are left alone")}
#define OPTIONS_NARROW                                                                                                 \
    OPTION_LIMIT, {"only", 0, N_("STEPS"), N_("only these steps, with commas; what they need is taken as done")}

struct narrowing;
struct plan;
/* --limit and --only; to be done in any case. -1 = fine, else the exit status (a message was printed). */
int narrowing_given(const struct command_line *line, struct narrowing *narrowing);
/* Says on out what a narrowed plan leaves out and takes as done; nothing for one that is not. */
void narrowing_explain(const struct plan *plan, FILE *out);

/* The spell of that name or folder, found with --spells. NULL after printing why; *status is then the exit status. */
struct spell *spells_open(const struct command_line *line, const char *name, int *status);

/* A template of answers, with these hosts or (NULL) examples, to --output, which must not be there yet, or standard output. The exit status. */
int answers_print(const struct command_line *line, const struct spell *spell, const char *topology, const struct fleet *fleet);
/* An answer as it is shown: its first line, "" when it is empty; malloc'd. */
char *answers_shown(const char *text);
/* The answers in file and their spell, with --spells, --set and --accept; warnings are printed. false after printing why not; *status is then
 * the exit status, and both are NULL. */
bool answers_open(const struct command_line *line, const char *file, struct answers **answers, struct spell **spell, int *status);

#endif
