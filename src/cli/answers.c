/* kwiz answers init, validate, schema. */
#include "spell/answers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/spells.h"
#include "cli/table.h"

bool answers_open(const struct command_line *line, const char *file, struct answers **answers, struct spell **spell, int *status)
{
    struct catalog_options catalog = {0};
    struct answers_overrides overrides = {0};
    struct err_list errors = {0};
    command_values(line, "spells", &catalog.folders);
    command_values(line, "set", &overrides.sets);
    command_values(line, "accept", &overrides.accepts);
    *answers = answers_load(file, &overrides, &catalog, spell, &errors);
    if (!*answers) {
        *status = command_errors(&errors);
        spell_free(spell);
    }
    for (size_t i = 0; *answers && i < (*answers)->warnings.count; i++) {
        char text[ERR_TEXT_MAX + ERR_FILE_MAX + 32];
        err_format(&(*answers)->warnings.items[i], text, sizeof text);
        fprintf(stderr, _("kwiz: warning: %s\n"), text);
    }
    strv_done(&catalog.folders);
    strv_done(&overrides.sets);
    strv_done(&overrides.accepts);
    err_list_done(&errors);
    return *answers != NULL;
}

char *answers_shown(const char *text)
{
    size_t n = strcspn(text, "\n");
    return *text ? mem_printf("%.*s%s", (int)n, text, text[n] ? " ..." : "") : mem_strdup("\"\"");
}

int answers_print(const struct command_line *line, const struct spell *spell, const char *topology, const struct fleet *fleet)
{
    int status = EXIT_OK;
    struct err err = ERR_INIT;
    struct buf text;
    struct stat st;
    const char *output = command_value(line, "output");
    buf_init(&text, (size_t)1024 * 1024);
    if (output && lstat(output, &st) == 0)
        status = command_usage_error(line, _("%s is there already"), output);
    else if (!answers_init(spell, topology, fleet, &text, &err))
        status = command_error(&err);
    else if (!output)
        fputs(buf_text(&text), stdout);
    else if (!file_write(output, buf_text(&text), text.len, 0600, &err))
        status = command_error(&err);
    buf_done(&text);
    return status;
}

static int init(const struct command_line *line)
{
    int status = EXIT_OK;
    struct spell *spell = spells_open(line, line->arguments[0], &status);
    if (!spell)
        return status;
    status = answers_print(line, spell, line->argument_count > 1 ? line->arguments[1] : spell->topologies[0].name, NULL);
    spell_free(&spell);
    return status;
}

/* A line for every value: what it is and where it came from. */
static void show_values(const struct answers *answers, const struct spell *spell)
{
    printf(_("file      %s\ncluster   %s\nspell     %s %s (%s)\n          %s\ntopology  %s\n"), answers->file, answers->name, spell->name,
           spell->version, spell->folder, spell->digest, answers->topology);
    printf(_("\nHosts:\n"));
    for (size_t i = 0; i < answers->fleet.count; i++) {
        const struct host *host = &answers->fleet.items[i];
        char *roles = strv_join(&host->roles, ", ");
        printf("  %-24s %-24s %s\n", host->name, host->address, roles);
        free(roles);
    }
    printf(_("\nAnswers:\n"));
    for (size_t i = 0; i < answers->value_count; i++) {
        const struct answer *answer = &answers->values[i];
        char *shown = answers_shown(answer->text);
        printf("  %-24s %-32s %s", answer->key, shown, answer_origin_name(answer->origin));
        free(shown);
        if (answer->line)
            printf(_(", line %u"), answer->line);
        putchar('\n');
    }
    if (answers->secret_count)
        printf(_("\nSecrets (references only):\n"));
    for (size_t i = 0; i < answers->secret_count; i++)
        printf("  %-24s %s\n", answers->secrets[i].key, answers->secrets[i].reference);
    if (answers->accept_count)
        printf(_("\nAccepted checks:\n"));
    for (size_t i = 0; i < answers->accept_count; i++)
        printf("  %-24s %s\n", answers->accepts[i].id, answers->accepts[i].reason);
}

static int validate(const struct command_line *line)
{
    int status = EXIT_OK;
    struct answers *answers;
    struct spell *spell;
    if (!answers_open(line, line->arguments[0], &answers, &spell, &status))
        return status;
    if (command_has(line, "verbose"))
        show_values(answers, spell);
    else
        printf(ngettext("%s: valid (%s %s, topology %s, %zu host)\n", "%s: valid (%s %s, topology %s, %zu hosts)\n",
                        answers->fleet.count),
               line->arguments[0], spell->name, spell->version, answers->topology,
               answers->fleet.count);
    answers_free(&answers);
    spell_free(&spell);
    return EXIT_OK;
}

static int schema(const struct command_line *line)
{
    int status = EXIT_OK;
    struct spell *spell = spells_open(line, line->arguments[0], &status);
    if (!spell)
        return status;
    char *text = answers_schema(spell);
    fputs(text, stdout);
    free(text);
    spell_free(&spell);
    return EXIT_OK;
}

static const struct command_option init_options[] = {
    OPTION_SPELLS,
    OPTION_OUTPUT,
    {0},
};
static const struct command_option validate_options[] = {
    OPTIONS_ANSWERS,
    {"verbose", 'v', NULL, N_("show every value and where it came from")},
    {0},
};
static const struct command_option schema_options[] = {
    OPTION_SPELLS,
    {0},
};

static const struct command command_init = {
    .name = "init",
    .summary = N_("print a commented template for answers"),
    .arguments = N_("SPELL [TOPOLOGY]"),
    .arguments_min = 1,
    .arguments_max = 2,
    .options = init_options,
    .run = init,
};
static const struct command command_validate = {
    .name = "validate",
    .summary = N_("check an answers file without contacting any host"),
    .arguments = N_("FILE"),
    .arguments_min = 1,
    .arguments_max = 1,
    .options = validate_options,
    .run = validate,
};
static const struct command command_schema = {
    .name = "schema",
    .summary = N_("print a JSON Schema of answers files for a spell"),
    .arguments = N_("SPELL"),
    .arguments_min = 1,
    .arguments_max = 1,
    .options = schema_options,
    .run = schema,
};
static const struct command *const subcommands[] = {&command_init, &command_answers_import, &command_validate, &command_schema, NULL};

const struct command command_answers = {
    .name = "answers",
    .summary = N_("begin, check and describe answers files"),
    .arguments = "",
    .subcommands = subcommands,
};
