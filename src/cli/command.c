#include "cli/command.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/canvas.h"

#define OPTIONS_MAX 64
#define SUBCOMMANDS_MAX 64
#define HELP 1

static const struct command *find(const struct command *const *list, const char *name)
{
    for (; list && *list; list++)
        if (strcmp((*list)->name, name) == 0)
            return *list;
    return NULL;
}

/* Such an argument is written behind a "=" only. */
static bool is_argument_optional(const struct command_option *option)
{
    return option->argument && option->argument[0] == '[';
}

void command_print_cell(const char *text, int columns)
{
    int width = text_width(text);
    printf("%s%*s ", text, width < columns ? columns - width : 0, "");
}

static void print_help(const struct command_line *line)
{
    const struct command *c = line->command;
    printf(_("usage: %s%s%s%s\n\n%s\n"), line->path, !c->subcommands ? "" : c->run ? _(" [COMMAND]") : _(" COMMAND"), c->arguments && *c->arguments ? " " : "",
           c->arguments && *c->arguments ? _(c->arguments) : "" /* the text of "" is the catalogue's head */, _(c->summary));
    if (c->description)
        printf("\n%s\n", _(c->description));
    if (c->subcommands)
        printf(_("\nCommands:\n"));
    for (const struct command *const *s = c->subcommands; s && *s; s++)
        printf("  %-12s %s\n", (*s)->name, _((*s)->summary));
    printf(_("\nOptions:\n"));
    for (const struct command_option *o = c->options; o && o->name; o++) {
        char names[64];
        snprintf(names, sizeof names, "%c%c%s--%s%s%s", o->letter ? '-' : ' ', o->letter ? o->letter : ' ', o->letter ? ", " : "  ",
                 o->name, o->argument && !is_argument_optional(o) ? " " : "", o->argument ? _(o->argument) : "");
        printf("  ");
        command_print_cell(names, 32);
        puts(_(o->help));
    }
    printf("  ");
    command_print_cell("-h, --help", 32);
    puts(_("show this help"));
}

int command_usage_error(const struct command_line *line, const char *format, ...)
{
    va_list ap;
    fprintf(stderr, "%s: ", line->path);
    va_start(ap, format);
    vfprintf(stderr, format, ap);
    va_end(ap);
    fprintf(stderr, _("\n`%s --help` tells more.\n"), line->path);
    return EXIT_USAGE;
}

int command_error(const struct err *err)
{
    char text[ERR_TEXT_MAX + ERR_FILE_MAX + 32];
    err_format(err, text, sizeof text);
    fprintf(stderr, "kwiz: %s\n", text);
    return exit_status_of(err);
}

int command_errors(const struct err_list *errors)
{
    for (size_t i = 0; i < errors->count; i++)
        command_error(&errors->items[i]);
    if (errors->dropped)
        fprintf(stderr, ngettext("kwiz: and %zu more error\n", "kwiz: and %zu more errors\n", errors->dropped), errors->dropped);
    return errors->count ? exit_status_of(&errors->items[0]) : EXIT_OK;
}

const char *command_value(const struct command_line *line, const char *name)
{
    for (size_t i = line->given_count; i-- > 0;)
        if (strcmp(line->given[i].option->name, name) == 0)
            return line->given[i].value;
    return NULL;
}

bool command_has(const struct command_line *line, const char *name)
{
    for (size_t i = 0; i < line->given_count; i++)
        if (strcmp(line->given[i].option->name, name) == 0)
            return true;
    return false;
}

void command_values(const struct command_line *line, const char *name, struct strv *values)
{
    for (size_t i = 0; i < line->given_count; i++)
        if (strcmp(line->given[i].option->name, name) == 0 && line->given[i].value)
            strv_add(values, line->given[i].value);
}

/* An option that takes a DIR takes one that is there: to look elsewhere instead would run something else than what was meant. -1 = fine. */
static int check_folders(const struct command_line *line)
{
    for (size_t i = 0; i < line->given_count; i++) {
        const struct command_given *given = &line->given[i];
        struct stat st;
        if (!given->value || !given->option->argument || strcmp(given->option->argument, "DIR") != 0)
            continue;
        if (stat(given->value, &st) != 0)
            return command_usage_error(line, _("--%s: %s: %s"), given->option->name, given->value, strerror(errno));
        if (!S_ISDIR(st.st_mode))
            return command_usage_error(line, _("--%s: %s is no folder"), given->option->name, given->value);
    }
    return -1;
}

static int unknown_subcommand(const struct command_line *line, const char *name)
{
    const char *names[SUBCOMMANDS_MAX];
    size_t count = 0;
    for (const struct command *const *s = line->command->subcommands; *s && count < SUBCOMMANDS_MAX; s++)
        names[count++] = (*s)->name;
    const char *nearest = str_nearest(name, names, count);
    return nearest ? command_usage_error(line, _("there is no command %s; did you mean %s?"), name, nearest)
                   : command_usage_error(line, _("there is no command %s"), name);
}

/* getopt_long's tables from ours. letters holds 2 * OPTIONS_MAX + 4 bytes. */
static void make_tables(const struct command *command, struct option *longs, char *letters)
{
    size_t n = 0;
    char *p = letters;
    *p++ = '+'; /* options come before arguments are permuted by hand below; '+' stops at the first argument */
    *p++ = ':'; /* tell a missing argument from an unknown option */
    for (const struct command_option *o = command->options; o && o->name && n < OPTIONS_MAX; o++, n++) {
        longs[n] = (struct option){o->name, required_argument, NULL, (int)(256 + n)};
        if (!o->argument)
            longs[n].has_arg = no_argument;
        else if (is_argument_optional(o))
            longs[n].has_arg = optional_argument;
        if (!o->letter)
            continue;
        *p++ = o->letter;
        if (o->argument)
            *p++ = ':';
    }
    longs[n++] = (struct option){"help", no_argument, NULL, HELP};
    longs[n] = (struct option){0};
    *p++ = 'h';
    *p = '\0';
}

static const struct command_option *option_of(const struct command *command, int code)
{
    if (code >= 256)
        return &command->options[code - 256];
    for (const struct command_option *o = command->options; o && o->name; o++)
        if (o->letter == code)
            return o;
    return NULL;
}

static int bad_option(const struct command_line *line, int code, const char *word)
{
    const char *names[OPTIONS_MAX + 1] = {"help"};
    size_t count = 1;
    if (code == ':')
        return command_usage_error(line, _("%s wants a value"), word);
    for (const struct command_option *o = line->command->options; o && o->name && count <= OPTIONS_MAX; o++)
        names[count++] = o->name;
    const char *nearest = strncmp(word, "--", 2) == 0 ? str_nearest(word + 2, names, count) : NULL;
    return nearest ? command_usage_error(line, _("there is no option %s; did you mean --%s?"), word, nearest)
                   : command_usage_error(line, _("there is no option %s"), word);
}

/* Options may stand before, between and behind arguments, up to `--`. Fills line; -1 = go on, else the exit status. */
static int parse(struct command_line *line, int argc, char **argv)
{
    struct option longs[OPTIONS_MAX + 2];
    char letters[2 * OPTIONS_MAX + 8];
    make_tables(line->command, longs, letters);
    opterr = 0;
    optind = 0; /* glibc: start anew */
    line->arguments = mem_new((size_t)argc + 1, sizeof *line->arguments);
    for (;;) {
        int at = optind ? optind : 1;
        int code = getopt_long(argc, argv, letters, longs, NULL);
        if (code == -1) {
            bool is_rest = optind > at || (optind > 1 && optind <= argc && strcmp(argv[optind - 1], "--") == 0);
            if (optind >= argc)
                return -1;
            if (is_rest) {
                while (optind < argc)
                    line->arguments[line->argument_count++] = argv[optind++];
                return -1;
            }
            if (!*argv[optind])
                return command_usage_error(line, _("an argument is empty; is a variable unset?"));
            line->arguments[line->argument_count++] = argv[optind++];
            continue;
        }
        if (code == HELP || code == 'h') {
            print_help(line);
            return EXIT_OK;
        }
        const struct command_option *option = code == '?' || code == ':' ? NULL : option_of(line->command, code);
        if (!option)
            return bad_option(line, code, argv[at < argc ? at : argc - 1]);
        line->given = mem_grow(line->given, line->given_count + 1, sizeof *line->given);
        line->given[line->given_count++] = (struct command_given){option, option->argument ? optarg : NULL};
    }
}

static int flush_output(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fprintf(stderr, _("kwiz: cannot write the output: %s\n"), strerror(errno));
    return status == EXIT_OK ? EXIT_LOCAL : status;
}

int command_main(const struct command *top, int argc, char **argv)
{
    struct command_line line = {.command = top, .path = mem_strdup(top->name)};
    int status = -1;
    while (status < 0 && line.command->subcommands) {
        if (argc < 2 || argv[1][0] == '-') {
            if ((argc < 2 && !line.command->run) || (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))) {
                print_help(&line);
                status = argc < 2 ? EXIT_USAGE : EXIT_OK;
            } else {
                status = parse(&line, argc, argv);
                if (status < 0)
                    status = line.command->run ? line.command->run(&line) : EXIT_USAGE;
            }
            break;
        }
        const struct command *next = find(line.command->subcommands, argv[1]);
        if (!next) {
            status = unknown_subcommand(&line, argv[1]);
            break;
        }
        char *path = mem_printf("%s %s", line.path, next->name);
        free(line.path);
        line.path = path;
        line.command = next;
        argc--;
        argv++;
    }
    if (status < 0)
        status = parse(&line, argc, argv);
    if (status < 0 && line.argument_count < line.command->arguments_min)
        status = command_usage_error(&line, _("an argument is missing; wanted: %s %s"), line.path, _(line.command->arguments));
    if (status < 0 && line.command->arguments_max >= 0 && line.argument_count > line.command->arguments_max)
        status = command_usage_error(&line, _("%s is one argument too many"), line.arguments[line.command->arguments_max]);
    if (status < 0)
        status = check_folders(&line);
    if (status < 0)
        status = line.command->run(&line);
    free(line.path);
    free(line.given);
    free(line.arguments);
    return flush_output(status);
}
