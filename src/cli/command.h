/* Subcommands as data: usage, --help, the manual page and completions come from these tables, and so does the reading of options. */
#ifndef KWIZ_CLI_COMMAND_H
#define KWIZ_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strv.h"
#include "cli/exit.h"

struct command_option {
    const char *name;     /* long, without dashes; NULL ends the table */
    char letter;          /* short, or 0 */
    const char *argument; /* N_("FILE"): what it takes; N_("[=FILE]"): may be left out, for options without a letter; NULL = nothing */
    const char *help;     /* N_("one sentence") */
};

/* What was given, in order. */
struct command_given {
    const struct command_option *option;
    const char *value; /* NULL when it takes nothing or nothing was given; points into argv */
};

struct command_line {
    const struct command *command;
    char *path;                 /* owned: "kwiz answers init", for messages */
    struct command_given *given; /* owned */
    size_t given_count;
    char **arguments;           /* points into argv */
    int argument_count;
};

struct command {
    const char *name;      /* NULL ends a table */
    const char *summary;   /* N_("one line") */
    const char *arguments; /* N_("FILE [STEP]"); "" = none */
    int arguments_min, arguments_max; /* max -1 = any number */
    const char *description; /* N_("paragraphs") for --help and the manual, or NULL */
    const struct command_option *options; /* besides --help; NULL = none */
    int (*run)(const struct command_line *line); /* returns the exit status; NULL where there are subcommands */
    const struct command *const *subcommands;    /* NULL-terminated, or NULL */
};

/* Parse and run; argv[0] is the program. The exit status. */
int command_main(const struct command *top, int argc, char **argv);
/* The value of an option given once (the last one counts), or NULL. */
const char *command_value(const struct command_line *line, const char *name);
bool command_has(const struct command_line *line, const char *name);
/* All values of an option that may be repeated. */
void command_values(const struct command_line *line, const char *name, struct strv *values);
/* Print a cell of a table on stdout: text, which printf's widths would count in bytes, up to that many columns, and a blank. */
void command_print_cell(const char *text, int columns);
/* "kwiz run: text", and where to look; returns EXIT_USAGE. */
int command_usage_error(const struct command_line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Print an error or a list of them on stderr, "kwiz: file:line:column: text"; returns the exit status that goes with the (first) error. */
struct err;
struct err_list;
int command_error(const struct err *err);
int command_errors(const struct err_list *errors);

#endif
